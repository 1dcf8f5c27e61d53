"""Forms of parts as relations: each sibling file is one. A relation has the keys at the asked positions and one column.

A pinned part has only those of its own keys. Rows outside of the asked periods may be there; `frames` cuts them.
"""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.calendar import Span
from goal_semantics.compile.parts import balance, converted, folded, pinned, run, shifted
from goal_semantics.compile.parts.request import Request
from goal_semantics.metrics import Balance, Converted, Folded, Pinned, Run, Shifted
from goal_semantics.relation import Relation
from goal_semantics.resolve.question import Part, Question


def relation(question: Question, part: Part, asked: Request) -> Relation:
    """The rows of a part."""
    here = _among(part, asked.positions)
    match part.form:
        case Shifted():
            return shifted.relation(question, here, part.form, asked)
        case Run():
            return run.relation(here, part.form, asked)
        case Pinned():
            return pinned.relation(part, asked)
        case Folded():
            return folded.relation(question, part, part.form, asked)
        case Balance():
            return balance.relation(part, part.form, asked)
        case Converted():
            return converted.relation(part, part.form, asked)


def looks_at(part: Part, span: Span, positions: tuple[int, ...]) -> tuple[Span, ...]:
    """The spans that a part reads by whole periods for the values of a span, besides it."""
    here = _among(part, positions)
    if not here.times or not part.windowed:
        return ()
    match part.form:
        case Shifted():
            return shifted.looks_at(here, part.form, span)
        case Run():
            return run.looks_at(here, part.form, span)
        case _:
            return ()


def _among(part: Part, positions: tuple[int, ...]) -> Part:
    """The part with those of its times that are among the keys."""
    return replace(part, times=tuple(at for at in part.times if at in positions))
