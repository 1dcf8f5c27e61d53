"""dbt's metrics as ours.

Filters are driven down to the rows that are aggregated, as dbt does; what becomes a number of its own on the way is a
hidden metric. What cannot be carried is a note, and so is every metric that is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from goal_semantics.issues import Issue, near
from goal_semantics.load.dbt.aggregates import Aggregated, Aggregations
from goal_semantics.load.dbt.columns import Columns
from goal_semantics.load.dbt.datasets import grain_of
from goal_semantics.load.dbt.filters import Filters, NoSql
from goal_semantics.load.dbt.links import Links
from goal_semantics.load.dbt.manifest import ConversionParams, InputMetric, Metric, TypeParams, Window
from goal_semantics.metrics import spec_type
from goal_semantics.model import Metric as Made

_AT = {"first": "first", "last": "last", "average": "avg"}


class NotCarried(Exception):
    """A metric that has no counterpart; `issue` says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(str(issue))
        self.issue = issue


@dataclass(slots=True)
class Metrics:
    """Makes the metrics of a manifest; each is made once, under its own name or a hidden one."""

    links: Links
    aggregations: Aggregations
    columns: dict[str, Columns]
    filters: Filters
    declared: Mapping[str, Metric]
    notes: list[Issue] = field(default_factory=list)
    made: dict[str, Made] = field(default_factory=dict)
    _names: dict[object, str | Issue] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def all(self) -> tuple[Made, ...]:
        """Every metric that could be made; the notes tell about the others."""
        for name in self.declared:
            try:
                self.metric(name)
            except NotCarried as error:
                self.notes.append(_about(name, error.issue))
        return tuple(self.made.values())

    def metric(self, name: str, filters: tuple[str, ...] = ()) -> str:
        """The name of the metric in the catalog, narrowed by filters. Errors: NotCarried."""
        key = (name, filters)
        known = self._names.get(key)
        if isinstance(known, str):
            return known
        if isinstance(known, Issue):
            raise NotCarried(known)
        if name not in self.declared:
            close = near(name, self.declared)
            raise NotCarried(Issue(f"there is no metric “{name}”.", self._path(), "", close, severity="warning"))
        if name in self._open:
            raise NotCarried(Issue(f"“{name}” is defined by itself.", f"metrics.{name}", severity="warning"))
        self._open.append(name)
        own = name if not filters else self._free(f"{name}_narrowed")
        try:
            self._names[key] = self._metric(self.declared[name], own, filters)
        except NotCarried as error:
            self._names[key] = error.issue
            raise
        finally:
            self._open.pop()
        return str(self._names[key])

    def _metric(self, metric: Metric, own: str, filters: tuple[str, ...]) -> str:
        params = metric.type_params
        narrowing = (*filters, *(each for each in metric.filter.texts if each not in filters))
        match metric.type:
            case "simple":
                aggregated = self.aggregations.simple(metric)
                if aggregated is None:
                    raise self._refusal("what it aggregates is not in the manifest.")
                return self._leaf(aggregated.narrowed(*filters), own)
            case "ratio":
                if params.numerator is None or params.denominator is None:
                    raise self._refusal("a ratio needs a numerator and a denominator.")
                sides = {
                    "numerator": self._input(params.numerator, narrowing),
                    "denominator": self._input(params.denominator, narrowing),
                }
                return self._add(own, "ratio", **sides)
            case "derived":
                inputs = [
                    {"metric": self._input(each, narrowing), "alias": each.alias or each.name}
                    for each in params.metrics
                ]
                return self._add(own, "derived", expression=params.expr or "", inputs=inputs)
            case "cumulative":
                return self._cumulative(params, own, narrowing)
            case "conversion":
                return self._conversion(params.conversion_type_params, own, narrowing)

    def _input(self, used: InputMetric, filters: tuple[str, ...]) -> str:
        """A metric as part of another: narrowed, and moved in time."""
        inner = self.metric(used.name, (*filters, *(each for each in used.filter.texts if each not in filters)))
        if used.offset_window is None and used.offset_to_grain is None:
            return inner
        moved: dict[str, Any]
        if used.offset_window is not None:
            moved = {"by": self._interval(used.offset_window)}
            name = f"{inner}_{used.offset_window.count}_{used.offset_window.granularity}_earlier"
        else:
            moved = {"to": self._grain(used.offset_to_grain or "")}
            name = f"{inner}_at_start_of_{used.offset_to_grain}"
        key = ("offset", name)
        if key not in self._names:
            self._names[key] = self._add(self._free(name), "offset", metric=inner, spine=True, **moved)
        return str(self._names[key])

    def _cumulative(self, params: TypeParams, own: str, filters: tuple[str, ...]) -> str:
        running = params.cumulative_type_params
        aggregated = None
        if params.measure is not None:
            aggregated = self.aggregations.measure(params.measure)
        elif running is not None and running.metric is not None:
            inner = self.declared.get(running.metric.name)
            aggregated = self.aggregations.simple(inner) if inner else None
            aggregated = aggregated and aggregated.narrowed(*running.metric.filter.texts)
        if aggregated is None:
            raise self._refusal("what it accumulates is not in the manifest.")
        window = (running and running.window) or params.window
        to_date = (running and running.grain_to_date) or params.grain_to_date
        bare = Aggregated(aggregated.model, aggregated.agg, aggregated.sql, aggregated.percentile, aggregated.time,
                          aggregated.balance, aggregated.narrowed(*filters).filters)  # fmt: skip
        options: dict[str, Any] = {"spine": True}
        if window is not None:
            options["window"] = self._interval(window)
        elif to_date is not None:
            options["to_date"] = self._grain(to_date)
        options["at"] = _AT[running.period_agg if running else "first"]
        if aggregated.spined:
            options["every"] = True
        if aggregated.fill is not None:
            options["fill"] = aggregated.fill
        return self._add(own, "cumulative", metric=self._leaf(bare), **options)

    def _conversion(self, params: ConversionParams | None, own: str, filters: tuple[str, ...]) -> str:
        if params is None:
            raise self._refusal("a conversion needs conversion_type_params.")
        base = self._side(params.base_measure, params.base_metric)
        after = self._side(params.conversion_measure, params.conversion_metric)
        if base is None or after is None:
            raise self._refusal("what is converted is not in the manifest.")
        if base.fill is not None or base.spined or after.spined or after.fill not in {None, 0}:
            raise self._refusal("a conversion whose sides are filled over the time spine cannot be carried.")
        options: dict[str, Any] = {"missing": "null" if after.fill is None else "zero"}
        if params.window is not None:
            options["window"] = self._interval(params.window)
        pairs = [
            (f"{base.model}.{each.base_property}", f"{after.model}.{each.conversion_property}")
            for each in params.constant_properties
        ]
        return self._add(
            own, "conversion", base=self._leaf(_bare(base.narrowed(*filters))), conversion=self._leaf(_bare(after)),
            base_key=f"{base.model}.{params.entity}", conversion_key=f"{after.model}.{params.entity}", constant=pairs,
            calculation="rate" if params.calculation == "conversion_rate" else "count", **options,
        )  # fmt: skip

    def _side(self, measure: Any, metric: InputMetric | None) -> Aggregated | None:
        if measure is not None:
            return self.aggregations.measure(measure)
        inner = self.declared.get(metric.name) if metric else None
        found = self.aggregations.simple(inner) if inner else None
        return found.narrowed(*metric.filter.texts) if found and metric else None

    def _leaf(self, aggregated: Aggregated, own: str = "") -> str:
        """The metric of an aggregate: under its own name, or hidden and shared by all that are made of it."""
        if not own:
            known = self._names.get(aggregated)
            if isinstance(known, str):
                return known
        if aggregated.model not in self.links.models:
            raise self._refusal(f"there is no semantic model “{aggregated.model}”.")
        name = own or self._free(_column(aggregated))
        time = f"{aggregated.model}.{aggregated.time}" if self._other_time(aggregated) else None
        try:
            narrowing = self.filters.sql(aggregated.model, aggregated.filters, aggregated.time)
        except NoSql:
            return self._filtered(aggregated, name)
        options: dict[str, Any] = {} if narrowing is None else {"filter": narrowing}
        if narrowing is not None and aggregated.balance is None:
            options["narrows"] = True
        if aggregated.percentile is not None:
            options["percentile"] = aggregated.percentile
        if aggregated.balance is not None:
            options |= {
                "over": f"{aggregated.model}.{aggregated.balance.name}",
                "take": "first" if aggregated.balance.window_choice == "min" else "last",
                "by": [f"{aggregated.model}.{each}" for each in aggregated.balance.window_groupings],
                "moment": "asked",
            }
        if aggregated.fill is not None:
            options["fill"] = aggregated.fill
        if aggregated.spined:
            options["spine"] = True
        self._add(
            name, "semi_additive" if aggregated.balance else "simple", time=time, dataset=aggregated.model,
            agg=aggregated.agg, expression=self.columns[aggregated.model].over(aggregated.sql), **options,
        )  # fmt: skip
        self._names.setdefault(aggregated, name)
        return name

    def _filtered(self, aggregated: Aggregated, name: str) -> str:
        """An aggregate that is narrowed by what SQL over its rows cannot say: a metric of its groups."""
        inner = self._leaf(Aggregated(aggregated.model, aggregated.agg, aggregated.sql, aggregated.percentile,
                                      aggregated.time, aggregated.balance, (), aggregated.fill, aggregated.spined))  # fmt: skip
        found = self.filters.tree(aggregated.model, aggregated.filters, aggregated.time)
        if isinstance(found, Issue):
            raise self._refusal(found.message)
        used = {"metric": inner, "filter": found, "alias": "value"}
        return self._add(name, "derived", expression="value", inputs=[used])

    def _other_time(self, aggregated: Aggregated) -> bool:
        return aggregated.time is not None and aggregated.time != self.links.models[aggregated.model].default_time

    def _add(self, name: str, kind: str, *, time: str | None = None, **options: Any) -> str:
        declared = self.declared.get(name)
        try:
            spec = spec_type(kind).model_validate({"kind": kind, **options})
        except KeyError:
            raise self._refusal(f"there is no metric kind “{kind}”.") from None
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise self._refusal(f"{where}: {first['msg']}.") from None
        header = {"label": declared.label, "description": declared.description} if declared else {}
        hidden = declared is None or declared.type_params.is_private
        self.made[name] = Made(name=name, spec=spec, time=time, hidden=hidden, **header)
        return name

    def _interval(self, window: Window) -> dict[str, Any]:
        return {"count": window.count, "grain": self._grain(window.granularity)}

    def _grain(self, name: str) -> str:
        found = grain_of(name)
        if found is None:
            raise self._refusal(f"a distance of “{name}” cannot be carried: it is a grain of the project's own.")
        return found

    def _free(self, name: str) -> str:
        taken, number, free = {*self.declared, *self.made}, 1, name
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        return free

    def _path(self) -> str:
        return f"metrics.{self._open[-1]}" if self._open else "metrics"

    def _refusal(self, message: str) -> NotCarried:
        return NotCarried(Issue(message, self._path(), "The metric is left out.", severity="warning"))


def _about(name: str, issue: Issue) -> Issue:
    """What is wrong inside a metric, as a problem of the metric."""
    path = f"metrics.{name}"
    if issue.path == path:
        return issue
    inner = issue.path.removeprefix("metrics.")
    return Issue(f"“{inner}”: {issue.message}", path, issue.hint, issue.suggestions, severity="warning")


def _bare(aggregated: Aggregated) -> Aggregated:
    return Aggregated(aggregated.model, aggregated.agg, aggregated.sql, aggregated.percentile, aggregated.time,
                      aggregated.balance, aggregated.filters)  # fmt: skip


def _column(aggregated: Aggregated) -> str:
    """A name for an aggregate that has none."""
    words = "".join(each if each.isalnum() else "_" for each in f"{aggregated.agg}_{aggregated.sql}").lower()
    return f"{aggregated.model}_{words}"[:60].rstrip("_")
