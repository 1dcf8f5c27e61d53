"""Where engines differ behind the same words: each trap has one answer, DuckDB's, on PostgreSQL and on Spark."""

from __future__ import annotations

import decimal
from typing import Any

import pytest

from goal_semantics.model import Catalog, Dataset, DataType
from goal_semantics.render.names import MOST_BYTES, folded
from tests.semantic.engines import Engine, differences
from tests.semantic.shop import CATALOG, aggregated, counted, field

FIELDS = (
    field("id", "integer", role="key"), field("tick", "timestamp", role="time"), field("word", "string"),
    field("price", "decimal", role="fact"),
)  # fmt: skip
METRICS = (
    counted("moments", "moments"), aggregated("middle", "moments", "median", "price"),
    aggregated("first_word", "moments", "min", "word"), aggregated("last_word", "moments", "max", "word"),
)  # fmt: skip
MOMENTS = Dataset(name="moments", source="moments", primary_key=("id",), default_time="tick", fields=FIELDS)


def catalog(expression: str = "", kind: DataType = "opaque") -> Catalog:
    made = (field("made", kind, expression=expression),) if expression else ()
    moments = MOMENTS.model_copy(update={"fields": FIELDS + made})
    added = {"datasets": (*CATALOG.datasets, moments), "metrics": (*CATALOG.metrics, *METRICS)}
    return CATALOG.model_copy(update=added)


def listed(*names: str) -> dict[str, Any]:
    return {"detail": {"dataset": "moments", "fields": [f"moments.{name}" for name in ("id", *names)]}}


WRITTEN: list[tuple[str, DataType]] = [
    ("dayofweek(tick)", "integer"), ("isodow(tick)", "integer"), ("extract(dow FROM tick)", "integer"),
    ("extract(isodow FROM tick)", "integer"), ("extract(second FROM tick)", "integer"), ("second(tick)", "integer"),
    ("hour(tick) * 60 + minute(tick)", "integer"), ("quarter(tick)", "integer"), ("weekofyear(tick)", "integer"),
    ("dayofyear(tick) + day(tick)", "integer"), ("dayname(tick)", "string"), ("monthname(tick)", "string"),
    ("strftime(tick, '%Y-%m')", "string"), ("make_date(2020, id, 1)", "date"), ("last_day(tick)", "date"),
    *((f"date_diff('{unit}', TIMESTAMP '2023-03-11 23:59:58', tick)", "integer")
      for unit in ("year", "quarter", "month", "week", "day", "hour", "minute", "second")),
    ("log(id)", "float"), ("price / 3", "float"), ("id / 4", "float"), ("id // 4", "integer"), ("-id // 4", "integer"),
    ("-id % 4", "integer"), ("price::INTEGER", "integer"), ("(price * 1.0)::BIGINT", "integer"),
    ("(price / 1)::INTEGER", "integer"), ("(id > 4)::BIGINT", "integer"), ("round(price, 1)", "decimal"), ("round(price)", "decimal"),
    ("round(price / 3, 2)", "float"), ("round(price / 1)", "float"), ("word >= 'a'", "boolean"), ("word < 'Z'", "boolean"),
    ("contains(word, 'b')", "boolean"), ("ends_with(word, 'c')", "boolean"), ("starts_with(word, 'b')", "boolean"),
    (r"word LIKE 'b\_c'", "boolean"), (r"word LIKE 'b\%'", "boolean"), ("word LIKE 'b!%' ESCAPE '!'", "boolean"),
    ("word LIKE 'b_c'", "boolean"), ("word NOT LIKE 'b%'", "boolean"), ("word || '!'", "string"), ("concat(word, '!')", "string"),
    ("regexp_extract(word, 'b(.)')", "string"), ("greatest(id, NULL, 3)", "integer"), ("coalesce(word, 'none')", "string"),
    ("if(id > 4, word, NULL)", "string"), ("length(word)", "integer"), ("upper(word)", "string"),
    ("tick + INTERVAL 1 MONTH", "timestamp"), ("tick - INTERVAL 3 HOUR", "timestamp"), ("id IS DISTINCT FROM 4", "boolean"),
]  # fmt: skip
REFUSED = {("postgres", "regexp_extract(word, 'b(.)')")}
"""What an engine cannot say at all; it refuses instead of giving another number."""


@pytest.mark.parametrize(("expression", "kind"), WRITTEN)
def test_sql_of_the_author_means_the_same(expression: str, kind: DataType, here: Engine, there: Engine) -> None:
    if (there.dialect, expression) in REFUSED:
        with pytest.raises(Exception, match="refused"):
            there.ask(listed("made"), catalog(expression, kind))
        return
    made = catalog(expression, kind)
    expected = here.ask(listed("made"), made)
    assert any(row[1] is not None for row in expected)
    assert differences(there.ask(listed("made"), made), expected) == []


@pytest.mark.parametrize("grain", ["second", "minute", "hour", "day", "week", "month", "quarter", "year"])
def test_a_wall_clock_time_that_a_zone_skips_stays_where_it_is(grain: str, here: Engine, there: Engine) -> None:
    asked = {"measures": [{"metric": "moments"}], "groupings": [{"field": "moments.tick", "grain": grain}]}
    assert differences(there.ask(asked, catalog()), here.ask(asked, catalog())) == []


@pytest.mark.parametrize(("grain", "value"), [("second", 12), ("second", 59), ("minute", 30), ("hour", 2), ("week", 1)])
def test_parts_of_the_clock_are_whole(grain: str, value: int, here: Engine, there: Engine) -> None:
    condition = {"kind": "condition", "field": "moments.tick", "op": "=", "grain": grain, "values": [value]}
    asked = {"measures": [{"metric": "moments"}], "filter": condition}
    expected = here.ask(asked, catalog())
    assert expected != [(0,)]
    assert there.ask(asked, catalog()) == expected


def test_text_comes_in_the_order_of_its_bytes(here: Engine, there: Engine) -> None:
    words = [row[1] for row in here.ask(listed("word") | {"order": [{"by": "word", "descending": False}]}, catalog())]
    assert words[:5] == ["10", "9", "B", "Z", "_"]
    for asked in (
        listed("word") | {"order": [{"by": "word", "descending": True}]},
        {"measures": [{"metric": "moments"}], "groupings": [{"field": "moments.word"}]},
        {"measures": [{"metric": "moments"}], "groupings": [{"field": "moments.word"}], "top": {"n": 4, "by": "moments"}},
        {"measures": [{"metric": "moments"}], "groupings": [{"field": "moments.word"}],
         "top": {"n": 4, "by": "moments", "others": True}},
        {"detail": {"dataset": "moments", "fields": ["moments.word"], "distinct": True}},
        {"measures": [{"metric": "first_word"}, {"metric": "last_word"}]},
        {"measures": [{"metric": "moments"}],
         "filter": {"kind": "condition", "field": "moments.word", "op": "between", "values": ["B", "a"]}},
    ):  # fmt: skip
        assert differences(there.ask(asked, catalog()), here.ask(asked, catalog())) == [], asked


@pytest.mark.parametrize("there", ["on_postgres", pytest.param("on_spark", marks=pytest.mark.slow)], indirect=True)
@pytest.mark.parametrize("value", ["%", "b%", "_", "\\", "É", "B", "x'y", "%s", "$1", "?", "${spark.app.name}"])
@pytest.mark.parametrize("op", ["contains", "starts with", "ends with", "=", "not in"])
def test_values_are_values(op: str, value: str, here: Engine, there: Engine) -> None:
    condition = {"kind": "condition", "field": "moments.word", "op": op, "values": [value]}
    asked = {"measures": [{"metric": "moments"}], "filter": condition}
    assert there.ask(asked, catalog()) == here.ask(asked, catalog())


def test_the_middle_of_two_decimals_keeps_its_digits(here: Engine, there: Engine) -> None:
    condition = {"kind": "condition", "field": "moments.id", "op": "in", "values": [1, 2]}
    asked = {"measures": [{"metric": "middle"}], "filter": condition}
    assert here.ask(asked, catalog()) == [(0.375,)] == there.ask(asked, catalog())


def test_names_that_differ_behind_the_sixty_third_byte_stay_two(here: Engine, there: Engine) -> None:
    long = "ä" * 40 + " of everything that is counted"
    measures = [{"metric": "orders", "alias": f"{long} 1"}, {"metric": "revenue", "alias": f"{long} 2"}]
    asked = {
        "measures": [*measures, {"metric": "refunded", "alias": f"{long} 3"}],
        "groupings": [{"field": "customers.name", "alias": f"{long} 4"}],
        "calculations": [{"kind": "share", "measure": f"{long} 1"}],
        "order": [{"by": f"{long} 2", "descending": True}],
    }
    assert differences(there.ask(asked), here.ask(asked)) == []


def test_no_identifier_of_ours_is_cut_by_postgres(on_postgres: Engine) -> None:
    alias = "x" * 80
    asked = {"measures": [{"metric": "orders", "alias": alias}], "groupings": [{"field": "orders.status"}]}
    text = on_postgres.compiled(asked | {"top": {"n": 1, "by": alias, "others": True}}).text
    assert max(len(word.encode()) for word in text.split('"')[1::2]) <= MOST_BYTES
    assert folded("A" * 70, "postgres") == "a" * MOST_BYTES


def plan(engine: Engine, asked: dict[str, Any]) -> str:
    from goal_semantics.compiled import OutputColumn

    found = engine.compiled(asked)
    explained = type(found)(
        found.query, found.dialect, "EXPLAIN " + found.display.replace("%", "%%"), (), "",
        (OutputColumn("plan", "detail", "plan", "string"),), (), (),
    )  # fmt: skip
    return "\n".join(row["plan"] for row in engine.connector.prepare(explained).run().frame.table.to_pylist())


@pytest.mark.parametrize(
    "extra",
    [{}, {"comparison": {"to": "previous_year"}, "groupings": [{"field": "orders.ordered_at", "grain": "month"},
                                                            {"field": "customers.segment"}]}],
)  # fmt: skip
def test_postgres_never_compares_all_groups_with_all(extra: dict[str, Any], on_postgres: Engine) -> None:
    measures = [{"metric": "revenue"}, {"metric": "refunded"}]
    asked = {"measures": measures, "groupings": [{"field": "customers.name"}]} | extra
    found = plan(on_postgres, asked)
    assert "Full Join" in found
    assert "Nested Loop" not in found


def test_keys_of_two_types_meet(here: Engine, there: Engine) -> None:
    measures = [{"metric": "orders"}, {"metric": "refunded"}]
    asked = {"measures": measures, "groupings": [{"field": "orders.ordered_at", "grain": "day"}]}
    assert differences(there.ask(asked), here.ask(asked)) == []


EXACT = ["avg", "median", "stddev", "stddev_pop", "variance", "variance_pop", "min", "max", "count_distinct"]


def test_every_aggregate_is_the_same_number(here: Engine, there: Engine) -> None:
    measures: list[dict[str, Any]] = [{"agg": name, "field": "orders.amount"} for name in EXACT]
    measures += [
        {"agg": name, "field": "orders.amount", "percentile": share, "alias": f"{name} {share}"}
        for name in ("percentile", "percentile_discrete") for share in (0.1, 0.25, 0.9)
    ]  # fmt: skip
    asked = {"measures": measures, "groupings": [{"field": "orders.customer.name"}]}
    assert differences(there.ask(asked), here.ask(asked)) == []


def test_sums_are_exact(here: Engine, there: Engine) -> None:
    [(found,)] = there.ask({"measures": [{"metric": "revenue"}]})
    assert isinstance(found, decimal.Decimal)
    assert [(found,)] == here.ask({"measures": [{"metric": "revenue"}]})
