"""What names mean for the rows of one fact: located fields, the joins they need, and the problems on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from goal_semantics.issues import Issue
from goal_semantics.joins import Located, Steps, alias, locate
from goal_semantics.model import Catalog, DataType, Expression, Field
from goal_semantics.relation import Author, FieldRef, Term, ToZone


@dataclass(slots=True)
class Scope:
    """The rows of `fact` under the alias `base`. `issues` is shared by all scopes of a query."""

    catalog: Catalog
    fact: str
    issues: list[Issue]
    time: Located | None = None
    """The time that the asked metrics of this fact are read by."""
    spoken: frozenset[str] = frozenset()
    """Paths of the default times of all asked facts: each fact reads them as its own time."""
    base: str = ""
    used: dict[Steps, None] = field(default_factory=dict)

    def find(self, path: str) -> Located | None:
        """The field at a path; None after noting why there is none."""
        found = locate(self.catalog, self.fact, path)
        if isinstance(found, Issue):
            if path in self.spoken and self.time is not None:
                return self.use(self.time)
            if found not in self.issues:
                self.issues.append(found)
            return None
        return self.use(found)

    def use(self, located: Located) -> Located:
        """Note the joins that a field needs."""
        for end in range(1, len(located.steps) + 1):
            self.used.setdefault(located.steps[:end])
        return located

    def field(self, located: Located) -> Field:
        """The definition of a located field."""
        return self.catalog.dataset[located.dataset].by_name[located.field]

    def term(self, located: Located) -> Term:
        """Its value."""
        return FieldRef(self.alias(located.steps), located.dataset, located.field)

    def local(self, located: Located) -> Term:
        """Its value; an instant as wall-clock time of the catalog's zone."""
        raw = self.term(located)
        return ToZone(raw, self.catalog.calendar.time_zone) if self.field(located).type == "timestamp_tz" else raw

    def kind(self, located: Located) -> DataType:
        """The type of the local value."""
        kind = self.field(located).type
        return "timestamp" if kind == "timestamp_tz" else kind

    def author(self, expression: Expression) -> Term:
        """SQL of the author over the rows of the fact."""
        return Author(self.alias(()), self.fact, expression)

    def alias(self, steps: Steps) -> str:
        """The alias of the dataset at the end of the steps."""
        return alias(self.fact, steps, self.base)
