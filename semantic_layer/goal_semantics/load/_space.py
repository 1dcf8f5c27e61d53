"""The names that SQL of another format may use: datasets, their fields and columns, and the ways between datasets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.issues import near
from goal_semantics.load._draft import Draft
from goal_semantics.load._sql import columns, dotted, replaced
from goal_semantics.model import Relationship


class Uncarried(Exception):
    """What was written cannot be carried into a catalog; the text says why, in words."""


@dataclass(slots=True)
class Space:
    """Drafts by name, and the relationships between them."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    relationships: list[Relationship] = field(default_factory=list)

    def add(self, draft: Draft) -> bool:
        """Add a draft; False if its name is taken."""
        if draft.name.lower() in self.drafts:
            return False
        self.drafts[draft.name.lower()] = draft
        return True

    def find(self, name: str) -> Draft | None:
        """The draft of that name, without case."""
        return self.drafts.get(name.lower())

    def home(self, *trees: exp.Expr | None, of: Draft | None) -> Draft:
        """The dataset whose rows are aggregated: of those named, `of` among them, the one that reaches all others.

        Errors: Uncarried.
        """
        named = self._named(*trees)
        if of is None and not named:
            return self._owner(*(tree for tree in trees if tree is not None))
        found = [*([of] if of else []), *(draft for draft in named if draft is not of)]
        roots = [root for root in found if all(each is root or self.path(root, each) for each in found)]
        if len(roots) != 1:
            raise Uncarried(f"it mixes rows of {' and '.join(sorted(draft.name for draft in found))}")
        (root,) = roots
        return root

    def owner(self, tree: exp.Expr, *, otherwise: Draft) -> Draft:
        """The dataset that a field belongs to: the only one that its SQL names, else `otherwise`. Errors: Uncarried."""
        named = self._named(tree)
        bare = any(not each.table for each in columns(tree))
        return named[0] if len(named) == 1 and not bare else otherwise

    def _named(self, *trees: exp.Expr | None) -> list[Draft]:
        tables = dict.fromkeys(each.table for tree in trees if tree is not None for each in columns(tree) if each.table)
        return list({draft.name: draft for draft in map(self._known, tables)}.values())

    def local(self, tree: exp.Expr, home: Draft) -> exp.Expr:
        """The expression as the home's author would write it: bare names, and paths to fields of others.

        Errors: Uncarried.
        """

        def one(column: exp.Column) -> exp.Expr | None:
            there = self._known(column.table) if column.table else home
            if there is home:
                return exp.column(column.this.copy())
            steps = self.path(home, there)
            if steps is None:
                raise Uncarried(f"there is not exactly one way from {home.name} to {there.name}")
            found = there.find(column.name)
            return dotted(*steps, found.field.name if found else there.column(column.name))

        return replaced(tree, one)

    def raw(self, tree: exp.Expr, *, but: Draft | None = None) -> exp.Expr:
        """The tree with columns under the names by which a catalog finds them, where a field would be found first.

        `but`: the dataset whose own names are not touched.
        """

        def one(column: exp.Column) -> exp.Expr | None:
            there = self.find(column.table)
            if there is None or there is but:
                return None
            name = there.raw(column.name)
            return exp.column(exp.to_identifier(name), column.args["table"].copy()) if name != column.name else None

        return replaced(tree, one)

    def path(self, start: Draft, end: Draft) -> tuple[str, ...] | None:
        """Names of the many-to-one steps between two datasets; None unless there is exactly one way."""
        found = list(self._ways(start.name, end.name, (), frozenset({start.name})))
        return found[0] if len(found) == 1 else None

    def _ways(self, here: str, end: str, so_far: tuple[str, ...], seen: frozenset[str]) -> Iterator[tuple[str, ...]]:
        for step in self.relationships:
            there = step.to_dataset
            if step.from_dataset == here and there not in seen:
                if there == end:
                    yield (*so_far, step.name)
                yield from self._ways(there, end, (*so_far, step.name), seen | {there})

    def _known(self, name: str) -> Draft:
        draft = self.find(name)
        if draft is None:
            close = near(name, [each.name for each in self.drafts.values()])
            meant = f"; did it mean {close[0]}?" if close else ""
            raise Uncarried(f"it names {name}, which is not there{meant}")
        return draft

    def _owner(self, *trees: exp.Expr) -> Draft:
        """The only dataset there is, or the only one with a field of every bare name."""
        names = {each.name for tree in trees for each in columns(tree)}
        every = list(self.drafts.values())
        owners = every if len(every) == 1 else [d for d in every if names and all(d.find(name) for name in names)]
        if len(owners) != 1:
            raise Uncarried("it does not say of which dataset its rows are")
        return owners[0]
