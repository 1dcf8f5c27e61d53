"""The text is stable and legible. `--golden` writes it anew; read the difference before committing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from goal_semantics.compile import compile_query
from goal_semantics.dialects import DIALECTS, Dialect
from goal_semantics.policy import Viewer
from goal_semantics.query import SemanticQuery
from tests.semantic.shop import AS_OF
from tests.semantic.test_cases import CASES
from tests.semantic.test_policies import BY_NAME, GUARDED

GOLDEN = Path(__file__).parent / "golden"
CHOSEN = {
    "ratio": "aggregates: ratio with the ratio's parts beside it",
    "two_hops": "aggregates: two hops",
    "filtered_measure": "aggregates: filtered measure beside an unfiltered one",
    "totals": "aggregates: totals at every level",
    "two_facts": "facts: cross-fact ratio by month, each fact by its own time",
    "exists": "facts: existence as an alternative",
    "days": "filters: days between include the last one",
    "text": "filters: starts and ends",
    "local_day": "time: by day of the local clock",
    "week": "time: weeks start on sunday",
    "fiscal": "time: fiscal quarter",
    "year_over_year": "time: year over year of a ratio by group keeps groups of either year",
    "cumulative": "time: cumulative of a ratio and an average restarts each year",
    "rolling": "time: rolling ratio is recomputed, not averaged",
    "filled": "time: filled months",
    "top_and_others": "ranking: top and others",
    "followed": "ranking: top followed over time",
    "detail": "ranking: rows in detail",
    "offset": "offset: a month a year before, in the window",
    "running": "cumulative: year to date by group under a filter",
    "moments": "cumulative: distinct counts are counted anew, by group",
    "share_of_parent": "grains: share of a parent keeps rows without one",
    "folded": "grains: average of sums per customer",
    "balance": "balances: each account at its own last day",
    "conversion": "conversions: what must agree besides the key",
}


def displayed(name: str, dialect: Dialect) -> str:
    if name == "policy":
        asked, viewer = SemanticQuery.model_validate(BY_NAME), Viewer(attributes={"nations": (1, 2), "segment": "a'b"})
        return compile_query(asked, GUARDED, dialect, as_of=AS_OF, viewer=viewer).display
    query: dict[str, Any] = CASES[CHOSEN[name]]["query"]
    return compile_query(SemanticQuery.model_validate(query), GUARDED, dialect, as_of=AS_OF, viewer=OWNER).display


OWNER = Viewer(groups=frozenset({"owners"}))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", [*CHOSEN, "policy"])
def test_golden_sql(name: str, dialect: Dialect, request: pytest.FixtureRequest) -> None:
    path = GOLDEN / dialect / f"{name}.sql"
    text = displayed(name, dialect) + "\n"
    if request.config.getoption("--golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", CASES)
def test_every_dialect_reads_it_back_as_one_quoted_query(name: str, dialect: Dialect) -> None:
    query = SemanticQuery.model_validate(CASES[name]["query"])
    found = compile_query(query, GUARDED, dialect, as_of=AS_OF, viewer=OWNER)
    for text in (found.display, found.text):
        [tree] = sqlglot.parse(text, dialect=dialect)
        assert isinstance(tree, exp.Select)
        assert not any(isinstance(each, exp.Command) for each in tree.walk())
        assert all(each.quoted for each in tree.find_all(exp.Identifier)), text
    assert "\ue000" not in found.text
