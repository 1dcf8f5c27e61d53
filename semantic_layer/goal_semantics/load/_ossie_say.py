"""A metric as one SQL expression over `dataset.field`, as Ossie wants it; None for what no single expression says."""

from __future__ import annotations

from sqlglot import exp

from goal_semantics.load._sql import DEFAULT, Unreadable, parse, replaced
from goal_semantics.model import Catalog, Expression, Metric


def say(catalog: Catalog, metric: Metric) -> str | None:
    """`SUM(orders.amount)`, or None."""
    tree = _tree(catalog, metric, frozenset())
    return tree.sql(dialect=DEFAULT) if tree is not None else None


def _tree(catalog: Catalog, metric: Metric, seen: frozenset[str]) -> exp.Expr | None:
    spec = metric.spec
    if metric.name in seen:
        return None
    if spec.kind == "simple":
        return _simple(catalog, spec)
    if spec.kind == "ratio":
        sides = [_named(catalog, getattr(spec, side), seen | {metric.name}) for side in ("numerator", "denominator")]
        above, below = sides
        if above is None or below is None:
            return None
        nothing = exp.Nullif(this=below, expression=exp.Literal.number(0))
        return exp.Div(this=exp.paren(above, copy=False), expression=nothing)
    return None


def _named(catalog: Catalog, named: object, seen: frozenset[str]) -> exp.Expr | None:
    """The metric of a name, or of an input that is nothing but a name."""
    name = named if isinstance(named, str) else getattr(named, "metric", "") if getattr(named, "bare", False) else ""
    metric = catalog.metric.get(name)
    return _tree(catalog, metric, seen) if metric else None


def _simple(catalog: Catalog, spec: object) -> exp.Expr | None:
    dataset, agg = str(getattr(spec, "dataset", "")), str(getattr(spec, "agg", ""))
    plain = {"kind", "dataset", "agg", "expression", "filter", "percentile"}
    if any(getattr(spec, name) not in (None, False) for name in type(spec).model_fields if name not in plain):  # type: ignore[attr-defined]
        return None
    inside, condition = (_over(catalog, dataset, getattr(spec, key, None)) for key in ("expression", "filter"))
    if condition is not None:
        value = inside if inside is not None else exp.Literal.number(1)
        inside = exp.Case(ifs=[exp.If(this=condition, true=value)])
    return _aggregate(agg, inside, getattr(spec, "percentile", None), _key(catalog, dataset))


def _aggregate(agg: str, inside: exp.Expr | None, fraction: float | None, key: exp.Expr | None) -> exp.Expr | None:
    if agg == "count" and inside is None:
        return exp.Count(this=key or exp.Star())
    if inside is None:
        return None
    match agg:
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[inside]))
        case "percentile" | "percentile_discrete":
            kind = exp.PercentileCont if agg == "percentile" else exp.PercentileDisc
            order = exp.Order(expressions=[exp.Ordered(this=inside)])
            return exp.WithinGroup(this=kind(this=exp.Literal.number(fraction or 0)), expression=order)
        case "approx_percentile":
            return exp.ApproxQuantile(this=inside, quantile=exp.Literal.number(fraction or 0))
        case _:
            return _PLAIN[agg](this=inside)


_PLAIN: dict[str, type[exp.Expr]] = {
    "count": exp.Count, "sum": exp.Sum, "avg": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median,
    "approx_count_distinct": exp.ApproxDistinct, "stddev": exp.Stddev, "stddev_pop": exp.StddevPop,
    "variance": exp.Variance, "variance_pop": exp.VariancePop,
}  # fmt: skip


def _key(catalog: Catalog, dataset: str) -> exp.Expr | None:
    """A field that every row has: counting it counts rows, and says of which dataset."""
    key = catalog.dataset[dataset].primary_key if dataset in catalog.dataset else ()
    return exp.column(exp.to_identifier(key[0]), exp.to_identifier(dataset)) if key else None


def _over(catalog: Catalog, dataset: str, expression: Expression | None) -> exp.Expr | None:
    """The SQL with every column named by its dataset; a path, by the one where it ends."""
    if expression is None:
        return None
    try:
        tree = parse(expression.text, DEFAULT)
    except Unreadable:
        return None

    def one(column: exp.Column) -> exp.Expr:
        end = dataset
        for word in column.table.split(".") if column.table and column.table != dataset else ():
            steps = {step.name: step.to_dataset for step in catalog.outgoing.get(end, ())}
            end = steps.get(word, word)
        return exp.column(column.this.copy(), exp.to_identifier(end))

    return replaced(tree, one)
