"""The demo: real flights in a DuckDB file, and the hand-written catalog that describes them."""

from __future__ import annotations

from importlib.resources import files

NAME = "demo"
CATALOG_FILE = "flights.yaml"


def catalog_text() -> str:
    """The demo catalog as its author wrote it (native YAML)."""
    return files(__name__).joinpath(CATALOG_FILE).read_text(encoding="utf-8")
