"""What is written is read back equal, whatever the texts in it are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import yaml
from hypothesis import given
from hypothesis import strategies as st

from goal_semantics.load.native import dump, load
from goal_semantics.metrics.ratio import Spec as Ratio
from goal_semantics.metrics.simple import Spec as Simple
from goal_semantics.model import (
    Calendar,
    Catalog,
    Dataset,
    Expression,
    Field,
    Format,
    Metric,
    Policy,
    Relationship,
    VerifiedQuery,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
names = st.text("abcdefgh_ -:#'\"{}[],&*!|>%@`äπ", min_size=1, max_size=12).map(str.strip).filter(bool)
expressions = st.builds(
    Expression, text=texts, dialects=st.dictionaries(st.sampled_from(["snowflake", "databricks"]), texts, max_size=2)
)
fields = st.builds(
    Field,
    name=names,
    label=texts,
    description=texts,
    synonyms=st.lists(texts, max_size=3).map(tuple),
    expression=st.none() | expressions,
    type=st.sampled_from(["string", "integer", "timestamp"]),
    format=st.none()
    | st.builds(Format, style=st.sampled_from(["number", "percent"]), decimals=st.none() | st.integers(0, 5)),
    value_synonyms=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
)
datasets = st.builds(
    Dataset,
    name=names,
    source=texts,
    description=texts,
    primary_key=st.lists(names, max_size=2).map(tuple),
    unique_keys=st.lists(st.lists(names, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    fields=st.lists(fields, max_size=3, unique_by=lambda field: field.name).map(tuple),
)
metrics = st.builds(
    Metric,
    name=names,
    description=texts,
    spec=st.builds(Simple, dataset=names, agg=st.sampled_from(["sum", "count"]), expression=expressions, filter=st.none() | expressions)
    | st.builds(Ratio, numerator=names, denominator=names),
    range=st.tuples(st.none() | st.floats(allow_nan=False), st.none() | st.floats(allow_nan=False)),
)  # fmt: skip
catalogs = st.builds(
    Catalog,
    name=texts,
    description=texts,
    datasets=st.lists(datasets, max_size=2, unique_by=lambda dataset: dataset.name).map(tuple),
    metrics=st.lists(metrics, max_size=2, unique_by=lambda metric: metric.name).map(tuple),
    questions=st.lists(texts, max_size=2).map(tuple),
    inferred=st.booleans(),
)


@given(catalogs)
def test_any_catalog_survives_the_round_trip(catalog):
    assert load(dump(catalog)) == catalog


@given(texts)
def test_a_yaml_1_1_reader_sees_the_same_text(text):
    assert yaml.safe_load(dump(Catalog(name=text)))["name"] == text


def test_every_part_of_a_catalog_survives():
    catalog = Catalog(
        name="shop",
        datasets=(Dataset(name="orders", source="(SELECT 1 AS id)", store="never"),),
        relationships=(
            Relationship(
                name="boss", from_dataset="a", to_dataset="b", from_fields=("x",), to_fields=("y",), total=True
            ),
        ),
        calendar=Calendar(time_zone="Europe/Zurich", fiscal_year_start=7),
        policies=(Policy(dataset="orders", rows="region = {region}", masks={"name": Expression(text="'***'")}),),
        verified_queries=(
            VerifiedQuery(question="How many?", query={"measures": [{"agg": "count", "field": "orders"}], "limit": 3}),
        ),
        exposed=("revenue",),
        extensions={"acme": {"deep": [1, 2.5, None, True, {"on": "yes"}]}},
    )
    assert load(dump(catalog)) == catalog


def test_values_that_yaml_would_take_for_something_else_are_quoted():
    tricky = (
        "on",
        "yes",
        "No",
        "null",
        "~",
        "1e3",
        "0o17",
        "2013-01-01",
        "12",
        "1:30",
        "- x",
        "a: b",
        "a #b",
        " x ",
        "",
        "=",
        "<<",
    )
    catalog = Catalog(name="x", questions=tricky)
    assert load(dump(catalog)).questions == tricky
    assert tuple(yaml.safe_load(dump(catalog))["questions"]) == tricky


def test_dates_of_a_verified_query_come_back_as_text():
    query = {"time": {"window": {"kind": "between", "start": datetime.date(2013, 1, 1)}}}
    written = dump(Catalog(name="x", verified_queries=(VerifiedQuery(question="q", query=query),)))
    assert load(written).verified_queries[0].query["time"]["window"]["start"] == "2013-01-01"


@dataclass(frozen=True)
class Remark:
    path: str
    text: str


def test_notes_stand_above_what_they_are_about_and_unplaced_ones_at_the_top():
    field = Field(name="id", type="integer", role="key")
    catalog = Catalog(
        name="shop",
        datasets=(Dataset(name="orders", source="t", fields=(field,), default_time="day"),),
        metrics=(Metric(name="count", spec=Simple(dataset="orders", agg="count")),),
    )
    notes = (
        Remark("", "measured on a sample"),
        Remark("datasets.orders", "two\nlines"),
        Remark("datasets.orders.fields.id", "a key"),
        Remark("datasets.orders.default_time", "the only time"),
        Remark("metrics.count", "rows"),
        Remark("relationships.gone", "left out"),
    )
    written = dump(catalog, notes=notes)
    assert load(written) == catalog
    assert (
        written
        == """\
# measured on a sample
# left out
name: shop

datasets:
  # two
  # lines
  - name: orders
    source: t
    fields:
      # a key
      - name: id
        type: integer
        role: key
    # the only time
    default_time: day

metrics:
  # rows
  - name: count
    dataset: orders
    agg: count
"""
    )


@given(texts, texts)
def test_no_note_can_break_the_catalog(path, text):
    catalog = Catalog(name="shop", questions=("flights by month",))
    assert load(dump(catalog, notes=(Remark(path, text), Remark("questions", text)))) == catalog


def test_an_empty_list_behind_a_long_key_stays_a_list():
    synonyms = {"x" * 130: ()}
    catalog = Catalog(
        name="c",
        datasets=(Dataset(name="d", source="t", fields=(Field(name="f", value_synonyms=synonyms),)),),
    )
    assert load(dump(catalog)) == catalog
