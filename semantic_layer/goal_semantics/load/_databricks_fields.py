"""Dimensions of a metric view as fields, with the type that their SQL shows and the format that they are shown in."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._databricks_shape import Column
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import columns, leaves
from goal_semantics.load._yaml import Trail
from goal_semantics.model import TEMPORAL, DataType, Field, Format, Role

_STYLES: dict[str, str] = {
    "number": "number", "currency": "currency", "percentage": "percent", "percent": "percent", "date": "date",
    "date_time": "date",
}  # fmt: skip
_KNOWN = {"type", "currency_code", "decimal_places"}


def taken_for_column(name: str, tree: exp.Expr) -> bool:
    """Whether a dimension of this name and SQL shows that its source has a column of the name, and is something else."""
    if isinstance(tree, exp.Column):
        return False
    return any(each.name.lower() == name for each in columns(tree))


def add_dimension(carrier: Carrier, space: Space, fact: Draft, column: Column, tree: exp.Expr, at: Trail) -> None:
    """The dimension as a field of the dataset that its columns are of. Errors: Uncarried."""
    if next(leaves(tree), None) is not None or tree.find(exp.Window):
        raise Uncarried("it aggregates rows; a field is about one row")
    home = space.owner(tree, otherwise=fact)
    local = space.local(space.raw(tree, but=home), home)
    words = header(column.name, label=column.display_name, description=column.comment, synonyms=column.synonyms)
    kind = shown_type(local)
    role: Role = "time" if kind in TEMPORAL else "dimension"
    made = Field(**words, type=kind, role=role, **format_of(carrier, column, at))
    if not home.add(made, local):
        carrier.wrong(f"the name “{column.name}” is taken.", (*at, "name"))
        return
    carrier.put(f"datasets.{home.name}.fields.{words['name']}", at)
    if kind == "opaque":
        carrier.leave("its type is not in the file; a time needs one.", at,
                      hint="CAST(… AS DATE) or CAST(… AS TIMESTAMP) in “expr” says it.")  # fmt: skip
    if column.window:
        carrier.leave("is not carried: a dimension has no window.", (*at, "window"))


def shown_type(tree: exp.Expr) -> DataType:
    """The type that the SQL shows; opaque where only the table knows."""
    match tree:
        case exp.DateTrunc() | exp.TimestampTrunc():
            return "timestamp"
        case exp.Cast():
            return _cast(tree)
        case exp.TsOrDsToDate() | exp.Date() | exp.StrToDate() | exp.LastDay():
            return "date"
        case exp.Year() | exp.Month() | exp.Quarter() | exp.Day() | exp.Extract() | exp.Length():
            return "integer"
        case exp.Concat() | exp.Upper() | exp.Lower() | exp.Trim() | exp.Substring() | exp.DPipe():
            return "string"
        case exp.Predicate() | exp.Connector() | exp.Not():
            return "boolean"
        case exp.Case():
            kinds = {_literal(each.args["true"]) for each in tree.args["ifs"]}
            return kinds.pop() if len(kinds) == 1 else "opaque"
        case _:
            return "opaque"


def _cast(tree: exp.Cast) -> DataType:
    target = tree.to
    if target.is_type(*exp.DataType.INTEGER_TYPES):
        return "integer"
    if target.is_type(*exp.DataType.FLOAT_TYPES):
        return "float"
    if target.is_type(*exp.DataType.TEXT_TYPES):
        return "string"
    named: dict[exp.DType, DataType] = {
        exp.DType.DATE: "date", exp.DType.TIMESTAMP: "timestamp", exp.DType.TIMESTAMPTZ: "timestamp",
        exp.DType.TIMESTAMPNTZ: "timestamp", exp.DType.DECIMAL: "decimal", exp.DType.BOOLEAN: "boolean",
    }  # fmt: skip
    return named.get(target.this, "opaque")


def _literal(tree: exp.Expr) -> DataType:
    if isinstance(tree, exp.Literal):
        return "string" if tree.is_string else "integer" if tree.is_int else "decimal"
    return shown_type(tree)


def format_of(carrier: Carrier, column: Column, at: Trail) -> dict[str, Any]:
    """The format as a keyword of a field or a metric; what it says beyond a style is left with a note."""
    written = column.format
    if written is None:
        return {}
    style = _STYLES.get(str(written.get("type", "")).lower())
    places = written.get("decimal_places")
    exact = places.get("places") if isinstance(places, dict) and places.get("type") == "exact" else None
    beyond = sorted(written.keys() - _KNOWN)
    if style is None or beyond:
        what = ", ".join(beyond) or f"the type {written.get('type')}"
        carrier.leave(f"is shown without {what}.", (*at, "format"))
    if style is None:
        return {}
    currency = written.get("currency_code") if isinstance(written.get("currency_code"), str) else None
    decimals = exact if isinstance(exact, int) and not isinstance(exact, bool) else None
    return {"format": Format.model_validate({"style": style, "currency": currency, "decimals": decimals})}
