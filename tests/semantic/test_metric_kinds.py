"""Every file in `metrics/` keeps the contract, and the recipe of its README works."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from goal_semantics import metrics
from goal_semantics.metrics import find, kinds, spec_type
from goal_semantics.model import Metric, MetricSpec
from tests.semantic.shop import CATALOG, rows


@pytest.mark.parametrize("kind", kinds())
def test_a_kind_is_complete_and_named_like_its_file(kind: str) -> None:
    module = find(kind)
    assert issubclass(spec_type(kind), MetricSpec)
    assert spec_type(kind).model_fields["kind"].default == kind
    assert all(callable(getattr(module, name)) for name in ("lower", "parts", "define"))


def test_an_unknown_kind_is_a_key_error() -> None:
    for name in ("nothing", "_plumbing", "os"):
        with pytest.raises(KeyError):
            find(name)


def test_the_recipe_works(shop: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(metrics.__file__).parent / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    module = ModuleType("goal_semantics.metrics.difference")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(code, "difference.py", "exec"), module.__dict__)
    monkeypatch.setattr(metrics, "kinds", lambda: ("difference", "ratio", "simple"))
    less = Metric(name="kept", spec=module.Spec(minuend="revenue", subtrahend="refunded"))
    catalog = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, less)})
    expected = shop.execute("SELECT (SELECT sum(amount) FROM orders) - (SELECT sum(amount) FROM refunds)").fetchall()
    assert rows(shop, {"measures": [{"metric": "kept"}]}, catalog) == expected
