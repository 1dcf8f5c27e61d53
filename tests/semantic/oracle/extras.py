"""Random features on top of measures, groupings and a window: comparisons, calculations, totals, tops, filling, order."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from goal_semantics.metrics import find
from goal_semantics.query import Measure
from tests.semantic.oracle.kinds import adds_up
from tests.semantic.oracle.reading import Asking, Fact
from tests.semantic.oracle.world import World

LONGER = {"hour": ["day", "month"], "day": ["month", "year", "week"], "month": ["quarter", "year"], "quarter": ["year"]}


LONG = {"week", "month", "quarter", "year"}
"""Grains of which a few years have so few periods that all of them can be filled, for every group."""


@st.composite
def extras(draw: st.DrawFn, world: World, query: dict[str, Any], facts: list[Fact]) -> None:
    """Adds to the query what mostly fits to it."""
    asking = Asking(world, (), spoken=frozenset(each.time for each in facts if each.time))
    times = [each for each in query["groupings"] if each.get("grain") or _dated(asking, facts, each)]
    time = times[0] if len(times) == 1 else None
    window = query.get("time", {}).get("window", {})
    closed = bool(window) and (window["kind"] == "relative" or (window["start"] and window["end"]))
    feature = draw(st.sampled_from(["", "", "", "comparison", "calculations", "totals", "top", "others", "fill"]))
    if feature == "comparison" and (time or (closed and not times)):
        query["comparison"] = {"to": draw(st.sampled_from(["previous_period", "previous_year"]))}
        words = any(
            "mix_" in str(each.get("metric")) or each.get("agg") in {"min", "max"} for each in query["measures"]
        )
        if words or draw(st.integers(0, 3)) == 0:
            query["comparison"]["show"] = ["previous"]
    if feature == "totals" and query["groupings"]:
        query["totals"] = True
    if feature == "fill" and time and (time.get("grain") in LONG or len(query["groupings"]) == 1) and not _short(time):
        query["fill"] = True
    if feature in {"top", "others"} and query["groupings"]:
        query["top"] = draw(_top(query, others=feature == "others"))
        over_bridge = any(".tag." in each["field"] for each in query["groupings"])
        if over_bridge:
            query["top"]["others"] = False
        if any(str(each.get("metric")).startswith("part") for each in query["measures"]) and draw(st.integers(0, 7)):
            query["top"]["others"] = False
        if feature == "others" and not all(
            each is time or each["alias"] in query["top"]["within"] or _kinds(asking, facts, each) == {"string"}
            for each in query["groupings"]
        ):
            query["top"]["others"] = False
    many = query.get("fill") and time is not None and time.get("grain") not in LONG
    if (draw(st.integers(0, 2)) == 0 and not many) or feature == "calculations":
        query["calculations"] = draw(_calculations(world, query, time))
    columns = [each["alias"] for each in query["measures"]] + [each["alias"] for each in query["groupings"]]
    columns += [f"{each['measure']}_{each['kind']}" for each in query.get("calculations", ())]
    if draw(st.integers(0, 3)) == 0:
        query["order"] = [{"by": draw(st.sampled_from(columns)), "descending": draw(st.booleans())}]
    if draw(st.integers(0, 7)) == 0:
        query["limit"] = draw(st.integers(1, 5))


def _short(time: dict[str, Any]) -> bool:
    return time.get("grain") in {"second", "minute", "hour"}


def _kinds(asking: Asking, facts: list[Fact], grouping: dict[str, Any]) -> set[str]:
    return {asking.world.kind(fact.dataset, asking.words(fact, grouping["field"])) for fact in facts}


def _dated(asking: Asking, facts: list[Fact], grouping: dict[str, Any]) -> bool:
    if grouping.get("part") or grouping.get("bins"):
        return False
    return any(asking.world.kind(fact.dataset, asking.words(fact, grouping["field"])) == "date" for fact in facts)


def cumulable(world: World, asked: dict[str, Any]) -> bool:
    """Whether a value of many periods follows from those of each."""
    sums = {"count", "sum", "avg", "min", "max"}
    if "over" in asked:
        return False
    if "agg" in asked:
        return asked["agg"] in sums
    words = [asked["metric"]]
    while words:
        spec = world.catalog.metric[words.pop()].spec
        if spec.kind not in {"simple", "ratio", "derived"} or getattr(spec, "agg", "sum") not in sums:
            return False
        words += find(spec.kind).parts(spec)
    return True


@st.composite
def _top(draw: st.DrawFn, query: dict[str, Any], *, others: bool) -> dict[str, Any]:
    names = [each["alias"] for each in query["groupings"]]
    within = [name for name in names if draw(st.integers(0, 3)) == 0] if len(names) > 1 else []
    if len(within) == len(names):
        within = within[1:]
    by = draw(st.sampled_from([each["alias"] for each in query["measures"]]))
    return {
        "n": draw(st.integers(1, 3)),
        "by": by,
        "ascending": draw(st.booleans()),
        "within": within,
        "others": others,
    }


@st.composite
def _calculations(
    draw: st.DrawFn, world: World, query: dict[str, Any], time: dict[str, Any] | None
) -> list[dict[str, Any]]:
    if query.get("top", {}).get("others"):
        return []
    found = list[dict[str, Any]]()
    for asked in query["measures"]:
        measure = Measure.model_validate(asked)
        additive = adds_up(world, measure)
        part = str(asked.get("metric")).startswith("part")
        numeric = asked.get("agg") not in {"min", "max"} and "mix_" not in str(asked.get("metric"))
        kinds = ["rank"] if numeric else []
        kinds += ["share", "share"] if additive else []
        runs = time and numeric and not part and not query.get("totals") and cumulable(world, asked)
        kinds += ["cumulative", "rolling"] * 2 if runs else []
        if not kinds or draw(st.booleans()):
            continue
        kind = draw(st.sampled_from(kinds))
        names = [each["alias"] for each in query["groupings"]]
        item: dict[str, Any] = {"kind": kind, "measure": asked["alias"]}
        if kind in {"share", "rank"}:
            item["within"] = [name for name in names if draw(st.integers(0, 2)) == 0]
        if kind == "rank":
            item["ascending"] = draw(st.booleans())
        if kind == "cumulative" and time is not None:
            item["reset"] = draw(st.sampled_from([None, None, *LONGER.get(time.get("grain") or "day", [])]))
        if kind == "rolling":
            item |= {
                "count": draw(st.integers(1, 3)),
                "agg": draw(st.sampled_from(["avg", "min", "max", *["sum"] * additive])),
            }
        found.append(item)
    return found
