"""Every period between the first and the last one of a relation, in each engine's way of making rows."""

from __future__ import annotations

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.relation import Spine
from goal_semantics.render import times
from goal_semantics.render.names import column, identifier

_MOST = 1_000_000


def spine(relation: Spine, bounds: str, dialect: Dialect) -> exp.Query:
    """A query with the one column `key`."""
    key = relation.key
    edges = exp.Table(this=identifier(bounds))
    first, last = exp.Min(this=column(key)), exp.Max(this=column(key))
    if dialect == "snowflake":
        return _counted(relation, edges, first, last)
    if dialect == "postgres":
        return _series(relation, edges, times.periods(first, last, relation.grain, dialect))
    array = times.periods(first, last, relation.grain, dialect)
    listed = exp.Select(expressions=[exp.Alias(this=array, alias=identifier("periods"))])
    listed.set("from_", exp.From(this=edges))
    function = "EXPLODE" if dialect in {"databricks", "spark"} else "UNNEST"
    unfolded = exp.Anonymous(this=function, expressions=[column("periods")])
    rows = exp.Select(expressions=[exp.Alias(this=unfolded, alias=identifier(key))])
    rows.set("from_", exp.From(this=exp.Subquery(this=listed, alias=exp.TableAlias(this=identifier("listed")))))
    outer = exp.Select(expressions=[exp.Alias(this=times.cast(column(key), relation.type), alias=identifier(key))])
    outer.set("from_", exp.From(this=exp.Subquery(this=rows, alias=exp.TableAlias(this=identifier("unfolded")))))
    return outer


def _series(relation: Spine, edges: exp.Table, series: exp.Expr) -> exp.Query:
    """PostgreSQL's series are rows, not arrays."""
    key = relation.key
    rows = exp.Select(expressions=[exp.Alias(this=series, alias=identifier(key))])
    rows.set("from_", exp.From(this=edges))
    outer = exp.Select(expressions=[exp.Alias(this=times.cast(column(key), relation.type), alias=identifier(key))])
    outer.set("from_", exp.From(this=exp.Subquery(this=rows, alias=exp.TableAlias(this=identifier("series")))))
    return outer


def _counted(relation: Spine, edges: exp.Table, first: exp.Expr, last: exp.Expr) -> exp.Query:
    """Snowflake has no series of dates: count rows of a generator and step from the first period."""
    unit = exp.var(relation.grain.upper())
    rows = exp.Select(
        expressions=[exp.Alias(this=exp.Anonymous(this="ROW_NUMBER", expressions=[]), alias=identifier("n"))]
    )
    counter = exp.Window(
        this=exp.RowNumber(), order=exp.Order(expressions=[exp.Ordered(this=exp.Anonymous(this="SEQ4"))])
    )
    rows.set(
        "expressions", [exp.Alias(this=exp.Sub(this=counter, expression=exp.Literal.number(1)), alias=identifier("n"))]
    )
    made = exp.Anonymous(
        this="GENERATOR", expressions=[exp.Kwarg(this=exp.var("ROWCOUNT"), expression=exp.Literal.number(_MOST))]
    )
    rows.set("from_", exp.From(this=exp.Anonymous(this="TABLE", expressions=[made])))
    ends = exp.Select(expressions=[
        exp.Alias(this=first, alias=identifier("first")), exp.Alias(this=last, alias=identifier("last")),
    ])  # fmt: skip
    ends.set("from_", exp.From(this=edges))
    moved = exp.Anonymous(this="DATEADD", expressions=[unit, column("n", "counted"), column("first", "span")])
    outer = exp.Select(expressions=[exp.Alias(this=times.cast(moved, relation.type), alias=identifier(relation.key))])
    outer.set("from_", exp.From(this=exp.Subquery(this=rows, alias=exp.TableAlias(this=identifier("counted")))))
    join = exp.Join(this=exp.Subquery(this=ends, alias=exp.TableAlias(this=identifier("span"))))
    join.set("on", exp.LTE(this=moved.copy(), expression=column("last", "span")))
    outer.set("joins", [join])
    return outer
