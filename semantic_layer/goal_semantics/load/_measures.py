"""Metrics in the making: SQL with aggregates in it becomes one metric per aggregate and one that combines them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlglot import exp

from goal_semantics import metrics as kinds
from goal_semantics.dialects import Dialect
from goal_semantics.load._carrier import Carrier
from goal_semantics.load._draft import Draft
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import DEFAULT, Leaf, columns, expression, leaf, leaves, parse
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Metric, MetricSpec

Refer = Callable[[exp.Expr], str | None]
"""The metric that a node of a formula stands for, if it stands for one."""
Definition = dict[str, Any]
"""`kind` and the keys of that kind, as in native YAML."""


def no_metric(_: exp.Expr) -> None:
    """For formulas that only name columns."""


def settled_names(owned: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(owner, name) -> the name in the catalog, where metrics have no owner: its own if no other owner has it."""
    pairs = list(dict.fromkeys(owned))
    often = Counter(name.lower() for _, name in pairs)
    settled: dict[tuple[str, str], str] = {}
    for owner, name in pairs:
        free = name if often[name.lower()] == 1 else f"{owner}_{name}"
        while free.lower() in {each.lower() for each in settled.values()}:
            free = f"{free}_"
        settled[owner, name] = free
    return settled


@dataclass(slots=True)
class Measures:
    """Collects metrics; what cannot be one is left with a note."""

    carrier: Carrier
    space: Space
    dialect: Dialect
    made: dict[str, Metric] = field(default_factory=dict)
    trails: dict[str, Trail] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    """Names that no hidden metric may take, in lower case."""

    def add(self, header: Mapping[str, Any], definition: Definition, trail: Trail) -> bool:
        """Add a metric; a definition that the catalog has no kind for, or refuses, is left with a note."""
        name = header["name"]
        if name.lower() in {each.lower() for each in self.made}:
            self.carrier.wrong(f"the name “{name}” is taken.", trail)
            return False
        try:
            self.made[name] = Metric.model_validate({**header, "spec": self._spec(definition)})
        except Uncarried as reason:
            self.carrier.leave(f"the metric is not carried: {reason}.", trail)
            return False
        self.trails[name] = trail
        self.carrier.put(f"metrics.{name}", trail)
        return True

    def define(
        self, name: str, tree: exp.Expr, home: Draft | None, trail: Trail, refer: Refer = no_metric
    ) -> Definition:
        """The definition of a formula; its aggregates become hidden metrics, or ones that exist already.

        Errors: Uncarried.
        """
        if tree.find(exp.Window):
            raise Uncarried("it uses a window function")
        tree = tree.unnest().copy()
        found = list(leaves(tree))
        for node in found:
            self._refuse_nesting(node, name, home, refer)
        if found == [tree]:
            return self.simple(_leaf(tree), home)
        referred = refer(tree)
        if referred:
            return {"kind": "derived", "expression": _named(referred).sql(dialect=DEFAULT)}
        parts = [self.simple(_leaf(node), home) for node in found]
        for node, definition in zip(found, parts, strict=True):
            node.replace(_named(self.part(name, definition, trail)))
        facts = sorted({definition["dataset"] for definition in parts})
        if len(facts) > 1:
            message = f"each part is of all rows of its own dataset: {', '.join(facts)} do not narrow each other."
            self.carrier.leave(message, trail)
        return self._combined(_with_references(tree, refer, {each.name for each in self.made.values()}))

    def _refuse_nesting(self, node: exp.Expr, name: str, home: Draft | None, refer: Refer) -> None:
        """A name inside of an aggregate is a field or a column, not a metric that is aggregated once more."""
        for column in columns(node):
            draft = self.space.find(column.table) if column.table else home
            if refer(column) not in (None, name) and (draft is None or draft.find(column.name) is None):
                raise Uncarried(f"it aggregates the metric {column.sql()}, which is aggregated already")

    def simple(self, found: Leaf, home: Draft | None) -> Definition:
        """One aggregate. Errors: Uncarried."""
        root = self.space.home(found.expression, found.filter, of=home)
        definition: Definition = {"kind": "simple", "dataset": root.name, "agg": found.agg}
        for key, tree in (("expression", found.expression), ("filter", found.filter)):
            if tree is not None:
                definition[key] = expression(self.space.local(tree, root), self.dialect)
        return definition | ({} if found.percentile is None else {"percentile": found.percentile})

    def part(self, of: str, definition: Definition, trail: Trail) -> str:
        """The name of a metric with this definition: one that exists, or a hidden one. Errors: Uncarried."""
        alone = parse(definition["expression"], DEFAULT) if definition["kind"] == "derived" else None
        if isinstance(alone, exp.Column):
            return alone.name
        spec = self._spec(definition)
        for metric in self.made.values():
            if metric.spec == spec:
                return metric.name
        free = f"{of}_{definition.get('agg', definition['kind'])}"
        while free.lower() in self.reserved | {each.lower() for each in self.made}:
            free = f"{free}_"
        self.made[free] = Metric(name=free, hidden=True, spec=spec)
        self.trails[free] = trail
        return free

    def finished(self) -> tuple[Metric, ...]:
        """Every metric whose parts are there; the others are left with a note."""
        while True:
            broken = [(name, part) for name, part in self._parts() if part not in self.made]
            if not broken:
                return tuple(self.made.values())
            for name, part in broken:
                if self.made.pop(name, None):
                    self.carrier.leave(f"the metric is not carried: its part “{part}” is not.", self.trails[name])

    def _parts(self) -> Iterator[tuple[str, str]]:
        for metric in self.made.values():
            for part in kinds.find(metric.spec.kind).parts(metric.spec):
                yield metric.name, part

    def _spec(self, definition: Definition) -> MetricSpec:
        kind = definition["kind"]
        if kind not in kinds.kinds():
            raise Uncarried(f"it needs the metric kind “{kind}”, which is not there")
        try:
            return kinds.spec_type(kind).model_validate(definition)
        except ValidationError as error:
            raise Uncarried("; ".join(str(each["msg"]) for each in error.errors())) from None

    def _combined(self, tree: exp.Expr) -> Definition:
        tree = tree.unnest()
        if isinstance(tree, exp.Div | exp.SafeDivide):
            above, below = tree.this.unnest(), tree.expression.unnest()
            if isinstance(below, exp.Nullif) and below.expression.name == "0":
                below = below.this.unnest()
            if isinstance(above, exp.Column) and isinstance(below, exp.Column):
                return {"kind": "ratio", "numerator": above.name, "denominator": below.name}
        return {"kind": "derived", "expression": tree.sql(dialect=DEFAULT)}


def _leaf(node: exp.Expr) -> Leaf:
    found = leaf(node)
    if isinstance(found, str):
        raise Uncarried(found)
    return found


def _named(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name))


def _with_references(tree: exp.Expr, refer: Refer, parts: set[str]) -> exp.Expr:
    """The tree with references replaced by names of metrics. Errors: Uncarried for a column outside of every aggregate."""
    for node in list(tree.walk()):
        name = refer(node)
        if name:
            tree = _named(name) if node is tree else (node.replace(_named(name)), tree)[1]
        elif isinstance(node, exp.Column) and not (node.name in parts and not node.table):
            raise Uncarried(f"{node.sql()} stands outside of every aggregate")
    return tree
