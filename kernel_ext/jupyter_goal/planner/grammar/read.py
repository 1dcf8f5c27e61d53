"""A goal in words to a plan: the questions in it one by one, each answered, asked back or refused."""

from __future__ import annotations

import re

from goal_semantics.model import Catalog
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Choice, Plan, Planned, Question, Questions, Refusal
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.amounts import NUMBERLESS
from jupyter_goal.planner.grammar.best import best_readings
from jupyter_goal.planner.grammar.clauses import Unplaced
from jupyter_goal.planner.grammar.decide import decide, refuse_trouble, refuse_words
from jupyter_goal.planner.grammar.doubts import doubt
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.prepare import prepare
from jupyter_goal.planner.grammar.suggest import ask_which_number, ask_which_word
from jupyter_goal.planner.grammar.tokens import tokenise
from jupyter_goal.planner.offers import offers

_LONGEST = 1_000
_MOST_WORDS = 120
_GOES_ON = r"(?!\s*(?:,|and\b|or\b|order\b|sort|rank|in (?:asc|desc)|by\b|from (?:high|low|most|least)))"
_END = re.compile(rf"[?;\n]+{_GOES_ON}|(?<=[a-z0-9]{2})[.!]\s+(?=[A-Z])")


def plan(goal: Goal, catalog: Catalog, context: PlanContext, lexicon: Lexicon | None = None) -> Planned:
    """One plan with a step per question, or questions, or a refusal. `lexicon`: built once by the caller."""
    words = lexicon if lexicon is not None else Lexicon.build(catalog, context.values)
    texts = [part.strip() for text in (goal.text, *goal.lines) for part in _END.split(text) if part.strip(" .,!?")]
    if not texts:
        return _offered("What would you like to know?", catalog)
    if sum(map(len, texts)) > _LONGEST or len(texts) > 8:
        return Refusal(
            reason=f"The goal is too long to be read as a question ({sum(map(len, texts)):,} characters).",
            hint="Ask for one thing at a time.", suggestions=offers(catalog),
        )  # fmt: skip
    read: list[Plan] = []
    for text in texts:
        planned = _read(text, catalog, context, words)
        if isinstance(planned, Refusal) and len(texts) > 1:
            said = f"“{text}” was not understood, so nothing was run: {planned.reason}"
            return planned.model_copy(update={"reason": said})
        if not isinstance(planned, Plan):
            return planned
        read.append(planned)
    return _together(_without_echoes(read))


def _without_echoes(plans: list[Plan]) -> list[Plan]:
    """“Which customer …? Give me the name.”: a list of what the answer before is grouped by adds nothing."""
    kept: list[Plan] = []
    for each in plans:
        detail = each.steps[0].query.detail
        before = kept[-1].steps[-1].query.groupings if kept else ()
        names = {grouping.field.rsplit(".", 1)[-1] for grouping in before}
        echo = detail is not None and detail.distinct and {p.rsplit(".", 1)[-1] for p in detail.fields} <= names
        if not (echo and names):
            kept.append(each)
    return kept


def _together(plans: list[Plan]) -> Plan:
    return Plan(
        steps=tuple(step for each in plans for step in each.steps), planner="grammar",
        assumptions=tuple(dict.fromkeys(said for each in plans for said in each.assumptions)),
        confidence=min(each.confidence for each in plans),
    )  # fmt: skip


def _offered(text: str, catalog: Catalog) -> Questions:
    choices = tuple(Choice(label=offer, goal=offer) for offer in offers(catalog))
    return Questions(items=(Question(text=text, choices=choices),))


def _read(text: str, catalog: Catalog, context: PlanContext, lexicon: Lexicon) -> Planned:
    tokens = tokenise(text)
    if len(tokens) > _MOST_WORDS:
        return Refusal(
            reason="The question is too long.", hint="Ask for one thing at a time.", suggestions=offers(catalog)
        )
    prepared = prepare(tokens, lexicon)
    if isinstance(prepared, Unplaced):
        return refuse_words(prepared, catalog)
    fixed, said = prepared.tokens, prepared.said
    outcome = best_readings(fixed, context, lexicon)
    match outcome:
        case Trouble() if outcome.why in NUMBERLESS:
            return ask_which_number(text, outcome, context, lexicon)
        case Trouble():
            return refuse_trouble(outcome, catalog)
        case Unplaced():
            return ask_which_word(outcome, fixed, context, lexicon)
        case _:
            planned = decide(outcome, said, catalog)
            return doubt(text, planned, lexicon) or planned if isinstance(planned, Plan) else planned
