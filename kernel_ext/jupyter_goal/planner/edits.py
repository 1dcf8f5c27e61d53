"""An instruction to a changed plan: “bar chart”, “only this”, “by month”, “top 5”, “as % of total”, without a model.

    revise("only these", plan, anchors, catalog, context) -> Plan | Questions | Refusal

The words are read by the grammar; each family of clauses changes one part of the step. Undo is the run's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from goal_semantics.model import Catalog
from goal_semantics.query import (
    Filter,
    Grouping,
    Measure,
    Order,
    SemanticQuery,
    TimeWindow,
)
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.annotation import Anchor
from jupyter_goal.core.plan import ChartIntent, Choice, Plan, Planned, Question, Questions, Refusal, Step
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.facts import roots_of_measure
from jupyter_goal.planner.grammar.axes import group_slots
from jupyter_goal.planner.grammar.clauses import Flag, Grouped, Lost, Unplaced
from jupyter_goal.planner.grammar.decide import refuse_trouble, refuse_words
from jupyter_goal.planner.grammar.lattice import covers
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.narrow import time_slots, where_slots
from jupyter_goal.planner.grammar.options import Option, Trouble, options
from jupyter_goal.planner.grammar.parse import parse
from jupyter_goal.planner.grammar.prepare import prepare
from jupyter_goal.planner.grammar.ranking import ranking as ranked
from jupyter_goal.planner.grammar.shape import Frame, calculate, compare, draw
from jupyter_goal.planner.grammar.slots import Alternative, combine
from jupyter_goal.planner.grammar.sort import Sorted, sort
from jupyter_goal.planner.grammar.task import Task
from jupyter_goal.planner.grammar.tokens import tokenise
from jupyter_goal.planner.interpret import interpret
from jupyter_goal.planner.pointing import joined, merged, of_marks
from jupyter_goal.planner.removal import without

_POLITE = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|then|and|but|so|also|can you|could you|i want|i'd like|instead|add|include|added|what about|how about"
    r"|the same|same(?: thing| question)?|do the same|make (?:it|this|that)|turn (?:it|this|that) into|change (?:it|this|that)?"
    r" ?(?:to|into)|switch (?:it |this )?to|convert (?:it |this )?(?:to|into)|show (?:it|this|that)|show|display|use|set|draw it"
    r"|as well)[ ,:]+)+", re.IGNORECASE,
)  # fmt: skip
_TAIL = re.compile(r"[ ,]+(?:instead|please|too|as well|now|then|rather)\s*[.!?]*$", re.IGNORECASE)
_INSTEAD = re.compile(r"\binstead\b|\bonly by\b|\brather\b", re.IGNORECASE)
_ADD = re.compile(
    r"\b(?:add|also|too|as well|and by|split|broken? (?:it )?down|additionally|plus|drill)\b|^and\b", re.IGNORECASE
)
_THIS = (
    r"(?:this|these|that|those|it|them|the selection|selected|the selected(?: ones)?|here)"
    r"(?: ones?| bars?| points?| values?| months?| groups?| rows?| slices?)?"
)
_KEEP_THIS = re.compile(
    rf"^(?:only|just|keep(?: only)?|show only|filter(?: to| on)?|focus on|zoom(?: in)?(?: on| to| into)?|drill(?: down)?"
    rf"(?: in| into| on)?|limit to|restrict to|select) ?(?:{_THIS})?$|^(?:{_THIS}) only$", re.IGNORECASE,
)  # fmt: skip
_DROP_THIS = re.compile(
    rf"^(?:exclude|drop|remove|hide|without|not|except|leave out|omit|ignore|all but|everything but|filter out|delete)"
    rf" ?(?:{_THIS})?$", re.IGNORECASE,
)  # fmt: skip
_LINEAR = re.compile(
    r"^(?:linear(?: scale| axis)?|no log(?: scale)?|without log(?: scale)?|remove (?:the )?log(?: scale)?)$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:(?:re)?title(?: it)?|rename(?: it| this| the chart)?(?: to)?|call (?:it|this))[ :]+[\"“']?(?P<title>.{1,120}?)[\"”']?$",
                    re.IGNORECASE)  # fmt: skip
_STYLE = re.compile(r"^(?P<style>stack(?:ed)?(?: (?:it|them|the bars))?|unstack(?:ed)?|side by side|grouped(?: bars)?|horizontal(?: bars)?"
                    r"|vertical(?: bars)?|with (?:value )?labels|labels|no labels|without labels)$", re.IGNORECASE)  # fmt: skip
_KINDS = re.compile(
    r"^(?:an? )?(?P<kind>bars?|line|lines|area|pie|scatter|table|histogram|heatmap|treemap|number|columns?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Edit:
    """One instruction on one step."""

    text: str
    whole: str
    step: Step
    anchors: tuple[Anchor, ...]
    catalog: Catalog
    context: PlanContext
    lexicon: Lexicon

    def with_query(self, query: SemanticQuery) -> Step:
        """The step with another query."""
        return self.step.model_copy(update={"query": query, "interpretation": interpret(query, self.catalog)})

    def with_chart(self, **changes: object) -> Step:
        """The step drawn differently."""
        return self.step.model_copy(update={"chart": self.step.chart.model_copy(update=changes)})


Outcome = Step | tuple[Step, ...] | Trouble | Unplaced | None
Family = Callable[[_Edit], Outcome]


def revise(
    instruction: str, plan: Plan, anchors: tuple[Anchor, ...], catalog: Catalog, context: PlanContext,
    lexicon: Lexicon | None = None,
) -> Planned:  # fmt: skip
    """The plan with the instruction carried out; a question or a refusal when that is not clear or not possible."""
    text = _TAIL.sub("", _POLITE.sub("", instruction.strip())).strip(" .!")
    if not text or len(instruction) > 400:
        return Refusal(
            reason="There is no instruction to carry out.", hint="Say for example “only this” or “by month”."
        )
    at = _step_of(plan, anchors)
    words = lexicon if lexicon is not None else Lexicon.build(catalog, context.values)
    edit = _Edit(text, instruction, plan.steps[at], anchors, catalog, context, words)
    outcome = next((made for family in _FAMILIES if (made := family(edit)) is not None), None)
    match outcome:
        case None:
            return Refusal(
                reason=f"I do not understand “{instruction.strip()}” as a change.", hint="Say for example “by month”."
            )
        case Trouble():
            return refuse_trouble(outcome, catalog)
        case Step():
            return _changed(plan, at, outcome, instruction, catalog)
        case Unplaced():
            return refuse_words(outcome, catalog)
        case _:
            return _asked(plan, at, outcome, instruction, catalog)


def _step_of(plan: Plan, anchors: tuple[Anchor, ...]) -> int:
    """The step that the anchors point into, else the last one."""
    fields = {key.field for anchor in anchors for key in anchor.keys}
    for index in range(len(plan.steps) - 1, -1, -1):
        known = {grouping.field for grouping in plan.steps[index].query.groupings}
        if fields and fields <= known:
            return index
    return len(plan.steps) - 1


def _changed(plan: Plan, at: int, step: Step, instruction: str, catalog: Catalog) -> Planned:
    problems = resolve_query(step.query, catalog).errors
    if problems:
        first = next(iter(problems))
        return Refusal(reason=first.message, hint=first.hint or "Try another change.")
    if step == plan.steps[at]:
        return Refusal(reason=f"“{instruction.strip()}” changes nothing here.", hint="It is shown like that already.")
    steps = (*plan.steps[:at], step, *plan.steps[at + 1 :])
    return Plan(steps=steps, planner="edit", assumptions=plan.assumptions)


def _asked(plan: Plan, at: int, steps: tuple[Step, ...], instruction: str, catalog: Catalog) -> Planned:
    choices: list[Choice] = []
    for step in steps:
        changed = _changed(plan, at, step, instruction, catalog)
        if isinstance(changed, Plan):
            choices.append(Choice(label=step.interpretation, plan=changed))
    if not choices:
        return Refusal(reason=f"“{instruction.strip()}” cannot be done here.", hint="Try another change.")
    if len(choices) == 1 and choices[0].plan is not None:
        return choices[0].plan
    return Questions(
        items=(
            Question(text=f"“{instruction.strip()}” can mean several things here. Which one?", choices=tuple(choices)),
        )
    )


def _titled(edit: _Edit) -> Outcome:
    found = _TITLE.match(edit.text)
    return edit.with_chart(title=found["title"].strip()) if found else None


def _styled(edit: _Edit) -> Outcome:
    if _LINEAR.match(edit.text):
        return edit.with_chart(log=False)
    if kind := _KINDS.match(edit.text):
        names = {"bars": "bar", "lines": "line", "column": "bar", "columns": "bar"}
        word = kind["kind"].casefold()
        return edit.with_chart(kind=names.get(word, word))
    found = _STYLE.match(edit.text)
    if found is None:
        return None
    style = found["style"].casefold()
    if "label" in style:
        return edit.with_chart(labels=not style.startswith("no") and "without" not in style)
    if style.startswith(("horizontal", "vertical")):
        return edit.with_chart(horizontal=style.startswith("horizontal"))
    return edit.with_chart(stacked=style.startswith("stack"))


def _pointed(edit: _Edit) -> Outcome:
    """“only this” and “exclude this”, from what the anchors mean."""
    keep, drop = _KEEP_THIS.match(edit.text), _DROP_THIS.match(edit.text)
    if not keep and not drop:
        return None
    marks = [anchor.keys for anchor in edit.anchors if anchor.keys]
    if not marks:
        return Trouble(edit.text, "nothing is selected", "Click on the chart first.")
    condition = of_marks(marks, edit.step.query, keep=keep is not None)
    query = edit.step.query.model_copy(update={"filter": joined(edit.step.query.filter, condition)})
    return edit.with_query(_without_lone_top(query))


def _without_lone_top(query: SemanticQuery) -> SemanticQuery:
    """A top over what was picked by hand would hide part of it."""
    return query.model_copy(update={"top": None}) if query.top is not None else query


def _removed(edit: _Edit) -> Outcome:
    """“remove the filter”, “without comparison”, “all carriers again”."""
    found = without(edit.text, edit.step.query, edit.lexicon)
    return edit.with_query(found) if isinstance(found, SemanticQuery) else found


def _worded(edit: _Edit) -> Outcome:
    """Everything that the grammar reads: groupings, filters, windows, rankings, calculations, numbers."""
    prepared = prepare(tokenise(edit.text), edit.lexicon)
    if isinstance(prepared, Unplaced):
        return prepared
    first: Outcome = None
    for cover in covers(prepared.tokens, edit.lexicon):
        clauses = parse(cover.nodes, edit.lexicon)
        lost = tuple(clause for clause in clauses if isinstance(clause, Lost))
        if lost:
            first = first if first is not None else Unplaced(lost)
            continue
        clauses = tuple(c for c in clauses if not (isinstance(c, Flag) and c.kind in {"all", "distinct", "detail"}))
        made = _read(edit, sort(clauses, edit.lexicon)) if clauses else None
        if made is not None and not isinstance(made, Trouble | Unplaced):
            return made
        first = first if first is not None else made
    return first


def _read(edit: _Edit, asked: Sorted) -> Outcome:
    return Unplaced(asked.lost) if asked.lost else _apply(edit, asked)


def _apply(edit: _Edit, asked: Sorted) -> Outcome:
    query = edit.step.query
    if query.detail is not None:
        return _apply_to_rows(edit, asked)
    asked = _as_groups(asked, edit)
    asked = replace(asked, values=tuple(replace(valued, apart=False) for valued in asked.values))
    measures = _measures(edit, asked)
    if isinstance(measures, Trouble):
        return measures
    combination = tuple(Option(m, roots_of_measure(m, edit.catalog), 0.0) for m in measures)
    root = combination[0].roots[0]
    task = Task(replace(asked, measures=(), population=()), edit.lexicon, edit.context.extents)
    groups = group_slots(task, root, combination)
    wheres = groups if isinstance(groups, Trouble) else where_slots(task, root, combination, grouped=True)
    times = wheres if isinstance(wheres, Trouble) else time_slots(task, root, combination)
    if isinstance(groups, Trouble):
        return groups
    if isinstance(wheres, Trouble):
        return wheres
    if isinstance(times, Trouble):
        return times
    made: list[Step] = []
    trouble: Trouble | None = None
    for grouped in combine(groups)[:6]:
        for where in combine(wheres)[:6]:
            for time in combine(times)[:2]:
                step = _rebuilt(edit, asked, task, measures, grouped, where, time)
                if isinstance(step, Trouble):
                    trouble = trouble or step
                else:
                    made.append(step)
    unique = tuple(dict.fromkeys(made))
    return unique[0] if len(unique) == 1 else unique or trouble


def _as_groups(asked: Sorted, edit: _Edit) -> Sorted:
    """“carrier” alone, where rows would be listed, means to group by it."""
    if not asked.listed:
        return asked
    groups = tuple(Grouped(subject.noun) for subject in asked.listed)
    return replace(asked, listed=(), groups=(*asked.groups, *groups))


def _measures(edit: _Edit, asked: Sorted) -> tuple[Measure, ...] | Trouble:
    """The numbers after the change: added, replaced, or as they were."""
    own = edit.step.query.measures
    if not asked.measures:
        return own
    found: list[Measure] = []
    for measured in asked.measures:
        read = options(measured, (), edit.lexicon)
        if isinstance(read, Trouble):
            return read
        found.append(read[0].measure)
    added = _ADD.search(edit.whole) and not _INSTEAD.search(edit.whole)
    return tuple(dict.fromkeys((*own, *found))) if added else tuple(dict.fromkeys(found))


def _rebuilt(
    edit: _Edit, asked: Sorted, task: Task, measures: tuple[Measure, ...],
    grouped: tuple[Alternative[Grouping], ...], where: tuple[Alternative[Filter], ...],
    time: tuple[Alternative[TimeWindow | Filter], ...],
) -> Step | Trouble:  # fmt: skip
    query = edit.step.query
    window = next((each.value for each in time if isinstance(each.value, TimeWindow)), query.time)
    filters = [each.value for each in where] + [e.value for e in time if not isinstance(e.value, TimeWindow)]
    groupings = _regrouped(query.groupings, tuple(each.value for each in grouped), edit)
    frame = Frame(measures, groupings, window)
    compared = compare(frame, asked, edit.catalog)
    if isinstance(compared, Trouble):
        return compared
    frame, comparison = compared
    calculated = calculate(frame, asked, edit.catalog)
    if isinstance(calculated, Trouble):
        return calculated
    frame, calculations = calculated
    ranking = ranked(task, frame)
    if isinstance(ranking, Trouble):
        return ranking
    names = {measure.name for measure in frame.measures}
    kept = tuple(each for each in query.calculations if each.measure in names and each not in calculations)
    top = ranking.top or (query.top if query.top is not None and query.top.by in names and not ranking.order else None)
    changed = query.model_copy(
        update={
            "measures": frame.measures, "groupings": frame.groupings, "time": frame.window,
            "filter": merged(query.filter, filters), "comparison": comparison or query.comparison,
            "calculations": (*kept, *calculations), "totals": query.totals or asked.has("totals"), "top": top,
            "order": ranking.order or _still(query, frame), "limit": ranking.limit or query.limit,
        }
    )  # fmt: skip
    if top is not None and top.within and not set(top.within) <= {g.name for g in frame.groupings}:
        changed = changed.model_copy(update={"top": top.model_copy(update={"within": ()})})
    step = edit.with_query(changed)
    return step.model_copy(update={"chart": _redrawn(edit.step.chart, asked)})


def _redrawn(chart: ChartIntent, asked: Sorted) -> ChartIntent:
    drawn = draw(asked)
    changes = {name: value for name in ("kind", "stacked", "horizontal") if (value := getattr(drawn, name)) is not None}
    return chart.model_copy(update={**changes, "log": chart.log or drawn.log})


def _still(query: SemanticQuery, frame: Frame) -> tuple[Order, ...]:
    names = [*(measure.name for measure in frame.measures), *(grouping.name for grouping in frame.groupings)]
    return tuple(order for order in query.order if any(order.by.startswith(name) for name in names))


def _regrouped(old: tuple[Grouping, ...], new: tuple[Grouping, ...], edit: _Edit) -> tuple[Grouping, ...]:
    """A time replaces a time; a dimension joins a time and replaces dimensions, unless the words say add or instead."""
    if not new:
        return old
    if _INSTEAD.search(edit.whole):
        return new
    times = tuple(each for each in new if each.grain is not None)
    others = tuple(each for each in new if each.grain is None)
    kept_times = () if times else tuple(each for each in old if each.grain is not None)
    old_others = tuple(each for each in old if each.grain is None)
    adds = bool(_ADD.search(edit.whole)) or not others or any(each in old_others for each in others)
    kept = old_others if adds else ()
    return tuple(dict.fromkeys((*times, *kept_times, *kept, *others)))


def _apply_to_rows(edit: _Edit, asked: Sorted) -> Outcome:
    """Rows can be filtered, limited and windowed."""
    query = edit.step.query
    detail = query.detail
    if detail is None or asked.measures or asked.groups or asked.versus or asked.rolled or asked.ranks:
        return Trouble(edit.text, "a list of rows cannot be changed that way", "Ask for a number by something.")
    task = Task(asked, edit.lexicon, edit.context.extents)
    wheres = where_slots(task, detail.dataset, (), grouped=False)
    times = time_slots(task, detail.dataset, ())
    if isinstance(wheres, Trouble):
        return wheres
    if isinstance(times, Trouble):
        return times
    made: list[Step] = []
    for where in combine(wheres)[:6]:
        for time in combine(times)[:2]:
            window = next((each.value for each in time if isinstance(each.value, TimeWindow)), query.time)
            changes = {
                "filter": merged(query.filter, [each.value for each in where]), "time": window,
                "limit": asked.limits[0].n if asked.limits else query.limit,
            }  # fmt: skip
            made.append(edit.with_query(query.model_copy(update=changes)))
    unique = tuple(dict.fromkeys(made))
    return unique[0] if len(unique) == 1 else unique


_FAMILIES: tuple[Family, ...] = (_titled, _styled, _pointed, _removed, _worded)
