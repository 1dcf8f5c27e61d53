"""A query of TPC-DS as a semantic query: `queries/NN.yaml` beside the official `queries/NN.sql`.

    question    what is asked, in words
    query       the semantic query
    columns     for each column of the official query, in its order: the column of the answer. `{constant: 1}` where the
                official query writes a literal; `{column: level, values: {0: a}}` where it spells the values differently
    distinct    why the official query repeats rows that say the same; rows are then compared as a set
    edits       text of the official query that today's DuckDB does not read, and what it means
    also        the same question with other literals, in both texts: for a scale where the official ones select nothing
    silent      why no literals could select anything at scale 0.1; scale 1 then has to

A LIMIT is taken off both sides, so ties at the cut decide nothing.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from goal_semantics.query import SemanticQuery

QUERIES = Path(__file__).with_name("queries")
KEYS = {"question", "query", "columns", "distinct", "edits", "also", "silent"}
Literals = dict[Any, Any]


@dataclass(frozen=True)
class Case:
    """One query with the literals that replace the official ones."""

    number: int
    written: dict[str, Any]
    columns: tuple[Any, ...]
    reference: str
    distinct: bool = False
    silent: bool = False
    variants: tuple[Literals, ...] = ()
    literals: Literals = field(default_factory=dict)

    def all(self) -> tuple[Case, ...]:
        """The official question, then the same with other literals."""
        return (self, *map(self.with_literals, self.variants))

    def with_literals(self, literals: Literals) -> Case:
        """The same question about other values. Errors: AssertionError for a literal that either text lacks."""
        changed, text = _replaced(self.written, literals), self.reference
        for old, new in literals.items():
            text = re.sub(_pattern(old), _written(new), text)
        assert changed != self.written, f"{self.number}: no literal of the query changes"
        assert text != self.reference, f"{self.number}: no literal of the official query changes"
        return replace(self, written=changed, reference=text, literals=literals)

    @property
    def query(self) -> SemanticQuery:
        """The semantic query without its limit."""
        return SemanticQuery.model_validate(self.written).model_copy(update={"limit": None})

    def project(self, names: list[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The answer's rows as the official query would write them."""
        places = [_place(column, names) for column in self.columns]
        return [tuple(place(row) for place in places) for row in rows]


def read(number: int) -> Case:
    """One case."""
    written = _written_case(number)
    assert written.keys() <= KEYS, f"{number}: {written.keys() - KEYS}"
    official = (QUERIES / f"{number:02d}.sql").read_text(encoding="utf-8")
    for old, new in written.get("edits", {}).items():
        assert old in official, f"{number}: {old!r} is not in the official query"
        official = official.replace(old, new)
    return Case(
        number, written["query"], tuple(written["columns"]), without_limit(official), "distinct" in written,
        "silent" in written, tuple(written.get("also", ())),
    )  # fmt: skip


def question(number: int) -> str:
    """What is asked, in words."""
    return str(_written_case(number)["question"])


def numbers() -> list[int]:
    """Of every query that is expressed."""
    return sorted(int(path.stem) for path in QUERIES.glob("*.yaml"))


def without_limit(text: str) -> str:
    """A query without the LIMIT and the semicolon that end it."""
    return re.sub(r"\s*(LIMIT\s+\d+)?\s*;?\s*$", "", text, flags=re.IGNORECASE)


@lru_cache(maxsize=128)
def _written_case(number: int) -> Any:
    return yaml.load((QUERIES / f"{number:02d}.yaml").read_bytes(), yaml.CSafeLoader)


def _place(column: Any, names: list[str]) -> Any:
    if isinstance(column, dict) and "constant" in column:
        return lambda row: column["constant"]
    if isinstance(column, dict):
        at = names.index(column["column"])
        return lambda row: column["values"][row[at]]
    at = names.index(column)
    return lambda row: row[at]


def _replaced(value: Any, literals: Literals) -> Any:
    """The query with other values to compare with."""
    if isinstance(value, list):
        return [_replaced(each, literals) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: [literals.get(each, each) for each in inner]
        if key == "values"
        else literals.get(inner, inner)
        if key in {"start", "end"}
        else _replaced(inner, literals)
        for key, inner in value.items()
    }


def _pattern(literal: Any) -> str:
    quoted = isinstance(literal, str)
    return rf"'{re.escape(literal)}'" if quoted else rf"(?<![\w.'#]){re.escape(str(literal))}(?:\.0+)?(?![\w.'])"


def _written(literal: Any) -> str:
    return f"'{literal}'" if isinstance(literal, str | datetime.date) else str(literal)
