"""Names that break SQL, YAML or the eye: right, or refused with the reason; never another statement."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from goal_semantics.compile import compile_query
from goal_semantics.errors import CatalogError
from goal_semantics.load import native
from goal_semantics.metrics import ratio, simple
from goal_semantics.model import Catalog, Dataset, Expression, Field, Metric, Relationship
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve.validate import validate
from tests.semantic.shop import AS_OF, CATALOG, divided, field, rows
from tests.semantic.test_traps import issues

DIALECTS = ("duckdb", "snowflake", "databricks", "spark", "postgres")
NAMES = [
    "select", "group", "order", "user", "table", "all", "end", "null", "true", "date", "Order By", 'say "hi"', "it's", "a`b",
    "tab;le", "--", "/* x */", "größe", "名前", "🛩️ flights", "e\u0301", "ﬁ", "{}", "%s", "?", "$1", ":x", "${", "a b", "0",
    "members_by_x", "placed", "combined", "_level", "_others", "masked x",
]  # fmt: skip


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def catalog(name: str) -> Catalog:
    """Dataset, fields, relationship and metrics, all of this name."""
    facts = Dataset(
        name=name, source=quoted(f"{name} facts"), primary_key=("row id",),
        fields=(
            field("row id", "integer", expression=Expression(text='"row id"')),
            field(name, "string", expression=Expression(text=quoted(name))),
            field(f"{name} key", "integer", expression=Expression(text=quoted(f"{name} key"))),
        ),
    )  # fmt: skip
    other = Dataset(
        name=f"{name} other", source=quoted(f"{name} other"), primary_key=(f"{name} key",),
        fields=(
            field(f"{name} key", "integer", expression=Expression(text=quoted(f"{name} key"))),
            field(name, "string", expression=Expression(text=quoted(name))),
        ),
    )  # fmt: skip
    link = Relationship(
        name=name, from_dataset=name, to_dataset=f"{name} other", from_fields=(f"{name} key",), to_fields=(f"{name} key",)
    )  # fmt: skip
    metrics = (
        Metric(name=f"{name} count", spec=simple.Spec(dataset=name, agg="count")),
        Metric(name=f"{name} far", spec=simple.Spec(dataset=name, agg="count", filter=f"{quoted(name)}.{quoted(name)} = 'x'")),
        Metric(name=f"{name} rate", spec=ratio.Spec(numerator=f"{name} far", denominator=f"{name} count")),
    )  # fmt: skip
    return Catalog(name="hostile", datasets=(facts, other), relationships=(link,), metrics=metrics)


def asked(name: str) -> dict[str, Any]:
    return {
        "measures": [{"metric": f"{name} count"}, {"metric": f"{name} far"}, {"metric": f"{name} rate"}],
        "groupings": [{"field": f"{name}.{name}.{name}"}],
        "filter": {"kind": "condition", "field": f"{name}.{name}", "op": "!=", "values": [name]},
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(name: str) -> None:
    connection = duckdb.connect()
    key, column = quoted(f"{name} key"), quoted(name)
    connection.execute(f'CREATE TABLE {quoted(f"{name} facts")} ("row id" INTEGER, {column} VARCHAR, {key} INTEGER)')
    connection.execute(f"CREATE TABLE {quoted(f'{name} other')} ({key} INTEGER, {column} VARCHAR)")
    connection.execute(f"INSERT INTO {quoted(f'{name} other')} VALUES (1, 'x'), (2, 'y')")
    insert = f"INSERT INTO {quoted(f'{name} facts')} VALUES (1, ?, 1), (2, 'a', 1), (3, NULL, 2), (4, 'b', NULL), (5, 'c', 9)"
    connection.execute(insert, [name])
    made = catalog(name)
    assert not validate(made).errors
    assert rows(connection, asked(name), made) == [("x", 1, 1, 1.0), ("y", 1, 0, 0.0), (None, 2, 0, 0.0)]
    query = compile_query(SemanticQuery.model_validate(asked(name)), made, "duckdb", as_of=AS_OF)
    assert connection.execute(query.display).fetchall() == connection.execute(query.text, query.parameters).fetchall()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_every_dialect_reads_one_statement_with_the_names_back(name: str, dialect: Any) -> None:
    text = compile_query(SemanticQuery.model_validate(asked(name)), catalog(name), dialect, as_of=AS_OF).display
    [tree] = sqlglot.parse(text, dialect=dialect)
    assert isinstance(tree, exp.Query)
    assert f"{name} facts" in {each.name for each in tree.find_all(exp.Table)}
    assert f"{name} rate" in tree.named_selects


@pytest.mark.parametrize("name", NAMES)
def test_names_survive_the_file(name: str) -> None:
    assert native.load(native.dump(catalog(name))) == catalog(name)


@pytest.mark.parametrize("name", ["a.b", '""', '" a"'])
def test_names_that_cannot_stand_in_a_path_are_refused(name: str) -> None:
    with pytest.raises(CatalogError) as raised:
        native.load(f"name: x\ndatasets:\n  - name: {name}\n    source: t\n")
    assert "catalog.yaml:3" in str(raised.value.issues)


def test_every_name_that_is_there_twice_is_told_at_once() -> None:
    text = """
name: twice
datasets:
  - {name: a, source: t, fields: [{name: x, type: integer}, {name: x, type: string}]}
  - {name: a, source: t}
metrics:
  - {name: m, dataset: a, agg: count}
  - {name: m, dataset: a, agg: count}
"""
    with pytest.raises(CatalogError) as raised:
        native.load(text)
    assert len(raised.value.issues) == 3
    assert all("is taken" in issue.message and issue.place is not None for issue in raised.value.issues)


@pytest.mark.parametrize("length", [1, 2, 40])
def test_a_circle_of_metrics_is_refused(length: int) -> None:
    ring = tuple(divided(f"m{at}", f"m{(at + 1) % length}", f"m{(at + 1) % length}") for at in range(length))
    text = str(validate(Catalog(name="ring", metrics=ring)).errors)
    assert "is defined by itself" in text


def test_definitions_that_double_at_each_level_are_refused_not_waited_for() -> None:
    """Each level names the one below twice: 2^40 terms."""
    tower = tuple(divided(f"m{at}", f"m{at - 1}", f"m{at - 1}") for at in range(1, 41))
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, divided("m0", "revenue", "orders"), *tower)})
    assert "too large" in str(issues({"measures": [{"metric": "m40"}]}, made))
    assert not issues({"measures": [{"metric": "m5"}]}, made)


@pytest.mark.parametrize("expression", ['"{x}"', "{x}", "amount + {x}"])
def test_an_attribute_of_a_viewer_is_for_policies_only(expression: str) -> None:
    odd = Metric.model_validate(
        {"name": "odd", "spec": simple.Spec(dataset="orders", agg="sum", expression=expression)}
    )
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, odd)})
    assert "only policies know" in str(validate(made).errors)
    assert "only policies know" in str(issues({"measures": [{"metric": "odd"}]}, made))


def test_a_deep_chain_of_metrics_is_no_circle(shop: duckdb.DuckDBPyConnection) -> None:
    chain = tuple(divided(f"m{at}", f"m{at - 1}" if at else "revenue", "orders") for at in range(40))
    made = CATALOG.model_copy(update={"metrics": (*CATALOG.metrics, *chain)})
    [(found,)] = rows(shop, {"measures": [{"metric": "m1"}]}, made)
    [(expected,)] = shop.execute("SELECT sum(amount)::DOUBLE / count(*) / count(*) FROM orders").fetchall()
    assert found == pytest.approx(expected)
    assert len(rows(shop, {"measures": [{"metric": "m39"}]}, made)) == 1


def test_a_table_of_ten_thousand_columns() -> None:
    wide = Dataset(
        name="wide", source="wide", fields=tuple(Field(name=f"c{at}", type="integer") for at in range(10_000))
    )
    made = Catalog(name="wide", datasets=(wide,))
    assert not validate(made).errors
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE wide ({', '.join(f'c{at} INTEGER' for at in range(10_000))})")
    query = {"measures": [{"agg": "sum", "field": "wide.c9999"}, {"agg": "count", "field": "wide"}]}
    assert rows(connection, query, made) == [(None, 0)]
    text = str(compile_query(SemanticQuery.model_validate(query), made, "duckdb", as_of=AS_OF).text)
    assert "c9998" not in text


def test_a_table_without_rows_answers_everything(shop: duckdb.DuckDBPyConnection) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE orders AS SELECT 1 AS order_id LIMIT 0")
    for table in ("orders", "customers", "nations", "products", "suppliers", "refunds"):
        columns = shop.execute(
            f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}'"
        ).fetchall()
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{quoted(n)} {kind}' for n, kind in columns)})"
        )
    plain = {"measures": [{"metric": each} for each in ("orders", "revenue", "paid_rate", "buyers", "middle_amount")]}
    assert rows(connection, plain) == [(0, None, None, 0, None)]
    month = {"field": "orders.ordered_at", "grain": "month"}
    for extra in (
        {"groupings": [{"field": "orders.customer.name"}]}, {"groupings": [month], "fill": True},
        {"groupings": [month], "comparison": {"to": "previous_year"}},
        {"groupings": [{"field": "orders.status"}], "top": {"n": 1, "by": "orders", "others": True}},
        {"groupings": [{"field": "orders.amount", "bins": {"count": 3}}]},
    ):  # fmt: skip
        assert rows(connection, plain | extra) == []
    totals = rows(connection, plain | {"groupings": [{"field": "orders.status"}], "totals": True})
    assert [row[-1] for row in totals] == [1]
