"""What dbt's metrics aggregate in the end, by which time they are read, and by which grain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from goal_semantics.load.dbt.aggregates import Aggregated, Aggregations
from goal_semantics.load.dbt.links import Links
from goal_semantics.load.dbt.manifest import Metric, TypeParams
from goal_semantics.load.dbt.paths import Fact, Paths, coarsest


@dataclass(frozen=True, slots=True)
class Facts:
    """The metrics of a manifest by name, those that measures ask for included."""

    declared: Mapping[str, Metric]
    aggregations: Aggregations
    paths: Paths

    def of(self, *metrics: str) -> tuple[Fact, ...]:
        """The models whose rows the metrics are grouped by."""
        leaves = (leaf for name in metrics for leaf in self._leaves(name))
        return tuple(dict.fromkeys(Fact(leaf.model, leaf.time) for leaf in leaves))

    def grain(self, *metrics: str) -> str:
        """By which grain the metrics are read where nothing is said: of several the coarsest."""
        return coarsest(*(self._grain(name) for name in metrics))

    def moves(self, name: str) -> bool:
        """Whether the metric, or one that it is made of, looks at other times than the one shown."""
        if name not in self.declared:
            return False
        metric = self.declared[name]
        inputs = (metric.type_params.numerator, metric.type_params.denominator, *metric.type_params.metrics)
        used = [each for each in inputs if each is not None]
        moved = any(each.offset_window or each.offset_to_grain for each in used)
        return metric.type == "cumulative" or moved or any(self.moves(each.name) for each in used)

    def _grain(self, name: str) -> str:
        own = self.declared[name].time_granularity
        return own or coarsest("day", self.paths.default_grain(self.of(name)))

    def _leaves(self, name: str) -> Iterator[Aggregated]:
        if name not in self.declared:
            return
        metric = self.declared[name]
        params, running, turned = metric.type_params, metric.type_params.cumulative_type_params, None
        measure = params.measure
        if metric.type == "conversion" and params.conversion_type_params is not None:
            turned = params.conversion_type_params.base_metric
            measure = params.conversion_type_params.base_measure
        own = self.aggregations.measure(measure) if measure else self.aggregations.simple(metric)
        if own is not None:
            yield own
        inner = (params.numerator, params.denominator, *params.metrics, running.metric if running else None, turned)
        for each in inner:
            if each is not None and each.name != name:
                yield from self._leaves(each.name)


def declared(links: Links) -> Mapping[str, Metric]:
    """The metrics of the manifest, and those that measures ask for."""
    found = {metric.name: metric for metric in links.manifest.metrics}
    for model in links.manifest.semantic_models:
        for measure in model.measures:
            if measure.create_metric and measure.name not in found:
                found[measure.name] = Metric(
                    name=measure.name, label=measure.label, description=measure.description, type="simple",
                    type_params=TypeParams.model_validate({"measure": measure.name}),
                )  # fmt: skip
    return found
