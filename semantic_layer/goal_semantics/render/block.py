"""One SELECT under construction: what has been said so far, and whether more can be said in the same block."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.relation import Ref
from goal_semantics.render.names import column, duplicate, identifier


@dataclass(slots=True)
class Ordering:
    """One term of ORDER BY; `name` is the output column that it is, if any."""

    name: str | None
    node: exp.Expr
    descending: bool


@dataclass(slots=True)
class Block:
    """`open` maps the names of the one input to its columns while nothing is projected yet."""

    source: exp.Expr
    open: dict[str, exp.Expr] = field(default_factory=dict)
    only: str = ""
    """The one CTE that is read, if it is one."""
    joins: list[exp.Join] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    """What joined relations are called here, by the alias that terms know them by, where that is the name of something else."""
    where: list[exp.Expr] = field(default_factory=list)
    projections: dict[str, exp.Expr] | None = None
    keys: list[exp.Expr] = field(default_factory=list)
    sets: exp.GroupingSets | None = None
    having: list[exp.Expr] = field(default_factory=list)
    grouped: bool = False
    windowed: bool = False
    distinct: bool = False
    order: list[Ordering] = field(default_factory=list)
    limit: int | None = None

    def lookup(self, ref: Ref) -> exp.Expr:
        """The expression that a column stands for in this block. Errors: KeyError."""
        if ref.source:
            return column(ref.name, self.aliases.get(ref.source, ref.source))
        known = self.open if self.projections is None else self.projections
        return duplicate(known[ref.name])

    def called(self, alias: str) -> str:
        """A name for a relation that is joined now: its alias, or one like it that nothing here has."""
        taken = {each.alias_or_name.lower() for each in (self.source, *(join.this for join in self.joins))}
        name, count = alias, 1
        while name.lower() in taken:
            count += 1
            name = f"{alias}_{count}"
        if name != alias:
            self.aliases[alias] = name
        return name

    @property
    def named(self) -> bool:
        """Whether the rows have named columns rather than sources."""
        return self.projections is not None or bool(self.open)

    @property
    def plain(self) -> bool:
        """Whether rows can still be filtered, joined and grouped here."""
        return not (self.grouped or self.windowed or self.distinct or self.order or self.limit is not None)

    def select(self) -> exp.Select:
        """The finished statement."""
        projections = self.projections if self.projections is not None else self.open
        listed = [_aliased(node, name) for name, node in projections.items()]
        select = exp.Select(expressions=listed or [exp.Literal.number(1)])
        select.set("from_", exp.From(this=self.source))
        if self.joins:
            select.set("joins", self.joins)
        if self.where:
            select.set("where", exp.Where(this=conjoined(self.where)))
        if self.sets is not None:
            select.set("group", exp.Group(grouping_sets=[self.sets]))
        elif self.keys:
            select.set("group", exp.Group(expressions=[self._grouped(each, projections) for each in self.keys]))
        if self.having:
            select.set("having", exp.Having(this=conjoined(self.having)))
        if self.distinct:
            select.set("distinct", exp.Distinct())
        if self.order:
            terms = [self._ordered(each, projections) for each in self.order]
            select.set("order", exp.Order(expressions=terms))
        if self.limit is not None:
            select.set("limit", exp.Limit(expression=exp.Literal.number(self.limit)))
        if self.only and not self.joins and self._unmistakable(projections):
            for each in select.find_all(exp.Column):
                if each.table == self.only and not each.find_ancestor(exp.Exists):
                    each.set("table", None)
        return select

    def _grouped(self, key: exp.Expr, projections: dict[str, exp.Expr]) -> exp.Expr:
        """A key by its position in the output, or in full where the output does not show it as it is."""
        for at, node in enumerate(projections.values(), start=1):
            if node == key:
                return exp.Literal.number(at)
        return key.copy()

    def _unmistakable(self, projections: dict[str, exp.Expr]) -> bool:
        """Whether no output takes the name of an input column that it is not."""
        inputs = {each.name for node in projections.values() for each in node.find_all(exp.Column)}
        inputs |= {each.name for node in self.where for each in node.find_all(exp.Column)}
        renamed = {n for n, node in projections.items() if not (isinstance(node, exp.Column) and node.name == n)}
        return not renamed & inputs

    def _ordered(self, each: Ordering, projections: dict[str, exp.Expr]) -> exp.Ordered:
        shown = each.name is not None and projections.get(each.name) == each.node
        node = exp.Column(this=identifier(each.name)) if shown and each.name else each.node
        return exp.Ordered(this=node, desc=each.descending or None, nulls_first=False)


def conjoined(conditions: list[exp.Expr]) -> exp.Expr:
    """All of them."""
    whole: exp.Expr | None = None
    for each in conditions:
        safe = exp.Paren(this=each) if isinstance(each, exp.Or) else each
        whole = safe if whole is None else exp.And(this=whole, expression=safe)
    return whole if whole is not None else exp.true()


def _aliased(node: exp.Expr, name: str) -> exp.Expr:
    if isinstance(node, exp.Column) and node.name == name:
        return node
    return exp.Alias(this=node, alias=identifier(name))
