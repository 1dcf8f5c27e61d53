"""What each aggregate of the closed set gives, needs and allows. Knows no rows and no SQL.

Percentiles are fractions of the rows that have a value: `percentile` lies between two values where the fraction does,
`percentile_discrete` is the first value that at least this fraction does not exceed. The approximate forms are sketches,
whose values differ between engines; all others are the same everywhere.
"""

from __future__ import annotations

from goal_semantics.model import Aggregate, DataType

COUNTS: frozenset[Aggregate] = frozenset({"count", "count_distinct", "approx_count_distinct"})
"""Never negative, and whole."""
ADDITIVE: frozenset[Aggregate] = frozenset({"count", "sum"})
"""The value of a whole is the sum over its parts."""
PERCENTILES: frozenset[Aggregate] = frozenset({"percentile", "percentile_discrete", "approx_percentile"})
"""Those that need a fraction."""
FLOATS: frozenset[Aggregate] = PERCENTILES | frozenset(
    {"avg", "median", "stddev", "stddev_pop", "variance", "variance_pop"}
)
"""Computed in DOUBLE on every engine, from numbers only."""
APPROXIMATE: frozenset[Aggregate] = frozenset({"approx_count_distinct", "approx_percentile"})
HOLISTIC: frozenset[Aggregate] = PERCENTILES | frozenset({"count_distinct", "median", "approx_count_distinct"})
"""They need all rows at once, so they cost as much as the question itself."""


def needs_numbers(aggregate: Aggregate) -> bool:
    """Whether only numbers can be aggregated so."""
    return aggregate == "sum" or aggregate in FLOATS


def type_of(aggregate: Aggregate, inside: DataType) -> DataType:
    """The type of the value over values of the type `inside`."""
    if aggregate in COUNTS:
        return "integer"
    return "float" if aggregate in FLOATS else inside


def misfit(aggregate: Aggregate, percentile: float | None) -> str | None:
    """Why an aggregate and its fraction do not go together, in words."""
    words = aggregate.replace("_", " ")
    if aggregate in PERCENTILES and percentile is None:
        return f"A {words} needs a fraction between 0 and 1, as “percentile”."
    if aggregate not in PERCENTILES and percentile is not None:
        return f"“percentile” has no meaning for “{aggregate}”."
    return None
