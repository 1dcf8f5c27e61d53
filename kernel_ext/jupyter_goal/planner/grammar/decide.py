"""From readings to an answer for the person: one plan, or questions with clickable choices, or a refusal that names words."""

from __future__ import annotations

from goal_semantics.issues import Issues
from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.plan import Choice, Plan, Planned, Question, Questions, Refusal, Step
from jupyter_goal.planner.grammar.assemble import Reading
from jupyter_goal.planner.grammar.clauses import Unplaced
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.slots import MARGIN
from jupyter_goal.planner.interpret import interpret
from jupyter_goal.planner.offers import offers

_CHOICES = 6


def decide(readings: tuple[Reading, ...], said: tuple[str, ...], catalog: Catalog) -> Planned:
    """A plan when one reading is clearly the best, a question when several are close."""
    valid: dict[tuple[SemanticQuery, str | None], Reading] = {}
    issues: Issues | None = None
    for reading in readings:
        if (reading.query, reading.chart.kind) in valid or (valid and reading.cost > _best(valid) + MARGIN):
            continue
        problems = resolve_query(reading.query, catalog).errors
        if problems:
            issues = issues or problems
        else:
            valid[(reading.query, reading.chart.kind)] = reading
        if len(valid) >= _CHOICES:
            break
    if not valid:
        return _unanswerable(issues, catalog)
    close = list(valid.values())
    if len(close) == 1 and not close[0].weak:
        return _plan(close[0], said, catalog)
    if len(close) == 1:
        question = Question(text="I am not sure. Did you mean this?", choices=(_choice(close[0], said, catalog),))
        return Questions(items=(question,))
    words = next((reading.doubtful for reading in close if reading.doubtful), ())
    text = (
        f"“{words[0]}” can mean several things here. Which one?"
        if words
        else "This can be read in several ways. Which one?"
    )
    return Questions(items=(Question(text=text, choices=tuple(_choice(each, said, catalog) for each in close)),))


def _best(valid: dict[tuple[SemanticQuery, str | None], Reading]) -> float:
    return min(reading.cost for reading in valid.values())


def _plan(reading: Reading, said: tuple[str, ...], catalog: Catalog) -> Plan:
    step = Step(query=reading.query, chart=reading.chart, interpretation=interpret(reading.query, catalog))
    confidence = round(max(0.3, 1.0 - reading.cost / 2), 3)
    return Plan(steps=(step,), planner="grammar", assumptions=(*said, *reading.said), confidence=confidence)


def _choice(reading: Reading, said: tuple[str, ...], catalog: Catalog) -> Choice:
    plan = _plan(reading, said, catalog)
    return choice_of(plan)


def choice_of(plan: Plan) -> Choice:
    """A choice whose detail adds to its label."""
    label = plan.interpretation
    added = [said for said in plan.assumptions if not _repeats(said, label)]
    return Choice(label=label, detail="; ".join(added), plan=plan)


def _repeats(said: str, label: str) -> bool:
    """“delay” read as what the label says anyway."""
    for between in ("read as the value ", "read as ", "ranked by "):
        before, found, meant = said.partition(between)
        if found and (before.endswith("” ") or not before):
            return meant.strip("“”").casefold() in label.casefold()
    return False


def _unanswerable(issues: Issues | None, catalog: Catalog) -> Refusal:
    first = next(iter(issues)) if issues else None
    reason = first.message if first is not None else "It cannot be answered from this catalog."
    meant = f"Did you mean {', '.join(first.suggestions)}?" if first is not None and first.suggestions else ""
    hint = (first.hint if first is not None else "") or meant or "Try one of the goals below."
    return Refusal(reason=reason, hint=hint, suggestions=offers(catalog))


def refuse_words(unplaced: Unplaced, catalog: Catalog) -> Refusal:
    """The words that could not be placed, with what was probably meant."""
    lost = tuple(item for item in unplaced.items if item.unknown or item.why) or unplaced.items
    names = ", ".join(f"“{item.text}”" for item in dict.fromkeys(lost))
    why = next((item.why for item in lost if item.why), "")
    near = tuple(dict.fromkeys(word for item in lost for word in item.near))
    reason = f"I could not place {names}{f': {why}' if why else ''}."
    other = next((item.hint for item in lost if item.hint), "Say it with the words of the catalog.")
    hint = f"Did you mean {_either(near)}?" if near else other
    return Refusal(reason=reason, hint=hint, suggestions=offers(catalog))


def refuse_trouble(trouble: Trouble, catalog: Catalog) -> Refusal:
    """Why a goal whose words are all known cannot be read."""
    reason = (
        f"I could not read “{trouble.text}”: {trouble.why}."
        if trouble.text
        else f"{trouble.why[:1].upper()}{trouble.why[1:]}."
    )
    return Refusal(reason=reason, hint=trouble.hint or "Try one of the goals below.", suggestions=offers(catalog))


def _either(words: tuple[str, ...]) -> str:
    quoted = [f"“{word}”" for word in words[:3]]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
