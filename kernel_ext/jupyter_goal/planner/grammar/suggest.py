"""What to offer when a goal cannot be read as it stands: a known word for an unknown one, or a number that was not named."""

from __future__ import annotations

from jupyter_goal.core.plan import Choice, Plan, Planned, Question, Questions
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.facts import counts_rows
from jupyter_goal.planner.grammar.best import best_readings
from jupyter_goal.planner.grammar.clauses import Unplaced
from jupyter_goal.planner.grammar.decide import choice_of, decide, refuse_trouble, refuse_words
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.prepare import prepare
from jupyter_goal.planner.grammar.tokens import Token, tokenise

_OFFERED = 5
_TRIED = 12


def ask_which_number(text: str, trouble: Trouble, context: PlanContext, lexicon: Lexicon) -> Planned:
    """The goal names no number: offer it with those of the catalog."""
    metrics = [metric for metric in lexicon.catalog.metrics if not metric.hidden]
    metrics.sort(key=lambda metric: not (counts_rows(metric) or metric.higher_is != "neutral"))
    choices: list[Choice] = []
    for metric in metrics[:_TRIED]:
        worded = (f"{metric.title} {text}", f"{text} by {metric.title}")
        plans = next((made for each in worded if (made := _meant(each, context, lexicon))), ())
        choices += [choice_of(planned) for planned in plans]
        if len(choices) >= _OFFERED:
            break
    if not choices:
        return refuse_trouble(trouble, lexicon.catalog)
    return Questions(items=(Question(text="Which number?", choices=tuple(choices[:_OFFERED])),))


def ask_which_word(unplaced: Unplaced, tokens: tuple[Token, ...], context: PlanContext, lexicon: Lexicon) -> Planned:
    """Offer what the goal would be with a known word in place of the unknown one; refuse where there is none."""
    refusal = refuse_words(unplaced, lexicon.catalog)
    unknown = [item for item in unplaced.items if item.unknown]
    at = next((i for i, token in enumerate(tokens) if unknown and token.text == unknown[0].text), None)
    if len(unknown) != 1 or at is None:
        return refusal
    choices: list[Choice] = []
    for word in unknown[0].near[:4]:
        replaced = (*tokens[:at], Token(word, tokens[at].start, tokens[at].end, "word"), *tokens[at + 1 :])
        planned = _decided(replaced, (f"“{unknown[0].text}” read as “{word}”",), context, lexicon)
        if planned is not None and all(c.plan is not None and c.plan.steps != planned.steps for c in choices):
            choices.append(choice_of(planned))
    if not choices:
        return refusal
    text = f"I do not know “{unknown[0].text}”. Did you mean one of these?"
    return Questions(items=(Question(text=text, choices=tuple(choices)),))


def _meant(text: str, context: PlanContext, lexicon: Lexicon) -> tuple[Plan, ...]:
    """The plans that a wording may mean."""
    prepared = prepare(tokenise(text), lexicon)
    if isinstance(prepared, Unplaced):
        return ()
    outcome = best_readings(prepared.tokens, context, lexicon)
    if isinstance(outcome, Trouble | Unplaced):
        return ()
    planned = decide(outcome, prepared.said, lexicon.catalog)
    if isinstance(planned, Questions):
        return tuple(choice.plan for choice in planned.items[0].choices if choice.plan is not None)
    return (planned,) if isinstance(planned, Plan) else ()


def _decided(tokens: tuple[Token, ...], said: tuple[str, ...], context: PlanContext, lexicon: Lexicon) -> Plan | None:
    outcome = best_readings(tokens, context, lexicon)
    if isinstance(outcome, Trouble | Unplaced):
        return None
    planned = decide(outcome, said, lexicon.catalog)
    return planned if isinstance(planned, Plan) else None
