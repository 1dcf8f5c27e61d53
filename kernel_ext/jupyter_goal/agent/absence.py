"""No data is not zero: a period that lies outside the data is said, and relative time may be read from their end."""

from __future__ import annotations

import datetime

from goal_semantics.calendar import Ask, resolve
from goal_semantics.compiled import CompiledQuery, Window
from goal_semantics.model import Catalog
from goal_semantics.probe import FactReading, ProbeReading
from goal_semantics.query import Between, Relative
from jupyter_goal.core.plan import Choice, Plan, Question, Questions, Refusal
from jupyter_goal.planner.interpret import interpret

_Moment = datetime.datetime | datetime.date


def explain_absence(
    plan: Plan, index: int, compiled: CompiledQuery, reading: ProbeReading, catalog: Catalog
) -> Questions | Refusal | None:
    """Why there is nothing to show; None when the period asked meets the data, so that a zero is a zero.

    Relative time after the end of the data becomes a question that offers the same plan read as of that end.
    """
    spans = [fact for fact in reading.facts if fact.time_min is not None and fact.time_max is not None]
    if not spans or any(fact.rows_in for fact in reading.facts) or not compiled.windows:
        return None
    if any(_meets(window, fact) for window in compiled.windows for fact in spans):
        return None
    first = min(_day(fact.time_min) for fact in spans if fact.time_min is not None)
    last = max(_day(fact.time_max) for fact in spans if fact.time_max is not None)
    time = plan.steps[index].query.time
    if time is not None and isinstance(time.window, Relative):
        return _offer(plan, index, time.window, last, catalog)
    asked = plan.steps[index].interpretation or "This"
    names = " and ".join(dict.fromkeys(catalog.dataset[fact.dataset].title for fact in spans))
    return Refusal(
        reason=f"There are no data for this period ({asked}).",
        hint=f"Data of {names} run from {first:%d %b %Y} to {last:%d %b %Y}: ask for a period within.",
    )


def _offer(plan: Plan, index: int, window: Relative, until: datetime.date, catalog: Catalog) -> Questions:
    fixed = _fixed(plan, index, window, until, catalog)
    return Questions(
        items=(
            Question(
                text=f"The data end on {until:%d %b %Y}, before the period asked. Read it from there instead?",
                choices=(Choice(label=f"As of {until:%d %b %Y}", detail=fixed.interpretation, plan=fixed),),
            ),
        )
    )


def _meets(window: Window, fact: FactReading) -> bool:
    assert fact.time_min is not None and fact.time_max is not None
    starts_late = window.start is not None and _day(window.start) > _day(fact.time_max)
    ends_early = window.end is not None and _day(window.end) <= _day(fact.time_min)
    return not (starts_late or ends_early)


def _fixed(plan: Plan, index: int, window: Relative, until: datetime.date, catalog: Catalog) -> Plan:
    step = plan.steps[index]
    assert step.query.time is not None
    span = resolve(_ask(window), _reference(window, until), catalog.calendar)
    time = step.query.time.model_copy(update={"window": Between(start=span.start, end=span.end)})
    query = step.query.model_copy(update={"time": time})
    changed = step.model_copy(update={"query": query, "interpretation": interpret(query, catalog)})
    steps = (*plan.steps[:index], changed, *plan.steps[index + 1 :])
    note = f"Relative time is read as of {until:%d %b %Y}, where the data end."
    return plan.model_copy(update={"steps": steps, "assumptions": (*plan.assumptions, note)})


def _reference(window: Relative, until: datetime.date) -> datetime.datetime:
    """The local moment just after the data; on their last day for windows that include the running period."""
    day = until if window.current or window.to_date else until + datetime.timedelta(days=1)
    return datetime.datetime.combine(day, datetime.time())


def _ask(window: Relative) -> Ask:
    return Ask(window.unit, window.count, window.offset, window.current, window.to_date, window.fiscal)


def _day(moment: _Moment) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment
