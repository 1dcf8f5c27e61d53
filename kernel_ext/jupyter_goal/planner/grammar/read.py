"""A goal in words to a plan: the pipeline of the grammar, and what is done with words that nothing explains."""

from __future__ import annotations

import re

from goal_semantics.model import Catalog
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Choice, Plan, Planned, Question, Questions, Refusal
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.assemble import Assembler, Reading
from jupyter_goal.planner.grammar.clauses import Clause, Lost
from jupyter_goal.planner.grammar.decide import decide, refuse_trouble, refuse_words
from jupyter_goal.planner.grammar.assemble import NUMBERLESS
from jupyter_goal.planner.grammar.facts import counts_rows
from jupyter_goal.planner.grammar.details import lists, ranked_rows
from jupyter_goal.planner.grammar.lattice import corrected, covers
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.options import Trouble
from jupyter_goal.planner.grammar.parse import parse
from jupyter_goal.planner.grammar.sort import sort
from jupyter_goal.planner.grammar.tokens import Token, tokenise
from jupyter_goal.planner.offers import offers

_OFFERED = 5
_LONGEST = 1_000
_MOST_WORDS = 120
_END = re.compile(r"[?;\n]+|(?<=[a-z0-9]{2})[.!]\s+(?=[A-Z])")


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
        if not isinstance(planned, Plan):
            return planned
        read.append(planned)
    return _together(read)


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
        return Refusal(reason="The question is too long.", hint="Ask for one thing at a time.", suggestions=offers(catalog))
    fixed, said = corrected(tokens, lexicon)
    outcome = _best(fixed, context, lexicon)
    match outcome:
        case Trouble():
            refusal = refuse_trouble(outcome, catalog)
            return _which_number(text, context, lexicon, refusal) if outcome.why in NUMBERLESS else refusal
        case (Lost(), *_):
            return _lost(outcome, text, fixed, catalog, context, lexicon)  # type: ignore[arg-type]
        case _:
            return decide(outcome, said, catalog)  # type: ignore[arg-type]


def _best(
    tokens: tuple[Token, ...], context: PlanContext, lexicon: Lexicon
) -> tuple[Reading, ...] | tuple[Lost, ...] | Trouble:
    """The readings of the best covers; else what stands in the way of the best one."""
    problem: tuple[Lost, ...] | Trouble | None = None
    found: list[Reading] = []
    cheapest: float | None = None
    for cover in covers(tokens, lexicon):
        clauses = parse(cover.nodes, lexicon)
        made = _assembled(clauses, context, lexicon)
        if isinstance(made, Trouble) or (made and isinstance(made[0], Lost)):
            problem = problem or made  # type: ignore[assignment]
            continue
        cheapest = cover.cost if cheapest is None else cheapest
        found += [_dearer(each, cover.cost - cheapest) for each in made if isinstance(each, Reading)]
    if found:
        return tuple(sorted(found, key=lambda reading: reading.cost))
    return problem if problem is not None else Trouble("", "nothing to show was named")


def _dearer(reading: Reading, extra: float) -> Reading:
    return Reading(reading.query, reading.chart, reading.cost + extra, reading.said, reading.doubtful, reading.weak)


def _assembled(
    clauses: tuple[Clause, ...], context: PlanContext, lexicon: Lexicon
) -> tuple[Reading, ...] | tuple[Lost, ...] | Trouble:
    lost = tuple(clause for clause in clauses if isinstance(clause, Lost))
    if lost:
        return lost
    sorted_ = sort(clauses, lexicon)
    listing = ranked_rows(sorted_, lexicon) or (sorted_ if sorted_.listed else None)
    assembler = Assembler(listing or sorted_, lexicon, context.extents)
    if listing is not None:
        return lists(listing, lexicon, assembler)
    return assembler.readings()


def _which_number(text: str, context: PlanContext, lexicon: Lexicon, refusal: Refusal) -> Planned:
    """The goal names no number: offer it with those of the catalog."""
    metrics = [metric for metric in lexicon.catalog.metrics if not metric.hidden]
    metrics.sort(key=lambda metric: not (counts_rows(metric) or metric.higher_is != "neutral"))
    choices: list[Choice] = []
    for metric in metrics[:12]:
        for worded in (f"{metric.title} {text}", f"{text} by {metric.title}"):
            read = _best(tokenise(worded), context, lexicon)
            if isinstance(read, Trouble) or not read or isinstance(read[0], Lost):
                continue
            planned = decide(read, (), lexicon.catalog)  # type: ignore[arg-type]
            if isinstance(planned, Plan):
                choices.append(Choice(label=planned.interpretation, plan=planned))
                break
        if len(choices) == _OFFERED:
            break
    return Questions(items=(Question(text="Which number?", choices=tuple(choices)),)) if choices else refusal


def _lost(
    lost: tuple[Lost, ...], text: str, tokens: tuple[Token, ...], catalog: Catalog, context: PlanContext, lexicon: Lexicon
) -> Planned:
    """Offer what the goal would be with a known word in place of an unknown one; refuse where there is none."""
    refusal = refuse_words(lost, catalog, lexicon)
    unknown = [item for item in lost if item.unknown]
    if len(unknown) != 1 or not unknown[0].near:
        return refusal
    at = next((i for i, token in enumerate(tokens) if token.text == unknown[0].text), None)
    if at is None:
        return refusal
    choices: list[Choice] = []
    for word in unknown[0].near[:4]:
        token = Token(word, tokens[at].start, tokens[at].end, "word")
        replaced = _best((*tokens[:at], token, *tokens[at + 1 :]), context, lexicon)
        if isinstance(replaced, Trouble) or not replaced or isinstance(replaced[0], Lost):
            continue
        planned = decide(replaced, (f"“{unknown[0].text}” read as “{word}”",), catalog)  # type: ignore[arg-type]
        if isinstance(planned, Plan) and all(choice.plan is None or choice.plan.steps != planned.steps for choice in choices):
            choices.append(Choice(label=planned.interpretation, detail=f"“{word}” for “{unknown[0].text}”", plan=planned))
    if not choices:
        return refusal
    return Questions(items=(Question(text=f"I do not know “{unknown[0].text}”. Did you mean one of these?", choices=tuple(choices)),))
