"""What a metric comes from, and what it means for a catalog to be another one."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from goal_semantics import metrics
from goal_semantics.load import native
from goal_semantics.meaning import Change, difference, origin
from goal_semantics.model import Catalog
from jupyter_goal import demo

CATALOG = """\
name: shop
calendar: {week_start: monday}
datasets:
  - name: orders
    source: sales.orders
    primary_key: id
    default_time: day
    fields:
      - {name: id, type: integer}
      - {name: day, type: date, role: time}
      - {name: person, type: integer}
      - {name: amount, type: decimal, role: fact}
      - {name: net, type: decimal, role: fact, expression: amount - tax}
  - name: people
    source: (SELECT * FROM crm.people AS p JOIN crm.places USING (place))
    primary_key: id
    fields: [{name: id, type: integer}, {name: city, type: string, expression: upper(town)}]
relationships:
  - {name: person, from: orders, to: people, from_columns: person, to_columns: id}
metrics:
  - {name: revenue, label: Revenue, dataset: orders, agg: sum, expression: net, filter: net > 0, unit: CHF}
  - {name: order_count, dataset: orders, agg: count}
  - {name: basket, kind: ratio, numerator: revenue, denominator: order_count}
  - {name: half_basket, kind: ratio, numerator: basket, denominator: order_count}
policies:
  - {dataset: orders, rows: "person = {me}", exempt_groups: [admins]}
verified_queries:
  - {question: how much?, query: {measures: [revenue]}}
"""


def catalog(*swaps: tuple[str, str]) -> Catalog:
    text = CATALOG
    for before, after in swaps:
        assert before in text
        text = text.replace(before, after)
    return native.load(text)


def changes(*swaps: tuple[str, str]) -> list[Change]:
    return list(difference(catalog(), catalog(*swaps)).changes)


def told(*swaps: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [(each.section, each.name, each.kind) for each in changes(*swaps)]


@pytest.mark.parametrize(
    ("swap", "others"),
    [
        (("label: Revenue", "label: Turnover"), ["metrics.revenue"]),
        (("filter: net > 0", "filter: 'NET>0 -- positive'"), ["metrics.revenue"]),
        (("expression: amount - tax", "expression: ( amount-tax )"), ["fields.orders.net"]),
        (("source: sales.orders", "source: sales . orders"), ["datasets.orders"]),
        (("primary_key: id\n    default_time", "owners: finance\n    primary_key: id\n    default_time"), ["datasets.orders"]),
        (("name: amount, type: decimal", "name: amount, type: decimal, expect: [not_null]"), ["fields.orders.amount"]),
        (("how much?", "how much?"), []),
    ],
)  # fmt: skip
def test_what_only_reads_differently_is_no_change(swap: tuple[str, str], others: list[str]) -> None:
    found = difference(catalog(), catalog(swap))
    assert found.changes == ()
    assert list(found.others) == others


def test_another_order_is_no_change() -> None:
    one = catalog()
    other = one.model_copy(
        update={name: getattr(one, name)[::-1] for name in ("datasets", "relationships", "metrics", "policies")}
    )
    fields = tuple(each.model_copy(update={"fields": each.fields[::-1]}) for each in other.datasets)
    assert not difference(one, other.model_copy(update={"datasets": fields}))


def test_a_field_that_is_renamed_with_all_that_reads_it_changes_no_metric() -> None:
    found = told(
        ("name: net,", "name: clear,"), ("expression: net, filter: net > 0", "expression: clear, filter: clear > 0")
    )
    assert found == [("field", "orders.net", "removed"), ("field", "orders.clear", "added")]
    inlined = told(("expression: net, filter: net > 0", "expression: amount - tax, filter: (amount - tax) > 0"))
    assert inlined == []


def test_a_definition_changes_and_what_is_made_of_it_changes_through_it() -> None:
    found = changes(("filter: net > 0", "filter: net >= 0"))
    assert [(each.name, each.kind, each.through) for each in found] == [
        ("revenue", "changed", ()),
        ("basket", "changed", ("revenue",)),
        ("half_basket", "changed", ("basket",)),
    ]
    assert found[0].before.endswith("where net > 0 in CHF")
    assert found[0].after.endswith("where net >= 0 in CHF")


@pytest.mark.parametrize(
    ("swap", "through"),
    [
        (("amount - tax", "amount - 2 * tax"), ("orders.net",)),
        (("source: sales.orders", "source: sales.orders_v2"), ("the source of orders", "orders.net", "the default time of orders")),
        (("day, type: date, role: time}", "day, type: date, role: time, expression: booked}"), ("the default time of orders",)),
    ],
)  # fmt: skip
def test_a_metric_changes_through_what_it_reads(swap: tuple[str, str], through: tuple[str, ...]) -> None:
    found = {each.name: each for each in changes(swap) if each.section == "metric"}
    assert set(found) == {"revenue", "order_count", "basket", "half_basket"} or through == ("orders.net",)
    assert found["revenue"].through == through


def test_a_unit_is_part_of_the_meaning_and_a_format_is_not() -> None:
    assert ("metric", "revenue", "changed") in told(("unit: CHF", "unit: EUR"))
    assert told(("unit: CHF", "unit: CHF, format: integer")) == []
    assert ("metric", "revenue", "changed") in told(
        ("unit: CHF", "unit: CHF, format: {style: currency, currency: EUR}")
    )


def test_a_metric_that_is_renamed_is_told_as_such() -> None:
    renamed = told(
        ("name: order_count", "name: orders_placed"), ("denominator: order_count", "denominator: orders_placed")
    )
    assert renamed == [("metric", "order_count", "renamed")]


def test_added_and_removed() -> None:
    more = ("  - {name: basket,", "  - {name: tax, dataset: orders, agg: sum, expression: tax}\n  - {name: basket,")
    assert told(more) == [("metric", "tax", "added")]
    assert [(e.name, e.kind) for e in difference(catalog(more), catalog()).changes] == [("tax", "removed")]


@pytest.mark.parametrize(
    ("swap", "expected"),
    [
        (("week_start: monday", "week_start: sunday"), ("calendar", "week_start", "changed")),
        (("to_columns: id}", "to_columns: id, total: true}"), ("relationship", "orders.person", "changed")),
        (("person = {me}", "person <> {me}"), ("policy", "orders", "changed")),
        (("[admins]", "[admins, audit]"), ("policy", "orders", "changed")),
        (("measures: [revenue]", "measures: [order_count]"), ("verified query", "how much?", "changed")),
        (("primary_key: id\n    default_time", "primary_key: [id, day]\n    default_time"), ("dataset", "orders", "changed")),
        (("upper(town)", "lower(town)"), ("field", "people.city", "changed")),
        (("name: shop\n", "name: shop\nexposed: [revenue]\n"), ("exposed", "exposed", "changed")),
    ],
)  # fmt: skip
def test_what_else_means_something(swap: tuple[str, str], expected: tuple[str, str, str]) -> None:
    assert told(swap) == [expected]


def test_lineage_ends_at_columns() -> None:
    come = origin(catalog(), "half_basket")
    assert [part.metric for part in come.parts] == ["basket", "order_count"]
    revenue = come.parts[0].parts[0]
    assert [(field.path, field.sql, field.columns) for field in revenue.fields] == [
        ("orders.net", "amount - tax", ("sales.orders.amount", "sales.orders.tax"))
    ]
    assert come.columns == ("sales.orders.amount", "sales.orders.tax", "sales.orders.*")


FAR = (
    "  - {name: basket,",
    "  - {name: far, dataset: orders, agg: count, filter: person.city = 'ROME'}\n  - {name: basket,",
)


def test_sql_over_relationships_is_followed() -> None:
    before, after = catalog(FAR), catalog(FAR, ("upper(town)", "lower(town)"))
    found = {each.name: each for each in difference(before, after).changes}
    assert found["far"].through == ("orders.person.city",)
    assert "revenue" not in found
    assert origin(before, "far").columns == ("sales.orders.*", "(crm.people, crm.places).town")


def test_a_join_on_the_way_is_part_of_the_meaning() -> None:
    other = ("from_columns: person, to_columns", "from_columns: id, to_columns")
    found = {each.name: each for each in difference(catalog(FAR), catalog(FAR, other)).changes}
    assert found["far"].kind == "changed"


@pytest.mark.parametrize("name", [metric.name for metric in native.load(demo.catalog_text()).metrics])
def test_every_metric_of_the_demo_comes_from_columns(name: str) -> None:
    assert origin(native.load(demo.catalog_text()), name).columns


@pytest.mark.parametrize("kind", metrics.kinds())
def test_every_kind_can_be_compared_by_its_contract(kind: str) -> None:
    """No kind is named in `meaning`: what it is made of and what it holds is enough."""
    module: Any = importlib.import_module(f"goal_semantics.metrics.{kind}")
    assert callable(module.parts)
    assert callable(module.define)


def test_a_metric_that_is_defined_by_itself_ends() -> None:
    circle = catalog(("numerator: revenue", "numerator: half_basket"))
    assert origin(circle, "basket").metric == "basket"
    assert ("metric", "basket", "changed") in [
        (e.section, e.name, e.kind) for e in difference(catalog(), circle).changes
    ]
    assert not difference(circle, circle)
