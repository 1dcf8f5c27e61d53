"""Calendar arithmetic of each engine. Periods of a day and longer are dates everywhere; shorter ones are time stamps."""

from __future__ import annotations

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.model import DataType, Grain, TimePart
from goal_semantics.relation import Truncate
from goal_semantics.render.names import wrapped

_SHORT: frozenset[Grain] = frozenset({"second", "minute", "hour"})
_AHEAD = {"monday": 0, "sunday": 1, "saturday": 2}
_IN_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_PARTS: dict[TimePart, dict[Dialect, str]] = {
    "week": {"snowflake": "WEEKISO"},
    "day_of_week": {
        "duckdb": "ISODOW", "postgres": "ISODOW", "snowflake": "DAYOFWEEKISO", "spark": "DAYOFWEEK_ISO", "databricks": "DAYOFWEEK_ISO",
    },
    "day_of_year": {"duckdb": "DOY", "postgres": "DOY", "snowflake": "DAYOFYEAR", "spark": "DOY", "databricks": "DOY"},
    "iso_year": {
        "duckdb": "ISOYEAR", "postgres": "ISOYEAR", "snowflake": "YEAROFWEEKISO", "spark": "YEAROFWEEK", "databricks": "YEAROFWEEK",
    },
}  # fmt: skip
_TYPES: dict[DataType, exp.DType] = {
    "string": exp.DataType.Type.VARCHAR,
    "integer": exp.DataType.Type.BIGINT,
    "decimal": exp.DataType.Type.DECIMAL,
    "float": exp.DataType.Type.DOUBLE,
    "boolean": exp.DataType.Type.BOOLEAN,
    "date": exp.DataType.Type.DATE,
    "time": exp.DataType.Type.TIME,
    "timestamp": exp.DataType.Type.TIMESTAMPNTZ,
    "timestamp_tz": exp.DataType.Type.TIMESTAMPTZ,
}


def cast(node: exp.Expr, kind: DataType) -> exp.Expr:
    """The node as a type; `opaque` changes nothing."""
    if kind == "opaque":
        return node
    return exp.Cast(this=node, to=exp.DataType(this=_TYPES[kind]))


def truncate(node: exp.Expr, rule: Truncate, dialect: Dialect) -> exp.Expr:
    """The start of the period that holds a local time."""
    if dialect == "postgres" and rule.type == "date" and rule.grain != "day":
        node = cast(node, "timestamp")  # Else it would become an instant of the session's time zone.
    if rule.grain in _SHORT:
        return _trunc(rule.grain, node) if dialect not in {"databricks", "spark"} else _without_rest(node, rule.grain)
    if rule.grain == "day":
        return node if rule.type == "date" else cast(node, "date")
    if rule.grain == "week":
        return _week(node, rule, dialect)
    past = (rule.first_month - 1) % _IN_MONTHS[rule.grain]
    if not past:
        return cast(_trunc(rule.grain, node), "date")
    back = shift(node, "month", -past, rule.type, dialect)
    return shift(cast(_trunc(rule.grain, back), "date"), "month", past, "date", dialect)


def shift(node: exp.Expr, grain: Grain, count: int, kind: DataType, dialect: Dialect) -> exp.Expr:
    """The time moved by calendar units; dates stay dates."""
    unit, amount = _unit(grain, count)
    if dialect == "snowflake":
        return exp.Anonymous(this="DATEADD", expressions=[exp.var(unit), exp.Literal.number(amount), node])
    step = interval(grain, abs(count))
    moved = (exp.Add if count >= 0 else exp.Sub)(this=wrapped(node), expression=step)
    return cast(moved, "date") if kind == "date" and dialect in {"duckdb", "postgres"} else moved


def interval(grain: Grain, count: int) -> exp.Interval:
    """A calendar distance as an interval literal."""
    unit, amount = _unit(grain, count)
    return exp.Interval(this=exp.Literal.string(str(amount)), unit=exp.var(unit))


def part(node: exp.Expr, name: TimePart, dialect: Dialect) -> exp.Expr:
    """A number of the calendar; weeks are ISO weeks. PostgreSQL and Spark give seconds with their fraction, which is cut off."""
    words = _PARTS.get(name, {})
    found = exp.Extract(this=exp.var(words.get(dialect, name.upper())), expression=node)
    if name == "second" and dialect in {"postgres", "spark", "databricks"}:
        return cast(exp.Floor(this=found), "integer")
    return cast(found, "integer") if dialect == "postgres" else found


def to_zone(node: exp.Expr, zone: str, dialect: Dialect) -> exp.Expr:
    """The local wall-clock time of an instant."""
    name = exp.Literal.string(zone)
    if dialect == "snowflake":
        return cast(exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[name, node]), "timestamp")
    if dialect in {"databricks", "spark"}:
        session = exp.Anonymous(this="CURRENT_TIMEZONE", expressions=[])
        return exp.Anonymous(this="CONVERT_TIMEZONE", expressions=[session, name, cast(node, "timestamp")])
    return exp.AtTimeZone(this=wrapped(node), zone=name)


def periods(first: exp.Expr, last: exp.Expr, grain: Grain, dialect: Dialect) -> exp.Expr:
    """An array of every period between two, both included (not for snowflake, which counts rows instead)."""
    step = interval(grain, 1)
    if dialect in {"databricks", "spark"}:
        return exp.Anonymous(this="SEQUENCE", expressions=[first, last, step])
    return exp.Anonymous(this="GENERATE_SERIES", expressions=[cast(first, "timestamp"), cast(last, "timestamp"), step])


def _trunc(grain: Grain, node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="DATE_TRUNC", expressions=[exp.Literal.string(grain), node])


def _without_rest(node: exp.Expr, grain: Grain) -> exp.Expr:
    """Spark truncates instants only: a wall-clock time that the session's zone skips in spring would move."""
    zero: list[exp.Expr] = [exp.Literal.number(0), exp.Literal.number(0), exp.Literal.number(0)]
    if grain == "hour":
        zero[2] = exp.Extract(this=exp.var("MINUTE"), expression=node.copy())
    second: exp.Expr = exp.Extract(this=exp.var("SECOND"), expression=node.copy())
    if grain == "second":
        second = exp.Mod(this=second, expression=exp.Literal.number(1))
    rest = exp.Anonymous(this="MAKE_DT_INTERVAL", expressions=[*zero, second])
    return exp.Sub(this=wrapped(node), expression=rest)


def _week(node: exp.Expr, rule: Truncate, dialect: Dialect) -> exp.Expr:
    ahead = _AHEAD[rule.week_start]
    if dialect == "snowflake":
        weekday = exp.Anonymous(this="DAYOFWEEKISO", expressions=[node])
        counted = exp.Add(this=weekday, expression=exp.Literal.number(ahead + 6))
        past = exp.Anonymous(this="MOD", expressions=[counted, exp.Literal.number(7)])
        return exp.Anonymous(
            this="DATEADD", expressions=[exp.var("DAY"), exp.Neg(this=past), cast(node.copy(), "date")]
        )
    if not ahead:
        return cast(_trunc("week", node), "date")
    monday = cast(_trunc("week", shift(node, "day", ahead, rule.type, dialect)), "date")
    return shift(monday, "day", -ahead, "date", dialect)


def _unit(grain: Grain, count: int) -> tuple[str, int]:
    if grain == "quarter":
        return "MONTH", count * 3
    return ("DAY", count * 7) if grain == "week" else (grain.upper(), count)
