"""Dimensions, facts and filters of a Snowflake table as fields of a dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._inline import settled
from goal_semantics.load._snowflake_shape import Column, Table
from goal_semantics.load._space import Uncarried
from goal_semantics.load._sql import Unreadable, parse
from goal_semantics.load._yaml import Trail
from goal_semantics.model import TEMPORAL, DataType, Field, Role

SECTIONS: dict[str, Role] = {
    "dimensions": "dimension", "time_dimensions": "time", "facts": "fact", "measures": "fact", "columns": "dimension",
}  # fmt: skip
_KINDS: dict[str | None, Role] = {"time_dimension": "time", "measure": "fact", "fact": "fact"}
_TYPES: dict[str, DataType] = {
    "VARCHAR": "string", "TEXT": "string", "STRING": "string", "CHAR": "string", "CHARACTER": "string",
    "NUMBER": "decimal", "NUMERIC": "decimal", "DECIMAL": "decimal", "INT": "integer", "INTEGER": "integer",
    "BIGINT": "integer", "SMALLINT": "integer", "TINYINT": "integer", "BYTEINT": "integer", "FLOAT": "float",
    "DOUBLE": "float", "REAL": "float", "FLOAT4": "float", "FLOAT8": "float", "BOOLEAN": "boolean", "DATE": "date",
    "TIME": "time", "TIMESTAMP": "timestamp", "DATETIME": "timestamp", "TIMESTAMP_NTZ": "timestamp",
    "TIMESTAMP_TZ": "timestamp_tz", "TIMESTAMP_LTZ": "timestamp_tz",
}  # fmt: skip
_DECLARED = re.compile(r"\s*([A-Za-z_0-9]+)\s*(?:\(\s*\d+\s*(?:,\s*(\d+)\s*)?\))?\s*\Z")


def data_type(declared: str) -> DataType:
    """A type of ours for Snowflake's: `NUMBER(38,0)` is whole, `NUMBER` says nothing about it."""
    found = _DECLARED.match(declared)
    kind = _TYPES.get(found[1].upper(), "opaque") if found else "opaque"
    return "integer" if kind == "decimal" and found and found[2] == "0" else kind


@dataclass(frozen=True, slots=True)
class Written:
    """A logical column, where it is written, and what it is."""

    column: Column
    trail: Trail
    role: Role


def written(table: Table, at: Trail) -> Iterator[Written]:
    """Every logical column of a table."""
    for section, role in SECTIONS.items():
        for position, column in enumerate(getattr(table, section)):
            yield Written(column, (*at, section, position), _KINDS.get(column.kind, role))


def add_fields(carrier: Carrier, draft: Draft, table: Table, at: Trail) -> None:
    """Every dimension, fact and filter that can be one as a field of the draft."""
    found = {each.column.name.lower(): each for each in written(table, at)}
    trees = {name: tree for name, each in found.items() if (tree := _parsed(carrier, each)) is not None}
    for each in written(table, at):
        name = each.column.name.lower()
        if name not in trees:
            continue
        try:
            tree = settled(draft.name, trees[name], trees, frozenset({name}))
        except Uncarried as reason:
            carrier.leave(f"is not carried: {reason}.", each.trail)
            continue
        _add(carrier, draft, each, tree)
    for position, condition in enumerate(table.filters):
        trail = (*at, "filters", position)
        try:
            tree = settled(draft.name, parse(condition.expr, "snowflake"), trees, frozenset())
        except Unreadable as error:
            carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*trail, "expr"))
        except Uncarried as reason:
            carrier.leave(f"the filter is not carried: {reason}.", trail)
        else:
            words = header(condition.name, description=condition.description, synonyms=condition.synonyms)
            if not draft.add(Field(**words, type="boolean"), tree):
                carrier.wrong(f"the name “{condition.name}” is taken.", trail)
            carrier.put(f"datasets.{draft.name}.fields.{words['name']}", trail)


def _parsed(carrier: Carrier, each: Written) -> exp.Expr | None:
    column = each.column
    if column.expr is None:
        carrier.wrong("“expr” is missing.", each.trail)
        return None
    try:
        return parse(column.expr, "snowflake")
    except Unreadable as error:
        carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*each.trail, "expr"))
        return None


def _add(carrier: Carrier, draft: Draft, each: Written, tree: exp.Expr) -> None:
    column = each.column
    kind = data_type(column.data_type)
    role = "dimension" if each.role == "time" and kind not in TEMPORAL else each.role
    if each.role == "dimension" and kind in TEMPORAL:
        role = "time"
    words = header(
        column.name,
        description=column.description,
        synonyms=column.synonyms,
        hidden=column.access_modifier == "private_access",
    )
    values = column.sample_values if column.is_enum else ()
    if not draft.add(Field(**words, type=kind, role=role, values=values), tree):
        carrier.wrong(f"the name “{column.name}” is taken.", each.trail)
        return
    if column.unique:
        draft.unique((words["name"],))
    carrier.put(f"datasets.{draft.name}.fields.{words['name']}", each.trail)
    for key in ("cortex_search_service", "cortex_search_service_name", "tags", "labels"):
        if getattr(column, key):
            carrier.leave("is not carried: a catalog has no such thing.", (*each.trail, key))
    if kind == "opaque" and column.data_type:
        carrier.leave(f"the type {column.data_type} is unknown to a catalog.", (*each.trail, "data_type"))
