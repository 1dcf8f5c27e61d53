"""A definition in words leaves nothing out: what changes a number changes the line that defines it."""

from __future__ import annotations

from typing import Any

import pytest

from goal_semantics.metrics import Input, find, kinds

OPTIONS: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
    "simple": (
        {"dataset": "orders", "agg": "percentile", "expression": "amount", "percentile": 0.5, "filter": "status = 'paid'"},
        {"dataset": ["refunds"], "agg": ["percentile_discrete"], "expression": ["weight"], "filter": ["status = 'open'", None],
         "percentile": [0.9], "fill": [0, 1], "spine": [True], "narrows": [True]},
    ),
    "ratio": ({"numerator": "a", "denominator": "b"}, {"numerator": ["c"], "denominator": ["c"]}),
    "derived": (
        {"expression": "a - b", "inputs": [{"metric": "a", "alias": "b", "offset": "1 year"}]},
        {"expression": ["a + b"], "inputs": [[{"metric": "a", "alias": "b", "offset": "1 month"}]]},
    ),
    "cumulative": (
        {"metric": "a", "spine": True},
        {"metric": ["b"], "window": ["3 months", "1 year"], "to_date": ["year", "month"], "at": ["first", "avg"], "spine": [False],
         "every": [True], "fill": [0, 1]},
    ),
    "offset": (
        {"metric": "a", "by": "1 year"},
        {"metric": ["b"], "by": ["1 month"], "to": ["year", "month"], "show": ["change", "change_pct", "ratio"], "spine": [True]},
    ),
    "semi_additive": (
        {"dataset": "balances", "expression": "balance", "over": "balances.day", "by": ["balances.account_id"]},
        {"dataset": ["stocks"], "agg": ["avg"], "expression": ["interest"], "filter": ["kind = 'current'"], "over": ["balances.at"],
         "take": ["first", "min", "max", "avg"], "by": [[]], "moment": ["asked"], "fill": [0, 1]},
    ),
    "share": ({"metric": "a"}, {"metric": ["b"], "within": [["status"]]}),
    "rank": ({"metric": "a"}, {"metric": ["b"], "within": [["status"]], "ascending": [True]}),
    "fixed": (
        {"metric": "a", "by": ["orders.status"]},
        {"metric": ["b"], "by": [[], ["orders.name"], [{"field": "orders.ordered_at", "grain": "month"}],
                                 [{"field": "orders.ordered_at", "grain": "year"}], [{"field": "orders.quantity", "bins": {"width": 5}}],
                                 [{"field": "orders.ordered_at", "part": "month"}],
                                 [{"field": "orders.ordered_at", "grain": "year", "fiscal": True}]],
         "agg": ["avg", "max"]},
    ),
    "conversion": (
        {"base": "visits", "conversion": "orders", "base_key": "visits.user", "conversion_key": "orders.user"},
        {"base": ["calls"], "conversion": ["refunds"], "base_key": ["visits.person"], "conversion_key": ["orders.person"],
         "window": ["7 days", "1 month"], "calculation": ["count"], "constant": [[["visits.product", "orders.product"]]],
         "missing": ["null"]},
    ),
}  # fmt: skip
"""A definition of each kind, and other values of each option."""
EXCLUDES = {("cumulative", "every"): {}, ("offset", "to"): {"by": None}}
CONDITION = {"kind": "condition", "field": "orders.status", "op": "=", "values": ["paid"]}
FILTERS: list[Any] = [
    "status = 'paid'", CONDITION, CONDITION | {"op": "!="}, CONDITION | {"values": ["open"]}, CONDITION | {"grain": "month"},
    CONDITION | {"part": "month"}, {"kind": "not", "item": CONDITION}, {"kind": "and", "items": [CONDITION, CONDITION]},
    {"kind": "or", "items": [CONDITION, CONDITION]},
    {"kind": "exists", "dataset": "refunds", "through": "orders.id", "key": "refunds.id"},
    {"kind": "exists", "dataset": "refunds", "through": "orders.id", "key": "refunds.id", "negate": True},
    {"kind": "exists", "dataset": "refunds", "through": "orders.id", "key": "refunds.id", "filter": CONDITION},
    {"kind": "metric at", "measure": {"metric": "orders"}, "by": ["orders.user"], "op": ">", "values": [3]},
    {"kind": "metric at", "measure": {"agg": "sum", "field": "orders.amount"}, "by": ["orders.user"], "op": ">", "values": [3]},
    {"kind": "metric", "measure": {"metric": "orders"}, "op": ">", "values": [3]},
]  # fmt: skip


def words(kind: str, written: dict[str, Any]) -> str:
    given = {name: value for name, value in written.items() if value is not None}
    return find(kind).define(find(kind).Spec.model_validate({"kind": kind, **given}))


@pytest.mark.parametrize("kind", kinds())
def test_every_option_is_in_the_words(kind: str) -> None:
    base, options = OPTIONS[kind]
    assert set(options) == set(find(kind).Spec.model_fields) - {"kind"}, "an option that this table does not know"
    for name, values in options.items():
        said = [words(kind, base | EXCLUDES.get((kind, name), {}) | {name: value}) for value in values]
        said.append(words(kind, base))
        assert len(set(said)) == len(said), name
        assert not any("\n" in each for each in said)


def test_every_option_of_an_input_is_in_the_words() -> None:
    options: list[dict[str, Any]] = [
        {}, {"offset": "1 month"}, {"offset": "1 year"}, {"offset_to": "year"}, {"fill": 0}, {"fill": 1},
        *({"filter": each} for each in FILTERS),
    ]  # fmt: skip
    said = [str(Input.model_validate({"metric": "a", **each})) for each in options]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("kind", "option", "line"),
    [
        ("simple", {"agg": "count", "expression": None, "percentile": None, "spine": True, "fill": 0},
         "count of rows over orders where status = 'paid', for every period, 0 where there is none"),
        ("offset", {"show": "change_pct", "spine": True}, "relative change of a against 1 year earlier, for every period"),
        ("fixed", {"agg": "avg"}, "avg of a per orders.status"),
        ("conversion", {"window": "7 days", "constant": [["visits.product", "orders.product"]]},
         ("conversions of visits to orders within 7 days by visits.user = orders.user and visits.product = orders.product, "
         "divided by visits, 0 where there is none")),
    ],
)  # fmt: skip
def test_a_line_reads_well(kind: str, option: dict[str, Any], line: str) -> None:
    assert words(kind, OPTIONS[kind][0] | option) == line
