"""Words lead to things of a catalog, misspelt words too; what is not there is not found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goal_semantics.load import native
from goal_semantics.search import search
from jupyter_goal import demo

FLIGHTS = native.load(demo.catalog_text())


@pytest.mark.parametrize(
    ("words", "sort", "name"),
    [
        ("on_time_rate", "metric", "on_time_rate"),
        ("punctuality", "metric", "on_time_rate"),
        ("punctualty", "metric", "on_time_rate"),
        ("on tme rate", "metric", "on_time_rate"),
        ("rate on time", "metric", "on_time_rate"),
        ("Manufacturer", "dimension", "planes.manufacturer"),
        ("newark", "value", "flights.origin_code"),
        ("jetblu", "value", "airlines.name"),
        ("wether", "dataset", "weather"),
    ],
)
def test_the_first_hit_is_what_was_meant(words: str, sort: str, name: str) -> None:
    first = search(FLIGHTS, words)[0]
    assert (first.sort, first.name) == (sort, name)


@pytest.mark.parametrize("words", ["", "  ", "?!", "zzz", "profit", "🦄", "on time profit"])
def test_what_is_not_there_is_not_found(words: str) -> None:
    assert search(FLIGHTS, words) == ()


def test_hidden_things_are_not_found() -> None:
    assert "airports.latitude" not in [hit.name for hit in search(FLIGHTS, "latitude")]


@given(st.text(max_size=30))
def test_any_text_can_be_searched(words: str) -> None:
    assert len(search(FLIGHTS, words, most=3)) <= 3
