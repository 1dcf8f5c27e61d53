"""The native format: what is right is loaded as meant, what is wrong is said with its line, all at once."""

from __future__ import annotations

import re

import pytest

from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue, Issues, Place
from goal_semantics.load import Loaded, Source, locate
from goal_semantics.load.native import load, read
from goal_semantics.model import Catalog, Format

SMALL = """\
name: shop
datasets:
  - name: orders
    source: sales.orders
    primary_key: id
    unique_keys: [number, [day, till]]
    fields:
      - {name: id, type: integer, role: key}
      - name: total
        expression: amount - discount
        format: currency
        synonyms: revenue
      - name: day
        expression: {text: "CAST(at AS DATE)", dialects: {snowflake: "TO_DATE(at)"}}
        type: date
        role: time
relationships:
  - {name: customer, from: orders, from_columns: customer_id, to: customers, to_columns: [id]}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: total, format: {style: currency, currency: CHF}}
  - {name: per_order, kind: ratio, numerator: revenue, denominator: orders, range: [0, 100]}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load(text, file="shop.yaml")
    return [lines(str(issue)) for issue in caught.value.issues]


def lines(text: str) -> str:
    """Without the columns of places."""
    return re.sub(r"(\.yaml:\d+):\d+", r"\1", text)


def test_shorthands_mean_what_the_long_form_means():
    catalog = load(SMALL)
    orders = catalog.dataset["orders"]
    assert orders.primary_key == ("id",)
    assert orders.unique_keys == (("number",), ("day", "till"))
    total, day = orders.by_name["total"], orders.by_name["day"]
    assert total.expression is not None
    assert (total.expression.text, total.format, total.synonyms) == (
        "amount - discount",
        Format(style="currency"),
        ("revenue",),
    )
    assert day.expression is not None
    assert (day.expression.on("snowflake"), day.expression.on("duckdb")) == ("TO_DATE(at)", "CAST(at AS DATE)")
    (step,) = catalog.relationships
    assert (step.from_dataset, step.from_fields, step.to_dataset, step.to_fields) == (
        "orders",
        ("customer_id",),
        "customers",
        ("id",),
    )
    assert catalog.metric["revenue"].spec.kind == "simple"
    assert catalog.metric["per_order"].spec.model_dump() == {
        "kind": "ratio",
        "numerator": "revenue",
        "denominator": "orders",
    }


def test_every_problem_is_said_at_once_in_the_order_of_the_lines():
    text = """\
name: shop
descripton: hi
calendar: {week_start: moonday, fiscal_year_start: 13}
datasets:
  - name: orders
    sorce: t
    fields:
      - name: id
        type: strng
        values: [1, two]
      - {name: id, hidden: 7}
  - name: orders
    source: q
    fields: nope
relationships:
  - {name: r, from_fields: [a], to: b}
metrics:
  - {name: m, dataset: a, agg: summ}
  - {name: m, kind: ration}
  - name: n
    kind: ratio
    numerator: [x]
    formt: percent
  - 7
verified_queries:
  - question: q
    query:
      measures: [{metrc: m}]
      filter: {kind: condition, field: a.b, op: ==}
      time: {window: {kind: relativ}}
name: other
"""
    found = problems(text)
    assert [line.split(": ")[0] for line in found] == [
        f"shop.yaml:{line}"
        for line in (2, 3, 3, 5, 6, 9, 10, 11, 11, 12, 14, 16, 16, 16, 18, 19, 19, 20, 22, 23, 24, 28, 29, 30, 31)
    ]
    said = "\n".join(found)
    for expected in (
        "descripton: unknown key “descripton”. Did you mean “description”?",
        "calendar.week_start: expected one of monday, sunday, saturday; found “moonday”. Did you mean “monday”",
        "datasets.orders: “source” is missing.",
        "datasets.orders.sorce: unknown key “sorce”. Did you mean “source”",
        "datasets.orders.fields.id.type: expected one of string,",
        "datasets.orders.fields.id.values.0: expected text; found the number 1. Put it in quotes.",
        "the name “id” is taken. First: shop.yaml:8.",
        "datasets.orders.fields.id.hidden: expected true or false; found the number 7.",
        "datasets.orders.fields: expected a list; found “nope”.",
        "relationships.r.from_fields: unknown key “from_fields”. Did you mean “from_columns”",
        "metrics.m.kind: expected one of",
        "Did you mean “ratio”",
        "metrics.n: “denominator” is missing.",
        "metrics.n.numerator: expected text; found a list.",
        "metrics.n.formt: unknown key “formt”. Did you mean “format”?",
        "metrics.3: expected a mapping (key: value); found the number 7.",
        "verified_queries.0.query.measures.0.metrc: unknown key “metrc”. Did you mean “metric”?",
        "verified_queries.0.query.filter.op: expected one of =,",
        "“kind” to be one of 'relative', 'between'.",
        "the key “name” is given twice in one mapping. First: line 1.",
    ):
        assert expected in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "shop.yaml:1: the catalog is empty. Expected keys such as name and datasets."),
        ("# nothing\n", "shop.yaml:1: the catalog is empty."),
        ("- a\n", "shop.yaml:1: the catalog is not a mapping."),
        ("datasets: []\n", "shop.yaml:1: “name” is missing."),
        ("name: x\ndatasets: 7\n", "shop.yaml:2: datasets: expected a list; found the number 7."),
        ("name: x\nmetrics: {a: 1}\n", "shop.yaml:2: metrics: expected a list; found a mapping."),
        ("name: x\nquestions: what\n", "shop.yaml:2: questions: expected a list; found “what”."),
        ("name: x\ndatasets:\n  - {name: a.b, source: t}\n", "cannot be a name"),
        ("name: x\nmetrics:\n  - {name: m, dataset: d, agg: sum}\n", "shop.yaml:3: metrics.m: “sum” needs an expression"),
        ("name: x\nmetrics:\n  - {name: m, dataset: d, agg: sum, expression: f(a, 0)}\n", "Text with a comma needs quotes inside { }."),
        ("name: x\ndatasets:\n  -\n", "datasets.0: expected a mapping (key: value); found nothing."),
    ],
)  # fmt: skip
def test_a_broken_catalog_says_what_was_expected(text, said):
    assert any(said in problem for problem in problems(text)), problems(text)


def test_several_files_are_one_catalog_and_errors_name_the_file():
    loaded = read(
        Source("name: shop\ndatasets: [{name: a, source: t}]\n", "a.yaml"),
        Source("datasets:\n  - {name: b, source: u}\n", "b.yaml"),
    )
    assert list(loaded.catalog.dataset) == ["a", "b"]
    assert loaded.places.find("datasets.b.source") == Place("b.yaml", 2, 15)
    with pytest.raises(CatalogError) as caught:
        read(
            Source("name: shop\ndatasets: [{name: a, source: t}]\n", "a.yaml"),
            Source("name: other\ndatasets:\n  - {name: b, source: u}\n  - {name: a, sorce: z}\n", "b.yaml"),
        )
    said = lines(str(caught.value))
    assert "b.yaml:1: name: given twice, differently. First: a.yaml:1." in said
    assert "b.yaml:4: datasets.a.name: the name “a” is taken. First: a.yaml:2." in said
    assert "b.yaml:4: datasets.a.sorce: unknown key" in said


def test_issues_found_later_get_their_lines():
    loaded = read(Source(SMALL, "shop.yaml"))
    found = locate(
        Issues(
            (
                Issue("no such column", "datasets.orders.fields.total.expression"),
                Issue("no such dataset", "relationships.customer.to_dataset"),
                Issue("no such metric", "metrics.per_order.spec.denominator"),
                Issue("nearest thing around", "metrics.revenue.filter.left"),
                Issue("unknown path", "somewhere.else"),
            )
        ),
        loaded.places,
    )
    assert [lines(str(issue.place)) for issue in found] == [
        "shop.yaml:10",
        "shop.yaml:18",
        "shop.yaml:21",
        "shop.yaml:20",
        "None",
    ]


def test_a_catalog_without_a_text_has_no_places():
    loaded = Loaded(Catalog(name="x"))
    assert loaded.places.find("datasets.a") is None
