"""Random metrics over a shape, each with the meaning of the SQL that its author wrote."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from goal_semantics.model import Dataset, Metric, Relationship
from tests.semantic.oracle import author
from tests.semantic.oracle.author import Sql, constant, name
from tests.semantic.oracle.definitions import DISTANCES, metric, moving, timed

NUMBERS = {
    "sales": ["qty", "amount", "weight"],
    "returns": ["pieces", "refund"],
    "shops": ["size"],
    "towns": ["area"],
    "lands": [],
    "tiers": ["level"],
    "tags": [],
    "sale_tags": ["weight"],
}
AGGREGATES = ["sum"] * 6 + ["avg", "min", "max", "count", "count_distinct"] * 2
RARE = ["median", "stddev", "stddev_pop", "variance", "variance_pop", "percentile", "percentile_discrete"]


@st.composite
def metrics(
    draw: st.DrawFn, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...]
) -> tuple[tuple[Metric, ...], dict[str, Sql]]:
    """Metrics of every kind over those before them, and their author SQL by its text."""
    texts, found = dict[str, Sql](), list[Metric]()
    for dataset in datasets:
        for number in range(draw(st.integers(1, 3)) if dataset.default_time else draw(st.integers(0, 1))):
            found.append(draw(_simple(f"{dataset.name}_{number}", dataset, relationships, texts)))
    for number in range(draw(st.integers(0, 2))):
        pair = [draw(inputs(datasets, relationships, draw(st.sampled_from(found)), found, texts)) for _ in range(2)]
        written = {"kind": "ratio", "numerator": pair[0], "denominator": pair[1]}
        looks_back = any("offset" in str(each) for each in pair)
        found.append(metric(f"{'part_' * looks_back}rate_{number}", written))
    wordy = list[Any]()
    for number in range(draw(st.integers(0, 2))):
        plain = [each for each in found if each.spec not in wordy]
        found.append(draw(_derived(f"mix_{number}", datasets, relationships, plain, texts)))
        if "'much'" in found[-1].spec.expression:
            wordy.append(found[-1].spec)
    for number in range(draw(st.integers(1, 3))):
        more = draw(
            moving(f"part_{number}", datasets, relationships, [each for each in found if each.spec not in wordy], texts)
        )
        found += [more] if more is not None else []
    return tuple(found), texts


@st.composite
def _simple(
    draw: st.DrawFn, word: str, dataset: Dataset, relationships: tuple[Relationship, ...], texts: dict[str, Sql]
) -> Metric:
    written: dict[str, Any] = {"dataset": dataset.name, "agg": "count"}
    numbers = NUMBERS[dataset.name]
    if numbers and draw(st.integers(0, 4)) > 0:
        written["agg"] = draw(st.sampled_from(AGGREGATES + RARE))
        if "percentile" in written["agg"]:
            written["percentile"] = draw(st.sampled_from([0.1, 0.5, 0.9]))
        value = draw(_number(numbers))
        texts[value.text] = value
        written["expression"] = value.text
    elif dataset.name == "sales" and draw(st.booleans()):
        written |= {"agg": draw(st.sampled_from(["sum", "max", "count_distinct"])), "expression": "big"}
        texts["big"] = name("big")
    if draw(st.integers(0, 2)) == 0:
        condition = draw(conditions(dataset, relationships))
        texts[condition.text] = condition
        written["filter"] = condition.text
        written["narrows"] = draw(st.integers(0, 3)) == 0
    if draw(st.integers(0, 7)) == 0 and written["agg"] != "avg":
        written["fill"] = draw(st.sampled_from([0, 0, 7]))
    if draw(st.integers(0, 11)) == 0:
        written["spine"] = True
    header = {}
    if dataset.name == "sales" and draw(st.integers(0, 9)) == 0:
        header["time"] = "sales.sent"
    return metric(word, written, **header)


@st.composite
def _number(draw: st.DrawFn, numbers: list[str]) -> Sql:
    left = name(draw(st.sampled_from(numbers)))
    match draw(st.integers(0, 5)):
        case 0:
            return author.plus(left, constant(1))
        case 1:
            return author.times(left, constant(2))
        case 2:
            return author.minus(left, name(draw(st.sampled_from(numbers))))
        case _:
            return left


@st.composite
def conditions(draw: st.DrawFn, dataset: Dataset, relationships: tuple[Relationship, ...]) -> Sql:
    """Author SQL of one dataset that is true, false, or neither."""
    texts = [each.name for each in dataset.fields if each.type == "string"]
    steps = [
        each
        for each in relationships
        if each.from_dataset == dataset.name and each.to_dataset in {"shops", "towns", "lands", "tiers"}
    ]
    texts += [f"{each.name}.name" for each in steps]
    choices = []
    if texts:
        choices.append(
            st.builds(
                lambda a, b: author.equal(name(a), constant(b)), st.sampled_from(texts), st.sampled_from(["a", "b"])
            )
        )
        choices.append(st.builds(lambda a: author.missing(name(a)), st.sampled_from(texts)))
        choices.append(
            st.builds(
                lambda a, b: author.unequal(name(a), constant(b)), st.sampled_from(texts), st.sampled_from(["a", "B"])
            )
        )
    if NUMBERS[dataset.name]:
        choices.append(st.builds(lambda a: author.more(name(a), constant(1)), st.sampled_from(NUMBERS[dataset.name])))
    if not choices:
        return author.equal(constant(1), constant(1))
    one = st.one_of(choices)
    match draw(st.integers(0, 4)):
        case 0:
            return author.both(draw(one), draw(one))
        case 1:
            return author.either(draw(one), draw(one))
        case 2:
            return author.opposite(draw(one))
        case _:
            return draw(one)


@st.composite
def inputs(
    draw: st.DrawFn, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...], of: Metric,
    known: list[Metric], texts: dict[str, Sql],
) -> str | dict[str, Any]:  # fmt: skip
    """A metric as another one uses it: narrowed, of an earlier time, filled, or just as it is."""
    written: dict[str, Any] = {"metric": of.name}
    dataset = next((each for each in datasets if each.name == getattr(of.spec, "dataset", None)), None)
    match draw(st.integers(0, 9)):
        case 0 | 1 if dataset is not None and not getattr(of.spec, "narrows", False):
            condition = draw(conditions(dataset, relationships))
            texts[condition.text] = condition
            written["filter"] = condition.text
        case 2 if dataset is not None and any(each.type == "string" for each in dataset.fields):
            field = next(each.name for each in dataset.fields if each.type == "string")
            path, op = f"{dataset.name}.{field}", draw(st.sampled_from(["=", "!=", "contains"]))
            written["filter"] = {"kind": "condition", "field": path, "op": op, "values": ["a"]}
        case 3 if timed(of, datasets, known):
            written["offset"] = draw(st.sampled_from(DISTANCES))
        case 4 if timed(of, datasets, known) and draw(st.booleans()):
            written["offset_to"] = draw(st.sampled_from(["month", "quarter", "year"]))
        case _:
            pass
    if draw(st.integers(0, 6)) == 0 and getattr(of.spec, "agg", "avg") != "avg":
        written["fill"] = draw(st.sampled_from([0, 3]))
    return written if len(written) > 1 else of.name


@st.composite
def _derived(
    draw: st.DrawFn, word: str, datasets: tuple[Dataset, ...], relationships: tuple[Relationship, ...],
    known: list[Metric], texts: dict[str, Sql],
) -> Metric:  # fmt: skip
    more = list[Any]()
    for alias in ("one", "two"):
        found = draw(inputs(datasets, relationships, draw(st.sampled_from(known)), known, texts))
        more.append(found if isinstance(found, str) else found | {"alias": alias})
    left, right = (name(each if isinstance(each, str) else each["alias"]) for each in more)
    zero = constant(0)
    value = draw(st.sampled_from([
        author.minus(left, author.coalesce(right, zero)), author.plus(left, right), author.divided(left, right),
        author.when(author.more(left, zero), constant("much"), constant("little")), author.magnitude(author.minus(zero, left)),
        author.greatest(left, right), author.nothing_if(left, zero), author.coalesce(left, constant(5)),
    ]))  # fmt: skip
    texts[value.text] = value
    said = [each for each in more if isinstance(each, dict) and each["alias"] in value.text]
    looks_back = any("offset" in str(each) for each in said)
    return metric(f"{'part_' * looks_back}{word}", {"kind": "derived", "expression": value.text, "inputs": said})
