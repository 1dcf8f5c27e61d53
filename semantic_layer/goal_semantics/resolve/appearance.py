"""What a metric says about itself beside its numbers: a definition in words, a format and a unit."""

from __future__ import annotations

from goal_semantics.metrics import find
from goal_semantics.model import Catalog, Format, Metric


def definition(catalog: Catalog, metric: Metric) -> str:
    """Its own line, then those of the metrics that it is made of."""
    kind = find(metric.spec.kind)
    inner = [catalog.metric[name] for name in kind.parts(metric.spec) if name in catalog.metric]
    parts = "".join(f"; {each.name}: {find(each.spec.kind).define(each.spec)}" for each in inner)
    return f"{kind.define(metric.spec)}{parts}"


def appearance(catalog: Catalog, metric: Metric) -> tuple[Format | None, str]:
    """Format and unit: its own, else those of the metric that it is like, else percent for parts of a whole."""
    style, unit, like, seen = metric.format, metric.unit, metric.spec.like, {metric.name}
    if style is None and metric.spec.fraction:
        style = Format(style="percent")
    while like in catalog.metric and like not in seen:
        seen.add(like)
        other = catalog.metric[like]
        style, unit, like = style or other.format, unit or other.unit, other.spec.like
        if style is None and other.spec.fraction:
            style = Format(style="percent")
    return style, unit
