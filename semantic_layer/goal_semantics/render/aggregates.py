"""Aggregates as each engine spells them: the same numbers everywhere, except where a sketch was asked for."""

from __future__ import annotations

import math

from sqlglot import exp

from goal_semantics.aggregates import FLOATS
from goal_semantics.dialects import Dialect
from goal_semantics.model import Aggregate
from goal_semantics.relation import AggCall
from goal_semantics.render import times

PLAIN: dict[Aggregate, type[exp.Expr]] = {
    "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median,
}  # fmt: skip
_SPREADS: dict[Aggregate, str] = {
    "stddev": "STDDEV_SAMP", "stddev_pop": "STDDEV_POP", "variance": "VAR_SAMP", "variance_pop": "VAR_POP",
}  # fmt: skip
_SPARK: frozenset[Dialect] = frozenset({"databricks", "spark"})


def aggregate(term: AggCall, inside: exp.Expr | None, where: exp.Expr | None, dialect: Dialect) -> exp.Expr:
    """The call over the rows for which `where` holds. `inside` None counts rows."""
    if inside is not None and _in_double(term.aggregate, dialect):
        inside = times.cast(inside, "float")
    if where is not None and dialect == "snowflake":
        kept = inside if inside is not None else exp.Literal.number(1)
        inside, where = exp.Case(ifs=[exp.If(this=where, true=kept)]), None
    call = _call(term, inside if inside is not None else exp.Star(), dialect)
    return exp.Filter(this=call, expression=exp.Where(this=where)) if where is not None else call


def _in_double(name: Aggregate, dialect: Dialect) -> bool:
    """DuckDB averages and spreads decimals in DOUBLE by itself, but rounds what lies between two of them."""
    return name in FLOATS and not (dialect == "duckdb" and (name == "avg" or name in _SPREADS))


def _call(term: AggCall, inside: exp.Expr, dialect: Dialect) -> exp.Expr:
    match term.aggregate:
        case "count":
            return exp.Count(this=inside)
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[inside]))
        case "approx_count_distinct" if dialect == "postgres":
            return exp.Count(this=exp.Distinct(expressions=[inside]))
        case "approx_count_distinct":
            return exp.Anonymous(this="APPROX_COUNT_DISTINCT", expressions=[inside])
        case "percentile" | "percentile_discrete" | "approx_percentile":
            return _percentile(term.aggregate, term.percentile or 0.0, inside, dialect)
        case "stddev" | "stddev_pop" | "variance" | "variance_pop":
            return exp.Anonymous(this=_SPREADS[term.aggregate], expressions=[inside])
        case _:
            return PLAIN[term.aggregate](this=inside)


def _percentile(name: Aggregate, fraction: float, inside: exp.Expr, dialect: Dialect) -> exp.Expr:
    share = exp.Literal.number(_written(_reached(fraction) if _in_floats(name, dialect) else fraction))
    if name == "approx_percentile" and dialect != "postgres":
        function = "APPROX_QUANTILE" if dialect == "duckdb" else "APPROX_PERCENTILE"
        return exp.Anonymous(this=function, expressions=[inside, share])
    if name == "percentile" and dialect in _SPARK:
        return exp.Anonymous(this="PERCENTILE", expressions=[inside, share])
    if dialect == "duckdb":
        function = "QUANTILE_DISC" if name == "percentile_discrete" else "QUANTILE_CONT"
        return exp.Anonymous(this=function, expressions=[inside, share])
    kind = exp.PercentileDisc if name == "percentile_discrete" else exp.PercentileCont
    ordered = exp.Order(expressions=[exp.Ordered(this=inside, nulls_first=dialect in _SPARK)])
    return exp.WithinGroup(this=kind(this=share), expression=ordered)


def _in_floats(name: Aggregate, dialect: Dialect) -> bool:
    """PostgreSQL and Spark count the rows of a fraction in floats, DuckDB in decimals."""
    return name == "percentile_discrete" and dialect in _SPARK | {"postgres"}


def _reached(fraction: float) -> float:
    """A hair less: 0.07 of 100 rows is the 7th row, but 0.07 * 100 is more than 7 in floats."""
    return math.nextafter(math.nextafter(fraction, 0.0), 0.0)


def _written(fraction: float) -> str:
    """Digits without an exponent."""
    return f"{fraction:.20f}".rstrip("0").rstrip(".") if fraction and fraction < 1e-4 else repr(fraction)
