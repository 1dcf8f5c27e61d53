"""Where every column of an answer comes from: the definition in words, the fields that it reads, the joins on the way."""

from __future__ import annotations

from goal_semantics.compiled import LineageEntry
from goal_semantics.joins import Steps, alias
from goal_semantics.metrics import Converted, Run, Shifted
from goal_semantics.model import Catalog
from goal_semantics.relation import AggCall, Author, FieldRef, Term
from goal_semantics.resolve import author
from goal_semantics.resolve.question import Branch, Listing, Question, Shown
from goal_semantics.traversal import terms

_MOVING = (Shifted, Run, Converted)


def trace(question: Question | Listing, names: tuple[str, ...]) -> tuple[LineageEntry, ...]:
    """One entry per column of the answer, in order."""
    if isinstance(question, Listing):
        return _listed(question)
    found = {key.name: _key(question, at) for at, key in enumerate(question.keys)}
    found |= {each.name: _measure(question, each) for each in question.measures}
    return tuple(_entry(question, found, name) for name in names)


def _entry(question: Question, found: dict[str, LineageEntry], name: str) -> LineageEntry:
    if name in found:
        return found[name]
    owners = [each for each in question.measures if name.startswith(f"{each.name}_")]
    if not owners:
        words = "1 in the rows of others" if name == "_others" else "how many groupings a row has rolled up"
        return LineageEntry(name, words, (), ())
    owner = max(owners, key=lambda each: len(each.name))
    base, word = found[owner.name], name.removeprefix(f"{owner.name}_").replace("_", " ")
    return LineageEntry(name, f"{word} of {base.definition}", base.datasets, base.fields, base.joins)


def _key(question: Question, at: int) -> LineageEntry:
    key = question.keys[at]
    reads = [(branch, branch.keys[at]) for branch in question.branches]
    words = f"{key.path} by {key.grain}" if key.grain else key.path
    return _gathered(question.catalog, key.name, words, reads)


def _measure(question: Question, shown: Shown) -> LineageEntry:
    return _gathered(question.catalog, shown.name, shown.definition, _reads(question, shown.leaves))


def _reads(question: Question, names: tuple[str, ...]) -> list[tuple[Branch, Term]]:
    """What leaves read, with the conditions on their rows; of parts also what they are held apart or moved by."""
    reads = [(b, leaf.term) for b in question.branches for leaf in b.leaves if leaf.name in names]
    reads += [(branch, branch.condition) for branch, _ in reads if branch.condition is not None]
    for part in question.parts:
        if part.name not in names:
            continue
        reads += _reads(part.inner, part.inner.measures[0].leaves)
        reads += [(branch, branch.keys[at]) for branch in part.inner.branches for at in part.extra]
        reads += [
            (b, b.time.term) for b in part.inner.branches if b.time is not None and isinstance(part.form, _MOVING)
        ]
        if part.other is not None:
            reads += _reads(part.other, part.other.measures[0].leaves)
            reads += [(branch, key) for branch in part.other.branches for key in branch.keys]
            reads += [(branch, branch.time.term) for branch in part.other.branches if branch.time is not None]
    return reads


def _gathered(catalog: Catalog, name: str, words: str, reads: list[tuple[Branch, Term]]) -> LineageEntry:
    datasets, fields, joins = dict[str, None](), dict[str, None](), dict[str, None]()
    for branch, term in reads:
        datasets.setdefault(branch.fact)
        paths = {alias(branch.fact, steps): steps for steps in branch.joins}
        for inner in terms(term):
            if isinstance(inner, FieldRef | Author):
                datasets.setdefault(inner.dataset)
                fields |= dict.fromkeys(_fields(catalog, inner))
                joins |= dict.fromkeys(_steps(paths.get(inner.alias, ())))
            elif isinstance(inner, AggCall) and inner.term is None:
                fields.setdefault(f"{branch.fact}.*")
    return LineageEntry(name, words, tuple(datasets), tuple(fields), tuple(joins))


def _fields(catalog: Catalog, term: FieldRef | Author) -> tuple[str, ...]:
    if isinstance(term, FieldRef):
        return (f"{term.dataset}.{term.field}",)
    return author.field_paths(catalog.dataset[term.dataset], term.expression)


def _steps(steps: Steps) -> tuple[str, ...]:
    return tuple(step.name for step in steps if not step.unspoken)


def _listed(listing: Listing) -> tuple[LineageEntry, ...]:
    return tuple(
        LineageEntry(
            shelf.name, shelf.located.path, (shelf.located.dataset,),
            (f"{shelf.located.dataset}.{shelf.located.field}",), _steps(shelf.located.steps),
        )
        for shelf in listing.shelves
    )  # fmt: skip
