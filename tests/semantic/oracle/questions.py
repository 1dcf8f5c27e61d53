"""Random questions that a world can mostly answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from goal_semantics.metrics import find
from goal_semantics.query import Measure, SemanticQuery
from tests.semantic.oracle.choosing import filters, windows
from tests.semantic.oracle.extras import extras
from tests.semantic.oracle.kinds import Reading, measure, wants_every_period
from tests.semantic.oracle.reading import Asking, Fact
from tests.semantic.oracle.world import Unreachable, World

DATED = {"date", "timestamp", "timestamp_tz"}


@st.composite
def questions(draw: st.DrawFn, world: World) -> SemanticQuery:
    measures = draw(_measures(world))
    moves = any(str(each.get("metric")).startswith("part") for each in measures)
    facts = facts_of(world, measures)
    paths = shared(world, facts)
    if moves and not _along(world, facts, paths):  # what looks back needs the time that it moves along
        moving = next(each for each in measures if str(each.get("metric")).startswith("part"))
        measures = [{name: value for name, value in moving.items() if name != "over"}]
        facts = facts_of(world, measures)
        paths = shared(world, facts)
    query: dict[str, Any] = {"measures": measures}
    fills = wants_every_period(world.catalog, [Measure.model_validate(each) for each in measures])
    query["groupings"] = draw(_groupings(world, facts, paths))
    for each in query["groupings"]:
        if fills and each.get("grain") in {"minute", "hour", "day"}:
            each["grain"] = draw(st.sampled_from(["week", "month", "quarter"]))
    own = _along(world, facts, paths)
    if moves and own and draw(st.integers(0, 11)):
        grain = draw(
            st.sampled_from(["day", "week", "month", "month", "month", "quarter", "year"][2 if fills else 0 :])
        )
        kept = [each for each in query["groupings"] if each["field"] not in own][:2]
        query["groupings"] = [{"field": own[0], "grain": grain, "alias": "t"}, *kept]
        if (fills and len(kept) > 1) or draw(st.integers(0, 2)) == 0:
            query["groupings"] = query["groupings"][:2]
    for each in query["groupings"] if moves else ():
        if "count" in each.get("bins", ()) and draw(st.integers(0, 7)):
            each["bins"] = {"width": 2}
    for at, path in enumerate(sorted(wanted(world, measures))):
        if path in paths and path not in [each["field"] for each in query["groupings"]] and draw(st.integers(0, 9)):
            query["groupings"].append({"field": path, "alias": f"w{at}"})
    if paths and draw(st.integers(0, 2)) == 0:
        query["filter"] = draw(filters(world, facts, paths, measures))
    if draw(st.integers(0, 1)) == 0:
        query["time"] = draw(windows(world, facts, paths))
    if query.get("time") is None:
        query.pop("time", None)
    asking = Asking(world, (), spoken=frozenset(each.time for each in facts if each.time))
    for each in query["groupings"]:
        if draw(st.integers(0, 4)) == 0 and all(asking.is_own_time(fact, each["field"]) for fact in facts):
            each["field"] = "@time"
    draw(extras(world, query, facts))
    return SemanticQuery.model_validate(query)


def _along(world: World, facts: list[Fact], paths: list[str]) -> list[str]:
    """Paths of the time that every fact is read by."""
    asking = Asking(world, (), spoken=frozenset(each.time for each in facts if each.time))
    own = [fact.time for fact in facts if fact.time is not None and fact.time in paths]
    return [path for path in own if all(asking.is_own_time(fact, path) for fact in facts)]


def wanted(world: World, measures: list[dict[str, Any]]) -> set[str]:
    """Paths that must be among the groupings: of what is shared out, ranked or pinned."""
    found = set[str]()
    words = [each[key] for each in measures for key in ("metric",) if key in each]
    words += [each["over"]["metric"] for each in measures if "metric" in each.get("over", {})]
    while words:
        spec = world.catalog.metric[words.pop()].spec
        found |= set(getattr(spec, "within", ()))
        if spec.kind == "fixed" and getattr(spec, "agg", None) is None:
            found |= {each.field for each in getattr(spec, "by", ())}
        words += find(spec.kind).parts(spec)
    return found


def facts_of(world: World, measures: list[dict[str, Any]]) -> list[Fact]:
    reading = Reading(Asking(world, ()))
    found = {fact for each in measures for fact in measure(reading, Measure.model_validate(each)).facts}
    return sorted(found, key=repr)


def shared(world: World, facts: list[Fact]) -> list[str]:
    """Every path that all facts understand."""
    found = [path for path in every_path(world, facts) if all(understood(world, facts, fact, path) for fact in facts)]
    bridges = [step for step in world.catalog.relationships if step.bridge is not None]
    if bridges and {fact.dataset for fact in facts} == {"sales"}:
        found += [f"sales.{bridges[0].name}.{field}" for field in ("name", "name", "name", "tag_id")]
    return found


def every_path(world: World, facts: list[Fact]) -> Iterator[str]:
    for root in dict.fromkeys(fact.dataset for fact in facts):
        for way in [[], *world.ways(root)]:
            for field in world.catalog.dataset[world.end(root, way)].fields:
                yield ".".join((root, *way, field.name))
    for dataset in world.catalog.datasets:
        if dataset.name not in {fact.dataset for fact in facts}:
            yield from (f"{dataset.name}.{field.name}" for field in dataset.fields)


def understood(world: World, facts: list[Fact], fact: Fact, path: str) -> bool:
    asking = Asking(world, (), spoken=frozenset(each.time for each in facts if each.time))
    try:
        asking.words(fact, path)
    except (Unreachable, KeyError):
        return False
    return True


@st.composite
def _measures(draw: st.DrawFn, world: World) -> list[dict[str, Any]]:
    found = list[dict[str, Any]]()
    for number in range(draw(st.integers(1, 3))):
        asked = draw(_measure(world))
        if draw(st.integers(0, 9)) == 0:
            over = draw(_measure(world))
            if is_number(asked) and is_number(over):
                asked["over"] = over
        facts = facts_of(world, [asked])
        if draw(st.integers(0, 5)) == 0 and (paths := shared(world, facts)):
            asked["filter"] = draw(filters(world, facts, paths, None))
        found.append(asked | {"alias": f"x{number}"})
    return found


def is_number(asked: dict[str, Any]) -> bool:
    """Whether that is certain."""
    return asked.get("agg") not in {"min", "max"} and "mix_" not in str(asked.get("metric"))


@st.composite
def _measure(draw: st.DrawFn, world: World) -> dict[str, Any]:
    if draw(st.integers(0, 3)):
        parts = [each.name for each in world.catalog.metrics if each.name.startswith("part")]
        if parts and draw(st.integers(0, 2)) == 0:
            return {"metric": draw(st.sampled_from(parts))}
        return {"metric": draw(st.sampled_from([each.name for each in world.catalog.metrics]))}
    dataset = draw(st.sampled_from([each.name for each in world.catalog.datasets]))
    if draw(st.integers(0, 2)) == 0:
        return {"agg": "count", "field": dataset}
    paths = [path for path in every_path(world, [Fact(dataset, None)]) if path.split(".")[0] == dataset]
    path = draw(st.sampled_from(paths))
    kind = world.kind(dataset, path.split(".")[1:])
    aggregates = ["count", "count_distinct", "min", "max"]
    if kind in {"integer", "decimal", "float"}:
        aggregates += ["sum", "avg", "median", "percentile", "percentile_discrete"]
        aggregates += ["stddev", "variance_pop"] if not path.endswith("big") else []  # doubles cannot tell them apart
    agg = draw(st.sampled_from(aggregates))
    asked: dict[str, Any] = {"agg": agg, "field": path}
    if kind in DATED and draw(st.booleans()):
        asked["grain"] = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
    return asked | ({"percentile": draw(st.sampled_from([0.0, 0.25, 0.9, 1.0]))} if "percentile" in agg else {})


@st.composite
def _groupings(draw: st.DrawFn, world: World, facts: list[Fact], paths: list[str]) -> list[dict[str, Any]]:
    found = list[dict[str, Any]]()
    for number in range(draw(st.sampled_from([0, 1, 1, 2, 2, 3])) if paths else 0):
        found.append(draw(_grouping(world, facts, paths)) | {"alias": f"g{number}"})
    return found


@st.composite
def _grouping(draw: st.DrawFn, world: World, facts: list[Fact], paths: list[str]) -> dict[str, Any]:
    dated = [path for path in paths if kind_of(world, facts, path) in DATED]
    own = [fact.time for fact in facts if fact.time in dated]
    path = draw(st.sampled_from(own if own and draw(st.integers(0, 2)) == 0 else paths))
    kinds = {kind_of(world, [fact], path, facts) for fact in facts}
    fine = kinds <= {"timestamp", "timestamp_tz"}
    if kinds <= DATED:
        if draw(st.integers(0, 3)) == 0:
            parts = ["day", "day_of_week", "day_of_year", "week", "month", "quarter", "year", "iso_year"]
            part = draw(st.sampled_from(parts + ["hour", "minute", "second"] * fine))
            return {"field": path, "part": part, "fiscal": part in {"month", "quarter"} and draw(st.booleans())}
        grains = ["day", "week", "month", "month", "quarter", "year"] + ["hour", "minute"] * fine
        grain = draw(st.sampled_from(grains))
        fiscal = grain in {"quarter", "year"} and draw(st.integers(0, 2)) == 0
        return {"field": path, "grain": grain, "fiscal": fiscal}
    if kinds <= {"integer", "decimal", "float"} and draw(st.integers(0, 2)) == 0 and not path.endswith("big"):
        bins = draw(st.sampled_from([{"width": 2}, {"width": 2.5}, {"width": 0.75}, {"count": 3}]))
        return {"field": path, "bins": bins}
    return {"field": path}


def kind_of(world: World, facts: list[Fact], path: str, all_facts: list[Fact] | None = None) -> str:
    fact = facts[0]
    asking = Asking(world, (), spoken=frozenset(each.time for each in all_facts or facts if each.time))
    return world.kind(fact.dataset, asking.words(fact, path))
