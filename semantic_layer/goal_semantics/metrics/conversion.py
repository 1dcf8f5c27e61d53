"""How much of one event became another: conversions after a base event of the same key, within a window."""

from __future__ import annotations

from typing import Literal

from goal_semantics.metrics import Context, Converted, Input, Interval
from goal_semantics.metrics._words import else_shows
from goal_semantics.model import MetricSpec
from goal_semantics.relation import Call, Case, Constant, Term


class Spec(MetricSpec):
    """`base`, `conversion`: two simple metrics. `base_key`, `conversion_key`: paths of what must agree (the visitor).

    Each conversion counts once, at the last base row before it; groupings are those of the base. `constant`: further
    pairs of paths that must agree. `missing`: what a group of base rows without any conversion shows.
    """

    kind: Literal["conversion"] = "conversion"
    base: Input
    conversion: Input
    base_key: str
    conversion_key: str
    window: Interval | None = None
    calculation: Literal["rate", "count"] = "rate"
    constant: tuple[tuple[str, str], ...] = ()
    missing: Literal["zero", "null"] = "zero"

    @property
    def fraction(self) -> bool:
        """A rate is."""
        return self.calculation == "rate"


def lower(spec: Spec, context: Context) -> Term:
    """Conversions, or conversions per base."""
    form = Converted(spec.base_key, spec.conversion_key, spec.window, spec.constant)
    found = context.part(form, lambda base: base.input(spec.base), lambda other: other.input(spec.conversion))
    base = context.input(spec.base)
    if spec.missing == "zero":
        none = Case(((Call("is null", (base,)), Constant(None)),), Constant(0))
        found = Call("coalesce", (found, none))
    return found if spec.calculation == "count" else Call("/", (found, base))


def parts(spec: Spec) -> tuple[str, ...]:
    """The base, whose groupings apply, and the conversion."""
    return (spec.base.metric, spec.conversion.metric)


def define(spec: Spec) -> str:
    """`conversions of visits to orders within 7 days by visits.user = orders.user, divided by visits, 0 where there is none`."""
    inside = f" within {spec.window}" if spec.window else ""
    rate = f", divided by {spec.base}" if spec.calculation == "rate" else ""
    keys = ((spec.base_key, spec.conversion_key), *spec.constant)
    agreeing = " and ".join(f"{one} = {other}" for one, other in keys)
    empty = else_shows(0) if spec.missing == "zero" else ""
    return f"conversions of {spec.base} to {spec.conversion}{inside} by {agreeing}{rate}{empty}"
