"""From words to paths: where a dimension or a value is found from the fact that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from goal_semantics.model import Field
from jupyter_goal.planner.grammar.clauses import Side
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.reach import Steps, naming_field
from jupyter_goal.planner.grammar.terms import FieldRef, Match, Noun, Quoted, RoleRef, RowRef, ValueRef

_HOP = 0.15
_UNDECLARED = 0.12


@dataclass(frozen=True, slots=True)
class Spot:
    """A field seen from a fact, and what it cost to read the words this way."""

    path: str
    field: Field
    cost: float
    side: str
    entity: tuple[Steps, str]
    values: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    weak: bool = False


def dimensions(item: Noun, root: str, side: Side, lexicon: Lexicon) -> tuple[Spot, ...]:
    """Every dimension that a noun may be, cheapest first; one entry per entity."""
    found: list[Spot] = []
    for match in item.matches:
        found += _dimension(match, root, lexicon)
    return _best(found, side)


def numbers(item: Noun, root: str, lexicon: Lexicon) -> tuple[Spot, ...]:
    """Every numeric or temporal field that a noun may be."""
    found = [
        spot
        for match in item.matches
        if isinstance(match.ref, FieldRef)
        for spot in _field_spots(match, match.ref, root, lexicon)
        if spot.field.type not in {"string", "boolean", "opaque"}
    ]
    return _best(found, "")


def _dimension(match: Match, root: str, lexicon: Lexicon) -> list[Spot]:
    match match.ref:
        case FieldRef() as ref:
            return _field_spots(match, ref, root, lexicon)
        case RowRef(dataset=dataset):
            return [
                spot for steps in lexicon.reach.steps(root, dataset) if (spot := _row_spot(match, root, steps, lexicon))
            ]
        case RoleRef(name=name, to=to):
            paths = [steps for steps in lexicon.reach.steps(root, to) if steps and steps[-1] == name]
            return [spot for steps in paths if (spot := _row_spot(match, root, steps, lexicon))]
        case _:
            return []


def _field_spots(match: Match, ref: FieldRef, root: str, lexicon: Lexicon) -> list[Spot]:
    field = lexicon.catalog.dataset[ref.dataset].by_name[ref.field]
    return [
        _spot(match, root, steps, field, lexicon)
        for steps in lexicon.reach.steps(root, ref.dataset)
        if not ref.via or (steps and steps[-1] == ref.via)
    ]


def _spot(match: Match, root: str, steps: Steps, field: Field, lexicon: Lexicon, values: tuple[str, ...] = ()) -> Spot:
    key = 0.02 if field.role == "key" else 0.0
    return Spot(
        ".".join((root, *steps, field.name)), field, match.cost + key + _HOP * len(steps),
        lexicon.reach.side(root, steps, field.name), lexicon.reach.entity(root, steps, field.name), values,
        (match.said,) if match.said else (), match.weak,
    )  # fmt: skip


def _row_spot(match: Match, root: str, steps: Steps, lexicon: Lexicon) -> Spot | None:
    """The field that stands for a row at the end of some steps: a visible key on the near side, else its name."""
    near = lexicon.reach.foreign(root, steps)
    chain = lexicon.reach.chain(root, steps)
    dataset = lexicon.catalog.dataset[chain[-1].to_dataset if chain else root]
    named = naming_field(dataset)
    if near is not None and not near.hidden and near.role == "dimension":
        return _spot(match, root, steps[:-1], near, lexicon)
    if named is not None and not named.hidden:
        return _spot(match, root, steps, named, lexicon)
    if near is not None and not near.hidden:
        return _spot(match, root, steps[:-1], near, lexicon)
    return _spot(match, root, steps, named, lexicon) if named is not None else None


def valued_fields(
    values: tuple[Noun | Quoted, ...], of: Noun | None, root: str, side: Side, lexicon: Lexicon
) -> tuple[Spot, ...]:
    """Every field seen from a fact that has all these values, with the values as the catalog spells them."""
    allowed = set() if of is None else {spot.entity for spot in dimensions(of, root, side, lexicon)}
    found: list[Spot] = []
    for dataset in lexicon.catalog.datasets:
        for steps in lexicon.reach.steps(root, dataset.name):
            for field in dataset.fields:
                spot = _valued(values, root, steps, field, dataset.name, lexicon)
                if spot is None:
                    continue
                if of is not None and spot.entity not in allowed and not _is_of(of, dataset.name, steps):
                    continue
                found.append(spot)
    return _best(_coded(found, root, lexicon), side)


def _coded(found: list[Spot], root: str, lexicon: Lexicon) -> list[Spot]:
    """“B6” is the code of an airline and by declaration another word for its name: one thing, taken by its name."""
    covered: set[tuple[tuple[Steps, str], str]] = set()
    for spot in found:
        steps = tuple(spot.path.split(".")[1:-1])
        last = lexicon.reach.chain(root, steps)[-1] if steps else None
        if last is not None and len(last.from_fields) == 1:
            words = [word for value in spot.values for word in spot.field.value_synonyms.get(value, ())]
            covered |= {((steps[:-1], last.from_fields[0]), word) for word in words}
    return [spot for spot in found if not all((spot.entity, value) in covered for value in spot.values)]


def _is_of(of: Noun, dataset: str, steps: Steps) -> bool:
    """The noun named the rows that the field describes, so any field of theirs will do."""
    for match in of.matches:
        if isinstance(match.ref, RowRef) and match.ref.dataset == dataset:
            return True
        if isinstance(match.ref, RoleRef) and steps[-1:] == (match.ref.name,):
            return True
    return False


def _valued(
    values: tuple[Noun | Quoted, ...], root: str, steps: Steps, field: Field, dataset: str, lexicon: Lexicon
) -> Spot | None:
    cost, spelled, said, weak = 0.0, list[str](), list[str](), False
    for value in values:
        if isinstance(value, Quoted):
            found = _quoted(value, dataset, field, lexicon)
            options = [Match(ValueRef(dataset, field.name, found))] if found is not None else []
        else:
            options = [
                m for m in value.matches
                if isinstance(m.ref, ValueRef) and m.ref.dataset == dataset and m.ref.field == field.name
            ]  # fmt: skip
        if not options:
            return None
        best = min(match.cost for match in options)
        taken = [match for match in options if match.cost <= best + 0.06]
        cost = max(cost, best + (0.2 if len(taken) > 1 else 0.0))
        spelled += [m.ref.value for m in taken if isinstance(m.ref, ValueRef)]
        weak = weak or len(taken) > 1 or taken[0].weak
        if len(taken) > 1:
            said.append(
                f"“{value.text}” read as any of {', '.join(m.ref.value for m in taken if isinstance(m.ref, ValueRef))}"
            )
        else:
            said += [taken[0].said] if taken[0].said else []
    declared = all(value in field.values or value in field.value_synonyms for value in spelled)
    match = Match(
        ValueRef(dataset, field.name, spelled[0]), cost + (0.0 if declared else _UNDECLARED), " and ".join(said), weak
    )
    return _spot(match, root, steps, field, lexicon, tuple(dict.fromkeys(spelled)))


def _quoted(value: Quoted, dataset: str, field: Field, lexicon: Lexicon) -> str | None:
    """The value as the index spells it; the text itself for a text field that is not indexed."""
    known = lexicon.indexed.get((dataset, field.name))
    if known is None:
        return value.text if field.type == "string" and not field.hidden else None
    folded = value.text.casefold()
    return next((each for each in known if each.casefold() == folded), None)


def _best(found: list[Spot], side: Side) -> tuple[Spot, ...]:
    if side and any(spot.side for spot in found):
        found = [spot for spot in found if spot.side == side]
    unique: dict[tuple[tuple[Steps, str], tuple[str, ...]], Spot] = {}
    for spot in sorted(found, key=lambda item: (item.field.hidden, item.cost, item.path)):
        unique.setdefault((spot.entity, spot.values), spot)
    return tuple(sorted(unique.values(), key=lambda item: item.cost))
