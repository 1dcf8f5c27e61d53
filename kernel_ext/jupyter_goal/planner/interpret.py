"""A semantic query in words: every number, dimension, filter, window, comparison, calculation and order is in it.

    interpret(query, catalog)   "flights, by origin and month, Jan–Jun 2013, only airline United Air Lines Inc., top 5 by flights"

Reads queries only; how a goal was understood is the planners' business.
"""

from __future__ import annotations

import datetime
import decimal

from goal_semantics.aggregates import COUNTS
from goal_semantics.model import Catalog, Dataset, Field
from goal_semantics.query import (
    And,
    Calculation,
    Comparison,
    Condition,
    Cumulative,
    Exists,
    Filter,
    Grouping,
    Measure,
    MetricAt,
    MetricCondition,
    Not,
    Or,
    Order,
    Rank,
    Relative,
    Rolling,
    Scalar,
    SemanticQuery,
    Share,
    TimeWindow,
    Top,
)
from jupyter_goal.core.periods import MONTHS, period_text
from jupyter_goal.planner.windows import between_words, day_words, relative_words

_AGGREGATES = {
    "count": "number", "count_distinct": "number of different", "sum": "total", "avg": "average", "min": "lowest",
    "max": "highest", "median": "median", "percentile": "percentile", "percentile_discrete": "percentile",
    "approx_count_distinct": "about the number of different", "approx_percentile": "about the percentile",
    "stddev": "standard deviation of", "stddev_pop": "standard deviation (all rows) of", "variance": "variance of",
    "variance_pop": "variance (all rows) of",
}  # fmt: skip
_UNITLESS = COUNTS | {"variance", "variance_pop"}
_OPERATORS = {
    "=": "", "!=": "other than ", "<": "under ", "<=": "at most ", ">": "over ", ">=": "at least ", "contains": "containing ",
    "not contains": "not containing ", "starts with": "starting with ", "ends with": "ending with ",
}  # fmt: skip


def interpret(query: SemanticQuery, catalog: Catalog) -> str:
    """The reading in one line."""
    return _Words(catalog, query).line()


class _Words:
    """The words of one query."""

    def __init__(self, catalog: Catalog, query: SemanticQuery) -> None:
        self.catalog = catalog
        self.query = query

    def line(self) -> str:
        query = self.query
        parts = [self._detail() if query.detail else _join([self.measure(each) for each in query.measures])]
        if query.groupings:
            parts.append(f"by {_join([self.grouping(each) for each in query.groupings])}")
        if query.time is not None:
            parts.append(self._window(query.time))
        if query.filter is not None:
            parts += self._filters(query.filter)
        if query.comparison is not None:
            parts.append(_comparison(query.comparison, query))
        parts += [self._calculation(each) for each in query.calculations]
        if query.totals:
            parts.append("with totals")
        if query.fill:
            parts.append("periods without data shown")
        if query.top is not None:
            parts.append(self._top(query.top))
        if query.order:
            parts.append(f"sorted by {_join([self._order(each) for each in query.order])}")
        if query.limit is not None:
            parts.append(f"first {query.limit} rows")
        return ", ".join(part for part in parts if part)

    # --- names

    def measure(self, measure: Measure) -> str:
        if measure.over is not None:
            return self._divided(measure, measure.over)
        metric = self.catalog.metric.get(measure.metric or "")
        if measure.metric is not None:
            words = metric.title if metric is not None else measure.metric.replace("_", " ")
        elif measure.agg == "count" and measure.field in self.catalog.dataset:
            dataset = self.catalog.dataset[measure.field]
            words = f"number of {_plural(dataset.row or dataset.title)}"
        else:
            which = "" if measure.percentile is None else f" {100 * measure.percentile:g} of"
            words = f"{_AGGREGATES[measure.agg or 'count']}{which} {self.field(measure.field or '')}"
        if measure.filter is not None:
            words += f" ({', '.join(self._filters(measure.filter))})"
        return words

    def _divided(self, measure: Measure, whole: Measure) -> str:
        upper = self.measure(measure.model_copy(update={"over": None, "filter": None}))
        if not measure.is_part or whole.filter is not None or measure.filter is None:
            narrowed = self.measure(measure.model_copy(update={"over": None}))
            return f"{narrowed} divided by {self.measure(whole)}"
        conditions = " and ".join(each.removeprefix("only ") for each in self._filters(measure.filter))
        return f"{upper} with {conditions} as a share of all {upper}"

    def field(self, path: str) -> str:
        """The field's title, with the role it is seen in where the path has one."""
        found, steps = self._find(path)
        if found is None:
            return path.split(".", 1)[-1].replace(".", " ").replace("_", " ")
        title = found.title
        if not steps:
            return title
        role = steps[-1]
        return (
            title if role.casefold() in title.casefold() or title.casefold() in role.casefold() else f"{role} {title}"
        )

    def _find(self, path: str) -> tuple[Field | None, tuple[str, ...]]:
        root, *steps, name = path.split(".")
        dataset: Dataset | None = self.catalog.dataset.get(root)
        roles: list[str] = []
        for step in steps:
            taken = (
                next((r for r in self.catalog.outgoing.get(dataset.name, ()) if r.name == step), None)
                if dataset
                else None
            )
            dataset = self.catalog.dataset.get(taken.to_dataset) if taken else None
            roles.append(taken.title if taken else step)
        return (dataset.by_name.get(name) if dataset else None), tuple(roles)

    def grouping(self, grouping: Grouping) -> str:
        if grouping.grain is not None:
            default = self._is_default_time(grouping.field)
            grain = f"fiscal {grouping.grain}" if grouping.fiscal else grouping.grain
            return grain if default else f"{grain} of {self.field(grouping.field)}"
        if grouping.part is not None:
            part = f"{'fiscal ' if grouping.fiscal else ''}{grouping.part.replace('_', ' ')}"
            return part if self._is_default_time(grouping.field) else f"{part} of {self.field(grouping.field)}"
        if grouping.bins is not None:
            bins = grouping.bins
            how = f"in steps of {bins.width:g}" if bins.width is not None else f"in {bins.count} equal steps"
            return f"{self.field(grouping.field)} {how}"
        return self.field(grouping.field)

    def _is_default_time(self, path: str) -> bool:
        root, _, name = path.partition(".")
        dataset = self.catalog.dataset.get(root)
        metrics = [self.catalog.metric[m.metric] for m in self.query.measures if m.metric in self.catalog.metric]
        return (dataset is not None and dataset.default_time == name) or any(metric.time == path for metric in metrics)

    def column(self, name: str) -> str:
        """A result column in words."""
        for measure in self.query.measures:
            if measure.name == name:
                return self.measure(measure)
        for grouping in self.query.groupings:
            if grouping.name == name:
                return self.grouping(grouping)
        for measure in self.query.measures:
            if name.startswith(f"{measure.name}_"):
                ending = name.removeprefix(f"{measure.name}_").replace("_pct", " in percent").replace("_", " ")
                return f"{ending} of {self.measure(measure)}"
        return name.replace("_", " ")

    def _detail(self) -> str:
        detail = self.query.detail
        assert detail is not None
        dataset = self.catalog.dataset.get(detail.dataset)
        rows = _plural(dataset.row or dataset.title) if dataset else detail.dataset
        if not detail.fields:
            return f"list of {rows}"
        names = _join([self.field(path) for path in detail.fields])
        return f"list of different {names}" if detail.distinct else f"list of {rows}: {names}"

    # --- conditions

    def _filters(self, item: Filter) -> list[str]:
        if isinstance(item, And):
            return [words for each in item.items for words in self._filters(each)]
        if isinstance(item, Not):
            return [f"except {self._filter(item.item)}"]
        return [f"only {self._filter(item)}"]

    def _filter(self, item: Filter) -> str:
        match item:
            case Condition():
                return self._condition(item)
            case MetricCondition(measure=measure, op=op, values=values):
                return f"groups with {self.measure(measure)} {_values(op, values, self._unit(measure), percent=self._percent(measure))}"
            case MetricAt(measure=measure, op=op, values=values, by=by):
                value = _values(op, values, self._unit(measure), percent=self._percent(measure))
                when = f" {self._window(item.time)}" if item.time else ""
                return (
                    f"rows whose {_join([self.field(path) for path in by])} has {self.measure(measure)} {value}{when}"
                )
            case Exists(dataset=name, negate=negate, filter=inner):
                where = f" ({', '.join(self._filters(inner))})" if inner is not None else ""
                return f"{'without' if negate else 'with'} {name.replace('_', ' ')}{where}"
            case And(items=items):
                return " and ".join(self._filter(each) for each in items)
            case Or(items=items):
                return "(" + " or ".join(self._filter(each) for each in items) + ")"
            case Not(item=inner):
                return f"not ({self._filter(inner)})"

    def _condition(self, item: Condition) -> str:
        found, _ = self._find(item.field)
        name = self.field(item.field)
        if item.op == "is null":
            return f"rows without {name}"
        if item.op == "is not null":
            return f"rows with {name}"
        if item.part is not None:
            return f"{item.part.replace('_', ' ')} of {name} {_values(item.op, item.values, '', percent=False)}"
        if item.grain is not None:
            return self._periods(item, item.grain, name)
        if item.op == "=" and len(item.values) == 1 and str(item.values[0]).casefold() in name.casefold().split():
            return f"{item.values[0]} ({name})"
        return f"{name} {_values(item.op, item.values, found.unit if found is not None else '', percent=False)}"

    def _periods(self, item: Condition, grain: str, name: str) -> str:
        """“Jan or Mar”, “hour of scheduled departure under 9”."""
        shown = [_part(value, grain) for value in item.values]
        listed = " or ".join(shown)
        if item.op not in {"=", "in", "!=", "not in"} or grain not in {"month", "quarter", "year", "day", "week"}:
            return f"{grain} of {name} {_OPERATORS.get(item.op, '')}{listed}"
        negated = "other than " if item.op in {"!=", "not in"} else ""
        return f"{negated}{listed}" if self._is_default_time(item.field) else f"{name} {negated}in {listed}"

    def _unit(self, measure: Measure) -> str:
        metric = self.catalog.metric.get(measure.metric or "")
        if metric is not None:
            return metric.unit
        found, _ = self._find(measure.field or "")
        return found.unit if found is not None and measure.agg not in _UNITLESS else ""

    def _percent(self, measure: Measure) -> bool:
        metric = self.catalog.metric.get(measure.metric or "")
        return metric is not None and metric.format is not None and metric.format.style == "percent"

    def _window(self, time: TimeWindow) -> str:
        words = relative_words(time.window) if isinstance(time.window, Relative) else between_words(time.window)
        own = time.field is None or self._is_default_time(time.field)
        detail = self.query.detail is not None and time.field is not None
        dataset = self.catalog.dataset.get(self.query.detail.dataset) if self.query.detail else None
        if detail and dataset is not None and time.field == f"{dataset.name}.{dataset.default_time}":
            own = True
        return words if own or time.field is None else f"{self.field(time.field)} {words}"

    # --- shape

    def _calculation(self, item: Calculation) -> str:
        name = self.column(item.measure)
        within = f" within each {_join([self.column(each) for each in getattr(item, 'within', ())])}"
        match item:
            case Share():
                return f"share of {name}{within if item.within else ' in the total'}"
            case Cumulative(reset=reset):
                # A window applies after the running total (design, rule 6): the opening balance is in it.
                opening = " counted from the start of the data" if self.query.time is not None else ""
                return f"running total of {name}{f', starting over each {reset}' if reset else opening}"
            case Rolling(count=count, agg=agg):
                unit = next((g.grain for g in self.query.groupings if g.grain), "period")
                return f"{count}-{unit} rolling {_AGGREGATES[agg]} of {name}"
            case Rank(ascending=ascending):
                return f"rank by {name}{' from the lowest' if ascending else ''}{within if item.within else ''}"

    def _top(self, top: Top) -> str:
        words = f"{'bottom' if top.ascending else 'top'} {top.n} by {self.column(top.by)}"
        if top.within:
            words += f" in each {_join([self.column(name) for name in top.within])}"
        return words + (", the others together" if top.others else "")

    def _order(self, order: Order) -> str:
        if self.query.detail is not None:
            path = next((p for p in self._detail_paths() if "_".join(p.split(".")[1:]) == order.by), None)
            name = self.field(path) if path else order.by.replace("_", " ")
        else:
            name = self.column(order.by)
        return f"{name} {'descending' if order.descending else 'ascending'}"

    def _detail_paths(self) -> tuple[str, ...]:
        detail = self.query.detail
        assert detail is not None
        own = self.catalog.dataset[detail.dataset].fields if detail.dataset in self.catalog.dataset else ()
        return detail.fields or tuple(f"{detail.dataset}.{field.name}" for field in own)


def _comparison(item: Comparison, query: SemanticQuery) -> str:
    if item.to == "previous_year":
        return "compared with the same time a year before"
    grain = next((grouping.grain for grouping in query.groupings if grouping.grain), None)
    return f"compared with the {grain or 'period'} before"


def _values(op: str, values: tuple[Scalar, ...], unit: str, *, percent: bool) -> str:
    shown = [_scalar(value, percent=percent) for value in values]
    suffix = f" {unit}" if unit else ""
    if op == "between" and len(shown) == 2:
        return f"between {shown[0]} and {shown[1]}{suffix}"
    if op in {"in", "not in"}:
        return f"{'other than ' if op == 'not in' else ''}{' or '.join(shown)}{suffix}"
    return f"{_OPERATORS.get(op, op + ' ')}{' or '.join(shown)}{suffix}"


def _scalar(value: Scalar, *, percent: bool) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case int() | float() | decimal.Decimal():
            return f"{value * 100:g}%" if percent and not isinstance(value, decimal.Decimal) else f"{value:,}"
        case datetime.date():
            return day_words(value)
        case _:
            return str(value)


def _part(value: Scalar, grain: str) -> str:
    if isinstance(value, int) and grain == "month" and 1 <= value <= 12:
        return MONTHS[value - 1]
    return period_text(value, grain) if isinstance(value, datetime.date) else str(value)  # type: ignore[arg-type]


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + "s"


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
