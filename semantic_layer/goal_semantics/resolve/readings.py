"""How the rows of metrics are read: the part of a kind's `Context` that is not about what is computed of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

from goal_semantics.issues import Issue
from goal_semantics.metrics import Balance, Context, Form, Run, Shifted
from goal_semantics.model import Catalog, Expression, Metric
from goal_semantics.relation import Term
from goal_semantics.resolve.author import DEFAULT, Unreadable, parse
from goal_semantics.resolve.question import Reading

Inside = Callable[[Context], Term]


@dataclass(slots=True)
class Reads:
    """Notes how rows are read while what is inside is asked; each way is a branch of its own."""

    catalog: Catalog
    issues: list[Issue]
    spine: bool = field(default=False, kw_only=True)
    """Whether periods without rows are shown, between the first and the last one."""
    _metrics: list[Metric] = field(default_factory=list, kw_only=True)
    _reading: Reading = field(default=Reading(), kw_only=True)

    def part(self, form: Form, inside: Inside, other: Inside | None = None) -> Term:
        """A leaf that is a question of its own."""
        raise NotImplementedError

    def through(self, form: Shifted | Run, inside: Inside) -> Term:
        """Rows as the periods of the time spine see them; what is nearest to the rows looks first."""
        if not self.catalog.calendar.spines:
            return self.part(form, inside)
        return self._read(replace(self._reading, through=(form, *self._reading.through)), inside)

    def narrowed(self, where: Expression, inside: Inside) -> Term:
        """Rows for which it holds."""
        try:
            parse(where, DEFAULT)
        except Unreadable as error:
            self._note(Issue(f"The filter cannot be read: {error.reason}.", f"metrics.{self._metrics[-1].name}"))
        return self._read(replace(self._reading, where=(*self._reading.where, where)), inside)

    def at_moment(self, form: Balance, inside: Inside) -> Term:
        """Rows at the last or first of their moments."""
        return self._read(replace(self._reading, moment=form), inside)

    def every_period(self, inside: Inside) -> Term:
        """Periods without rows are shown."""
        if self.catalog.calendar.spines:
            return self._read(replace(self._reading, every=True), inside)
        self.spine = True
        return inside(cast(Context, self))

    def _read(self, reading: Reading, inside: Inside) -> Term:
        outside, self._reading = self._reading, reading
        term = inside(cast(Context, self))
        self._reading = outside
        return term

    def _note(self, issue: Issue) -> None:
        if issue not in self.issues:
            self.issues.append(issue)
