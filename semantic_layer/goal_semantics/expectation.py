"""Data contracts: what an author expects of the rows, written beside the field or dataset that it binds.

    expect: [not_null, unique]
    expect: [{accepted_values: [paid, open]}, {range: [0, null]}, {relationship: customers.id}, {freshness: 2 days}]
    expect: [{kind: range, minimum: 0, maximum: 100, severity: warning}]

NULL satisfies everything but `not_null`. Whether rows keep a contract is measured by `goal_semantics.contracts`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, model_validator
from pydantic import Field as Attribute

from goal_semantics.border import Border
from goal_semantics.interval import Interval
from goal_semantics.issues import Severity, near
from goal_semantics.scalar import Scalar


class Expect(Border):
    """Base of the contracts. A broken one of severity `error` fails `jupyter goal check`."""

    severity: Severity = "error"


class NotNull(Expect):
    """No row lacks the value."""

    kind: Literal["not_null"] = "not_null"


class Unique(Expect):
    """No two rows share the value. Rows that lack it, or any of several, do not count."""

    kind: Literal["unique"] = "unique"
    fields: tuple[str, ...] = ()
    """At a dataset: the fields that are unique together."""


class AcceptedValues(Expect):
    """No row has another value."""

    kind: Literal["accepted_values"] = "accepted_values"
    values: tuple[Scalar, ...] = Attribute(min_length=1)


class Range(Expect):
    """No row has a value outside; both ends are inside. NaN and infinity are outside of every range."""

    kind: Literal["range"] = "range"
    minimum: Scalar = None
    maximum: Scalar = None

    @model_validator(mode="after")
    def _some_end(self) -> Range:
        if self.minimum is None and self.maximum is None:
            raise ValueError("a range needs a minimum or a maximum")
        return self


class Partner(Expect):
    """Every row that has a key finds its row in another dataset."""

    kind: Literal["relationship"] = "relationship"
    to: str
    """`dataset.field`; at a dataset: the name of a relationship that leaves it."""


class Freshness(Expect):
    """The latest value is not older than this, seen from `as_of`; values after it do not count. No value is stale."""

    kind: Literal["freshness"] = "freshness"
    within: Interval


class RowCount(Expect):
    """How many rows there are."""

    kind: Literal["row_count"] = "row_count"
    minimum: int = Attribute(default=1, ge=0)
    maximum: int | None = Attribute(default=None, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> RowCount:
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"no count is between {self.minimum} and {self.maximum}")
        return self


class Apart(Expect):
    """No two versions of a key are valid at once. Never written: it follows from a relationship with versions."""

    kind: Literal["no_overlap"] = "no_overlap"
    start: str
    end: str
    inclusive: bool = False
    """The end is the last moment of a version, not the first after it."""


FieldContract = NotNull | Unique | AcceptedValues | Range | Partner | Freshness
DatasetContract = Unique | Partner | Freshness | RowCount
Written = FieldContract | DatasetContract
Expectation = Written | Apart

MAIN = {
    "unique": "fields", "accepted_values": "values", "range": "minimum", "relationship": "to", "freshness": "within",
    "row_count": "minimum",
}  # fmt: skip
"""The attribute that a value behind the kind means; a pair behind `range` and `row_count` is both ends."""


def spelled_out(written: Any) -> Any:
    """`unique` and `{range: [0, 1]}` as `{kind: …, …}`; anything else as it is."""
    if isinstance(written, str):
        return {"kind": _known(written)}
    if not isinstance(written, dict) or "kind" in written:
        return written
    rest = {key: value for key, value in written.items() if key == "severity"}
    named = [key for key in written if key not in rest]
    if len(named) != 1:
        return written
    kind, value = _known(named[0]), written[named[0]]
    if isinstance(value, dict) and kind != "freshness":
        return {"kind": kind, **value, **rest}
    if kind in {"range", "row_count"} and isinstance(value, list | tuple) and len(value) == 2:
        low = {} if value[0] is None and kind == "row_count" else {"minimum": value[0]}
        return {"kind": kind, **low, "maximum": value[1], **rest}
    if kind == "unique" and isinstance(value, str):
        value = [value]
    return {"kind": kind, **({MAIN[kind]: value} if kind in MAIN else {"expected": value}), **rest}


def short(expectation: Expectation) -> str | dict[str, Any]:
    """The shorthand of a contract, as `spelled_out` reads it."""
    values = expectation.model_dump(mode="json", exclude_defaults=True, exclude={"kind"})
    rest = {"severity": values.pop("severity")} if "severity" in values else {}
    if not values and not rest:
        return expectation.kind
    match expectation:
        case Range():
            return {"range": [values.get("minimum"), values.get("maximum")], **rest}
        case Freshness(within=within):
            return {"freshness": str(within), **rest}
        case _ if len(values) == 1 and MAIN.get(expectation.kind) in values:
            return {expectation.kind: values[MAIN[expectation.kind]], **rest}
        case _:
            return {"kind": expectation.kind, **values, **rest}


def _known(kind: str) -> str:
    if kind in KINDS:
        return kind
    meant = near(kind, KINDS)
    hint = f"did you mean “{meant[0]}”?" if meant else f"known: {', '.join(KINDS)}"
    raise ValueError(f"there is no contract “{kind}” ({hint})")


KINDS: tuple[str, ...] = tuple(dict.fromkeys(kind.model_fields["kind"].default for kind in get_args(Written)))

FieldExpectation = Annotated[FieldContract, Attribute(discriminator="kind")]
DatasetExpectation = Annotated[DatasetContract, Attribute(discriminator="kind")]
OfField = Annotated[FieldExpectation, BeforeValidator(spelled_out)]
OfDataset = Annotated[DatasetExpectation, BeforeValidator(spelled_out)]
