"""A catalog as an Apache Ossie document: what Ossie has words for in those, the rest under our vendor name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from goal_semantics.load._ossie_fields import concluded
from goal_semantics.load._ossie_kept import LEFT, SECTION
from goal_semantics.load._ossie_own import DATASET_KEYS, FIELD_KEYS, MODEL_KEYS, RELATIONSHIP_KEYS, SAID
from goal_semantics.load._ossie_say import say
from goal_semantics.load._ossie_shape import ENGINES, TYPES, VENDOR, VERSION
from goal_semantics.load._sql import DEFAULT, Unreadable, column_name, parse
from goal_semantics.load._write import as_yaml, sparse
from goal_semantics.model import Catalog, Dataset, Expression, Field, Metric, Named, Relationship

_ENGINE_NAMES = {engine: name for name, engine in ENGINES.items()}
_TYPE_NAMES = {kind: name for name, kind in TYPES.items()}


def dump(catalog: Catalog) -> str:
    """The document, of version 0.2.0.dev0. Reading it gives the catalog back."""
    return as_yaml({"version": VERSION, "semantic_model": [_Writer(catalog).model()]})


@dataclass(frozen=True)
class _Writer:
    catalog: Catalog

    @property
    def kept(self) -> dict[str, Any]:
        found = self.catalog.extensions.get(SECTION)
        return found if isinstance(found, dict) else {}

    def model(self) -> dict[str, Any]:
        catalog = self.catalog
        said = {metric.name: text for metric in catalog.metrics if (text := say(catalog, metric)) is not None}
        own = {key: value for key, value in sparse(catalog).items() if key in MODEL_KEYS and key != "extensions"}
        own["metrics"] = [sparse(metric) for metric in catalog.metrics if metric.name not in said]
        own["extensions"] = {key: value for key, value in catalog.extensions.items() if key != SECTION}
        model: dict[str, Any] = {"name": catalog.name, "description": catalog.description}
        model["datasets"] = [self._dataset(dataset) for dataset in catalog.datasets]
        model["relationships"] = [self._relationship(step) for step in catalog.relationships]
        model["metrics"] = [
            *(self._metric(metric, said[metric.name]) for metric in catalog.metrics if metric.name in said),
            *self._left(""),
        ]
        return self._finished(model, "", own, self.kept.get("", {}).get("synonyms", ()))

    def _left(self, path: str) -> list[Any]:
        """Whole things that a catalog cannot have."""
        return list(self.kept.get(path, {}).get(LEFT, ()))

    def _dataset(self, dataset: Dataset) -> dict[str, Any]:
        names = {field.name: column_of(field) or field.name for field in dataset.fields}
        source = dataset.source[1:-1].strip() if dataset.source.startswith("(") else dataset.source
        written = {
            "name": dataset.name,
            "source": source,
            "primary_key": [names.get(name, name) for name in dataset.primary_key],
            "unique_keys": [[names.get(name, name) for name in key] for key in dataset.unique_keys],
            "description": dataset.description,
            "fields": [
                *(self._field(dataset, field) for field in dataset.fields),
                *self._left(f"datasets.{dataset.name}"),
            ],
        }
        own = _only(dataset, (key for key in DATASET_KEYS if key not in {"primary_key", "unique_keys"}))
        if not all(_found_again(dataset, key) for key in (dataset.primary_key, *dataset.unique_keys)):
            own |= _only(dataset, ("primary_key", "unique_keys"))
        return self._finished(written, f"datasets.{dataset.name}", own, dataset.synonyms)

    def _field(self, dataset: Dataset, field: Field) -> dict[str, Any]:
        path = f"datasets.{dataset.name}.fields.{field.name}"
        own = _only(field, FIELD_KEYS)
        is_time = field.role == "time"
        dimension = None if field.role == "fact" else {"is_time": is_time}
        expression = field.expression or Expression(
            text=exp.column(exp.to_identifier(field.name)).sql(dialect="duckdb")
        )
        own.pop("type", None)
        if concluded(field.type, dimension=dimension is not None, is_time=is_time if dimension else None) == field.role:
            own.pop("role", None)
        else:
            own["role"] = field.role
        written = {
            "name": field.name,
            "expression": self._expression(path, expression),
            "dimension": dimension,
            "label": self.kept.get(path, {}).get("label"),
            "description": field.description,
            "datatype": None if field.type == "opaque" else _TYPE_NAMES[field.type],
        }
        return self._finished(written, path, own, field.synonyms)

    def _relationship(self, step: Relationship) -> dict[str, Any]:
        ends = [self.catalog.dataset.get(name) for name in (step.from_dataset, step.to_dataset)]
        columns = [
            [(column_of(end.by_name[name]) if end and name in end.by_name else None) or name for name in names]
            for end, names in zip(ends, (step.from_fields, step.to_fields), strict=True)
        ]
        written = {
            "name": step.name,
            "from": step.from_dataset,
            "to": step.to_dataset,
            "from_columns": columns[0],
            "to_columns": columns[1],
        }
        own = _only(step, (key for key in RELATIONSHIP_KEYS if key not in {"from_columns", "to_columns"}))
        sides = zip(ends, (step.from_fields, step.to_fields), strict=True)
        if not all(end and _found_again(end, names) for end, names in sides):
            own |= _only(step, ("from_columns", "to_columns"))
        return self._finished(written, f"relationships.{step.name}", own, step.synonyms)

    def _metric(self, metric: Metric, said: str) -> dict[str, Any]:
        path = f"metrics.{metric.name}"
        own = {key: value for key, value in sparse(metric).items() if key not in {"name", "description", "synonyms"}}
        written = {
            "name": metric.name,
            "expression": self._expression(path, Expression(text=said)),
            "description": metric.description,
            "datatype": self.kept.get(path, {}).get("datatype"),
        }
        return self._finished(written, path, {**own, SAID: said}, metric.synonyms)

    def _expression(self, path: str, expression: Expression) -> dict[str, Any]:
        texts = [("ANSI_SQL", expression.text)]
        texts += [(_ENGINE_NAMES[each], text) for each, text in expression.dialects.items() if each in _ENGINE_NAMES]
        said = [{"dialect": name, "expression": text} for name, text in texts]
        return {"dialects": [*said, *self.kept.get(path, {}).get("dialects", ())]}

    def _finished(
        self, written: dict[str, Any], path: str, own: dict[str, Any], synonyms: Iterable[str]
    ) -> dict[str, Any]:
        """With what was kept, with our own keys, and without what is empty."""
        kept = self.kept.get(path, {})
        words = list(synonyms)
        context = kept.get("ai_context")
        if words:
            context = {**(context if isinstance(context, dict) else {"instructions": context} if context else {}),
                       "synonyms": words}  # fmt: skip
        extensions = list(kept.get("custom_extensions", ()))
        own = {key: value for key, value in own.items() if value not in (None, [], {}, "")}
        if own:
            extensions.append({"vendor_name": VENDOR, "data": json.dumps(own, ensure_ascii=False, default=str)})
        full = {**written, "ai_context": context, "custom_extensions": extensions}
        return {key: value for key, value in full.items() if value not in (None, "", [])}


def _only(named: Named, keys: Iterable[str]) -> dict[str, Any]:
    wanted = set(keys)
    return {key: value for key, value in sparse(named).items() if key in wanted}


def column_of(field: Field) -> str | None:
    """The column that a field is, if it is nothing but one."""
    if field.expression is None:
        return field.name
    try:
        return column_name(parse(field.expression.text, DEFAULT))
    except Unreadable:
        return None


def _found_again(dataset: Dataset, names: Iterable[str]) -> bool:
    """Whether a reader who only knows the columns of a key finds these fields."""
    columns = {field.name: column_of(field) for field in dataset.fields}
    for name in names:
        column = columns.get(name)
        same = [other for other, found in columns.items() if column and (found or "").lower() == column.lower()]
        own = [other for other in same if other.lower() == (column or "").lower()]
        if not same or (own or same)[0] != name:
            return False
    return True
