"""When relative time finds no data because the data end earlier: say so, and offer data-until as the reference."""

from __future__ import annotations

import datetime

from goal_semantics.calendar import Ask, resolve
from goal_semantics.compiled import CompiledQuery
from goal_semantics.model import Catalog
from goal_semantics.probe import ProbeReading
from goal_semantics.query import Between, Relative
from jupyter_goal.core.plan import Choice, Plan, Question, Questions
from jupyter_goal.planner.interpret import interpret


def offer_data_until(
    plan: Plan, index: int, compiled: CompiledQuery, reading: ProbeReading, catalog: Catalog
) -> Questions | None:
    """A question with the same plan read as of the end of the data; None when that is not what emptied the result."""
    time = compiled.query.time or plan.steps[index].query.time
    asked = plan.steps[index].query.time
    ends = [fact.time_max for fact in reading.facts if fact.time_max is not None]
    if asked is None or time is None or not isinstance(asked.window, Relative) or not ends:
        return None
    until = _day(max(ends, key=_day))
    starts = [window.start for window in compiled.windows if window.start is not None]
    if not starts or _day(min(starts, key=_day)) <= until:
        return None
    fixed = _fixed(plan, index, asked.window, until, catalog)
    return Questions(
        items=(
            Question(
                text=f"The data end on {until:%d %b %Y}, before the period asked. Read it from there instead?",
                choices=(Choice(label=f"As of {until:%d %b %Y}", detail=fixed.interpretation, plan=fixed),),
            ),
        )
    )


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


def _day(moment: datetime.datetime | datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment
