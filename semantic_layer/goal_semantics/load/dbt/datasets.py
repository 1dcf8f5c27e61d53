"""Semantic models as datasets, entities as relationships, time spines as datasets that custom grains are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from goal_semantics.issues import Issue
from goal_semantics.load.dbt.columns import quoted
from goal_semantics.load.dbt.links import SEPARATOR, Links, ends
from goal_semantics.load.dbt.manifest import GRAINS, Dimension, Entity, NodeRelation, SemanticModel
from goal_semantics.model import Dataset, DataType, Field, Grain, Relationship, Validity
from goal_semantics.query import OWN_TIME

_TYPES: Mapping[str, DataType] = {
    **{name: name for name in ("string", "integer", "decimal", "float", "boolean", "date", "time", "opaque")},
    "datetime": "timestamp",
    "datetime_tz": "timestamp_tz",
}
BELOW_SECONDS = GRAINS[: GRAINS.index("second")]


@dataclass(frozen=True, slots=True)
class Periods:
    """A time spine: the dataset, its column of periods, and the custom grains that other columns of it define."""

    dataset: str
    column: str
    grain: str
    custom: Mapping[str, str]

    @property
    def path(self) -> str:
        """The path of its periods."""
        return f"{self.dataset}.{self.column}"


def dataset(model: SemanticModel, extra: tuple[Field, ...] = (), calendars: tuple[Relationship, ...] = ()) -> Dataset:
    """One semantic model; `extra` are fields that nobody groups by, `calendars` lead from times to their calendar."""
    leading = {step.name for step in calendars if step.from_dataset == model.name}
    own = [_field(each) for each in model.dimensions]
    times = [each.model_copy(update={"calendar": calendar_step(each.name)}) if calendar_step(each.name) in leading
             else each for each in own]  # fmt: skip
    fields = (*(_key(each) for each in model.entities), *times, *extra)
    keys = tuple(_keys(model))
    return Dataset(
        name=model.name, label=model.label, description=model.description, source=source(model.node_relation),
        primary_key=keys[0] if keys else (), unique_keys=keys[1:], fields=fields, default_time=model.default_time,
    )  # fmt: skip


def relationships(links: Links) -> Iterator[Relationship]:
    """Every way in which models are joined."""
    for model in links.manifest.semantic_models:
        for link in links.leaving[model.name]:
            fields, target = (link.entity, *link.shared), links.models[link.target]
            span = ends(target)
            versions = next(each.type for each in target.entities if each.name == link.entity) == "natural"
            validity = None
            if span is not None and versions:
                validity = Validity(time=OWN_TIME, valid_from=span[0].name, valid_to=span[1].name)
            yield Relationship(
                name=link.name, from_dataset=link.source, to_dataset=link.target, from_fields=fields, to_fields=fields,
                validity=validity, beside=tuple((each, each) for each in link.beside),
            )  # fmt: skip


def without_path(links: Links) -> Iterator[Issue]:
    """Joins of dbt that the catalog does not have, because rows would multiply."""
    for model in links.manifest.semantic_models:
        natural = [each.name for each in model.entities if each.type == "natural"]
        if natural and ends(model) is None:
            message = f"“{natural[0]}” is a natural key without a start and an end of validity."
            yield Issue(message, f"semantic_models.{model.name}.entities.{natural[0]}", severity="warning")


def spines(links: Links) -> tuple[tuple[Dataset, Periods], ...]:
    """The time spines of the project."""
    project = links.manifest.project_configuration
    found = list[tuple[Dataset, Periods]]()
    for each in project.time_spines:
        custom = {grain.name: grain.column_name or grain.name for grain in each.custom_granularities}
        name = each.node_relation.alias or source(each.node_relation)
        column = each.primary_column
        found.append(
            _spine(_free(name, links), source(each.node_relation), column.name, column.time_granularity, custom)
        )
    if not found:
        for old in project.time_spine_table_configurations:
            name = old.location.split(".")[-1].strip('"`')
            found.append(_spine(_free(name, links), old.location, old.column_name, old.grain, {}))
    return tuple(found)


def calendars(
    links: Links, periods: tuple[Periods, ...]
) -> tuple[Mapping[str, tuple[Field, ...]], tuple[Relationship, ...]]:
    """The way from each time to the row of the spine that names its custom grains; fields by model, and steps."""
    spine = next((each for each in periods if each.custom), None)
    if spine is None:
        return {}, ()
    fields, steps = dict[str, tuple[Field, ...]](), list[Relationship]()
    for model in links.manifest.semantic_models:
        times = [each for each in model.dimensions if each.type == "time"]
        fields[model.name] = tuple(_period(each, spine.grain) for each in times)
        for each in times:
            steps.append(Relationship(
                name=calendar_step(each.name), from_dataset=model.name, to_dataset=spine.dataset, hidden=True,
                from_fields=(_period(each, spine.grain).name,), to_fields=(spine.column,),
            ))  # fmt: skip
    return fields, tuple(steps)


def calendar_step(time: str) -> str:
    """The relationship from a time to its row of the time spine."""
    return f"{time}{SEPARATOR}calendar"


def source(relation: NodeRelation) -> str:
    """The table in quotes where it needs them."""
    parts = [part for part in (relation.database, relation.schema_name, relation.alias) if part]
    if relation.alias and (relation.schema_name or not relation.relation_name):
        return ".".join(quoted(part) for part in parts)
    return relation.relation_name or ""


def grain_of(name: str) -> Grain | None:
    """dbt's grain as one of ours."""
    return cast(Grain, name) if name in get_args(Grain) else None


def _spine(name: str, table: str, column: str, grain: str, custom: Mapping[str, str]) -> tuple[Dataset, Periods]:
    own = {column, *custom.values()}
    time = Field(name=column, type="timestamp", role="time", grain=grain_of(grain))
    others = tuple(Field(name=each, role="dimension") for each in custom.values() if each != column)
    description = f"One row per {grain}: the time spine of the project."
    made = Dataset(
        name=name,
        source=table,
        description=description,
        primary_key=(column,),
        fields=(time, *others),
        hidden=True,
        default_time=column,
    )
    assert own
    return made, Periods(name, column, grain, custom)


def _period(dimension: Dimension, grain: str) -> Field:
    text = f"DATE_TRUNC('{grain}', {_expression(dimension.name, dimension.expr) or quoted(dimension.name)})"
    return Field(name=f"{dimension.name}{SEPARATOR}{grain}", type="timestamp", role="key", hidden=True, expression=text)


def _free(name: str, links: Links) -> str:
    while name in links.models:
        name += "_"
    return name


def _key(entity: Entity) -> Field:
    return Field(
        name=entity.name, label=entity.label, description=entity.description, role="key", entity=entity.name,
        expression=_expression(entity.name, entity.expr),
    )  # fmt: skip


def _field(dimension: Dimension) -> Field:
    kind = _TYPES.get(str(dimension.datatype), "opaque")
    header = {"name": dimension.name, "label": dimension.label, "description": dimension.description}
    if dimension.type == "categorical":
        return Field(**header, type=kind, expression=_expression(dimension.name, dimension.expr))
    grain = dimension.type_params.time_granularity if dimension.type_params else "day"
    text = _expression(dimension.name, dimension.expr)
    if dimension.is_partition or grain in BELOW_SECONDS:
        text = f"DATE_TRUNC('{grain}', {text or quoted(dimension.name)})"
    kind = kind if kind in {"date", "timestamp", "timestamp_tz"} else "timestamp"
    return Field(**header, type=kind, role="time", grain=grain_of(grain), expression=text)


def _expression(name: str, written: str | None) -> str | None:
    if written is not None and written != name:
        return written
    return None if name.isidentifier() else quoted(name)


def _keys(model: SemanticModel) -> Iterator[tuple[str, ...]]:
    """What tells rows apart: an entity, with the partitions where there are any."""
    partitions = tuple(each.name for each in model.dimensions if each.is_partition)
    for entity in sorted(model.entities, key=lambda each: each.type != "primary"):
        if entity.type in {"primary", "unique"}:
            yield (entity.name, *partitions)
        elif entity.type == "natural" and (span := ends(model)) is not None:
            yield (entity.name, span[0].name)
