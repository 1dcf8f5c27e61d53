"""How an answer is ranked and sorted: rankings and orders of a goal, over the columns of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from goal_semantics.query import (
    Measure,
    Order,
)
from jupyter_goal.planner.facts import counts_rows, roots_of_measure
from jupyter_goal.planner.grammar.amounts import populations, ranks_something, settled
from jupyter_goal.planner.grammar.clauses import Direction, Grouped, Measured, Ordered, Ranked
from jupyter_goal.planner.grammar.ground import dimensions
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import is_fact
from jupyter_goal.planner.grammar.options import Trouble, options
from jupyter_goal.planner.grammar.shape import Frame, Ranking, ascending, rank
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.terms import FieldRef, Noun


def ranking(task: Task, frame: Frame) -> Ranking | Trouble:
    directed = _directed(task, frame)
    if isinstance(directed, Trouble):
        return directed
    task = directed
    rank_ = _rank(task)
    if isinstance(rank_, Trouble):
        return rank_
    by = _rank_column(task, frame, rank_)
    extreme = next((m for m in frame.measures if m.name == by and m.agg in {"max", "min"}), None)
    if (
        rank_ is not None
        and not ranks_something(task)
        and extreme is not None
        and rank_.by is not None
        and rank_.by.extreme
    ):
        rank_, by = None, None
    within = tuple(
        grouping.name
        for grouping, grouped in zip(frame.groupings, _grouped_in_order(task), strict=False)
        if grouped is not None and grouped.each
    ) if rank_ is not None else ()  # fmt: skip
    if rank_ is not None and len(frame.groupings) > 0 and len(within) == len(frame.groupings):
        within = ()
    made = rank(frame, rank_, by, task.sorted, within, task.lexicon.catalog)
    return _with_orders(task, made, frame) if isinstance(made, Ranking) else made


def _directed(task: Task, frame: Frame) -> Task | Trouble:
    """“best first” is descending where more is better."""
    orders: list[Ordered] = []
    for order in task.sorted.orders:
        if order.direction not in {"best", "worst"}:
            orders.append(order)
            continue
        named = next((each.by for each in task.sorted.orders if each.by is not None), None)
        column = _order_column(task, named, frame)[0] if named is not None else None
        column = column or (frame.measures[0].name if len(frame.measures) == 1 else None)
        if column is None:
            return Trouble(f"{order.direction} first", "by which number is not clear")
        falls = ascending(Ranked(cast(Direction, order.direction)), column, frame, task.lexicon.catalog)
        if isinstance(falls, Trouble):
            return falls
        orders.append(replace(order, direction="asc" if falls else "desc"))
    return replace(task, sorted=replace(task.sorted, orders=tuple(orders)))


def _rank(task: Task) -> Ranked | Trouble | None:
    """All ranking words together: “top 5 … with the most …” is one ranking."""
    found: Ranked | None = None
    for each in task.sorted.ranks:
        if found is None:
            found = each
            continue
        if {found.direction, each.direction} == {"asc", "desc"}:
            return Trouble("top", "two opposite rankings at once are not possible")
        if found.by is not None and each.by is not None:
            return Trouble(each.by.noun.text, "two rankings at once are not possible")
        found = Ranked(
            each.direction if found.by is None and each.by is not None else found.direction, found.n or each.n,
            found.by or each.by, found.subject or each.subject, found.grain or each.grain, found.rows or each.rows,
            found.plural or each.plural,
        )  # fmt: skip
    return found


def _grouped_in_order(task: Task) -> list[Grouped | None]:
    ranked = [None for r in task.sorted.ranks if r.subject is not None or r.grain is not None]
    return [*ranked, *task.sorted.groups]


def _rank_column(task: Task, frame: Frame, rank_: Ranked | None) -> str | None:
    wanted = rank_.by if rank_ is not None and rank_.by is not None else task.sorted.by[0] if task.sorted.by else None
    if wanted is not None:
        read = options(settled(task, wanted), populations(task), task.lexicon)
        names = {option.measure.name for option in read} if not isinstance(read, Trouble) else set()
        return next((m.name for m in frame.measures if m.name in names or _whole(m) in names), None)
    if rank_ is None:
        return None
    if rank_.rows and not any(_counts(m, task.lexicon) for m in frame.measures):
        return None
    return frame.measures[0].name if len(frame.measures) == 1 else None


def _with_orders(task: Task, ranking: Ranking, frame: Frame) -> Ranking | Trouble:
    """Orders by something that was named: a measure or a dimension of the answer."""
    orders: list[Order] = []
    for asked in task.sorted.orders:
        if asked.by is None:
            continue
        name, is_measure = _order_column(task, asked.by, frame)
        if name is None:
            text = asked.by.noun.text if isinstance(asked.by, Measured) else asked.by.text
            return Trouble(text, "it is not part of the answer")
        merged = next((o.direction for o in task.sorted.orders if o.by is None and o.direction), None)
        direction = asked.direction or merged
        orders.append(Order(by=name, descending=direction == "desc" or (direction is None and is_measure)))
    return replace(ranking, order=tuple(orders)) if orders else ranking


def _order_column(task: Task, by: Noun | Measured, frame: Frame) -> tuple[str | None, bool]:
    measured = by if isinstance(by, Measured) else Measured(by)
    read = options(measured, (), task.lexicon)
    names = {option.measure.name for option in read} if not isinstance(read, Trouble) else set()
    shown = next((m.name for m in frame.measures if m.name in names or _whole(m) in names), None)
    if shown is not None:
        return shown, True
    if isinstance(by, Noun):
        root = roots_of_measure(frame.measures[0], task.lexicon.catalog)[0]
        paths = {spot.path for spot in dimensions(by, root, "", task.lexicon)}
        found = next((g.name for g in frame.groupings if g.field in paths), None)
        if found is not None:
            return found, False
        if is_fact(by, task.lexicon) and len(frame.measures) == 1 and not isinstance(read, Trouble):
            fields = {m.ref.field for m in by.matches if isinstance(m.ref, FieldRef)}
            if (frame.measures[0].field or "").rsplit(".", 1)[-1] in fields:
                return frame.measures[0].name, True
    return None, False


def _whole(measure: Measure) -> str | None:
    """What a part is a part of, by its column name."""
    return measure.over.name if measure.over is not None and measure.is_part else None


def _counts(measure: Measure, lexicon: Lexicon) -> bool:
    metric = lexicon.catalog.metric.get(measure.metric or "")
    return counts_rows(metric) if metric is not None else measure.agg == "count"
