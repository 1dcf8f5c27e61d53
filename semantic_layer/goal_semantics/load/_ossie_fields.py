"""Fields of an Ossie dataset: their type, their role, and their SQL for every engine that a catalog speaks to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.issues import near
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._draft import Draft
from goal_semantics.load._header import header
from goal_semantics.load._inline import settled
from goal_semantics.load._ossie_kept import Kept, foreign, synonyms
from goal_semantics.load._ossie_own import FIELD_KEYS, Own
from goal_semantics.load._ossie_shape import DIALECTS, ENGINES, STANDARD, TYPES, Expressions, OssieDataset, OssieField
from goal_semantics.load._space import Uncarried
from goal_semantics.load._sql import DEFAULT, Unreadable, expression, parse
from goal_semantics.load._yaml import Trail
from goal_semantics.model import TEMPORAL, DataType, Expression, Field, Role

_SPOKEN = frozenset((*STANDARD, *ENGINES))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The text that counts, and those for single engines."""

    text: str
    dialect: Dialect
    others: dict[Dialect, str]


def query_or_table(source: str) -> str:
    """A source as a catalog names it: a query stands in parentheses."""
    text = source.strip().rstrip(";")
    return f"({text})" if text.split(None, 1)[:1] and text.split(None, 1)[0].upper() in {"SELECT", "WITH"} else text


def text_of(carrier: Carrier, said: Expressions, at: Trail, kept: Kept, path: str) -> Chosen | None:
    """The standard text, or that of the first engine that a catalog speaks to; other languages are kept."""
    by_dialect = {each.dialect.upper(): each.expression for each in said.dialects}
    for position, each in enumerate(said.dialects):
        if each.dialect.upper() not in DIALECTS:
            close = near(each.dialect, DIALECTS)
            carrier.leave(f"the dialect {each.dialect} is unknown{f'; near: {close[0]}' if close else ''}.",
                          (*at, "expression", "dialects", position))  # fmt: skip
    kept.keep(path, "dialects", list(foreign(said.dialects, _SPOKEN)))
    engines = {engine: by_dialect[name] for name, engine in ENGINES.items() if name in by_dialect}
    for name in STANDARD:
        if name in by_dialect:
            return Chosen(by_dialect[name], DEFAULT, engines)
    for engine, text in engines.items():
        return Chosen(text, engine, engines)
    return None


def add_field(
    carrier: Carrier, draft: Draft, dataset: OssieDataset, each: OssieField, at: Trail, kept: Kept, own: Own
) -> None:
    """The field in the draft, or a note why it is not there."""
    words = header(each.name, description=each.description, synonyms=synonyms(each))
    path = f"datasets.{draft.name}.fields.{words['name']}"
    ours = own.keys(kept.thing(path, each, at), FIELD_KEYS, at)
    kept.keep(path, "label", each.label)
    found = text_of(carrier, each.expression, at, kept, path)
    try:
        if found is None:
            raise Uncarried("it is written in no SQL that a catalog speaks")  # noqa: TRY301 - one way out
        trees = {
            other.name.lower(): tree for other in dataset.fields if (tree := _tree(carrier, other, kept)) is not None
        }
        tree = settled(dataset.name, parse(found.text, found.dialect), trees, frozenset({each.name.lower()}))
        written = _written(tree, found, dataset.name)
    except Unreadable as error:
        carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*at, "expression"))
        return
    except Uncarried as reason:
        carrier.leave(f"is not carried: {reason}.", at, hint="An export says it again.")
        kept.leave(path, each, f"datasets.{draft.name}")
        return
    values = {**words, **_kind(carrier, each, at), **ours}
    if not draft.add(Field.model_validate(values), tree, written):
        carrier.wrong(f"the name “{each.name}” is taken.", (*at, "name"))
    carrier.put(path, at)


def _tree(carrier: Carrier, other: OssieField, kept: Kept) -> exp.Expr | None:
    """The SQL of another field, to be put in place of its name."""
    chosen = next((each.expression for each in other.expression.dialects if each.dialect.upper() in STANDARD), None)
    try:
        return parse(chosen, DEFAULT) if chosen is not None else None
    except Unreadable:
        return None  # said where that field is read


def _written(tree: exp.Expr, found: Chosen, dataset: str) -> Expression | None:
    """The SQL for several engines; None where the tree says it all."""
    if found.dialect != DEFAULT:
        return expression(tree, found.dialect)
    if not found.others:
        return None
    default = expression(tree, DEFAULT).text
    others = {
        engine: settled(dataset, parse(text, engine), {}, frozenset()).sql(dialect=engine)
        for engine, text in found.others.items()
    }
    return Expression(text=default, dialects={engine: text for engine, text in others.items() if text != default})


def _kind(carrier: Carrier, each: OssieField, at: Trail) -> dict[str, object]:
    kind = TYPES.get(each.datatype, "opaque")
    if each.datatype and each.datatype not in TYPES:
        carrier.wrong(f"expected one of {', '.join(TYPES)}; found “{each.datatype}”.", (*at, "datatype"),
                      near=near(each.datatype, TYPES))  # fmt: skip
    is_time = each.dimension.is_time if each.dimension else None
    role = concluded(kind, dimension=each.dimension is not None, is_time=is_time)
    if is_time and kind not in TEMPORAL:
        carrier.leave("is a dimension: a time of a catalog needs the datatype Date, DateTime or DateTimeTz.", at)
    return {"type": kind, "role": role}


def concluded(kind: DataType, *, dimension: bool, is_time: bool | None) -> Role:
    """The role of a field: Ossie's facts are the fields that are no dimensions."""
    if kind in TEMPORAL and is_time is not False:
        return "time"
    return "dimension" if dimension else "fact"
