"""The contract of a metric kind. Each sibling file is one; the file name is the `kind` of its definitions.

A kind module has

    class Spec(MetricSpec)                            its fields; `kind` has the file's name as default
    def lower(spec: Spec, context: Context) -> Term   the metric as a term over columns that the context hands out
    def parts(spec: Spec) -> tuple[str, ...]          names of the metrics it is made of
    def define(spec: Spec) -> str                     the definition as one line of words and author SQL

Kinds never write SQL and never choose joins: they compose terms of `relation`. Nothing here resolves names.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Protocol, cast

from goal_semantics.interval import Interval
from goal_semantics.metrics._forms import Balance, Converted, Edge, Folded, Form, Pinned, Run, Shifted
from goal_semantics.metrics._inputs import Input
from goal_semantics.model import Aggregate, Expression, MetricSpec
from goal_semantics.relation import Term

__all__ = [
    "Balance", "Context", "Converted", "Edge", "Folded", "Form", "Input", "Interval", "MetricKind", "Pinned", "Run", "Shifted",
    "find", "kinds", "spec_type",
]  # fmt: skip


class Context(Protocol):
    """What a kind may ask for while it is lowered."""

    def aggregate(
        self,
        dataset: str,
        aggregate: Aggregate,
        expression: Expression | None,
        where: Expression | None,
        *,
        percentile: float | None = None,
    ) -> Term:
        """A column that holds this aggregate of the rows of a dataset, at the grain of the query."""

    def metric(self, name: str) -> Term:
        """Another metric of the catalog at the same grain."""

    def input(self, asked: Input) -> Term:
        """The same with what the definition says about it: narrowed, of an earlier time, filled."""

    def part(
        self, form: Form, inside: Callable[[Context], Term], other: Callable[[Context], Term] | None = None
    ) -> Term:
        """A column made of a question of its own: `inside` asks its measure. `other` asks the second one of `Converted`."""

    def rank(self, value: Term, within: tuple[str, ...], *, ascending: bool) -> Term:
        """The place of each group among those that share the groupings of these paths; ties share it."""

    def through(self, form: Shifted | Run, inside: Callable[[Context], Term]) -> Term:
        """The same rows, each counted at the periods of the catalog's time spine that look at it; a part without one."""

    def narrowed(self, where: Expression, inside: Callable[[Context], Term]) -> Term:
        """Over rows for which it holds: a group that has none of them does not exist."""

    def at_moment(self, form: Balance, inside: Callable[[Context], Term]) -> Term:
        """Over the rows at the last or first moment of those that the question chooses."""

    def every_period(self, inside: Callable[[Context], Term]) -> Term:
        """Periods without rows are shown too: those of the catalog's time spine, else between the first and the last one."""


class MetricKind(Protocol):
    """A module of this folder."""

    Spec: type[MetricSpec]

    def lower(self, spec: Any, context: Context) -> Term:
        """The metric as a term over columns."""

    def parts(self, spec: Any) -> tuple[str, ...]:
        """Names of the metrics it is made of."""

    def define(self, spec: Any) -> str:
        """The definition as one line."""


@lru_cache(maxsize=1)
def kinds() -> tuple[str, ...]:
    """Every kind there is, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


@cache
def find(kind: str) -> MetricKind:
    """The module of a kind. Errors: KeyError for a kind that does not exist."""
    if kind not in kinds():
        raise KeyError(kind)
    return cast(MetricKind, importlib.import_module(f"{__name__}.{kind}"))


def spec_type(kind: str) -> type[MetricSpec]:
    """The model that validates definitions of a kind. Errors: KeyError for a kind that does not exist."""
    return find(kind).Spec
