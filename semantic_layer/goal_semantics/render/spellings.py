"""SQL that an author wrote once, in DuckDB's words, spelled so that each other engine means the same by it.

sqlglot translates names; here are the functions whose meaning differs behind the same name: weekdays that start at 0 or
at 1, logarithms to 10 or to e, months that have begun or have passed, casts that round or cut off. What has no exact
spelling is left as it is where the engine then refuses it; nothing is left that would give another number.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.model import Dataset
from goal_semantics.render.names import identifier, wrapped
from goal_semantics.resolve.author import kind_of

Respell = Callable[[exp.Expr, Dataset, Dialect], exp.Expr | None]
_SPARK: frozenset[Dialect] = frozenset({"spark", "databricks"})
_INTEGERS = exp.DataType.INTEGER_TYPES
_ORDERED = (exp.LT, exp.LTE, exp.GT, exp.GTE)


def faithful(tree: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr:
    """The tree with what this engine would take otherwise respelled. The tree is changed; the root may be another."""
    if dialect == "duckdb":
        return tree
    root = exp.Paren(this=tree)
    for node in reversed(list(tree.walk())):
        respell = _RULES.get(type(node))
        other = respell(node, dataset, dialect) if respell is not None else None
        if other is not None and other is not node:
            node.replace(other)
    found: exp.Expr = root.this
    found.pop()
    return found


def _like(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """A backslash is a character like any other, unless an ESCAPE says so."""
    pattern = node.expression
    if isinstance(node.parent, exp.Escape) or (isinstance(pattern, exp.Literal) and "\\" not in pattern.this):
        return None
    if dialect == "postgres":
        return exp.Escape(this=node.copy(), expression=exp.Literal.string(""))
    if dialect in _SPARK:
        text = exp.Anonymous(this="REPLACE", expressions=[pattern.copy(), *map(exp.Literal.string, ("\\", "\\\\"))])
        literal = exp.Literal.string(pattern.this.replace("\\", "\\\\")) if isinstance(pattern, exp.Literal) else text
        node.set("expression", literal)
    return None


def _weekday(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """Sunday is 0."""
    day = node.this.copy()
    if dialect == "postgres":
        return _extract("DOW", day)
    if dialect == "snowflake":
        return exp.Anonymous(this="MOD", expressions=[_call("DAYOFWEEKISO", day), exp.Literal.number(7)])
    return exp.Paren(this=exp.Sub(this=_call("DAYOFWEEK", day), expression=exp.Literal.number(1)))


def _iso_weekday(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """Monday is 1, Sunday 7."""
    day = node.this.copy()
    if dialect == "postgres":
        return _extract("ISODOW", day)
    if dialect == "snowflake":
        return None
    return exp.Paren(this=exp.Add(this=_call("WEEKDAY", day), expression=exp.Literal.number(1)))


def _unit(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """EXTRACT of a day of the week."""
    day = {"DOW": exp.DayOfWeek, "DAYOFWEEK": exp.DayOfWeek, "ISODOW": exp.DayOfWeekIso}.get(node.this.name.upper())
    if day is exp.DayOfWeek:
        return _weekday(day(this=node.expression), dataset, dialect)
    if day is not None:
        inside = day(this=node.expression.copy())
        return _iso_weekday(inside, dataset, dialect) or inside
    return _whole(node) if node.this.name.upper() == "SECOND" and dialect != "snowflake" else None


def _log(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """To the base 10."""
    if node.args.get("expression") is not None or dialect == "postgres":
        return None
    return exp.Log(this=exp.Literal.number(10), expression=node.this.copy())


def _day_name(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """In full, in English."""
    if dialect == "snowflake":
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        pairs = [exp.Literal.string(text) for name in names for text in (name[:3], name)]
        return exp.Anonymous(this="DECODE", expressions=[_call("DAYNAME", node.this.copy()), *pairs])
    return _shown(node, "FMDay" if dialect == "postgres" else "EEEE", dialect)


def _month_name(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """In full, in English."""
    return _shown(node, {"postgres": "FMMonth", "snowflake": "MMMM"}.get(dialect, "MMMM"), dialect)


def _shown(node: exp.Expr, pattern: str, dialect: Dialect) -> exp.Expr:
    function = "DATE_FORMAT" if dialect in _SPARK else "TO_CHAR"
    return exp.Anonymous(this=function, expressions=[node.this.copy(), exp.Literal.string(pattern)])


def _distance(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """How many times a period has begun between two times; weeks are seven days."""
    unit = str(node.args["unit"].name).upper() if node.args.get("unit") is not None else "DAY"
    end, start = node.this, node.expression
    if dialect == "snowflake":
        return None if unit != "WEEK" else _weeks(_days(end, start, dialect), dialect)
    steps = {"YEAR": (1, "YEAR"), "QUARTER": (4, "QUARTER"), "MONTH": (12, "MONTH")}
    if unit in steps:
        per_year, part = steps[unit]
        return _minus(*(_since_year_zero(each, per_year, part) for each in (end, start)))
    days = _days(end, start, dialect)
    if unit in {"DAY", "WEEK"}:
        return _weeks(days, dialect) if unit == "WEEK" else days
    found = days
    for part, many in (("HOUR", 24), ("MINUTE", 60), ("SECOND", 60)):
        later, earlier = (_extract(part, each.copy()) for each in (end, start))
        if part == "SECOND":
            later, earlier = _whole(later), _whole(earlier)
        found = exp.Add(this=exp.Mul(this=wrapped(found), expression=exp.Literal.number(many)),
                        expression=_minus(later, earlier))  # fmt: skip
        if part == unit:
            return exp.Paren(this=found)
    return exp.Anonymous(this=f"DATE_DIFF_{unit}", expressions=[start.copy(), end.copy()])


def _days(end: exp.Expr, start: exp.Expr, dialect: Dialect) -> exp.Expr:
    later, earlier = (exp.Cast(this=each.copy(), to=exp.DataType.build("date")) for each in (end, start))
    if dialect == "postgres":
        return _minus(later, earlier)
    return exp.Anonymous(
        this="DATEDIFF", expressions=[later, earlier] if dialect in _SPARK else [exp.var("DAY"), earlier, later]
    )


def _weeks(days: exp.Expr, dialect: Dialect) -> exp.Expr:
    seven = exp.Literal.number(7)
    if dialect == "snowflake":
        return exp.Anonymous(this="TRUNC", expressions=[exp.Div(this=days, expression=seven)])
    return exp.Paren(this=exp.IntDiv(this=wrapped(days), expression=seven))


def _since_year_zero(node: exp.Expr, per_year: int, part: str) -> exp.Expr:
    year = _extract("YEAR", node.copy())
    if per_year == 1:
        return year
    return exp.Add(
        this=exp.Mul(this=year, expression=exp.Literal.number(per_year)), expression=_extract(part, node.copy())
    )


def _cast(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """A fraction becomes the nearest whole number: decimals away from zero, doubles to the even one."""
    kind, target = kind_of(node.this, dataset), node.args["to"]
    if isinstance(node, exp.TryCast) and dialect == "snowflake":
        node.set("requires_string", True)  # Else it would be written as a CAST, which fails.
    if not target.is_type(*_INTEGERS):
        return None
    if dialect == "postgres" and kind == "boolean" and not target.is_type("int"):
        node.set("this", exp.Cast(this=node.this.copy(), to=exp.DataType.build("int")))
    if dialect in _SPARK and kind in {"decimal", "float"}:
        node.set("this", _call("ROUND" if kind == "decimal" else "BROUND", node.this.copy()))
    if dialect == "snowflake" and kind == "float":
        even = [node.this.copy(), exp.Literal.number(0), exp.Literal.string("HALF_TO_EVEN")]
        node.set("this", exp.Anonymous(this="ROUND", expressions=even))
    return None


def _round(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """Halves go away from zero. PostgreSQL rounds a double to the even side, and never to some digits."""
    if dialect != "postgres" or kind_of(node.this, dataset) in {"decimal", "integer"}:
        return None
    exact = exp.Round(this=_as("decimal", node.this.copy()), decimals=node.args.get("decimals"))
    return _as("double", exact)


def _calendar(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """PostgreSQL has no functions for the parts of a time."""
    if dialect != "postgres":
        return None
    part = {"WeekOfYear": "WEEK", "DayOfMonth": "DAY", "DayOfYear": "DOY"}
    name = type(node).__name__
    found = _extract(part.get(name, name.upper()), node.this.copy())
    return _whole(found) if isinstance(node, exp.Second) else found


def _day_of_parts(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    if dialect != "postgres":
        return None
    parts = [_as("int", node.args[name].copy()) for name in ("year", "month", "day")]
    return exp.Anonymous(this="MAKE_DATE", expressions=parts)


def _found(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    if dialect != "postgres":
        return None
    text, part = node.this.copy(), node.expression.copy()
    if isinstance(node, exp.Contains):
        place = exp.Anonymous(this="STRPOS", expressions=[text, part])
        return exp.Paren(this=exp.GT(this=place, expression=exp.Literal.number(0)))
    tail = exp.Anonymous(this="RIGHT", expressions=[text, exp.Length(this=part)])
    return exp.Paren(this=exp.EQ(this=tail, expression=part.copy()))


def _part_of_text(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """The whole match, unless a group is named; Spark takes the first group."""
    if dialect not in _SPARK:
        return None
    inside = [node.this.copy(), node.expression.copy(), (node.args.get("group") or exp.Literal.number(0)).copy()]
    return exp.Anonymous(this="REGEXP_EXTRACT", expressions=inside)


def _compared(node: exp.Expr, dataset: Dataset, dialect: Dialect) -> exp.Expr | None:
    """Text is ordered by its bytes."""
    if dialect == "postgres" and "string" in {kind_of(node.this, dataset), kind_of(node.expression, dataset)}:
        node.set("this", exp.Collate(this=wrapped(node.this.copy()), expression=identifier("C")))
    return None


def _extract(part: str, node: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(part), expression=node)


def _whole(node: exp.Expr) -> exp.Expr:
    return exp.Floor(this=node.copy())


def _call(name: str, node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=[node])


def _as(kind: str, node: exp.Expr) -> exp.Expr:
    return exp.Cast(this=node, to=exp.DataType.build(kind))


def _minus(later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
    return exp.Paren(this=exp.Sub(this=later, expression=wrapped(earlier)))


_RULES: dict[type[exp.Expr], Respell] = {
    exp.Like: _like, exp.ILike: _like, exp.DayOfWeek: _weekday, exp.DayOfWeekIso: _iso_weekday, exp.Extract: _unit,
    exp.Log: _log, exp.Dayname: _day_name, exp.Monthname: _month_name, exp.DateDiff: _distance, exp.Cast: _cast,
    exp.TryCast: _cast, exp.Round: _round, exp.DateFromParts: _day_of_parts, exp.Contains: _found, exp.EndsWith: _found,
    exp.RegexpExtract: _part_of_text, exp.Hour: _calendar, exp.Minute: _calendar, exp.Second: _calendar,
    exp.Quarter: _calendar, exp.Week: _calendar, exp.WeekOfYear: _calendar, exp.DayOfMonth: _calendar,
    exp.DayOfYear: _calendar, **dict.fromkeys(_ORDERED, _compared),
}  # fmt: skip
