"""Native YAML to the shape of the model: renames and shorthands.

Shapes that it does not know pass unchanged; the model refuses them with a message of its own.

    expression: distance          a text, or {text, dialects}
    format: percent               a style, or {style, decimals, currency}
    primary_key: id               one name, or a list; likewise synonyms, from_columns, to_columns, unique_keys
    kind: simple                  the default kind of a metric; the keys of its kind stand beside its own
"""

from __future__ import annotations

from typing import Any

from goal_semantics.load import SPELLINGS
from goal_semantics.model import Metric

DEFAULT_KIND = "simple"
METRIC_KEYS = dict.fromkeys(name for name in Metric.model_fields if name != "spec")
"""What every metric has; the rest belongs to its kind."""
LISTS = ("synonyms", "primary_key", "from_columns", "to_columns", "values")
_RENAMES = {written: name for name, written in SPELLINGS.items()}


def expand_dataset(written: Any) -> Any:
    """A dataset in the model's shape."""
    if not isinstance(written, dict):
        return written
    dataset = _listed(written)
    if isinstance(dataset.get("unique_keys"), list):
        dataset["unique_keys"] = [_one(key) for key in dataset["unique_keys"]]
    if isinstance(dataset.get("fields"), list):
        dataset["fields"] = [expand_field(item) if isinstance(item, dict) else item for item in dataset["fields"]]
    return dataset


def expand_field(written: dict[str, Any]) -> dict[str, Any]:
    """A field in the model's shape."""
    return _formatted(_listed(written))


def expand_relationship(written: Any) -> Any:
    """A relationship in the model's shape."""
    if not isinstance(written, dict):
        return written
    return {_RENAMES.get(key, key): value for key, value in _listed(written).items()}


def split_metric(written: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A metric's own keys, and those of its kind (`kind` included)."""
    header: dict[str, Any] = {}
    rest: dict[str, Any] = {"kind": DEFAULT_KIND}
    for key, value in _formatted(_listed(written)).items():
        (header if key in METRIC_KEYS else rest)[key] = value
    return header, rest


def _listed(written: dict[str, Any]) -> dict[str, Any]:
    listed = dict(written)
    for key in LISTS:
        if key in listed:
            listed[key] = _one(listed[key])
    return listed


def _one(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _formatted(written: dict[str, Any]) -> dict[str, Any]:
    if isinstance(written.get("format"), str):
        return written | {"format": {"style": written["format"]}}
    return written
