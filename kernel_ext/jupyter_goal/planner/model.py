"""The planner with a language model: a closed JSON schema in, names out, everything checked against the catalog.

The model sees names, labels and descriptions of the part of the catalog that matters; never rows, never SQL.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from pydantic import ValidationError

from goal_semantics.aggregates import misfit
from goal_semantics.issues import near
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import (
    And,
    Between,
    Calculation,
    Comparison,
    Condition,
    Cumulative,
    Detail,
    Filter,
    Grouping,
    Measure,
    MetricCondition,
    Order,
    Relative,
    Rolling,
    SemanticQuery,
    Share,
    TimeWindow,
    Top,
)
from goal_semantics.resolve import resolve_query
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import ChartIntent, Plan, Planned, Question, Questions, Refusal, Step
from jupyter_goal.llm import Model, ModelRequest
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.reach import Reach, Steps
from jupyter_goal.planner.grammar.tokens import stem, tokenise, words_of
from jupyter_goal.planner.interpret import interpret
from jupyter_goal.planner.offers import offers
from jupyter_goal.planner.reply import SaidFilter, SaidMeasure, SaidPlan, SaidStep, SaidTime, reply_schema

_REPAIRS = 2
_METRICS = 60
_FIELDS = 120
_VALUES = 12


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a catalog that a goal is about, by name."""

    metrics: tuple[str, ...]
    fields: tuple[str, ...]
    datasets: tuple[str, ...]
    text: str
    known: Mapping[str, tuple[str, ...]]
    """Path -> the values that the data have there; they stay on this side."""


class _Unfit(Exception):
    """The reply does not fit the catalog; the message tells the model what to change.

    `reason` and `hint` are for the person alone: they may name values of the data.
    """

    def __init__(self, message: str, reason: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.hint = hint


def plan_with_model(goal: Goal, catalog: Catalog, context: PlanContext, model: Model) -> Planned:
    """Ask, check, repair at most twice. Errors: GoalError from the model's connection."""
    part = _relevant(goal, catalog, context)
    schema = reply_schema(part.metrics, part.fields, part.datasets)
    system = files("jupyter_goal.planner").joinpath("prompts/plan.md").read_text(encoding="utf-8")
    asked = f"Catalog\n{part.text}\n\nNow: {goal.as_of.isoformat()}\nQuestion: {' / '.join((goal.text, *goal.lines))}"
    user, problem, reason, hint = asked, "", "", ""
    for _ in range(1 + _REPAIRS):
        reply = model.complete(ModelRequest(system=system, user=user, schema=schema, schema_name="plan"))
        try:
            return _planned(SaidPlan.model_validate_json(reply.text), catalog, part.known)
        except ValidationError as error:
            problem = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
            reason, hint = "", ""
        except _Unfit as error:
            problem, reason, hint = str(error), error.reason, error.hint
        user = f"{asked}\n\nYour last reply was refused: {problem}\nReply again, using only names from the schema."
    return Refusal(
        reason=reason or "The model could not express this with the names of the catalog.",
        hint=hint or problem[:300], suggestions=offers(catalog),
    )  # fmt: skip


def _planned(said: SaidPlan, catalog: Catalog, known: Mapping[str, tuple[str, ...]]) -> Planned:
    if said.question:
        return Questions(items=(Question(text=said.question),))
    if said.cannot or not said.steps:
        reason = said.cannot or "The model gave no plan."
        return Refusal(reason=reason, hint="Say it with the words of the catalog.", suggestions=offers(catalog))
    steps: list[Step] = []
    for step in said.steps:
        query = _query(step, known)
        problems = resolve_query(query, catalog).errors
        if problems:
            raise _Unfit("; ".join(str(problem) for problem in problems))
        steps.append(Step(query=query, chart=ChartIntent(kind=step.chart), interpretation=interpret(query, catalog)))
    return Plan(steps=tuple(steps), planner="model", confidence=0.8)


def _query(said: SaidStep, known: Mapping[str, tuple[str, ...]]) -> SemanticQuery:
    window = None if said.time is None else TimeWindow(window=_window(said.time))
    conditions: list[Filter] = [
        Condition(field=f.field, op=f.op, values=_spelled(f, known.get(f.field, ()))) for f in said.filters
    ]
    conditions += [MetricCondition(measure=_measure(f.measure), op=f.op, values=f.values) for f in said.group_filters]
    where = None if not conditions else conditions[0] if len(conditions) == 1 else And(items=tuple(conditions))
    if said.detail is not None:
        detail = Detail(dataset=said.detail.dataset, fields=said.detail.fields)
        return SemanticQuery(detail=detail, filter=where, time=window, limit=_positive(said.limit))
    measures = tuple(dict.fromkeys(_measure(each) for each in said.measures))
    if not measures:
        raise _Unfit("a step needs at least one measure, or detail")
    return SemanticQuery(
        measures=measures, groupings=tuple(Grouping(field=g.field, grain=g.grain) for g in said.groupings), filter=where,
        time=window, comparison=Comparison(to=said.comparison) if said.comparison else None,
        calculations=_calculations(said, measures), totals=said.totals, top=_top(said, measures),
        order=_order(said, measures), limit=_positive(said.limit),
    )  # fmt: skip


def _spelled(said: SaidFilter, known: tuple[str, ...]) -> tuple[str, ...]:
    """The values as the data spell them. One that they lack would give an empty answer, or exclude nothing."""
    if not known or said.op not in {"=", "!=", "in", "not in"}:
        return said.values
    by_lower = {value.casefold(): value for value in known}
    lost = [value for value in said.values if value not in known and value.casefold() not in by_lower]
    if lost:
        close = near(lost[0], known)
        raise _Unfit(
            f"“{lost[0]}” is no value of {said.field}; use the words of the question, or say in `cannot` which has none",
            reason=f"“{lost[0]}” is no value of {said.field}.",
            hint=f"Near names: {', '.join(close)}." if close else "Say it with a value that the data have.",
        )
    return tuple(value if value in known else by_lower[value.casefold()] for value in said.values)


def _measure(said: SaidMeasure) -> Measure:
    if said.metric is not None:
        return Measure(metric=said.metric)
    if said.agg is None or said.field is None:
        raise _Unfit("a measure needs a metric, or agg and field")
    if problem := misfit(said.agg, said.percentile):
        raise _Unfit(problem)
    return Measure(agg=said.agg, field=said.field, percentile=said.percentile)


def _calculations(said: SaidStep, measures: tuple[Measure, ...]) -> tuple[Calculation, ...]:
    found: list[Calculation] = []
    for measure in measures:
        found += [Share(measure=measure.name)] if said.share else []
        found += [Cumulative(measure=measure.name)] if said.cumulative else []
        if said.rolling is not None:
            found.append(Rolling(measure=measure.name, count=said.rolling.count, agg=said.rolling.agg))
    return tuple(found)


def _top(said: SaidStep, measures: tuple[Measure, ...]) -> Top | None:
    if said.top is None:
        return None
    if said.top.n < 1 or not 0 <= said.top.measure < len(measures):
        raise _Unfit("top needs n of at least 1 and the position of a measure")
    return Top(n=said.top.n, by=measures[said.top.measure].name, ascending=said.top.ascending)


def _order(said: SaidStep, measures: tuple[Measure, ...]) -> tuple[Order, ...]:
    return (Order(by=measures[0].name, descending=said.sort == "descending"),) if said.sort else ()


def _positive(limit: int | None) -> int | None:
    return limit if limit is not None and limit > 0 else None


def _window(said: SaidTime) -> Relative | Between:
    if said.kind == "relative":
        if said.unit is None or (said.count or 1) < 1:
            raise _Unfit("a relative window needs a unit and a count of at least 1")
        return Relative(unit=said.unit, count=said.count or 1, current=said.current, to_date=said.to_date)
    return Between(start=_moment(said.start), end=_moment(said.end))


def _moment(text: str | None) -> datetime.datetime | datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else datetime.datetime.fromisoformat(text)
    except ValueError:
        raise _Unfit(f"“{text}” is not an ISO date") from None


def _relevant(goal: Goal, catalog: Catalog, context: PlanContext) -> _Part:
    """Names by how many words they share with the goal, up to the caps; what the best datasets reach comes along."""
    said = {stem(token.low) for text in (goal.text, *goal.lines) for token in tokenise(text) if token.kind != "mark"}
    metrics = sorted(
        (metric for metric in catalog.metrics if not metric.hidden),
        key=lambda metric: -_shared(said, metric.name, metric.label, metric.description, *metric.synonyms),
    )[:_METRICS]
    scored: list[tuple[float, str, str]] = []
    known: dict[str, tuple[str, ...]] = {}
    for root, target, steps in _ways(catalog):
        for field in target.fields:
            if field.hidden:
                continue
            values = context.values.get(f"{target.name}.{field.name}", field.values)
            score = _shared(said, field.name, field.label, *field.synonyms) + _shared(said, *values[:200])
            path = ".".join((root, *steps, field.name))
            scored.append(
                (score - 0.3 * len(steps), path, _line(path, field, () if catalog.inferred else field.values[:_VALUES]))
            )
            if field.type == "string" and f"{target.name}.{field.name}" in context.values:
                known[path] = values
    scored.sort(key=lambda each: -each[0])
    fields = scored[:_FIELDS]
    visible = [dataset for dataset in catalog.datasets if not dataset.hidden]
    lines = [f"metric {metric.name}: {metric.title}. {metric.description}" for metric in metrics]
    lines += [f"dataset {dataset.name}: one row per {dataset.row or dataset.title}" for dataset in visible]
    lines += [f"field {line}" for _, _, line in fields]
    names = tuple(dict.fromkeys(path for _, path, _ in fields))
    datasets = tuple(dataset.name for dataset in visible)
    return _Part(tuple(metric.name for metric in metrics), names, datasets, "\n".join(lines), known)


def _ways(catalog: Catalog) -> Iterator[tuple[str, Dataset, Steps]]:
    """Every visible dataset from every visible root, over at most two steps."""
    for root, targets in Reach(catalog).from_root.items():
        for name, paths in targets.items():
            if not (catalog.dataset[root].hidden or catalog.dataset[name].hidden):
                yield from ((root, catalog.dataset[name], steps) for steps in paths if len(steps) <= 2)


def _line(path: str, field: Field, listed: tuple[str, ...]) -> str:
    """`listed`: only what an author wrote down: data never reach a model."""
    shown = f" Values: {', '.join(listed)}." if listed else ""
    return f"{path} ({field.type}) {field.title}. {field.description}{shown}"


def _shared(said: set[str], *texts: str) -> float:
    stems = {stem(word) for text in texts for word in words_of(text)}
    return float(len(said & stems))
