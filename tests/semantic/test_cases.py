"""The number is right: every case equals SQL that was written by hand."""

from __future__ import annotations

import decimal
import math
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.semantic.shop import compiled

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
CASES = {
    f"{path.stem}: {name}": case
    for path in FILES
    for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}


def plain(value: Any) -> Any:
    """Numbers compare as numbers, whatever type an engine sums them in."""
    return float(value) if isinstance(value, int | decimal.Decimal) and not isinstance(value, bool) else value


def canonical(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    rounded = (tuple(float(f"{plain(v):.9g}") if isinstance(plain(v), float) else v for v in each) for each in found)
    return sorted(rounded, key=repr)


def same(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    return len(left) == len(right) and all(
        math.isclose(plain(a), plain(b), rel_tol=1e-9, abs_tol=1e-9)
        if isinstance(plain(a), float) and isinstance(plain(b), float)
        else a == b
        for a, b in zip(left, right, strict=True)
    )


@pytest.mark.parametrize("name", CASES)
def test_equals_hand_written_sql(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    case = CASES[name]
    expected = shop.execute(case["sql"]).fetchall()
    query = compiled(case["query"])
    found = shop.execute(query.text, query.parameters).fetchall()
    if not case.get("ordered"):
        found, expected = canonical(found), canonical(expected)
    assert len(found) == len(expected), f"{query.display}\n{found}\n{expected}"
    wrong = [(a, b) for a, b in zip(found, expected, strict=True) if not same(a, b)]
    assert not wrong, f"{query.display}\n(found, expected) {wrong[:5]}"


@pytest.mark.parametrize("name", CASES)
def test_columns_are_described_in_order(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    query = compiled(CASES[name]["query"])
    described = [each[0] for each in shop.execute(query.text, query.parameters).description or ()]
    assert [column.name for column in query.columns] == described
    assert [entry.column for entry in query.lineage] == described
    assert len(set(described)) == len(described)


@pytest.mark.parametrize("name", CASES)
def test_display_gives_the_same_rows(name: str, shop: duckdb.DuckDBPyConnection) -> None:
    query = compiled(CASES[name]["query"])
    executed = canonical(shop.execute(query.text, query.parameters).fetchall())
    assert canonical(shop.execute(query.display).fetchall()) == executed
