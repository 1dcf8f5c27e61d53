"""Random metrics that look at other times, other groups or other facts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from goal_semantics.metrics import find, spec_type
from goal_semantics.model import Dataset, Metric, Relationship
from tests.semantic.oracle import author
from tests.semantic.oracle.author import Sql, constant, name

DISTANCES = ["1 day", "10 days", "1 week", "1 month", "1 month", "2 months", "1 quarter", "1 year", "1 year"]


def metric(word: str, written: dict[str, Any], **header: Any) -> Metric:
    return Metric(name=word, spec=spec_type(written.get("kind", "simple")).model_validate(written), **header)


def timed(found: Metric, datasets: tuple[Dataset, ...], known: list[Metric]) -> bool:
    """Whether everything that a metric is made of has a time to move along."""
    dataset = getattr(found.spec, "dataset", None)
    if dataset is not None:
        return any(each.name == dataset and each.default_time for each in datasets)
    inside = find(found.spec.kind).parts(found.spec)
    return all(timed(each, datasets, known) for each in known if each.name in inside)


@st.composite
def moving(
    draw: st.DrawFn,
    word: str,
    datasets: tuple[Dataset, ...],
    relationships: tuple[Relationship, ...],
    known: list[Metric],
    texts: dict[str, Sql],
) -> Metric | None:
    """None where the shape has nothing for the kind that was drawn."""
    simple = [each for each in known if each.spec.kind == "simple"]
    kind = draw(
        st.sampled_from(
            ["offset", "offset", "cumulative", "cumulative", "share", "rank", "fixed", "semi_additive", "conversion"]
        )
    )
    along = [each for each in known if timed(each, datasets, known)]
    plain = [
        each for each in along
        if each.spec.kind in {"simple", "ratio", "derived"} and not each.name.startswith("part")
    ]  # fmt: skip
    choices = {"offset": along, "cumulative": plain}.get(kind, known)
    if not choices:
        return None
    inner = draw(st.sampled_from(choices))
    written: dict[str, Any] = {"kind": kind, "metric": inner.name}
    match kind:
        case "offset":
            written |= (
                {"to": draw(st.sampled_from(["month", "quarter", "year"]))}
                if draw(st.integers(0, 5)) == 0
                else {"by": draw(st.sampled_from(DISTANCES))}
            )
            written["show"] = draw(st.sampled_from(["value", "value", "change", "change_pct", "ratio"]))
        case "cumulative":
            written["fill"] = draw(st.sampled_from([None, None, None, 0]))
            written |= draw(
                st.sampled_from(
                    [
                        {},
                        {},
                        {"to_date": "month"},
                        {"to_date": "year"},
                        {"window": "3 days"},
                        {"window": "2 months"},
                        {"window": "1 year"},
                    ]
                )
            )
            written["at"] = draw(st.sampled_from(["last", "last", "first", "avg"]))
        case "share" | "rank":
            paths = draw(_paths(datasets, relationships, inner))
            written["within"] = paths if draw(st.booleans()) else []
        case "fixed":
            written["by"] = draw(_paths(datasets, relationships, inner))
            written["agg"] = draw(st.sampled_from([None, "avg", "max", "sum", "count"]))
            if written["agg"] is not None and draw(st.integers(0, 2)) == 0:
                written["by"] = draw(_finer(datasets, inner)) or written["by"]
        case "semi_additive":
            return metric(word, draw(_balance(datasets, relationships, texts)))
        case "conversion":
            found = draw(_conversion(relationships, simple))
            return None if found is None else metric(word, found)
    return metric(word, written)


@st.composite
def _paths(
    draw: st.DrawFn, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...], inner: Metric
) -> list[str]:
    root = getattr(inner.spec, "dataset", None)
    if root is None:
        return []
    own = next(each for each in datasets if each.name == root)
    paths = [
        f"{root}.{each.name}" for each in own.fields if each.type in {"string", "boolean"} and each.expression is None
    ]
    paths += [
        f"{root}.{step.name}.name"
        for step in relationships
        if step.from_dataset == root and step.to_dataset in {"shops", "towns", "lands"}
    ]
    return [draw(st.sampled_from(paths))] if paths else []


@st.composite
def _finer(draw: st.DrawFn, datasets: tuple[Dataset, ...], inner: Metric) -> list[dict[str, Any]]:
    """Periods or bins to fold by."""
    own = next((each for each in datasets if each.name == getattr(inner.spec, "dataset", None)), None)
    if own is None or own.default_time is None or inner.time is not None:
        return []
    number = f"{own.name}.{'qty' if own.name == 'sales' else 'pieces'}"
    return [draw(st.sampled_from([
        {"field": f"{own.name}.{own.default_time}", "grain": "month"}, {"field": f"{own.name}.{own.default_time}", "grain": "day"},
        {"field": number, "bins": {"width": 2}},
    ]))]  # fmt: skip


@st.composite
def _balance(
    draw: st.DrawFn, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...], texts: dict[str, Sql]
) -> dict[str, Any]:
    dataset = draw(st.sampled_from([each for each in datasets if each.default_time]))
    number = {"sales": "amount", "returns": "pieces"}[dataset.name]
    texts[number] = name(number)
    written: dict[str, Any] = {
        "kind": "semi_additive",
        "dataset": dataset.name,
        "expression": number,
        "over": f"{dataset.name}.{dataset.default_time}",
    }
    written["agg"] = draw(st.sampled_from(["sum", "sum", "avg", "max", "count"]))
    written["take"] = draw(st.sampled_from(["last", "last", "first", "min", "max", "avg"]))
    text = {"sales": "kind", "returns": "why"}[dataset.name]
    if draw(st.integers(0, 2)) == 0:
        condition = author.unequal(name(text), constant("a"))
        texts[condition.text] = condition
        written["filter"] = condition.text
    if draw(st.integers(0, 1)) == 0:
        written["by"] = [f"{dataset.name}.{text}"]
    if written["take"] in {"last", "first"} and draw(st.integers(0, 2)) == 0:
        written["moment"] = "asked"
    if written["agg"] != "avg" and draw(st.integers(0, 4)) == 0:
        written["fill"] = 0
    return written


@st.composite
def _conversion(
    draw: st.DrawFn, relationships: tuple[Relationship, ...], simple: list[Metric]
) -> dict[str, Any] | None:
    """From one fact to the other, or to itself, by a key that both have."""
    bases = [each for each in simple if each.spec.dataset in {"sales", "returns"} and each.spec.fill is None]  # type: ignore[attr-defined]
    keys = {("sales", "shop_id"): 0, ("returns", "shop_id"): 0, ("sales", "sale_id"): 0, ("returns", "sale_id"): 0}
    known = {(each.from_dataset, each.from_fields[0]) for each in relationships} | {("sales", "sale_id")}
    if not bases:
        return None
    base, other = draw(st.sampled_from(bases)), draw(st.sampled_from(bases))
    one, two = base.spec.dataset, other.spec.dataset  # type: ignore[attr-defined]
    shared = [key for key in ("shop_id", "sale_id") if {(one, key), (two, key)} <= known & set(keys)]
    if not shared:
        return None
    key = draw(st.sampled_from(shared))
    written: dict[str, Any] = {"kind": "conversion", "base": base.name, "conversion": other.name}
    written |= {
        "base_key": f"{one}.{key}",
        "conversion_key": f"{two}.{key}",
        "calculation": draw(st.sampled_from(["rate", "count"])),
    }
    written["window"] = draw(st.sampled_from([None, None, "30 days", "7 days", "2 months"]))
    written["missing"] = draw(st.sampled_from(["zero", "null"]))
    if draw(st.integers(0, 3)) == 0:
        written["constant"] = [[f"{each}.{'kind' if each == 'sales' else 'why'}" for each in (one, two)]]
    return written
