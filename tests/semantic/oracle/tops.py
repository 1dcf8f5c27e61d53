"""The first groups, exactly so many; the others are one row of their own, made of their rows."""

from __future__ import annotations

from typing import Any

from goal_semantics.query import SemanticQuery
from tests.semantic.oracle.lines import OTHERS, Line, Question
from tests.semantic.oracle.reading import Key

LABEL = "Others"


def followed(query: SemanticQuery) -> list[int]:
    """Positions of what is chosen among: all groupings, or all but the one time that the chosen are shown over."""
    everything = list(range(len(query.groupings)))
    times = [at for at, each in enumerate(query.groupings) if each.grain]
    top = query.top
    if top is None or len(times) != 1 or len(everything) < 2 or query.groupings[times[0]].name in top.within:
        return everything
    rest = [at for at in everything if at != times[0]]
    return rest if any(query.groupings[at].name not in top.within for at in rest) else everything


def topped(question: Question, lines: list[Line]) -> list[Line]:
    query = question.query
    if query.top is None:
        return lines
    positions = followed(query)
    if len(positions) == len(query.groupings):
        kept = {line.key for line in _best(query, lines, positions)}
        stays = [line for line in lines if line.key in kept]
    else:
        whole = question.asking.but(groupings=tuple(query.groupings[at] for at in positions))
        over = Question(query, whole, question.conditions)
        best = {line.key for line in _best(query, over.lines(), list(range(len(positions))), positions)}
        stays = [line for line in lines if tuple(line.key[at] for at in positions) in best]
    if not query.top.others:
        return stays
    rest = frozenset(line.key for line in lines) - {line.key for line in stays}
    return [*stays, *_others(question, rest, positions)]


def _best(query: SemanticQuery, lines: list[Line], places: list[int], positions: list[int] | None = None) -> list[Line]:
    """The first `n` of each stratum; ties break by the groupings. `positions`: of the keys of the lines in the query."""
    top = query.top
    assert top is not None
    names = [query.groupings[at].name for at in (positions or places)]
    strata = [place for place, name in enumerate(names) if name in top.within]
    ties = [place for place, name in enumerate(names) if name not in top.within]
    for place in reversed(ties):
        lines = _sorted(lines, lambda line, place=place: line.key[place], descending=False)
    lines = _sorted(
        lines,
        lambda line: {**dict(zip(names, line.key, strict=True)), **line.values}[top.by],
        descending=not top.ascending,
    )
    kept, count = list[Line](), dict[Key, int]()
    for line in lines:
        stratum = tuple(line.key[place] for place in strata)
        count[stratum] = count.get(stratum, 0) + 1
        if count[stratum] <= top.n:
            kept.append(line)
    return kept


def _sorted(lines: list[Line], by: Any, *, descending: bool) -> list[Line]:
    known = [line for line in lines if by(line) is not None]
    return sorted(known, key=by, reverse=descending) + [line for line in lines if by(line) is None]


def _others(question: Question, rest: frozenset[Key], positions: list[int]) -> list[Line]:
    """One row for the others of each stratum: what is counted anew from all of their rows."""
    query, asking = question.query, question.asking
    assert query.top is not None
    within = query.top.within
    chosen = [at for at in positions if query.groupings[at].name not in within]
    strata = [at for at in range(len(query.groupings)) if at not in chosen]
    by = tuple(query.groupings[at] for at in strata)
    narrow = asking.but(groupings=by, among=(asking.groupings, rest), whole=False)
    again = Question(query, narrow, question.conditions)
    found = list[Line]()
    for line in again.lines():
        members: dict[int, Any] = dict(zip(strata, line.key, strict=True)) | dict.fromkeys(chosen) | {chosen[0]: LABEL}
        key = tuple(members[at] for at in range(len(query.groupings)))
        found.append(Line(key, line.values, line.hidden, others=1))
    return found


__all__ = ["OTHERS", "followed", "topped"]
