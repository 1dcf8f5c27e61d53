"""What the columns of an answer mean."""

from __future__ import annotations

from goal_semantics.compile.tops import OTHERS
from goal_semantics.compiled import ColumnRole, OutputColumn
from goal_semantics.model import TEMPORAL, DataType, Format
from goal_semantics.resolve.features import output_names
from goal_semantics.resolve.question import Key, Listing, Question, Shown

_PERCENT = Format(style="percent")
_ROLES: dict[str, ColumnRole] = {
    "previous": "previous",
    "change": "change",
    "change_pct": "change_pct",
    "share": "share",
    "cumulative": "cumulative",
    "rolling": "rolling",
    "rank": "rank",
}
_WORDS: dict[ColumnRole, str] = {
    "previous": "previous",
    "change": "change",
    "change_pct": "change %",
    "share": "share",
    "cumulative": "cumulative",
    "rolling": "rolling",
    "rank": "rank",
}


def outputs(question: Question | Listing) -> tuple[OutputColumn, ...]:
    """One description per column, in order."""
    if isinstance(question, Listing):
        return tuple(
            OutputColumn(
                each.name, "detail", each.label, each.type, field=each.located.path, format=each.format, unit=each.unit
            )
            for each in question.shelves
        )
    known = {key.name: _key(key) for key in question.keys}
    for measure in question.measures:
        known |= {column.name: column for column in _of_measure(question, measure)}
    known.setdefault("_level", OutputColumn("_level", "level", "level", "integer"))
    flags = (OutputColumn(OTHERS, "remainder", "others", "integer"),) if _leaves_others(question) else ()
    return (*(known[name] for name in output_names(question)), *flags)


def _leaves_others(question: Question) -> bool:
    return question.query.top is not None and question.query.top.others


def _key(key: Key) -> OutputColumn:
    role: ColumnRole = "time" if key.type in TEMPORAL else "dimension"
    return OutputColumn(
        key.name, role, key.label, key.type, field=key.path, grain=key.grain, format=key.format, unit=key.unit
    )


def _of_measure(question: Question, shown: Shown) -> tuple[OutputColumn, ...]:
    base = OutputColumn(
        shown.name, "measure", shown.label, shown.type, measure=shown.name, format=shown.format, unit=shown.unit,
        additive=shown.additive and not question.query.totals, range=shown.range,
    )  # fmt: skip
    comparison = question.query.comparison
    suffixes = [*(comparison.show if comparison else ())]
    kinds = [each.kind for each in question.query.calculations if each.measure == shown.name]
    return (base, *(_derived(shown, _ROLES[word]) for word in (*suffixes, *kinds)))


def _derived(shown: Shown, role: ColumnRole) -> OutputColumn:
    as_is = role in {"previous", "change", "cumulative", "rolling"}
    kind: DataType = shown.type if role in {"previous", "change"} else "integer" if role == "rank" else "float"
    if role == "cumulative":
        kind = shown.type
    style = shown.format if as_is else _PERCENT if role in {"change_pct", "share"} else None
    return OutputColumn(
        f"{shown.name}_{role}", role, f"{shown.label} {_WORDS[role]}", kind, measure=shown.name, format=style,
        unit=shown.unit if as_is else "", additive=shown.additive and role in {"previous", "change", "share"},
    )  # fmt: skip
