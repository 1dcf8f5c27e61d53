"""From nodes to clauses: one rule per family of phrases, tried in order at every position.

What no rule takes is lost, and said.
"""

from __future__ import annotations

from dataclasses import replace

from jupyter_goal.planner.grammar.clauses import (
    Clause,
    Compared,
    Flag,
    Lost,
    Measured,
    Missing,
    Noted,
    Subject,
    Timed,
    Valued,
)
from jupyter_goal.planner.grammar.lexicon import STEMMED, Lexicon
from jupyter_goal.planner.grammar.look import (
    Nodes,
    field_of,
    is_measurable,
    is_metric,
    is_numeric,
    is_value,
    lead_of,
    noun,
    owned,
    plural_of,
    qualified,
    skip,
    word,
)
from jupyter_goal.planner.grammar.parse_conditions import conditioned
from jupyter_goal.planner.grammar.parse_filters import missing, negated
from jupyter_goal.planner.grammar.parse_measures import averaged_after, divided, measured
from jupyter_goal.planner.grammar.parse_routes import clocked, routed
from jupyter_goal.planner.grammar.parse_shapes import grouped, limited, ordered, ranked
from jupyter_goal.planner.grammar.parse_values import compared_values, valued
from jupyter_goal.planner.grammar.patterns import Drawn, Rolled, Versus
from jupyter_goal.planner.grammar.rule import Rule, Taken
from jupyter_goal.planner.grammar.terms import (
    FieldRef,
    Match,
    Node,
    Noun,
    Number,
    Pattern,
    Quoted,
    RowRef,
    Unknown,
    ValueRef,
    When,
    Word,
)
from jupyter_goal.planner.grammar.tokens import stem

_SILENT = ("which", "prep", "is", "and", "all")
_FLAGS = ("share", "share total", "cumulative", "growth", "totals", "trend", "log", "detail", "distinct")
_CONDITIONALS = frozenset({"when", "while", "if", "given"})
_PLACING = frozenset("on at in for during within under through via using among with".split())
_WITH = "Say “by …” to show it, or “without …” for the rows that lack it."
_POOLED = frozenset({"combined", "in total", "altogether", "summed"})
_MOVES = frozenset("from to into toward towards out of".split())
_WHY = {
    "ask why": "questions about causes are not answered yet",
    "forecast": "statistics beyond sums, averages, medians, extremes and counts are not available",
    "part": "the catalog has no field for it",
}


def parse(nodes: Nodes, lexicon: Lexicon) -> tuple[Clause, ...]:
    """All clauses, in order."""
    clauses: tuple[Clause, ...] = ()
    at = 0
    while at < len(nodes):
        taken = next((hit for rule in _RULES if (hit := rule(nodes, at, clauses, lexicon)) is not None), None)
        if taken is None:
            taken = Taken(at + 1, (Lost(_text(nodes[at])),))
        made = _told(taken.clauses) if _tells(nodes, at) else taken.clauses
        clauses = (*clauses[: len(clauses) - taken.replaces], *made)
        at = taken.end
    return tuple(
        Lost(clause.noun.text, unknown=True) if isinstance(clause, Subject) and clause.verbal else clause
        for clause in clauses
    )


def _tells(nodes: Nodes, at: int) -> bool:
    """A verb stands here: what follows is said of what came before."""
    moves = word(nodes, at, "from", "to")
    return (
        word(nodes, at, "is") is not None
        or _is_owner(nodes, at)
        or word(nodes, at - 1, "is") is not None
        or (moves is not None and moves.text.casefold() not in _MOVES)
    )


def _is_owner(nodes: Nodes, at: int) -> bool:
    """“United's share of …”."""
    return is_value(noun(nodes, at)) and word(nodes, at + 1, "share") is not None


def _told(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return tuple(replace(c, told=True) if isinstance(c, Valued | Compared | Missing) else c for c in clauses)


def _either(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“diverted or cancelled flights”: two numbers, both shown."""
    last, item = before[-1] if before else None, noun(nodes, at + 1)
    first = last.noun if isinstance(last, Subject | Measured) else None
    if word(nodes, at, "or") is None or item is None or first is None or not (is_metric(first) and is_metric(item)):
        return None
    same = {m.ref for m in first.matches} & {m.ref for m in item.matches}
    if same or any(isinstance(clause, Valued) for clause in before):
        return None
    return Taken(at + 1, (Noted(f"“{first.text} or {item.text}” shown side by side"),))


def _torn(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“on time and late flights”: a value that is set beside a number is half of a number's name."""
    item = noun(nodes, at + 1)
    last = before[-1] if before else None
    if word(nodes, at, "and", "or") is None or item is None or not is_metric(item) or not isinstance(last, Valued):
        return None
    if any(isinstance(clause, Measured | Subject) for clause in before) or not is_value(noun(nodes, at - 1)):
        return None
    return Taken(at + 1, (Lost(last.values[0].text, f"how it belongs to “{item.text}” is not clear"),))


def _conditional(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    """“when it rains”, “if it is dry”: a condition; a name that is none has no place here."""
    node = nodes[at]
    if not before or not isinstance(node, Word) or node.text.casefold() not in _CONDITIONALS:
        return None
    start = skip(nodes, at + 1, "is", "prep", "all")
    item = noun(nodes, start)
    if item is None or is_value(item):
        return None
    value = Noun(item.text, _states(item, lexicon))
    if value.matches:
        return Taken(start + 1, (Valued((value,)),))
    behind = skip(nodes, start + 1, "is", "prep")
    ends = behind >= len(nodes) or (behind == start + 1 and word(nodes, behind, "by", "and") is not None)
    return Taken(start + 1, (Lost(f"{node.text} {item.text}", "it names no condition"),)) if ends else None


def _states(item: Noun, lexicon: Lexicon) -> tuple[Match, ...]:
    """Values that a noun or verb may be, itself or with another ending ("rains": rain)."""
    own = [match for match in item.matches if isinstance(match.ref, ValueRef)]
    for ref in (match.ref for match in item.matches if isinstance(match.ref, FieldRef)):
        same = [
            value for value in field_of(ref, lexicon).values if stem(value.casefold()) == stem(item.text.casefold())
        ]
        own += [Match(ValueRef(ref.dataset, ref.field, value)) for value in same]
    return tuple(dict.fromkeys(own))


def _unknown(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    node = nodes[at]
    if isinstance(node, Unknown):
        return Taken(at + 1, (Lost(node.text, near=_near(node.text.casefold(), lexicon), unknown=True),))
    if isinstance(node, Word) and node.kind in _WHY:
        return Taken(at + 1, (Lost(node.text, _WHY[node.kind]),))
    if isinstance(node, Pattern) and node.kind == "vague":
        return Taken(at + 1, (Lost(node.text, "it has no exact meaning here"),))
    return None


def _near(word_: str, lexicon: Lexicon) -> tuple[str, ...]:
    return lexicon.respell(word_) or lexicon.near(word_)


def _pattern(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    node = nodes[at]
    value = node.value if isinstance(node, Pattern) else None
    return Taken(at + 1, (value,)) if isinstance(value, Versus | Rolled | Drawn) else None


def _timed(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    node = nodes[at]
    if not isinstance(node, When):
        return None
    last = before[-1] if before else None
    if isinstance(last, Subject) and _is_time(last.noun, lexicon):
        return Taken(at + 1, (Timed(node, of=last.noun),), replaces=1)
    return Taken(at + 1, (Timed(node, either=word(nodes, at - 1, "or") is not None),))


def _is_time(item: Noun, lexicon: Lexicon) -> bool:
    return any(isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).role == "time" for m in item.matches)


def _flagged(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    node = nodes[at]
    if not isinstance(node, Word) or node.kind not in _FLAGS:
        return None
    return Taken(at + 1, (Flag(node.kind, node.text),))  # type: ignore[arg-type]


def _subject(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    first = nodes[at]
    start = at + 1 if isinstance(first, Number) else at
    item = noun(nodes, start)
    if item is None or not is_measurable(item, lexicon) or is_value(item):
        return None
    lead = lead_of(nodes, at)
    n = first.value if isinstance(first, Number) and not first.unit and isinstance(first.value, int) else None
    if isinstance(first, Number) and (n is None or n < 1 or lead == "prep"):
        return None
    if _is_stuck(nodes, at, start, lexicon):
        return Taken(start + 1, (Lost(item.text, f"how it belongs to “{nodes[at - 1].text}” is not clear"),))
    with_ = at and nodes[at - 1].text.casefold() == "with"
    if with_ and before and n is None and _is_key(item, lexicon) and not plural_of(nodes, start, start):
        return Taken(
            start + 1, (Lost(f"with {item.text}", "whether it is shown or must be known is not clear", hint=_WITH),)
        )
    end, item = qualified(nodes, start, item)
    prep = nodes[at - 1].text if before and lead == "prep" and nodes[at - 1].text.casefold() in _PLACING else ""
    subject = Subject(item, lead, prep, n, plural=plural_of(nodes, start, end), verbal=_is_verbal(item))
    owner = noun(nodes, end) if end > start + 1 else None
    last = before[-1] if before else None
    if owner is not None and lead == "and" and isinstance(last, Subject) and (whose := owned(last.noun, owner)):
        return Taken(end + 1, (replace(last, noun=Noun(last.noun.text, whose)), subject), replaces=1)
    return Taken(end + 1, (subject,))


def _is_stuck(nodes: Nodes, at: int, end: int, lexicon: Lexicon) -> bool:
    """Two names side by side without a word between them, and no condition behind."""
    before = noun(nodes, at - 1)
    if before is None or is_value(before):
        return False
    item = noun(nodes, end)
    if item is None or not is_numeric(item, lexicon):
        return True
    after = skip(nodes, end + 1, "is", "by", "prep")
    return word(nodes, after, "op", "null") is None and not (after < len(nodes) and isinstance(nodes[after], Number))


def _is_key(item: Noun, lexicon: Lexicon) -> bool:
    return any(
        isinstance(m.ref, FieldRef) and field_of(m.ref, lexicon).role == "key" and not m.ref.via for m in item.matches
    )


def _is_verbal(item: Noun) -> bool:
    """A verb that shares its stem with a name ("hosted", "hosts"): no name by itself."""
    return item.text.casefold().endswith(("ed", "ing")) and item.matches[0].cost >= STEMMED


def _silent(nodes: Nodes, at: int, before: tuple[Clause, ...], lexicon: Lexicon) -> Taken | None:
    if word(nodes, at, *_SILENT):
        return Taken(at + 1, ())
    following = nodes[at + 1] if at + 1 < len(nodes) else None
    if word(nodes, at, "or") and isinstance(following, When) and before and isinstance(before[-1], Timed):
        return Taken(at + 1, ())
    if word(nodes, at, "from", "to"):
        after = noun(nodes, skip(nodes, at + 1, "all"))
        whole = nodes[at].text.casefold() == "out of"
        if after is not None and not whole and any(isinstance(m.ref, RowRef) for m in after.matches):
            return Taken(at + 1, ())
    if word(nodes, at, "from", "to", "by") and at + 1 == len(nodes) and before and word(nodes, at, "by") is None:
        return Taken(at + 1, ())
    if word(nodes, at, "by") and nodes[at].text.casefold() == "each" and at + 1 == len(nodes) and len(before) > 1:
        return Taken(at + 1, ())
    if word(nodes, at, "by", "from", "to") and isinstance(following, When | Quoted | Unknown):
        return Taken(at + 1, ())
    last = word(nodes, at, "agg")
    if last is not None and last.value == "sum" and before:
        pooled = last.text.casefold() in _POOLED
        return Taken(at + 1, (Flag("pooled", last.text),) if pooled else ())
    if word(nodes, at, "pooled"):
        return Taken(at + 1, (Flag("pooled", nodes[at].text),))
    return None


def _text(node: Node) -> str:
    return node.text


_RULES: tuple[Rule, ...] = (
    _unknown, _pattern, _either, _torn, _conditional, clocked, routed, divided, negated, compared_values, missing, ordered, limited, ranked, grouped, conditioned, valued, measured,
    averaged_after, _timed, _flagged, _subject, _silent,
)  # fmt: skip
