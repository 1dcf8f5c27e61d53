"""SQL of the author as syntax: parsed once, checked, and read for the columns it uses. Never run, never concatenated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from goal_semantics.dialects import Dialect
from goal_semantics.model import Dataset, DataType, Expression, Field

DEFAULT: Dialect = "duckdb"
ATTRIBUTE = re.compile(r"\{\s*([A-Za-z_]\w*)\s*\}")
RESERVED = frozenset("\x00\ue000\ue001")
"""Characters that mark the places of values while a statement is made."""
_MARK = "goal_attribute__"
Known = Callable[[exp.Column], DataType]
_NUMBERS: tuple[DataType, ...] = ("integer", "decimal", "float")


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """The text is not one SQL expression; `reason` says why, in words."""

    reason: str


def parse(expression: Expression, dialect: Dialect) -> exp.Expr:
    """The expression as a syntax tree of its own. Text for all dialects divides as DuckDB does: never in whole numbers.

    Errors: Unreadable.
    """
    text = expression.on(dialect)
    if text != expression.text or dialect == DEFAULT:
        return _parsed(text, dialect).copy()
    tree = _parsed(text, DEFAULT).copy()
    for division in list(tree.find_all(exp.Div)):
        division.set("this", exp.Cast(this=division.this, to=exp.DataType(this=exp.DType.DOUBLE)))
    return tree


def _read(expression: Expression, dialect: Dialect) -> exp.Expr:
    """The syntax tree, shared by all who only look at it. Errors: Unreadable."""
    return _parsed(expression.on(dialect), dialect if expression.on(dialect) != expression.text else DEFAULT)


@lru_cache(maxsize=8192)
def _parsed(text: str, dialect: Dialect) -> exp.Expr:
    if not RESERVED.isdisjoint(text):
        raise Unreadable("it contains characters that no SQL needs")
    marked = ATTRIBUTE.sub(lambda found: f"{_MARK}{found.group(1)}", text)
    try:
        found = sqlglot.parse(marked, dialect=dialect)
    except SqlglotError as error:
        raise Unreadable(_reason(error)) from error
    if len(found) != 1 or not isinstance(found[0], exp.Expr):
        raise Unreadable("it is not a single expression")
    tree = _dotted(found[0])
    _refuse(tree)
    if len(ATTRIBUTE.findall(text)) != sum(1 for each in tree.find_all(exp.Column) if attribute(each)):
        raise Unreadable("an {attribute} must stand where a value stands, not inside quotes")
    return tree


def _dotted(tree: exp.Expr) -> exp.Expr:
    """Names of any number of words as columns whose `table` is all words but the last."""
    holder = exp.Paren(this=tree)
    for each in list(holder.find_all(exp.Dot, exp.Column)):
        last = each.expression if isinstance(each, exp.Dot) else each.this
        inside = isinstance(each.parent, exp.Dot) and each.arg_key == "this"
        if inside or not isinstance(last, exp.Identifier) or not isinstance(_head(each), exp.Column):
            continue
        words = [part.name for part in each.parts] if isinstance(each, exp.Dot | exp.Column) else []
        if len(words) > 1:
            prefix = exp.Identifier(this=".".join(words[:-1]), quoted=True)
            each.replace(exp.Column(this=last.copy(), table=prefix))
    found: exp.Expr = holder.this
    found.pop()
    return found


def _head(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Dot):
        node = node.this
    return node


def attribute(column: exp.Column) -> str | None:
    """The attribute that a column of a parsed policy stands for."""
    return column.name.removeprefix(_MARK) if column.name.startswith(_MARK) else None


def used(expression: Expression, owner: str, dialect: Dialect = DEFAULT) -> tuple[str, ...]:
    """Names in the text that are those of the dataset itself, in order. Errors: Unreadable."""
    found = _read(expression, dialect).find_all(exp.Column)
    return tuple(dict.fromkeys(each.name for each in found if each.table in {"", owner} and not attribute(each)))


def tables(expression: Expression, dialect: Dialect = DEFAULT) -> tuple[str, ...]:
    """What the text puts before names, in order. Errors: Unreadable."""
    return tuple(dict.fromkeys(each.table for each in _read(expression, dialect).find_all(exp.Column) if each.table))


def names(expression: Expression) -> tuple[str, ...]:
    """Every name in the texts for all dialects that can be a field or a path to one. Errors: Unreadable."""
    texts = ((expression.text, DEFAULT), *((text, dialect) for dialect, text in expression.dialects.items()))
    return tuple(dict.fromkeys(name for text, dialect in texts for name in _names(text, dialect)))


@lru_cache(maxsize=8192)
def _names(text: str, dialect: Dialect) -> tuple[str, ...]:
    found = [each for each in _parsed(text, dialect).find_all(exp.Column) if not attribute(each)]
    return tuple(spoken(each) for each in found if each.table or "." not in each.name)


def spoken(column: exp.Column) -> str:
    """The name with dots between its words; a column with a dot in its own name stays in quotes."""
    own = f'"{column.name}"' if "." in column.name and not column.table else column.name
    return f"{column.table}.{own}" if column.table else own


def attributes(expression: Expression) -> tuple[str, ...]:
    """Names of the `{attribute}` placeholders in the text."""
    return tuple(dict.fromkeys(ATTRIBUTE.findall(expression.text)))


def lists(expression: Expression) -> frozenset[str]:
    """Attributes that stand in the list of an IN wherever they stand, so that they may have several values."""
    found = [each for each in _read(expression, DEFAULT).find_all(exp.Column) if attribute(each)]
    single = {attribute(each) for each in found if not isinstance(each.parent, exp.In) or each.arg_key != "expressions"}
    return frozenset(name for each in found if (name := attribute(each)) and name not in single)


def aggregates(expression: Expression, dialect: Dialect = DEFAULT) -> bool:
    """Whether the text aggregates or uses a window. Errors: Unreadable."""
    return _read(expression, dialect).find(exp.AggFunc, exp.Window) is not None


def field_named(dataset: Dataset, name: str) -> Field | None:
    """The field that a bare name means; the case counts only where two fields differ in nothing else."""
    if name in dataset.by_name:
        return dataset.by_name[name]
    same = [each for each in dataset.fields if each.name.lower() == name.lower()]
    return same[0] if len(same) == 1 else None


def field_paths(dataset: Dataset, expression: Expression) -> tuple[str, ...]:
    """`dataset.field` of everything the text reads, columns that are not fields included."""
    found = ((field_named(dataset, name), name) for name in used(expression, dataset.name))
    return tuple(dict.fromkeys(f"{dataset.name}.{each.name if each else name}" for each, name in found))


def type_of(dataset: Dataset, expression: Expression, paths: Mapping[str, DataType] | None = None) -> DataType:
    """The type of the expression where its form tells, else `opaque`. `paths`: types of dotted names."""

    def known(column: exp.Column) -> DataType:
        if column.table not in {"", dataset.name}:
            return (paths or {}).get(spoken(column), "opaque")
        found = field_named(dataset, column.name)
        return found.type if found else "opaque"

    return _type(_read(expression, DEFAULT), known)


def _type(node: exp.Expr, known: Known) -> DataType:
    match node:
        case exp.Column():
            return known(node)
        case exp.Paren() | exp.Neg() | exp.Abs() | exp.Round():
            return _type(node.this, known)
        case exp.Add() | exp.Sub() | exp.Mul():
            return _widest(_type(node.this, known), _type(node.expression, known))
        case exp.Div():
            return "float"
        case exp.Literal():
            return "string" if node.is_string else "integer" if node.is_int else "decimal"
        case exp.Predicate() | exp.Connector() | exp.Not() | exp.Boolean():
            return "boolean"
        case exp.Case() | exp.If() | exp.Coalesce() | exp.Nullif():
            return _branches(node, known)
        case exp.Cast():
            return _cast(node.to)
        case _:
            return "opaque"


def _branches(node: exp.Expr, known: Known) -> DataType:
    if isinstance(node, exp.Case):
        inside = [*(each.args["true"] for each in node.args["ifs"]), node.args.get("default")]
    elif isinstance(node, exp.If):
        inside = [node.args["true"], node.args.get("false")]
    else:
        inside = [node.this, *node.expressions] if isinstance(node, exp.Coalesce) else [node.this]
    kinds = [_type(each, known) for each in inside if each is not None and not isinstance(each, exp.Null)]
    return kinds[0] if len(set(kinds)) == 1 else _widest(*kinds) if kinds else "opaque"


def _widest(*kinds: DataType) -> DataType:
    if all(kind in _NUMBERS for kind in kinds):
        return max(kinds, key=_NUMBERS.index)
    return "opaque"


def _cast(target: exp.DataType) -> DataType:
    if target.is_type(*exp.DataType.INTEGER_TYPES):
        return "integer"
    if target.is_type(*exp.DataType.FLOAT_TYPES):
        return "float"
    if target.is_type(exp.DataType.Type.DECIMAL):
        return "decimal"
    return "date" if target.is_type(exp.DataType.Type.DATE) else "opaque"


def _refuse(tree: exp.Expr) -> None:
    if isinstance(tree, exp.Query) or tree.find(exp.Query, exp.Table):
        raise Unreadable("it contains a query of its own; use a dataset and a relationship instead")
    if isinstance(tree, exp.Alias | exp.Star) or not isinstance(tree, exp.Condition):
        raise Unreadable("it is not an expression")
    if any(isinstance(_head(each), exp.Identifier) for each in tree.find_all(exp.Dot)):
        raise Unreadable("it calls a method of a name; write lower(name) instead of name.lower()")
    if tree.find(exp.Placeholder, exp.Parameter):
        raise Unreadable("it contains a placeholder; only {attribute} of a policy may stand for a value")


def _reason(error: SqlglotError) -> str:
    first = str(error).splitlines()[0] if str(error) else "it cannot be parsed"
    return re.sub(r"\x1b\[[0-9;]*m", "", first).rstrip(".")


@lru_cache(maxsize=4096)
def _source(text: str, dialect: Dialect) -> exp.Table | exp.Subquery | None:
    if not RESERVED.isdisjoint(text):
        return None
    try:
        found = sqlglot.parse(f"SELECT * FROM {text}", dialect=dialect)  # noqa: S608 - parsed, never run
    except SqlglotError:
        return None
    if len(found) != 1 or not isinstance(found[0], exp.Select):
        return None
    select = found[0]
    extras = [
        name for name, value in select.args.items() if value and name not in {"expressions", "from_", "from", "kind"}
    ]
    relation = (select.args.get("from_") or select.args["from"]).this
    if extras or relation.args.get("joins") or relation.alias:
        return None
    if isinstance(relation, exp.Table):
        return relation if all(isinstance(part, exp.Identifier) for part in relation.parts) else None
    return relation if isinstance(relation, exp.Subquery) and isinstance(relation.this, exp.Query) else None


def source(text: str, dialect: Dialect = DEFAULT) -> exp.Table | exp.Subquery | None:
    """A table or a SELECT in parentheses as a syntax tree of its own; None if the text is neither."""
    found = _source(text, dialect)
    return found.copy() if found is not None else None
