"""What names mean for the rows of one fact: located fields, the joins they need, and the problems on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from goal_semantics.issues import Issue
from goal_semantics.joins import Located, Steps, alias, anchored, follow, locate, many
from goal_semantics.model import Catalog, DataType, Expression, Field
from goal_semantics.query import OWN_TIME
from goal_semantics.relation import Author, FieldRef, Term, ToZone
from goal_semantics.resolve import author


@dataclass(slots=True)
class Scope:
    """The rows of `fact` under the alias `base`. `issues` is shared by all scopes of a query."""

    catalog: Catalog
    fact: str
    issues: list[Issue]
    time: Located | None = None
    """The time that the asked metrics of this fact are read by."""
    read_by: Located | None = None
    """The same, where `time` is the period of a spine that looks at the rows."""
    spoken: frozenset[str] = frozenset()
    """Paths of the default times of all asked facts: each fact reads them as its own time."""
    base: str = ""
    used: dict[Steps, None] = field(default_factory=dict)
    _opened: list[tuple[str, str]] = field(default_factory=list)
    """The fields whose definitions are being followed."""

    def find(self, path: str, *, crossing: bool = False) -> Located | None:
        """The field at a path, which may lead over a bridge if `crossing`; None after noting why there is none."""
        if path.split(".", 1)[0] == OWN_TIME:
            return self._own_time(path)
        found = locate(self.catalog, self.fact, path)
        if isinstance(found, Located) and found.crossing is not None:
            if crossing:
                return self._settled(found)
            found = many(found)
        if isinstance(found, Issue):
            if path in self.spoken and self.time is not None:
                return self.use(self.time)
            if found not in self.issues:
                self.issues.append(found)
            return None
        return self.use(found)

    def _own_time(self, path: str) -> Located | None:
        """The time that the metrics of this fact are read by, or a field of its calendar."""
        if self.time is None:
            self.issues.append(Issue(f"“{self.fact}” has no time that its metrics are read by.", path))
            return None
        if path == OWN_TIME:
            return self.use(self.time)
        name = path.split(".", 1)[1]
        spine = f"{self.time.dataset}.{self.time.field}" in self.catalog.calendar.spines
        if spine and name in self.catalog.dataset[self.time.dataset].by_name:
            return self.use(replace(self.time, field=name))
        step = self.field(self.time).calendar
        found = locate(
            self.catalog, self.fact, f"{'.'.join(self.time.path.split('.')[:-1])}.{step}.{path.split('.', 1)[1]}"
        )
        if not step or isinstance(found, Issue) or found.crossing is not None:
            self.issues.append(Issue(f"The calendar of “{self.time.path}” has no “{path.split('.', 1)[1]}”.", path))
            return None
        return self.use(found)

    def use(self, located: Located) -> Located:
        """Note the joins that a field needs."""
        located = self._settled(located)
        for end in range(1, len(located.steps) + 1):
            if located.steps[end - 1].pairs:
                self.used.setdefault(located.steps[:end])
        return located

    def _settled(self, located: Located) -> Located:
        """With the joins that depend on the fact as they are for this one."""
        depends = any(step.beside or (step.valid and step.valid.of_fact) for step in located.steps)
        return self._anchored(located) if depends else located

    def _anchored(self, located: Located) -> Located:
        own = self.catalog.dataset[self.fact].by_name
        for step in located.steps:
            for name, _ in step.beside:
                if name not in own:
                    message = (
                        f"“{located.path}” cannot be reached from “{self.fact}”: it has no “{name}” to tell rows apart."
                    )
                    self._note(Issue(message, located.path))
        time = self.read_by or self.time
        if any(step.valid and step.valid.of_fact for step in located.steps) and (time is None or time.steps):
            message = f"“{self.fact}” has no time of its own, so no version of “{located.dataset}” is valid."
            self._note(Issue(message, located.path))
            return located
        return replace(located, steps=anchored(located.steps, own[time.field] if time and not time.steps else None))

    def field(self, located: Located) -> Field:
        """The definition of a located field."""
        return self.catalog.dataset[located.dataset].by_name[located.field]

    def term(self, located: Located) -> Term:
        """Its value."""
        paths = self._paths_of(located)
        return FieldRef(self.alias(located.steps), located.dataset, located.field, paths)

    def local(self, located: Located) -> Term:
        """Its value; an instant as wall-clock time of the catalog's zone."""
        raw = self.term(located)
        return ToZone(raw, self.catalog.calendar.time_zone) if self.field(located).type == "timestamp_tz" else raw

    def kind(self, located: Located) -> DataType:
        """The type of the local value."""
        kind = self.field(located).type
        return "timestamp" if kind == "timestamp_tz" else kind

    def author(self, expression: Expression) -> Term:
        """SQL of the author over the rows of the fact, with the joins that its paths need."""
        return Author(self.alias(()), self.fact, expression, (), tuple(self._named(expression)))

    def type_of(self, expression: Expression) -> DataType:
        """The type of such SQL where its form tells, else `opaque`. Errors: Unreadable."""
        dataset = self.catalog.dataset[self.fact]
        found = {name: self._far(self.fact, (), name) for name in author.names(expression) if "." in name}
        kinds = {name: self.field(each).type for name, each in found.items() if each is not None}
        return author.type_of(dataset, expression, kinds)

    def alias(self, steps: Steps) -> str:
        """The alias of the dataset at the end of the steps."""
        return alias(self.fact, steps, self.base)

    def _named(self, expression: Expression) -> Iterator[tuple[str, Term]]:
        """What names in SQL over the fact mean that lead over relationships, at once or by the definition of a field."""
        dataset = self.catalog.dataset[self.fact]
        for name in self._names(expression):
            if far := self._far(self.fact, (), name):
                yield name, self.term(self.use(far))
            elif own := author.field_named(dataset, name.removeprefix(f"{self.fact}.")):
                term = self.term(Located(self.fact, (), self.fact, own.name))
                if isinstance(term, FieldRef) and term.paths:
                    yield name, term

    def _paths_of(self, located: Located) -> tuple[tuple[str, Term], ...]:
        """What the dotted names in the definition of a field mean, seen from where it stands."""
        expression, key = self.field(located).expression, (located.dataset, located.field)
        if expression is None or "." not in f"{expression.text}{''.join(expression.dialects.values())}":
            return ()
        if key in self._opened:
            self._note(Issue(f"The field “{located.field}” of “{located.dataset}” is defined by itself.", located.path))
            return ()
        self._opened.append(key)
        try:
            found = {name: self._far(located.dataset, located.steps, name) for name in self._names(expression)}
            return tuple((name, self.term(self.use(far))) for name, far in found.items() if far is not None)
        finally:
            self._opened.pop()

    def _names(self, expression: Expression) -> tuple[str, ...]:
        if found := author.attributes(expression):
            self._note(Issue(f"“{{{found[0]}}}” is an attribute of a viewer, which only policies know.", self.fact,
                             f"Text: {expression.text}"))  # fmt: skip
        try:
            return author.names(expression)
        except author.Unreadable as error:
            self._note(Issue(f"The expression cannot be read: {error.reason}.", self.fact, f"Text: {expression.text}"))
            return ()

    def _far(self, dataset: str, steps: Steps, name: str) -> Located | None:
        """The field that a dotted name means for a dataset at the end of the steps; None for one of its own."""
        found = follow(self.catalog, dataset, name)
        if isinstance(found, Issue):
            self._note(found)
        if found is None or isinstance(found, Issue):
            return None
        return Located(self.fact, steps + found.steps, found.dataset, found.field)

    def _note(self, issue: Issue) -> None:
        if issue not in self.issues:
            self.issues.append(issue)
