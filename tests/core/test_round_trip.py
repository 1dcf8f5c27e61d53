"""What is written as JSON is read back as it was: a locked filter on a code must not become a number."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies
from pydantic import BaseModel, TypeAdapter, ValidationError

from goal_semantics.query import (
    And,
    Between,
    Condition,
    Measure,
    MetricCondition,
    Not,
    Or,
    Rank,
    Relative,
    Scalar,
    SemanticQuery,
    Share,
    TimeWindow,
)
from jupyter_goal.core.annotation import Anchor, AnchorKey, Annotation
from jupyter_goal.core.artifact import Table, TableColumn
from jupyter_goal.core.chart import MarkKeys
from jupyter_goal.core.event import Planned, Pointed, QueryStarted, Revised
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.identity import content_hash
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.plan import Plan, Step
from jupyter_goal.core.run import Run

NOW = datetime.datetime(2014, 1, 1, tzinfo=datetime.UTC)
TEXTS = [
    "007",
    "1E3",
    "NaN",
    "2013-01-01",
    "2013-01-01T00:00:00",
    "true",
    "null",
    "",
    " 1 ",
    "1.10",
    "0x1",
    "Infinity",
    "é\x00",
]
SCALAR: TypeAdapter[Scalar] = TypeAdapter(Scalar)

ZONES = strategies.sampled_from([None, datetime.UTC, datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))])
SCALARS = strategies.one_of(
    strategies.none(),
    strategies.booleans(),
    strategies.sampled_from([0, 1, 2**53, 2**53 + 1, -(2**63), 10**40]),
    strategies.integers(),
    strategies.floats(allow_nan=False),
    strategies.decimals(allow_nan=False),
    strategies.sampled_from(TEXTS),
    strategies.text(strategies.characters(exclude_categories=["Cs"])),
    strategies.dates(),
    strategies.datetimes(timezones=ZONES),
)
CONDITIONS = strategies.builds(
    Condition,
    field=strategies.sampled_from(["orders.zip", "orders.customer.name"]),
    op=strategies.sampled_from(["=", "in", "not in", "between"]),
    values=strategies.lists(SCALARS, max_size=3).map(tuple),
)
FILTERS = strategies.recursive(
    CONDITIONS,
    lambda inner: strategies.one_of(
        strategies.builds(And, items=strategies.lists(inner, max_size=2).map(tuple)),
        strategies.builds(Or, items=strategies.lists(inner, max_size=2).map(tuple)),
        strategies.builds(Not, item=inner),
        strategies.builds(
            MetricCondition,
            measure=strategies.builds(Measure, metric=strategies.just("revenue"), filter=inner),
            op=strategies.just(">"),
            values=strategies.tuples(SCALARS),
        ),
    ),
    max_leaves=4,
)
MOMENTS = strategies.one_of(strategies.none(), strategies.dates(), strategies.datetimes(timezones=ZONES))
WINDOWS = strategies.one_of(
    strategies.builds(Relative, unit=strategies.sampled_from(["day", "month"]), count=strategies.integers(1, 9)),
    strategies.builds(Between, start=MOMENTS, end=MOMENTS),
)
QUERIES = strategies.builds(
    SemanticQuery,
    measures=strategies.just((Measure(metric="revenue"),)),
    filter=strategies.none() | FILTERS,
    time=strategies.none() | strategies.builds(TimeWindow, window=WINDOWS),
    calculations=strategies.lists(
        strategies.builds(Share, measure=strategies.just("revenue"))
        | strategies.builds(Rank, measure=strategies.just("revenue")),
        max_size=2,
    ).map(tuple),
)
PLANS = strategies.builds(
    Plan, steps=strategies.tuples(strategies.builds(Step, query=QUERIES)), planner=strategies.just("grammar")
)
LOCKS = strategies.builds(
    lambda plan, value: Lock(goal="h", text="revenue", plan=plan, annotations=(_note(value),)), PLANS, SCALARS
)
RUNS = strategies.builds(
    lambda plan, after, values: Run(goal=Goal(text="revenue", as_of=NOW)).then(
        Planned(at=NOW, plan=plan),
        QueryStarted(at=NOW, step=0, dialect="duckdb", statement="SELECT ?", parameters=tuple(values)),
        *(Pointed(at=NOW, annotation=_note(value)) for value in values),
        Revised(at=NOW, instruction="only 007", before=plan, after=after),
    ),
    PLANS, PLANS, strategies.lists(SCALARS, max_size=3),
)  # fmt: skip


def _note(value: Any) -> Annotation:
    key = AnchorKey(field="orders.zip", column="zip", value=value)
    return Annotation(id="a", anchors=(Anchor(artifact="x", keys=(key,)),), text="only this", made_at=NOW)


def typed(value: Any) -> Any:
    """Every value with its type; zones of time stamps by their offset."""
    if isinstance(value, BaseModel):
        return typed(value.model_dump())
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [typed(inner) for inner in value]
    return type(value).__name__, str(value)


def alike(left: Any, right: Any) -> bool:
    """Equal and of the same type: 1 is not True, and 7 is not Decimal('7.0')."""
    return type(left) is type(right) and left == right and str(left) == str(right)


@settings(max_examples=300, deadline=None)
@given(SCALARS)
def test_every_scalar_comes_back_as_it_was(value: Any) -> None:
    text = SCALAR.dump_json(value)
    assert alike(SCALAR.validate_json(text), value)
    assert alike(SCALAR.validate_python(json.loads(text)), value), "as notebooks are read"
    assert alike(SCALAR.validate_python(SCALAR.dump_python(value)), value)
    assert alike(SCALAR.dump_python(value), value)


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_text(text: str) -> None:
    assert SCALAR.dump_python(text, mode="json") == text
    assert alike(SCALAR.validate_json(json.dumps(text)), text)


@pytest.mark.parametrize("field", [Measure(metric="a"), SemanticQuery(limit=1)])
def test_a_record_is_no_scalar(field: Any) -> None:
    for strange in (field, {"decimal": 1, "date": 2}, {"decimal": "one"}, {"date": 5}, {"class": "int"}, [1], {}):
        with pytest.raises(ValidationError):
            SCALAR.validate_python(strange)


def test_what_json_lacks_is_tagged() -> None:
    written = {
        Decimal("1.10"): {"decimal": "1.10"},
        2**53 + 1: {"integer": "9007199254740993"},
        datetime.date(2013, 1, 1): {"date": "2013-01-01"},
        datetime.datetime(2013, 1, 1): {"timestamp": "2013-01-01T00:00:00"},
        float("inf"): {"float": "inf"},
    }
    for value, tagged in written.items():
        assert SCALAR.dump_python(value, mode="json") == tagged


@settings(max_examples=100, deadline=None)
@given(QUERIES)
def test_queries(query: SemanticQuery) -> None:
    written = query.model_dump_json()
    assert SemanticQuery.model_validate_json(written) == query
    again = SemanticQuery.model_validate(json.loads(written))
    assert again == query
    assert typed(again) == typed(query)


@settings(max_examples=50, deadline=None)
@given(LOCKS)
def test_locks(lock: Lock) -> None:
    assert Lock.model_validate_json(lock.model_dump_json()) == lock
    assert typed(Lock.model_validate(json.loads(lock.model_dump_json()))) == typed(lock)


@settings(max_examples=50, deadline=None)
@given(RUNS)
def test_runs(run: Run) -> None:
    again = Run.model_validate_json(run.model_dump_json())
    assert again == run
    assert typed(again) == typed(run)


def test_cells_of_the_page_are_plain_json() -> None:
    column = TableColumn(name="zip", label="zip", role="dimension", type="string")
    for text in TEXTS:
        table = Table(columns=(column,), values=((text,),), text=((text,),), rows=1)
        keys = MarkKeys(column="zip", field="orders.zip", values=(text, 1.5, 7, True, None))
        assert json.loads(table.model_dump_json())["values"] == [[text]]
        assert Table.model_validate_json(table.model_dump_json()) == table
        assert repr(MarkKeys.model_validate_json(keys.model_dump_json())) == repr(keys)
        assert json.loads(keys.model_dump_json())["values"] == [text, 1.5, 7, True, None]


@settings(max_examples=200, deadline=None)
@given(QUERIES, QUERIES)
def test_different_queries_have_different_hashes(left: SemanticQuery, right: SemanticQuery) -> None:
    assert (content_hash(left) == content_hash(right)) == (typed(left) == typed(right))


def test_what_differs_in_its_kind_alone_has_another_hash() -> None:
    both = (Condition(field="a.b", op="=", values=(1,)), Condition(field="a.c", op="=", values=(2,)))
    asked = SemanticQuery(measures=(Measure(metric="revenue"),))
    different = [
        asked,
        asked.model_copy(update={"filter": And(items=both)}),
        asked.model_copy(update={"filter": Or(items=both)}),
        asked.model_copy(update={"filter": Not(item=both[0])}),
        asked.model_copy(update={"filter": both[0]}),
        asked.model_copy(update={"filter": Condition(field="a.b", op="=", values=("1",))}),
        asked.model_copy(update={"filter": Condition(field="a.b", op="=", values=(Decimal(1),))}),
        asked.model_copy(update={"filter": Condition(field="a.b", op="=", values=(True,))}),
        asked.model_copy(update={"calculations": (Share(measure="revenue"),)}),
        asked.model_copy(update={"calculations": (Rank(measure="revenue"),)}),
    ]
    assert len({content_hash(query) for query in different}) == len(different)
