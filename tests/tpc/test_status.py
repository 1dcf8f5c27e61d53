"""The status page says what the tests prove."""

from __future__ import annotations

from tests.tpc import case, status


def test_the_page_is_what_the_queries_say():
    assert status.STATUS.read_text(encoding="utf-8") == status.text(), "Run: python -m tests.tpc.status"


def test_every_query_is_expressed_or_lacks_one_named_concept():
    lacking = [number for each in status.missing().values() for number in each["queries"]]
    assert sorted([*lacking, *case.numbers()]) == list(status.ALL)


def test_every_query_that_is_expressed_stands_beside_its_reference():
    references = sorted(path.stem for path in case.QUERIES.glob("*.sql"))
    assert references == [f"{number:02d}" for number in case.numbers()]
