"""Random conditions and windows."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from tests.semantic.oracle.data import DAYS, TEXTS, VALUES
from tests.semantic.oracle.reading import Asking, Fact
from tests.semantic.oracle.world import World

DATED = {"date", "timestamp", "timestamp_tz"}


def _kinds(world: World, facts: list[Fact], path: str) -> set[str]:
    asking = Asking(world, (), spoken=frozenset(each.time for each in facts if each.time))
    return {world.kind(fact.dataset, asking.words(fact, path)) for fact in facts}


@st.composite
def filters(
    draw: st.DrawFn,
    world: World,
    facts: list[Fact],
    paths: list[str],
    measures: list[dict[str, Any]] | None,
    depth: int = 2,
) -> dict[str, Any]:
    """A tree; conditions on measures only at the top, beside `and`."""
    numeric = [
        each
        for each in measures or ()
        if each.get("agg") not in {"min", "max"} and "mix_" not in str(each.get("metric"))
    ]
    if numeric and draw(st.integers(0, 3)) == 0:
        having = draw(_having(numeric))
        if draw(st.integers(0, 2)) == 0:
            having = {"kind": "not", "item": having}
        if draw(st.booleans()):
            return having
        return {"kind": "and", "items": [having, draw(filters(world, facts, paths, None, 1))]}
    choice = draw(st.integers(0, 7 if depth else 3))
    if choice == 4:
        return {"kind": "not", "item": draw(filters(world, facts, paths, None, depth - 1))}
    if choice > 4:
        items = [draw(filters(world, facts, paths, None, depth - 1)) for _ in range(draw(st.integers(1, 3)))]
        return {"kind": "or" if choice == 5 else "and", "items": items}
    if choice == 3:
        return draw(_semi_join(world, facts, paths))
    return draw(condition(world, facts, paths))


@st.composite
def condition(draw: st.DrawFn, world: World, facts: list[Fact], paths: list[str]) -> dict[str, Any]:
    path = draw(st.sampled_from(paths))
    [kind, *others] = _kinds(world, facts, path)
    item: dict[str, Any] = {"kind": "condition", "field": path}
    if others:
        return item | {"op": draw(st.sampled_from(["is null", "is not null"]))}
    operators = ["=", "!=", "in", "not in", "is null", "is not null"]
    operators += [] if kind == "boolean" else ["<", "<=", ">", ">=", "between"]
    operators += ["contains", "not contains", "starts with", "ends with"] if kind == "string" else []
    op = draw(st.sampled_from(operators))
    values = st.sampled_from([each for each in TEXTS if each]) if kind == "string" else VALUES[kind]
    if kind in DATED and op not in {"is null", "is not null"} and draw(st.integers(0, 2)) == 0:
        if draw(st.booleans()):
            item["part"], values = draw(st.sampled_from(["month", "day_of_week", "year", "day"])), st.integers(1, 12)
        else:
            item["grain"], values = draw(st.sampled_from(["day", "week", "month", "quarter", "year"])), VALUES["date"]
    elif kind != "date" and kind in DATED:
        values = st.one_of(VALUES["date"], VALUES["timestamp"])
    missing = op in {"=", "!=", "in", "not in"} and "part" not in item
    one = st.one_of(values, values, values, st.none()) if missing else values
    count = (
        0
        if "null" in op
        else 2
        if op == "between"
        else draw(st.integers(1, 3))
        if op in {"in", "not in", "contains"}
        else 1
    )
    found = [draw(one) for _ in range(count)]
    if op == "between":
        found = sorted(found, key=lambda each: each if not isinstance(each, datetime.date) else str(each))
    return item | {"op": op, "values": found}


@st.composite
def _semi_join(draw: st.DrawFn, world: World, facts: list[Fact], paths: list[str]) -> dict[str, Any]:
    """Rows of another dataset with the same key, or groups by a measure."""
    keys = [path for path in paths if path.rsplit(".", 1)[-1].endswith("_id") and ".tag." not in path]
    if not keys:
        return draw(condition(world, facts, paths))
    path = draw(st.sampled_from(keys))
    word = path.rsplit(".", 1)[-1]
    others = [each for each in world.catalog.datasets if word in each.by_name]
    other = draw(st.sampled_from(others)) if others else None
    if other is None or draw(st.integers(0, 2)) == 0:
        dataset = draw(st.sampled_from([fact.dataset for fact in facts]))
        known = [each.name for each in world.catalog.metrics if getattr(each.spec, "dataset", "") == dataset]
        measure = draw(st.sampled_from([{"agg": "count", "field": dataset}, *({"metric": word} for word in known)]))
        op = draw(st.sampled_from([">", "<=", "=", "!=", "is null", "is not null"]))
        found = {"kind": "metric at", "measure": measure, "by": [path], "op": op}
        if other is not None and other.name != dataset and draw(st.booleans()):
            found |= {"measure": {"agg": "count", "field": other.name}, "grouped": [f"{other.name}.{word}"]}
        elif (
            any(each.default_time for each in world.catalog.datasets if each.name == dataset)
            and draw(st.integers(0, 2)) == 0
        ):
            found["time"] = {"window": {"kind": "between", "start": "2023-02-01", "end": "2024-03-01"}}
        return found | {"values": [] if "null" in op else [draw(st.integers(0, 4))]}
    inner = [Fact(other.name, None)]
    found = {
        "kind": "exists",
        "dataset": other.name,
        "through": path,
        "key": f"{other.name}.{word}",
        "negate": draw(st.booleans()),
    }
    if draw(st.booleans()):
        found["filter"] = draw(condition(world, inner, [f"{other.name}.{each.name}" for each in other.fields]))
    return found


@st.composite
def _having(draw: st.DrawFn, numeric: list[dict[str, Any]]) -> dict[str, Any]:
    measure = draw(st.sampled_from(numeric))
    op = draw(st.sampled_from([">", "<=", "=", "!=", "is null", "is not null", "between", "in"]))
    count = {"is null": 0, "is not null": 0, "between": 2, "in": 2}.get(op, 1)
    values = sorted(draw(st.integers(0, 5)) for _ in range(count))
    return {"kind": "metric", "measure": measure, "op": op, "values": values}


@st.composite
def windows(draw: st.DrawFn, world: World, facts: list[Fact], paths: list[str]) -> dict[str, Any] | None:
    """None where nothing has a time."""
    window: dict[str, Any]
    if draw(st.integers(0, 4)):
        edges = sorted({draw(st.sampled_from(EDGES)) for _ in range(2)})
        window = {"kind": "between", "start": str(edges[0]), "end": str(edges[-1]) if len(edges) > 1 else None}
        if len(edges) > 1 and draw(st.integers(0, 5)) == 0:
            window["start"] = None
    else:
        unit = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
        window = {"kind": "relative", "unit": unit, "count": draw(st.integers(1, 4)), "offset": draw(st.integers(0, 2)),
                  "current": draw(st.booleans()), "to_date": draw(st.integers(0, 3)) == 0, "fiscal": draw(st.integers(0, 5)) == 0}  # fmt: skip
    dated = [path for path in paths if _kinds(world, facts, path) <= DATED]
    time: dict[str, Any] = {"window": window}
    timeless = any(fact.time is None for fact in facts)
    if timeless and not dated:
        return None
    if timeless or (dated and draw(st.integers(0, 4)) == 0):
        time["field"] = draw(st.sampled_from(dated))
    return time


EDGES = [
    *(datetime.date(2022, 12 - 3 * back, 1) for back in range(3)), datetime.date(2024, 5, 1), datetime.date(2024, 4, 1),
    *(datetime.date(2023 + month // 12, month % 12 + 1, 1) for month in range(15)),
    datetime.date(2023, 1, 15), datetime.date(2023, 3, 2), datetime.date(2023, 11, 6), datetime.date(2024, 2, 10), *DAYS[5:7],
]  # fmt: skip
