"""Columns to fields: type, role, grain and known values. A number counts as a fact only if its name lets it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from goal_semantics.dialects import Dialect
from goal_semantics.infer.guesses import Guess
from goal_semantics.infer.names import LONG_FORMS, free, row_word, safe, said_in_full, spoken, words
from goal_semantics.model import NUMERIC, TEMPORAL, DataType, Expression, Field, Format, Grain, Role
from goal_semantics.profile import ColumnProfile, TableProfile
from goal_semantics.render.names import folded

IDENTIFIERS = frozenset(
    {"id", "identifier", "ident", "key", "uuid", "guid", "pk", "fk", "sk", "hash", "ssn", "isbn", "barcode", "sku"}
)
PERIODS = frozenset(
    {"year", "yr", "quarter", "month", "mo", "week", "day", "weekday", "hour", "hr", "minute", "dow", "season"}
)
CODES = frozenset({"zip", "zipcode", "postal", "postcode", "phone", "fax", "mobile", "code", "number", "no", "num", "nr",
                   "version", "flag", "class", "type", "category", "status", "level", "grade", "tier", "rank",
                   "ranking", "position", "order", "room", "floor", "line", "seq", "sequence", "index", "lat", "latitude",
                   "lon", "lng", "long", "longitude", "tz", "is", "has", "extension", "chapter"})  # fmt: skip
COUNTED = frozenset({"number", "no", "num", "nr"})
"""`number_of_seats` and `num_seats` count; `phone_number` names."""
GENERIC = frozenset(
    {"name", "title", "type", "code", "description", "status", "date", "year", "category", "label", "kind"}
)
NAMING = ("name", "title", "label", "full name", "description")
FEW = 50
SMALL = 12

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\Z")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)\Z")
_TEXT_TIMES: tuple[tuple[re.Pattern[str], DataType, str], ...] = (
    (_DAY, "date", "DATE"),
    (_MOMENT, "timestamp", "TIMESTAMP"),
    (_INSTANT, "timestamp_tz", "TIMESTAMPTZ"),
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """The fields of one table, and what was guessed about them."""

    fields: tuple[Field, ...]
    guesses: tuple[Guess, ...]


def shape(table: TableProfile, dataset: str, keys: frozenset[str], dialect: Dialect) -> Shaped:
    """All columns as fields. `keys`: columns of the primary key and of relationships."""
    fields: list[Field] = []
    guesses: list[Guess] = []
    for column in table.columns:
        name = free(safe(column.name), (field.name for field in fields))
        path = f"datasets.{dataset}.fields.{name}"
        field, reasons = _field(column, table, name, keys, dialect)
        fields.append(field)
        guesses.extend(Guess(path, reason) for reason in reasons)
    made = _date_of_parts(table, fields)
    if made:
        fields.insert(0, made)
        guesses.append(
            Guess(f"datasets.{dataset}.fields.{made.name}", "guess: year, month and day together are the date.")
        )
    return Shaped(tuple(fields), tuple(guesses))


def _field(
    column: ColumnProfile, table: TableProfile, name: str, keys: frozenset[str], dialect: Dialect
) -> tuple[Field, list[str]]:
    kind, expression, reasons = _typed(column, name, dialect)
    role = _role(column, table, kind, keys)
    if role == "dimension" and kind in NUMERIC:
        reasons.append("guess: a code or category, not a quantity: it is grouped by and never summed.")
    repeats = column.distinct <= SMALL or column.rows >= 2 * column.distinct
    complete = kind == "string" and role == "dimension" and 0 < column.distinct <= FEW and repeats
    field = Field(
        name=name,
        label=_label(column, table, name),
        synonyms=_synonyms(column, table),
        expression=expression,
        type=kind,
        role=role,
        grain=_grain(column, kind) if role == "time" else None,
        format=Format(style="text") if _is_year(column) and kind == "integer" else None,
        values=tuple(sorted(column.samples)) if complete and len(column.samples) == column.distinct else (),
        hidden=kind == "opaque",
    )
    return field, reasons


def _typed(column: ColumnProfile, name: str, dialect: Dialect) -> tuple[DataType, Expression | None, list[str]]:
    """Type and SQL. Text that holds ISO times becomes a time; what does not convert becomes NULL (not in PostgreSQL)."""
    quoted = '"' + column.name.replace('"', '""') + '"'
    plain = None if folded(name, dialect) == column.name else Expression(text=quoted)
    seen = [value for value in (*column.samples, column.minimum, column.maximum) if value is not None]
    if column.type == "string" and seen and dialect != "postgres":
        for pattern, kind, native in _TEXT_TIMES:
            if all(pattern.match(value) for value in seen):
                reason = (
                    f"guess: text that holds {kind.replace('_tz', 's with a zone')}; what does not convert is missing."
                )
                return kind, Expression(text=f"TRY_CAST({quoted} AS {native})"), [reason]
    return column.type, plain, []


def _role(column: ColumnProfile, table: TableProfile, kind: DataType, keys: frozenset[str]) -> Role:
    if kind in TEMPORAL:
        return "time"
    named = words(column.name)
    identifies = named[-1] in IDENTIFIERS or (len(named) > 1 and named[0] in IDENTIFIERS)
    if identifies or (column.name in keys and kind in NUMERIC):
        return "key"
    names_row = spoken(column.name) == row_word(table.name)
    if kind not in NUMERIC or names_row or _is_code(column, named) or _is_clock(column, named):
        return "dimension"
    return "fact"


def _is_code(column: ColumnProfile, named: tuple[str, ...]) -> bool:
    """Whether a number only names something: a year, a zip code, a flag, a coordinate."""
    if _is_year(column) or named[-1] in PERIODS or set(column.samples) == {"0", "1"}:
        return True
    counts = named[0] in COUNTED and len(named) > 1
    return not counts and (named[-1] in CODES or named[0] in {"is", "has"})


def _is_clock(column: ColumnProfile, named: tuple[str, ...]) -> bool:
    """Whether the numbers read as times of day: 517 is 5:17."""
    seen = [value for value in (*column.samples, column.minimum, column.maximum) if value]
    clocks = all(re.fullmatch(r"(1?\d|2[0-4])?[0-5]?\d(\.0+)?", value) for value in seen)
    return named[-1] == "time" and clocks and any(len(value.split(".")[0]) == 4 for value in seen)


def _is_year(column: ColumnProfile) -> bool:
    """Whether the values are years and the name says so."""
    if not {"year", "yr", "founded", "opened", "built", "since", "established"} & set(words(column.name)):
        return False
    ends = (column.minimum or "", column.maximum or "")
    return all(re.fullmatch(r"[12]\d{3}(\.0+)?", end) for end in ends)


def _grain(column: ColumnProfile, kind: DataType) -> Grain:
    """The finest grain that the seen values have."""
    clocks = {found.group(1) for value in column.samples if (found := re.search(r"[ T](\d{2}:\d{2}(:\d{2})?)", value))}
    if kind == "date" or (clocks and all(clock in {"00:00", "00:00:00"} for clock in clocks)):
        return "day"
    if clocks and all(clock[3:] in {"00", "00:00"} for clock in clocks):
        return "hour"
    return "minute" if clocks and all(clock[5:] in {"", ":00"} for clock in clocks) else "second"


def _label(column: ColumnProfile, table: TableProfile, name: str) -> str:
    """Words for people, where the name alone does not say enough."""
    row, said = row_word(table.name), spoken(column.name)
    if said in GENERIC:
        return f"{row} {said}"
    return "" if said == name.replace("_", " ") else said


def _synonyms(column: ColumnProfile, table: TableProfile) -> tuple[str, ...]:
    said, full, row = spoken(column.name), said_in_full(column.name), row_word(table.name)
    others = [full] if full != said else []
    if said in GENERIC:
        others.append(said)
    spoken_columns = {spoken(each.name) for each in table.columns}
    naming = next((each for each in NAMING if each in spoken_columns), f"{row} name")
    if said == naming:
        others.append(row)
    return tuple(dict.fromkeys(other for other in others if other))


def _date_of_parts(table: TableProfile, fields: list[Field]) -> Field | None:
    """The date that three columns make, unless the table has a proper one."""
    integers = {column.name.lower(): column.name for column in table.columns if column.type == "integer"}
    proper = any(field.role == "time" and field.expression is None for field in fields)
    if proper or not {"year", "month", "day"} <= integers.keys():
        return None
    parts = ", ".join(f'"{integers[part]}"' for part in ("year", "month", "day"))
    name = free("date", (field.name for field in fields))
    return Field(name=name, expression=Expression(text=f"make_date({parts})"), type="date", role="time", grain="day")


__all__ = ["LONG_FORMS", "Shaped", "shape"]
