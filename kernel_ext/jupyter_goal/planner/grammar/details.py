"""Lists instead of numbers: rows of a dataset, or the different values of fields."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.metrics import simple
from goal_semantics.model import Field
from goal_semantics.query import Detail, Order, SemanticQuery, TimeWindow
from jupyter_goal.planner.grammar.assemble import Reading
from jupyter_goal.planner.grammar.clauses import Measured, Ordered, Ranked, Subject
from jupyter_goal.planner.grammar.ground import Spot, dimensions, numbers
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import is_fact
from jupyter_goal.planner.grammar.narrow import conjunction, contradict, time_slots, where_slots
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.shape import draw
from jupyter_goal.planner.grammar.slots import Slot, combine
from jupyter_goal.planner.grammar.sort import Sorted
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef, Noun, RowRef


def lists(task: Task) -> tuple[Reading, ...] | Trouble:
    """Readings of a goal that asks for rows or values."""
    sorted_ = task.sorted
    rows = [root for subject in sorted_.listed for root in _rows(subject.noun)]
    fields = [subject for subject in sorted_.listed if not _rows(subject.noun) or _is_field(subject.noun)]
    roots = tuple(dict.fromkeys(rows)) or tuple(dict.fromkeys(_owners(fields)))
    found: list[Reading] = []
    trouble: Trouble | None = None
    for root in roots:
        asked = [subject for subject in fields if root not in _rows(subject.noun)]
        made = _list(root, asked, task, values_only=not rows)
        if isinstance(made, Trouble):
            trouble = trouble or made
        else:
            found += made
    return tuple(sorted(found, key=lambda each: each.cost)) or trouble or Trouble("", "nothing to list was named")


def _rows(item: Noun) -> list[str]:
    return [match.ref.dataset for match in item.matches if isinstance(match.ref, RowRef)]


def _is_field(item: Noun) -> bool:
    return any(isinstance(match.ref, FieldRef) for match in item.matches) and not _rows(item)


def _owners(fields: list[Subject]) -> list[str]:
    return [m.ref.dataset for subject in fields for m in subject.noun.matches if isinstance(m.ref, FieldRef)]


def _list(root: str, fields: list[Subject], task: Task, *, values_only: bool) -> list[Reading] | Trouble:
    sorted_, lexicon = task.sorted, task.lexicon
    spots: list[tuple[Spot, ...]] = []
    for subject in fields:
        found = dimensions(subject.noun, root, "", lexicon) or numbers(subject.noun, root, lexicon)
        if not found:
            return Trouble(subject.noun.text, "it is not part of the rows that are listed")
        spots.append(tuple(spot for spot in found if spot.cost <= found[0].cost + 0.1))
    wheres = where_slots(task, root, (), grouped=False)
    if isinstance(wheres, Trouble):
        return wheres
    times = time_slots(task, root, ())
    if isinstance(times, Trouble):
        return times
    order = _orders(root, sorted_, lexicon)
    if isinstance(order, Trouble):
        return order
    limit = sorted_.limits[0].n if sorted_.limits else next((s.n for s in sorted_.listed if s.n), None)
    doubtful = (
        *(f.noun.text for f, s in zip(fields, spots, strict=True) if len(s) > 1),
        *_doubtful(wheres),
        *_doubtful(times),
    )
    made: list[Reading] = []
    for where in combine(wheres)[:8]:
        for time in combine(times)[:4]:
            filters = [each.value for each in (*where, *time) if not isinstance(each.value, TimeWindow)]
            windows = [each.value for each in time if isinstance(each.value, TimeWindow)]
            if contradict(filters):
                return Trouble("", "no row can have both values of one field", "Say “or”, or name one of them.")
            for index in range(max((len(each) for each in spots), default=1)):
                taken = [each[min(index, len(each) - 1)] for each in spots]
                detail = Detail(dataset=root, fields=tuple(dict.fromkeys(s.path for s in taken)), distinct=values_only)
                query = SemanticQuery(
                    detail=detail,
                    filter=conjunction(filters),
                    time=windows[0] if windows else None,
                    order=order,
                    limit=limit,
                )
                cost = sum(each.cost for each in (*where, *time)) + sum(spot.cost for spot in taken)
                said = (*sorted_.said, *(s for each in (*where, *time) for s in each.said))
                weak = any(each.weak for each in (*where, *time))
                made.append(Reading(query, draw(sorted_), cost, said, doubtful, weak))
    return made


def _doubtful(slots: tuple[Slot[object], ...]) -> tuple[str, ...]:
    return tuple(slot.text for slot in slots if len(slot.alternatives) > 1)


def _orders(root: str, sorted_: Sorted, lexicon: Lexicon) -> tuple[Order, ...] | Trouble:
    found: list[Order] = []
    for asked in sorted_.orders:
        noun = asked.by.noun if isinstance(asked.by, Measured) else asked.by
        if noun is None:
            return Trouble("the order", "by what the rows are sorted is not clear", "Say “sorted by …”.")
        spots = numbers(noun, root, lexicon) or dimensions(noun, root, "", lexicon)
        if not spots:
            return Trouble(noun.text, "it is not part of the rows that are listed")
        found.append(Order(by=_column(spots[0].path), descending=asked.direction == "desc"))
    return tuple(found)


def _column(path: str) -> str:
    return "_".join(path.split(".")[1:])


def ranked_rows(sorted_: Sorted, lexicon: Lexicon) -> Sorted | None:
    """“top 10 flights by distance”: rows ranked by a number of their own are a list; None when it is not that."""
    if sorted_.listed:
        return _longest_rows(sorted_, lexicon)
    rank = next((each for each in sorted_.ranks if each.subject is not None), None)
    by = next((each for each in (*sorted_.by, *(r.by for r in sorted_.ranks if r.by is not None))), None)
    if rank is None or rank.subject is None or by is None or sorted_.groups or sorted_.measures or by.how != "bare":
        return _extreme_rows(sorted_, lexicon)
    rows = _rows(rank.subject)
    own = [m for m in by.noun.matches if isinstance(m.ref, FieldRef) and m.ref.dataset in rows]
    if not rows or not own or not is_fact(by.noun, lexicon):
        return None
    return replace(
        sorted_, listed=(Subject(rank.subject, "all", n=rank.n or 10),), ranks=(), by=(),
        orders=(_order_of(rank, Noun(by.noun.text, tuple(own))),),
    )  # fmt: skip


def _longest_rows(sorted_: Sorted, lexicon: Lexicon) -> Sorted | None:
    """“list 10 flights with the longest arrival delay”, where that is a number of the catalog: rows sorted by its field."""
    rows = {root for subject in sorted_.listed[:1] for root in _rows(subject.noun)}
    for subject in sorted_.listed[1:]:
        for ref in (match.ref for match in subject.noun.matches if isinstance(match.ref, MetricRef)):
            spec = lexicon.catalog.metric[ref.metric].spec
            if not isinstance(spec, simple.Spec) or spec.agg not in {"max", "min"} or spec.dataset not in rows:
                continue
            own = [f for f in lexicon.catalog.dataset[spec.dataset].fields if _is_expression(f, spec) and not f.hidden]
            if own and spec.filter is None:
                by = Noun(subject.noun.text, (Match(FieldRef(spec.dataset, own[0].name)),))
                kept = tuple(each for each in sorted_.listed if each is not subject)
                return replace(sorted_, listed=kept, orders=(Ordered("desc" if spec.agg == "max" else "asc", by),))
    return None


def _is_expression(field: Field, spec: simple.Spec) -> bool:
    text = field.expression.text if field.expression is not None else field.name
    return spec.expression is not None and spec.expression.text == text


def _extreme_rows(sorted_: Sorted, lexicon: Lexicon) -> Sorted | None:
    """“10 flights with the highest departure delay”: the rows stand first, the number behind."""
    by = next((rank.by for rank in sorted_.ranks if rank.by is not None and rank.by.extreme), None)
    if by is None or sorted_.groups or len(sorted_.measures) != 1 or len(sorted_.ranks) != 1:
        return None
    first = sorted_.measures[0]
    own = [m for m in by.noun.matches if isinstance(m.ref, FieldRef) and m.ref.dataset in _rows(first.noun)]
    if first.how != "bare" or not own:
        return None
    n = sorted_.limits[0].n if sorted_.limits else 10
    order = _order_of(sorted_.ranks[0], Noun(by.noun.text, tuple(own)))
    return replace(sorted_, listed=(Subject(first.noun, "all", n=n),), ranks=(), measures=(), orders=(order,))


def _order_of(rank: Ranked, by: Noun) -> Ordered:
    return Ordered("asc" if rank.direction == "asc" else "desc", by)
