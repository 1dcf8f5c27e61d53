"""Inference on small measured tables: each rule, and how it could be silently wrong."""

from __future__ import annotations

from itertools import starmap

import duckdb
import pytest

from goal_semantics.infer import infer
from goal_semantics.load.native import dump, load
from goal_semantics.profile import ColumnProfile, Inclusion, Profile, TableProfile
from goal_semantics.resolve import validate
from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors.duckdb import connect


def column(
    name: str,
    kind: str = "integer",
    *,
    rows: int = 100,
    distinct: int | None = None,
    nulls: int = 0,
    samples=(),
    low=None,
    high=None,
):
    return ColumnProfile(
        name, kind, kind.upper(), rows, nulls, rows if distinct is None else distinct, samples, low, high
    )


def of(*columns: ColumnProfile, name: str = "orders", key=(), tables=(), inclusions=()):
    table = TableProfile(name, name, columns[0].rows, columns, key)
    return infer(Profile("shop", (table, *tables), tuple(starmap(Inclusion, inclusions))))


def field(*args, **kwargs):
    made = column(*args, **kwargs)
    return of(made, column("filler")).catalog.datasets[0].fields[0]


@pytest.mark.parametrize(
    ("name", "role"),
    [("amount", "fact"), ("num_seats", "fact"), ("number_of_items", "fact"), ("zip", "dimension"), ("zip_code", "dimension"),
     ("phone_number", "dimension"), ("customer_id", "key"), ("CustomerID", "key"), ("id_customer", "key"), ("is_paid", "dimension"),
     ("status", "dimension"), ("rank", "dimension"), ("order", "dimension"), ("latitude", "dimension")],
)  # fmt: skip
def test_numbers_that_name_something_are_not_facts(name, role):
    assert field(name).role == role


def test_a_flag_is_a_category_whatever_its_name():
    assert field("shipped", distinct=2, samples=("0", "1")).role == "dimension"


def test_a_year_is_shown_without_separators_and_never_summed():
    result = of(column("year_opened", low="1901", high="2020"), column("filler"))
    made = result.catalog.datasets[0].fields[0]
    assert (made.role, made.format and made.format.style) == ("dimension", "text")
    assert not any("year_opened" in name for name in result.catalog.metric)
    assert field("years_of_service", low="1", high="40").role == "fact"


def test_clock_times_written_as_numbers_are_not_quantities():
    assert field("open_time", samples=("517", "1830"), low="5", high="2400").role == "dimension"
    assert field("air_time", samples=("41", "45"), low="20", high="695").role == "fact"


@pytest.mark.parametrize(
    "name", ["discount_rate", "age", "unit_price", "avg_score", "percentage", "temp", "stock", "Latitude", "min_qty"]
)
def test_sums_that_mean_nothing_are_not_offered(name):
    assert not any(
        metric.startswith("total_") for metric in of(column(name), column("filler")).catalog.metric if name in metric
    )


def test_text_that_holds_dates_is_a_time_and_what_does_not_convert_is_missing_not_a_failure():
    result = of(column("ordered", "string", samples=("2013-01-31",), low="2013-01-01", high="2013-12-31"), column("n"))
    made = result.catalog.datasets[0].by_name["ordered"]
    assert made.expression is not None
    assert (made.type, made.role, made.grain, made.expression.text) == (
        "date",
        "time",
        "day",
        'TRY_CAST("ordered" AS DATE)',
    )
    assert result.catalog.datasets[0].default_time == "ordered"
    assert field("code", "string", samples=("2013-01-31",), low="2013-01-01", high="X-1").type == "string"


def test_the_time_of_a_row_is_when_it_happened():
    times = [column(name, "date") for name in ("birth_date", "shipped_date", "order_date", "updated_at")]
    result = of(*times)
    assert result.catalog.datasets[0].default_time == "order_date"
    assert any("rows happen at order_date" in guess.text for guess in result.guesses)
    assert of(column("birth_date", "date")).catalog.datasets[0].default_time is None


def test_columns_whose_names_cannot_stand_in_a_path_keep_their_sql():
    result = of(
        column("Total Sales"), column("a.b"), column('say "x"'), column("total_sales"), column("ID"), column("id")
    )
    fields = result.catalog.datasets[0].fields
    assert [(made.name, made.expression.text if made.expression else None) for made in fields] == [
        ("total_sales", '"Total Sales"'), ("a_b", '"a.b"'), ("say_x", '"say ""x"""'), ("total_sales_2", '"total_sales"'),
        ("ID", None), ("id_2", '"id"'),
    ]  # fmt: skip
    assert str(validate(result.catalog)) == ""


CUSTOMERS = TableProfile(
    "customers", "customers", 10, (column("id", rows=10), column("name", "string", rows=10)), ("id",)
)


def test_a_key_that_the_data_breaks_is_left_out_and_so_is_what_points_at_it():
    broken = TableProfile("customers", "customers", 10, (column("id", rows=10, distinct=9),), ("id",))
    result = of(column("customer_id", distinct=9), tables=(broken,),
                inclusions=[("orders", ("customer_id",), "customers", ("id",), 1.0, True)])  # fmt: skip
    assert result.catalog.relationships == ()
    assert result.catalog.dataset["customers"].primary_key == ()
    said = " ".join(guess.text for guess in result.guesses)
    assert "the data has duplicates or gaps" in said
    assert "rows would multiply" in said


@pytest.mark.parametrize(
    ("child", "kind", "coverage", "declared", "found"),
    [
        ("customer_id", "integer", 1.0, False, True),
        ("customer_id", "integer", 0.85, False, True),
        ("customer_id", "integer", 0.6, False, False),
        ("customer_id", "integer", 0.1, True, True),
        ("quantity", "integer", 1.0, False, False),
        ("buyer", "string", 0.97, False, True),
        ("buyer", "string", 0.9, False, False),
        ("id", "integer", 1.0, False, False),
    ],
)  # fmt: skip
def test_a_column_points_at_a_key_when_names_or_text_values_say_so(child, kind, coverage, declared, found):
    result = of(column(child, kind, distinct=8), tables=(CUSTOMERS,),
                inclusions=[("orders", (child,), "customers", ("id",), coverage, declared)])  # fmt: skip
    assert bool(result.catalog.relationships) is found


def test_a_column_leads_to_one_parent_the_better_named_one():
    accounts = TableProfile("accounts", "accounts", 10, (column("id", rows=10),), ("id",))
    result = of(column("customer_id", distinct=8), tables=(accounts, CUSTOMERS), inclusions=[
        ("orders", ("customer_id",), "accounts", ("id",), 1.0, False),
        ("orders", ("customer_id",), "customers", ("id",), 0.95, False),
    ])  # fmt: skip
    assert [each.to_dataset for each in result.catalog.relationships] == ["customers"]


def test_roles_name_the_steps_and_never_collide():
    result = of(column("billing_customer_id", distinct=8), column("shipping_customer_id", distinct=8), column("customer_id", distinct=8),
                tables=(CUSTOMERS,), inclusions=[
        ("orders", (name,), "customers", ("id",), 1.0, False) for name in ("billing_customer_id", "shipping_customer_id", "customer_id")
    ])  # fmt: skip
    assert sorted(each.name for each in result.catalog.relationships) == [
        "billing_customer",
        "customer",
        "shipping_customer",
    ]


def test_a_shared_key_is_one_to_one_and_valid():
    details = TableProfile(
        "details", "details", 10, (column("id", rows=10), column("note", "string", rows=10)), ("id",)
    )
    result = infer(Profile("shop", (CUSTOMERS, details), (
        Inclusion("details", ("id",), "customers", ("id",), 1.0, True), Inclusion("customers", ("id",), "details", ("id",), 1.0),
    )))  # fmt: skip
    (step,) = result.catalog.relationships
    assert step.one_to_one
    assert str(validate(result.catalog)) == ""


def test_a_key_never_points_at_itself_nor_twice_at_the_same_table():
    parts = TableProfile("parts", "parts", 10, (column("id", rows=10), column("day", "date", rows=10)), ("id",))
    result = of(column("part_id", distinct=8), column("day", "date", distinct=8), tables=(parts,), inclusions=[
        ("parts", ("id",), "parts", ("id",), 1.0, False),
        ("orders", ("part_id",), "parts", ("id",), 1.0, False),
        ("orders", ("part_id", "day"), "parts", ("id", "day"), 1.0, False),
    ])  # fmt: skip
    assert [(each.from_dataset, each.from_fields) for each in result.catalog.relationships] == [
        ("orders", ("part_id",))
    ]


def test_equal_names_in_two_schemas_stay_two_datasets():
    tables = tuple(
        TableProfile("orders", source, 1, (column("amount", rows=1),)) for source in ("sales.orders", "old.orders")
    )
    catalog = infer(Profile("shop", tables)).catalog
    assert [(dataset.name, dataset.source) for dataset in catalog.datasets] == [
        ("orders", "sales.orders"),
        ("orders_2", "old.orders"),
    ]
    assert len({metric.name for metric in catalog.metrics}) == len(catalog.metrics)
    assert str(validate(catalog)) == ""


def test_a_hostile_database_gives_a_valid_file(tmp_path):
    file = tmp_path / "x.duckdb"
    with duckdb.connect(str(file)) as opened:
        opened.execute(
            'CREATE TABLE "a""b: - {x}" ("# no" INTEGER, "l1\nl2" VARCHAR, "\x07" DOUBLE, "yes" BOOLEAN, " " INTEGER)'
        )
        opened.execute('INSERT INTO "a""b: - {x}" VALUES (1, E\'on: \\n- [\', 2.5, true, 3)')
    connector = connect(f"duckdb:///{file}", ConnectOptions())
    try:
        result = infer(connector.profile())
    finally:
        connector.close()
    assert load(dump(result.catalog, notes=result.guesses)) == result.catalog
    assert str(validate(result.catalog)) == ""


def test_an_empty_database_gives_an_empty_catalog():
    result = infer(Profile("nothing", ()))
    assert (result.catalog.datasets, result.catalog.metrics, result.guesses) == ((), (), ())
    assert load(dump(result.catalog)) == result.catalog
