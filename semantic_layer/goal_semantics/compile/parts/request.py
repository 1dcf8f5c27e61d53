"""What is asked of a part: its values at some keys in a span. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from goal_semantics.calendar import Span
from goal_semantics.compile.facts import measured
from goal_semantics.relation import Call, Column, Filter, Over, Ref, Relation
from goal_semantics.resolve.parts import aligned
from goal_semantics.resolve.question import Part, Question
from goal_semantics.traversal import walk

Frames = Callable[[Question, Span, tuple[int, ...], tuple[Column, ...], Relation | None, Span | None], Relation]
"""(question, span, positions, extra, periods, scanned) -> its keys at the positions and its leaves."""


@dataclass(frozen=True, slots=True)
class Request:
    """`positions`: keys of the asking question; `scanned`: the span that frames read together.

    `periods`: relation of the times at which values are wanted; None where the part has no time among the keys.
    `native`: these periods are those of the one fact that the asking question reads.
    """

    span: Span
    positions: tuple[int, ...]
    scanned: Span
    frame: Frames
    periods: Relation | None = None
    native: bool = False

    def values(
        self, question: Question, span: Span, positions: tuple[int, ...], periods: Relation | None = None,
        scanned: Span | None = None,
    ) -> Relation:  # fmt: skip
        """The keys at the positions and the measures of a part's own question."""
        return measured(question, self.frame(question, span, positions, (), periods, scanned), positions)

    def reading(self, part: Part, span: Span) -> Span:
        """The span to read for values in `span`: all that is scanned, if each period follows from its own rows alone.

        Engines then aggregate once without looking at who reads which periods; somebody else cuts what is shown.
        """
        alone = not part.inner.parts and not any(
            isinstance(each, Over) for measure in part.inner.measures for each in walk(measure.term)
        )
        both = aligned(part, span) and aligned(part, self.scanned)
        return self.scanned if part.windowed and alone and both else span


def known(values: Relation, part: Part, span: Span) -> Relation:
    """Without rows that have no time, which a window has left out already."""
    if part.windowed and (span.start is not None or span.end is not None):
        return values
    return Filter(values, Call("not", (Call("is null", (Ref(part.inner.keys[part.times[0]].name),)),)))
