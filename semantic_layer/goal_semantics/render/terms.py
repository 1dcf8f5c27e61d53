"""Terms to expressions."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.errors import InternalError
from goal_semantics.model import Catalog, DataType, Expression
from goal_semantics.query import Scalar
from goal_semantics.relation import (
    AggCall,
    Among,
    Author,
    Call,
    Case,
    Cast,
    Constant,
    Exists,
    FieldRef,
    Frame,
    Level,
    Literal,
    Over,
    Part,
    Ref,
    Relation,
    Shift,
    Term,
    ToZone,
    Truncate,
)
from goal_semantics.render import texts, times
from goal_semantics.render.aggregates import PLAIN, aggregate
from goal_semantics.render.names import column, folded, identifier, parameter, physical, wrapped
from goal_semantics.render.spellings import faithful
from goal_semantics.resolve import author

MASK = "masked "
_COMPARISONS = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
                "+": exp.Add, "-": exp.Sub, "*": exp.Mul}  # fmt: skip

Lookup = Callable[[Ref], exp.Expr]


@dataclass(slots=True)
class Terms:
    """Renders terms for one statement; `values` gathers its parameters, `masked` knows guarded fields by alias."""

    catalog: Catalog
    dialect: Dialect
    exists: Callable[[Relation], exp.Expr]
    values: list[Literal] = field(default_factory=list)
    masked: dict[str, frozenset[str]] = field(default_factory=dict)

    def render(self, term: Term, lookup: Lookup) -> exp.Expr:
        """The expression of a term; `lookup` says what a column of the input is here."""
        match term:
            case Ref():
                return lookup(term)
            case FieldRef():
                return self._field(term, lookup)
            case Author():
                return self._author(term, lookup)
            case Literal():
                return self._value(term)
            case Constant(value):
                return exp.convert(value)
            case Call():
                return self._call(term, [self.render(each, lookup) for each in term.arguments])
            case Cast(inner, kind):
                return times.cast(self.render(inner, lookup), kind)
            case Truncate(term=inner):
                return times.truncate(self.render(inner, lookup), term, self.dialect)
            case Part(inner, part):
                return times.part(self.render(inner, lookup), part, self.dialect)
            case Shift(inner, grain, count, kind):
                return times.shift(self.render(inner, lookup), grain, count, kind, self.dialect)
            case ToZone(inner, zone):
                return times.to_zone(self.render(inner, lookup), zone, self.dialect)
            case Case(branches, otherwise):
                ifs = [
                    exp.If(this=self.render(when, lookup), true=self.render(then, lookup)) for when, then in branches
                ]
                return exp.Case(ifs=ifs, default=self.render(otherwise, lookup) if otherwise else None)
            case AggCall():
                return self._aggregate(term, lookup)
            case Over():
                return self._over(term, lookup)
            case Level(keys):
                marks = [exp.Anonymous(this="GROUPING", expressions=[self.render(each, lookup)]) for each in keys]
                return _chain(exp.Add, list[exp.Expr](marks))
            case Exists(relation):
                return exp.Exists(this=self.exists(relation))
            case Among():
                raise InternalError("a question inside of a condition was not lowered")

    def _orderly(self, term: Term, lookup: Lookup) -> exp.Expr:
        return texts.by_bytes(self.render(term, lookup), self.dialect)

    def _field(self, term: FieldRef, lookup: Lookup) -> exp.Expr:
        """The value of a field, or of its mask."""
        found = self.catalog.dataset[term.dataset].by_name[term.field]
        if term.field in self.masked.get(term.alias, frozenset()):
            node: exp.Expr = column(MASK + term.field, term.alias)
        elif found.expression is None:
            node = column(folded(term.field, self.dialect), term.alias)
        else:
            node = self._defined(term, found.expression, lookup)
        return texts.mark(node) if found.type == "string" else node

    def _defined(self, term: FieldRef, expression: Expression, lookup: Lookup) -> exp.Expr:
        paths = dict(term.paths)

        def meaning(each: exp.Column) -> exp.Expr:
            far = paths.get(author.spoken(each)) if paths else None
            return self.render(far, lookup) if far is not None else self._raw(each, term.alias)

        return wrapped(self._qualified(self._parsed(expression, term.dataset), meaning))

    def _author(self, term: Author, lookup: Lookup) -> exp.Expr:
        node = self._written(term, lookup)
        if self.dialect != "postgres":
            return node
        kind = author.type_of(self.catalog.dataset[term.dataset], term.expression)
        return texts.mark(node) if kind == "string" else node

    def _written(self, term: Author, lookup: Lookup) -> exp.Expr:
        dataset = self.catalog.dataset[term.dataset]
        bindings, paths = dict(term.bindings), dict(term.paths)

        def meaning(each: exp.Column) -> exp.Expr:
            name = author.attribute(each)
            if name is not None:
                [value] = bindings[name]
                return self._value(Literal(value, _kind(value)))
            if (far := paths.get(author.spoken(each))) is not None:
                return self.render(far, lookup)
            found = author.field_named(dataset, each.name)
            if found is None:
                return self._raw(each, term.alias)
            return self._field(FieldRef(term.alias, term.dataset, found.name), lookup)

        tree = self._parsed(term.expression, term.dataset)
        for item in list(tree.find_all(exp.In)):
            spread = [self._spread(each, bindings) for each in item.expressions]
            item.set("expressions", [each for several in spread for each in several])
        return self._qualified(tree, meaning)

    def _parsed(self, expression: Expression, dataset: str) -> exp.Expr:
        tree = author.parse(expression, self.dialect)
        if not author.translated(expression, self.dialect):
            return tree
        return faithful(tree, self.catalog.dataset[dataset], self.dialect)

    def _spread(self, item: exp.Expr, bindings: dict[str, tuple[Scalar, ...]]) -> list[exp.Expr]:
        """The values of an attribute in the list of an IN; anything else as it is."""
        name = author.attribute(item) if isinstance(item, exp.Column) else None
        return [item] if name is None else [self._value(Literal(value, _kind(value))) for value in bindings[name]]

    def _qualified(self, tree: exp.Expr, meaning: Callable[[exp.Column], exp.Expr]) -> exp.Expr:
        if isinstance(tree, exp.Column):
            return meaning(tree)
        for each in list(tree.find_all(exp.Column)):
            each.replace(meaning(each))
        return tree

    def _raw(self, each: exp.Column, alias: str) -> exp.Expr:
        return exp.Column(this=physical(each.this, self.dialect), table=identifier(alias))

    def _value(self, literal: Literal) -> exp.Expr:
        if literal.value is None:
            return exp.Null()
        self.values.append(literal)
        mark = parameter(len(self.values) - 1)
        return times.cast(mark, literal.type) if literal.type in {"date", "timestamp", "time", "float"} else mark

    def _call(self, term: Call, inside: list[exp.Expr]) -> exp.Expr:
        match term.function:
            case "and" | "or":
                kind = exp.And if term.function == "and" else exp.Or
                return _chain(kind, [wrapped(e) if isinstance(e, exp.Connector) else e for e in inside])
            case "not":
                if isinstance(inside[0], exp.Is):
                    return exp.Not(this=inside[0])
                return exp.Not(this=wrapped(inside[0]))
            case "in":
                return exp.In(this=wrapped(inside[0]), expressions=inside[1:])
            case "is null":
                return exp.Is(this=wrapped(inside[0]), expression=exp.Null())
            case "contains" | "starts with" | "ends with":
                return texts.found_in(term.function, inside[0], inside[1], self.dialect)
            case "same":
                return texts.same(inside[0], inside[1], self.dialect)
            case "<" | "<=" | ">" | ">=":
                ordered = [texts.by_bytes(each, self.dialect) for each in inside]
                return _chain(_COMPARISONS[term.function], [wrapped(each) for each in ordered])
            case "/":
                safe = isinstance(term.arguments[1], Constant) and bool(term.arguments[1].value)
                divisor = inside[1] if safe else exp.Nullif(this=inside[1], expression=exp.Literal.number(0))
                return exp.Div(this=times.cast(inside[0], "float"), expression=divisor, typed=False, safe=False)
            case "nullif":
                return exp.Nullif(this=inside[0], expression=inside[1])
            case "coalesce":
                return exp.Coalesce(this=inside[0], expressions=inside[1:])
            case "abs":
                return exp.Abs(this=inside[0])
            case "floor":
                whole = exp.Floor(this=inside[0])
                return times.cast(whole, "float") if self.dialect in {"databricks", "spark"} else whole
            case "round":
                return self._rounded(inside[0], inside[1])
            case "least" | "greatest":
                return exp.Anonymous(this=term.function.upper(), expressions=inside)
            case _:
                return _chain(_COMPARISONS[term.function], [wrapped(each) for each in inside])

    def _rounded(self, value: exp.Expr, decimals: exp.Expr) -> exp.Expr:
        """PostgreSQL rounds numbers in decimal only."""
        if self.dialect != "postgres":
            return exp.Round(this=times.cast(value, "float"), decimals=decimals)
        return times.cast(exp.Round(this=times.cast(value, "decimal"), decimals=decimals), "float")

    def _aggregate(self, term: AggCall, lookup: Lookup) -> exp.Expr:
        where = self.render(term.where, lookup) if term.where else None
        inside = self.render(term.term, lookup) if term.term else None
        if inside is not None and term.aggregate in {"min", "max"}:
            inside = texts.by_bytes(inside, self.dialect)
        return aggregate(term, inside, where, self.dialect)

    def _over(self, term: Over, lookup: Lookup) -> exp.Expr:
        inside = self.render(term.term, lookup) if term.term else None
        call: exp.Expr
        match term.function:
            case "rank":
                call = exp.Anonymous(this="RANK", expressions=[])
            case "row number":
                call = exp.RowNumber()
            case "count":
                call = exp.Count(this=inside if inside is not None else exp.Star())
            case _:
                call = PLAIN[term.function](this=texts.by_bytes(inside, self.dialect) if inside else None)
        order = [
            exp.Ordered(this=self._orderly(each, lookup), desc=down or None, nulls_first=False)
            for each, down in term.order
        ]
        return exp.Window(
            this=call,
            partition_by=[self.render(each, lookup) for each in term.partition],
            order=exp.Order(expressions=order) if order else None,
            spec=_spec(term.frame) if term.frame else None,
        )


def _spec(frame: Frame) -> exp.WindowSpec:
    if frame.count is None or frame.grain is None:
        return exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
    back = times.interval(frame.grain, frame.count - 1)
    return exp.WindowSpec(kind="RANGE", start=back, start_side="PRECEDING", end="CURRENT ROW")


def _chain(kind: type[exp.Expr], nodes: list[exp.Expr]) -> exp.Expr:
    whole = nodes[0]
    for node in nodes[1:]:
        whole = kind(this=whole, expression=node)
    return whole


def _kind(value: Scalar) -> DataType:
    """The type that a viewer's attribute is bound as."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "decimal" if isinstance(value, float | decimal.Decimal) else "string"
