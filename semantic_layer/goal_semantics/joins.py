"""The join graph: which fields a fact reaches over many-to-one steps, and by which paths.

A step never multiplies rows of the fact. Between two paths to the same dataset nothing is chosen here: the name must
say which. Nothing here knows SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from goal_semantics.issues import Issue, near
from goal_semantics.model import Bridge, Catalog, DataType, Field, Relationship
from goal_semantics.query import OWN_TIME
from goal_semantics.relation import Call, FieldRef, Join, JoinKind, Relation, Scan, Term, ToZone, Truncate

MAX_STEPS = 6


@dataclass(frozen=True, slots=True)
class Valid:
    """Which version of the target a row of the source meets: fields, their types, and the zone of local time."""

    time: str
    start: str
    end: str
    inclusive: bool
    types: tuple[DataType, DataType, DataType]
    zone: str
    of_fact: bool = False
    """The time is one of the asked fact; `anchored` says which."""


@dataclass(frozen=True, slots=True)
class Step:
    """A relationship walked from its many side (or across a one-to-one)."""

    name: str
    source: str
    target: str
    pairs: tuple[tuple[str, str], ...]
    """(field of the source, field of the target); none: joined by somebody else."""
    total: bool = False
    label: str = ""
    valid: Valid | None = None
    beyond: Step | None = None
    """This step enters a bridge, and multiplies rows; the other half of it leads to the far side."""
    weight: str | None = None
    """Of a step into a bridge: its field of weights; None: rows count fully."""
    unspoken: bool = False
    """The other half of a bridge: no word of the path."""
    beside: tuple[tuple[str, str], ...] = ()
    """(field of the asked fact, field of the target)."""


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """A field as seen from the rows of a fact."""

    fact: str
    steps: Steps
    dataset: str
    field: str

    @property
    def alias(self) -> str:
        """Under which alias its dataset is joined."""
        return alias(self.fact, self.steps)

    @property
    def path(self) -> str:
        """Its full name."""
        return ".".join((self.fact, *(step.name for step in self.steps if not step.unspoken), self.field))

    @property
    def crossing(self) -> int | None:
        """The position of the first step that enters a bridge."""
        return next((at for at, step in enumerate(self.steps) if step.beyond is not None), None)


@dataclass(frozen=True, slots=True)
class Reached:
    """A field that a dataset reaches: `path` is how a query names it."""

    path: str
    dataset: str
    field: Field
    steps: Steps


def alias(fact: str, steps: Steps, base: str = "") -> str:
    """The alias of the dataset at the end of the steps: the path, never that of the fact itself in any case of letters.

    No step has a dot in its name, so no two paths share an alias. `base` is the alias of the fact where it is not its name.
    """
    if not steps:
        return base or fact
    name = ".".join((*((base,) if base else ()), *(step.name for step in steps)))
    return f"{name}.joined" if name.lower() == fact.lower() else name


def attach(fact: str, joins: tuple[Steps, ...], base: str = "") -> Relation:
    """The rows of a fact, each with its partner at the end of every path or with NULLs."""
    return extend(Scan(fact, alias(fact, (), base)), fact, joins, base, {})


def extend(relation: Relation, fact: str, joins: tuple[Steps, ...], base: str, known: Mapping[Term, Term]) -> Relation:
    """The relation joined along the paths; `known` are fields that it holds as columns already."""
    for steps in sorted(joins, key=len):
        step, there = steps[-1], alias(fact, steps, base)
        same: tuple[Term, ...] = tuple(
            Call("=", (FieldRef(there, step.target, far), known.get(near_, near_)))
            for near_, (_, far) in zip(leaving(fact, steps, base), (*step.pairs, *step.beside), strict=False)
        )
        if step.valid is not None:
            time = leaving(fact, steps, base)[-1]
            same += during(step.valid, known.get(time, time), there, step.target)
        kind: JoinKind = "inner" if all(each.total for each in steps) else "left"
        relation = Join(relation, Scan(step.target, there), kind, same)
    return relation


def leaving(fact: str, steps: Steps, base: str = "") -> tuple[FieldRef, ...]:
    """The fields by which the last of the steps is joined, on the side that it leaves; the time of versions is the last."""
    step = steps[-1]
    here, root = (alias(fact, steps[:-1], base), step.source), (alias(fact, (), base), fact)
    found = [FieldRef(*here, near_) for near_, _ in step.pairs] + [FieldRef(*root, near_) for near_, _ in step.beside]
    if step.valid is not None:
        found.append(FieldRef(*(root if step.valid.of_fact else here), step.valid.time))
    return tuple(found)


def anchored(steps: Steps, time: Field | None) -> Steps:
    """The steps with the time of the asked fact in place of `@time`."""
    return tuple(
        replace(step, valid=replace(step.valid, time=time.name, types=(time.type, *step.valid.types[1:])))
        if step.valid is not None and step.valid.time == OWN_TIME and time is not None
        else step
        for step in steps
    )


def during(valid: Valid, time: Term, there: str, target: str) -> tuple[Term, ...]:
    """Whether a time lies in the version under the alias `there`. An end without a value is open, a missing time never is."""
    at, first, last = (
        ToZone(term, valid.zone) if kind == "timestamp_tz" else term
        for term, kind in zip(
            (time, FieldRef(there, target, valid.start), FieldRef(there, target, valid.end)), valid.types, strict=True
        )
    )
    whole_days = valid.inclusive and valid.types[2] == "date" and valid.types[0] != "date"
    until: Term = Truncate(at, "day", valid.types[0]) if whole_days else at
    after = Call("or", (Call(">=", (at, first)), Call("is null", (first,))))
    before = Call("or", (Call("<=" if valid.inclusive else "<", (until, last)), Call("is null", (last,))))
    return (Call("not", (Call("is null", (at,)),)), after, before)


@dataclass(slots=True)
class Graph:
    """Indexes over one catalog; paths are found once."""

    catalog: Catalog
    steps: dict[str, dict[str, Step]] = field(default_factory=dict)
    found: dict[tuple[str, str], tuple[Steps, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for relationship in self.catalog.relationships:
            if relationship.bridge is not None and not bridged(relationship, self.catalog):
                continue
            step = _forward(relationship, self.catalog)
            self.steps.setdefault(step.source, {})[step.name] = step
        for relationship in self.catalog.relationships:
            if (
                relationship.one_to_one
                and not (relationship.validity or relationship.bridge)
                and relationship.name not in self.steps.get(relationship.to_dataset, {})
            ):
                step = _backward(relationship)
                self.steps.setdefault(step.source, {})[step.name] = step

    def paths(self, fact: str, target: str) -> tuple[Steps, ...]:
        """Every many-to-one path between two datasets that enters no dataset twice, shortest first."""
        key = (fact, target)
        if key not in self.found:
            paths = (steps for steps in self.walk(fact) if steps[-1].target == target)
            self.found[key] = tuple(sorted(paths, key=len)) if fact != target else ((),)
        return self.found[key]

    def walk(self, fact: str) -> Iterator[Steps]:
        """Every path that leaves a dataset and enters none twice."""
        yield from self._walk((), fact, frozenset({fact}))

    def _walk(self, so_far: Steps, here: str, seen: frozenset[str]) -> Iterator[Steps]:
        if len(so_far) == MAX_STEPS:
            return
        for step in self.steps.get(here, {}).values():
            if step.target not in seen and step.target in self.catalog.dataset and step.beyond is None:
                yield (*so_far, step)
                yield from self._walk((*so_far, step), step.target, seen | {step.target})


def graph(catalog: Catalog) -> Graph:
    """The graph of a catalog, built once per catalog."""
    kept = catalog.memo.get(Graph)
    if not isinstance(kept, Graph):
        kept = Graph(catalog)
        catalog.memo[Graph] = kept
    return kept


def reachable(catalog: Catalog, dataset: str) -> Iterator[Reached]:
    """Every field that rows of a dataset can be grouped or filtered by, its own first."""
    if dataset not in catalog.dataset:
        return
    for own in catalog.dataset[dataset].fields:
        yield Reached(f"{dataset}.{own.name}", dataset, own, ())
    for steps in sorted(graph(catalog).walk(dataset), key=len):
        target = steps[-1].target
        prefix = ".".join((dataset, *(step.name for step in steps)))
        for far in catalog.dataset[target].fields:
            yield Reached(f"{prefix}.{far.name}", target, far, steps)


def locate(catalog: Catalog, fact: str, path: str) -> Located | Issue:
    """The field that a path means for the rows of a fact.

    A path may start at the fact, at a dataset that the fact reaches by one path, or (relative) with a step or field of
    the fact. A path that starts at another fact also holds here if the same steps lead to the same dataset, if it leads
    through this fact (from there on), or if it names an entity of which this fact has the key as well.
    """
    words = path.split(".")
    root, rest = (words[0], words[1:]) if words[0] in catalog.dataset and len(words) > 1 else (fact, words)
    ahead = graph(catalog).paths(fact, root)
    if len(ahead) > 1:
        return _ambiguous(path, fact, ahead, rest)
    walked = _follow(catalog, root, rest, path)
    if isinstance(walked, Issue) or ahead:
        return walked if isinstance(walked, Issue) else _located(fact, ahead[0] + walked[0], walked[1], fact)
    same = _follow(catalog, fact, rest, path)
    if not isinstance(same, Issue) and walked[0] and same[0] and same[0][-1].target == walked[0][-1].target:
        return _located(fact, same[0], same[1], fact)
    through = [at for at, step in enumerate(walked[0], start=1) if step.target == fact]
    rest_of_way = walked[0][through[0] :] if len(through) == 1 else ()
    if len(through) == 1 and not any(step.unspoken for step in rest_of_way[:1]):
        return _located(fact, rest_of_way, walked[1], fact)
    return _same_entity(catalog, fact, root, walked) or _unreachable(catalog, fact, path)


def _same_entity(catalog: Catalog, fact: str, root: str, walked: tuple[Steps, str]) -> Located | None:
    steps, name = walked
    entity = catalog.dataset[steps[-1].target if steps else root].by_name[name].entity
    keys = [each.name for each in catalog.dataset[fact].fields if entity and each.entity == entity]
    return Located(fact, (), fact, keys[0]) if len(keys) == 1 else None


def follow(catalog: Catalog, dataset: str, name: str) -> Located | Issue | None:
    """The field that a name in SQL over a dataset means: relationships, then a field; None for a column of its own.

    The case of letters counts only where two names differ in nothing else.
    """
    words = name.split(".")
    leaving = graph(catalog).steps.get(dataset, {})
    if len(words) == 1 or (words[0] == dataset and len(words) == 2 and _alike(words[0], leaving) is None):
        return None
    here, walked = dataset, list[str]()
    for word in words[:-1]:
        walked.append(_alike(word, graph(catalog).steps.get(here, {})) or word)
        step = graph(catalog).steps.get(here, {}).get(walked[-1])
        here = (step.beyond or step).target if step else here
    walked.append(_alike(words[-1], catalog.dataset[here].by_name) or words[-1])
    found = _follow(catalog, dataset, walked, f"{dataset}.{name}")
    located = found if isinstance(found, Issue) else _located(dataset, found[0], found[1], dataset)
    return located if isinstance(located, Issue) or located.crossing is None else many(located)


def many(located: Located) -> Issue:
    """Why a field beyond a bridge has no one value."""
    return Issue(f"“{located.path}” leads to many rows, so a row has no one value of it.", located.path,
                 "Group or filter by it in a question.")  # fmt: skip


def _alike(word: str, known: Mapping[str, object]) -> str | None:
    if word in known:
        return word
    same = [name for name in known if name.lower() == word.lower()]
    return same[0] if len(same) == 1 else None


def _located(fact: str, steps: Steps, name: str, start: str) -> Located:
    return Located(fact, steps, steps[-1].target if steps else start, name)


def _follow(catalog: Catalog, root: str, words: list[str], path: str) -> tuple[Steps, str] | Issue:
    here, steps = root, list[Step]()
    for word in words[:-1]:
        leaving = graph(catalog).steps.get(here, {})
        if word not in leaving:
            known = [*leaving, *(name for name in catalog.dataset[here].by_name)]
            hint = f"From “{here}” lead: {', '.join(leaving)}." if leaving else f"No relationship leaves “{here}”."
            return Issue(f"“{word}” is not a relationship of “{here}”.", path, hint, near(word, known))
        steps += [leaving[word], *((beyond,) if (beyond := leaving[word].beyond) else ())]
        here = steps[-1].target
    if words[-1] not in catalog.dataset[here].by_name:
        return _no_field(catalog, root, here, words[-1], path)
    return tuple(steps), words[-1]


def _no_field(catalog: Catalog, root: str, here: str, name: str, path: str) -> Issue:
    elsewhere = [each.path for each in reachable(catalog, root) if each.field.name == name]
    close = near(name, catalog.dataset[here].by_name)
    prefix = path[: len(path) - len(name)]
    suggestions = (*elsewhere[:3], *(f"{prefix}{each}" for each in close))[:3]
    return Issue(f"“{name}” is not a field of “{here}”.", path, "", suggestions)


def _ambiguous(path: str, fact: str, ahead: tuple[Steps, ...], rest: list[str]) -> Issue:
    names = tuple(".".join((fact, *(step.name for step in steps), *rest)) for steps in ahead)
    return Issue(
        f"“{path}” can be reached from “{fact}” by {len(ahead)} paths, so it is ambiguous.", path,
        f"Name the path: {', '.join(names)}.", names,
    )  # fmt: skip


def _unreachable(catalog: Catalog, fact: str, path: str) -> Issue:
    targets = dict.fromkeys(each.dataset for each in reachable(catalog, fact))
    last = path.rsplit(".", 1)[-1]
    meant = tuple(each.path for each in reachable(catalog, fact) if each.field.name == last)[:3]
    return Issue(
        f"“{path}” cannot be reached from “{fact}” without multiplying its rows.", path,
        f"Reachable from “{fact}”: fields of {', '.join(targets)}.", meant,
    )  # fmt: skip


def _forward(relationship: Relationship, catalog: Catalog) -> Step:
    if relationship.bridge is not None:
        return _into(relationship, relationship.bridge)
    pairs = tuple(zip(relationship.from_fields, relationship.to_fields, strict=False))
    return Step(
        relationship.name,
        relationship.from_dataset,
        relationship.to_dataset,
        pairs,
        relationship.total,
        relationship.title,
        valid_of(relationship, catalog),
        beside=relationship.beside,
    )


def bridged(relationship: Relationship, catalog: Catalog) -> bool:
    """Whether everything that a bridge names is there."""
    bridge, known = relationship.bridge, catalog.dataset
    if bridge is None or bridge.dataset not in known:
        return False
    names = {*bridge.near, *bridge.far, *(() if bridge.allocate == "full" else (bridge.allocate,))}
    counts = (len(bridge.near) == len(relationship.from_fields), len(bridge.far) == len(relationship.to_fields))
    return all(counts) and names <= known[bridge.dataset].by_name.keys()


def _into(relationship: Relationship, bridge: Bridge) -> Step:
    beyond = Step(
        "each", bridge.dataset, relationship.to_dataset, tuple(zip(bridge.far, relationship.to_fields, strict=False)),
        label=relationship.title, unspoken=True,
    )  # fmt: skip
    return Step(
        relationship.name, relationship.from_dataset, bridge.dataset,
        tuple(zip(relationship.from_fields, bridge.near, strict=False)), label=relationship.title, beyond=beyond,
        weight=None if bridge.allocate == "full" else bridge.allocate,
    )  # fmt: skip


def valid_of(relationship: Relationship, catalog: Catalog) -> Valid | None:
    """The versions of the far side; None where it has none, or where their fields are not there."""
    found = relationship.validity
    near_, far = catalog.dataset.get(relationship.from_dataset), catalog.dataset.get(relationship.to_dataset)
    if found is None or near_ is None or far is None:
        return None
    own = found.time == OWN_TIME
    fields = (
        far.by_name.get(found.valid_from) if own else near_.by_name.get(found.time),
        far.by_name.get(found.valid_from),
        far.by_name.get(found.valid_to),
    )
    if None in fields:
        return None
    first, second, third = (each.type for each in fields if each is not None)
    types = (first, second, third)
    return Valid(found.time, found.valid_from, found.valid_to, found.inclusive, types, catalog.calendar.time_zone, own)


def _backward(relationship: Relationship) -> Step:
    pairs = tuple(zip(relationship.to_fields, relationship.from_fields, strict=False))
    return Step(relationship.name, relationship.to_dataset, relationship.from_dataset, pairs, label=relationship.title)
