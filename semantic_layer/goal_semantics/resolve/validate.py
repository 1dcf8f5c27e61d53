"""What is wrong with a catalog, all at once, before anybody asks it anything. Needs no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from goal_semantics.issues import Issue, Issues, near
from goal_semantics.joins import Located, locate
from goal_semantics.metrics import find, kinds
from goal_semantics.model import TEMPORAL, Bridge, Catalog, Dataset, Expression, Field, Metric, Policy, Relationship
from goal_semantics.query import OWN_TIME, Measure, SemanticQuery
from goal_semantics.relation import FieldRef
from goal_semantics.resolve import author
from goal_semantics.resolve.expected import misexpected
from goal_semantics.resolve.measures import Gatherer
from goal_semantics.resolve.query import resolve_query
from goal_semantics.resolve.scope import Scope


def validate(catalog: Catalog) -> Issues:
    """Every problem of the catalog; warnings included."""
    found = (
        *_zone(catalog),
        *_twice("datasets", (each.name for each in catalog.datasets)),
        *_twice("metrics", (each.name for each in catalog.metrics)),
        *(issue for dataset in catalog.datasets for issue in _dataset(catalog, dataset)),
        *_relationships(catalog),
        *_defaults(catalog),
        *(issue for metric in catalog.metrics for issue in _metric(catalog, metric)),
        *(issue for at, policy in enumerate(catalog.policies) for issue in _policy(catalog, policy, at)),
        *misexpected(catalog),
        *_exposed(catalog),
        *_verified(catalog),
    )
    return Issues(tuple(dict.fromkeys(found)))


def _zone(catalog: Catalog) -> Iterator[Issue]:
    try:
        ZoneInfo(catalog.calendar.time_zone)
    except (KeyError, ValueError, OSError):
        yield Issue(
            f"There is no time zone “{catalog.calendar.time_zone}”.", "calendar.time_zone", "Example: Europe/Zurich."
        )


def _twice(place: str, names: Iterable[str]) -> Iterator[Issue]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Issue(f"“{name}” is defined {count} times.", f"{place}.{name}", "Names must differ.")


def _dataset(catalog: Catalog, dataset: Dataset) -> Iterator[Issue]:
    place = f"datasets.{dataset.name}"
    yield from _twice(f"{place}.fields", (each.name for each in dataset.fields))
    if "." in dataset.name:
        yield Issue("A name cannot contain a dot.", place)
    if author.source(dataset.source) is None:
        yield Issue(f"“{dataset.source}” is neither a table nor a SELECT in parentheses.", f"{place}.source")
    for keys in (dataset.primary_key, *dataset.unique_keys):
        for name in keys:
            if name not in dataset.by_name:
                yield Issue(
                    f"The key “{name}” is not a field.", f"{place}.primary_key", "", near(name, dataset.by_name)
                )
    for field in dataset.fields:
        yield from _field(catalog, dataset, field)


def _field(catalog: Catalog, dataset: Dataset, field: Field) -> Iterator[Issue]:
    place = f"datasets.{dataset.name}.fields.{field.name}"
    if "." in field.name:
        yield Issue("A name cannot contain a dot.", place)
    if field.expression is not None:
        yield from _readable(dataset, field.expression, f"{place}.expression", paths=True)
        issues: list[Issue] = []
        Scope(catalog, dataset.name, issues).term(Located(dataset.name, (), dataset.name, field.name))
        for issue in issues:
            yield Issue(issue.message, f"{place}.expression", issue.hint, issue.suggestions)
    if field.role == "time" and field.type not in TEMPORAL:
        yield Issue(f"A time field needs a date or time stamp type, not {field.type}.", place)


def _readable(dataset: Dataset, expression: Expression, place: str, *, paths: bool = False) -> Iterator[Issue]:
    """Whether SQL can be read; where `paths` lead is for others to say."""
    for text, dialect in ((expression.text, author.DEFAULT), *((t, d) for d, t in expression.dialects.items())):
        try:
            read = Expression(text=text, dialects={dialect: text})
            qualifiers = [each for each in author.tables(read, dialect) if each != dataset.name and not paths]
            if paths and (found := author.attributes(read)):
                yield Issue(f"“{{{found[0]}}}” is an attribute of a viewer, which only policies know.", place)
            if author.aggregates(read, dialect):
                yield Issue("The expression aggregates; say how with “agg” and write what is aggregated.", place)
            if qualifiers:
                yield Issue(
                    f"The expression names “{qualifiers[0]}”; it can only use columns of “{dataset.name}”.", place
                )
        except author.Unreadable as error:
            yield Issue(f"The expression cannot be read: {error.reason}.", place, f"Text: {text}")


def _relationships(catalog: Catalog) -> Iterator[Issue]:
    yield from _twice("relationships", (f"{each.from_dataset}.{each.name}" for each in catalog.relationships))
    steps = {f"{each.from_dataset}.{each.name}": each.name for each in catalog.relationships}
    for lower, count in Counter(step.lower() for step in steps).items():
        if count > 1:
            both = " and ".join(f"“{name}”" for step, name in steps.items() if step.lower() == lower)
            yield Issue(f"{both} differ in nothing but case.", f"relationships.{lower.split('.', 1)[-1]}",
                        "Engines do not tell them apart.")  # fmt: skip
    for each in catalog.relationships:
        place = f"relationships.{each.name}"
        ends = ((each.from_dataset, each.from_fields, "from_dataset"), (each.to_dataset, each.to_fields, "to_dataset"))
        known = True
        for name, fields, side in ends:
            if name not in catalog.dataset:
                known = False
                yield Issue(f"There is no dataset “{name}”.", f"{place}.{side}", "", near(name, catalog.dataset))
                continue
            for field in fields:
                if field not in catalog.dataset[name].by_name:
                    known = False
                    close = near(field, catalog.dataset[name].by_name)
                    yield Issue(f"“{field}” is not a field of “{name}”.", place, "", close)
                elif _led(catalog, name, field):
                    yield Issue(f"“{field}” leads over a relationship itself, so nothing can be joined by it.", place)
        if len(each.from_fields) != len(each.to_fields) or not each.from_fields:
            yield Issue("Both sides of a relationship need the same number of fields.", place)
        elif known and each.bridge is not None:
            yield from _bridge(catalog, each, each.bridge)
        elif known:
            yield from _versions(catalog, each)
            yield from _fans_out(catalog, each)


def _bridge(catalog: Catalog, each: Relationship, bridge: Bridge) -> Iterator[Issue]:
    """What a bridge names is there."""
    place = f"relationships.{each.name}.bridge"
    if bridge.dataset not in catalog.dataset:
        yield Issue(f"There is no dataset “{bridge.dataset}”.", place, "", near(bridge.dataset, catalog.dataset))
        return
    known = catalog.dataset[bridge.dataset].by_name
    for name in (*bridge.near, *bridge.far, *(() if bridge.allocate == "full" else (bridge.allocate,))):
        if name not in known:
            yield Issue(f"“{name}” is not a field of “{bridge.dataset}”.", place, "", near(name, known))
    if len(bridge.near) != len(each.from_fields) or len(bridge.far) != len(each.to_fields):
        yield Issue("Both sides of a relationship need the same number of fields.", place)
    if each.validity is not None or each.one_to_one or each.total:
        yield Issue("A bridge cannot have versions, be one to one or total.", place)


def _versions(catalog: Catalog, each: Relationship) -> Iterator[Issue]:
    """The times of versions are there, and are times."""
    if each.validity is None:
        return
    place = f"relationships.{each.name}.validity"
    near_ = () if each.validity.time == OWN_TIME else ((each.from_dataset, each.validity.time, "time"),)
    times = (*near_, (each.to_dataset, each.validity.valid_from, "valid_from"),
             (each.to_dataset, each.validity.valid_to, "valid_to"))  # fmt: skip
    for name, field, side in times:
        known = catalog.dataset[name].by_name
        if field not in known:
            yield Issue(f"“{field}” is not a field of “{name}”.", f"{place}.{side}", "", near(field, known))
        elif known[field].type not in TEMPORAL:
            yield Issue(f"“{name}.{field}” is not a time but of type {known[field].type}.", f"{place}.{side}")
        elif _led(catalog, name, field):
            yield Issue(f"“{field}” leads over a relationship itself, so nothing can be joined by it.", place)
    if each.one_to_one:
        yield Issue("A relationship to versions cannot be one to one: a key has several.", place)


def _led(catalog: Catalog, dataset: str, field: str) -> bool:
    term = Scope(catalog, dataset, []).term(Located(dataset, (), dataset, field))
    return isinstance(term, FieldRef) and bool(term.paths)


def _fans_out(catalog: Catalog, each: Relationship) -> Iterator[Issue]:
    """A step must end at one row: its fields contain a key of the dataset that it enters."""
    versions: tuple[str, ...] = (each.validity.valid_from, each.validity.valid_to) if each.validity else ()
    versions += tuple(far for _, far in each.beside)
    sides = [(each.to_dataset, (*each.to_fields, *versions))]
    if each.one_to_one:
        sides.append((each.from_dataset, each.from_fields))
    for name, fields in sides:
        dataset = catalog.dataset[name]
        keys = [key for key in (dataset.primary_key, *dataset.unique_keys) if key]
        if not keys:
            yield Issue(f"“{name}” declares no key, so nothing shows that the join does not multiply rows.",
                        f"relationships.{each.name}", f"Declare the primary key of “{name}”.", severity="warning")  # fmt: skip
        elif not any(set(key) <= set(fields) for key in keys):
            yield Issue(f"The join would multiply rows: ({', '.join(fields)}) is no key of “{name}”.",
                        f"relationships.{each.name}",
                        "Point from the many side to the one side, or name a bridge and how it allocates.")  # fmt: skip


def _defaults(catalog: Catalog) -> Iterator[Issue]:
    times = [(f"datasets.{d.name}.default_time", d.name, d.default_time) for d in catalog.datasets if d.default_time]
    for place, dataset, path in times:
        found = locate(catalog, dataset, path)
        if isinstance(found, Issue):
            yield Issue(found.message, place, found.hint, found.suggestions)
        elif catalog.dataset[found.dataset].by_name[found.field].type not in TEMPORAL:
            yield Issue(f"“{path}” is not a time.", place)


def _metric(catalog: Catalog, metric: Metric) -> Iterator[Issue]:
    place = f"metrics.{metric.name}"
    if metric.spec.kind not in kinds():
        yield Issue(f"There is no metric kind “{metric.spec.kind}”.", place, f"Kinds: {', '.join(kinds())}.")
        return
    issues: list[Issue] = []
    Gatherer(catalog, issues, set()).shown(Measure(metric=metric.name))
    for issue in issues:
        yield (
            issue
            if issue.path.startswith(("metrics.", "datasets."))
            else Issue(issue.message, place, issue.hint, issue.suggestions)
        )
    dataset = catalog.dataset.get(getattr(metric.spec, "dataset", ""))
    if dataset is not None:
        for name in ("expression", "filter"):
            expression = getattr(metric.spec, name, None)
            if isinstance(expression, Expression):
                yield from _readable(dataset, expression, f"{place}.{name}", paths=True)
    if metric.name in catalog.dataset and not find(metric.spec.kind).parts(metric.spec):
        return


def _policy(catalog: Catalog, policy: Policy, at: int) -> Iterator[Issue]:
    place = f"policies.{at}"
    dataset = catalog.dataset.get(policy.dataset)
    if dataset is None:
        yield Issue(f"There is no dataset “{policy.dataset}”.", place, "", near(policy.dataset, catalog.dataset))
        return
    if policy.rows is not None:
        yield from _readable(dataset, Expression(text=policy.rows), f"{place}.rows")
    for name, mask in policy.masks.items():
        if name not in dataset.by_name:
            yield Issue(
                f"“{name}” is not a field of “{dataset.name}”.", f"{place}.masks", "", near(name, dataset.by_name)
            )
        yield from _readable(dataset, mask, f"{place}.masks.{name}")


def _exposed(catalog: Catalog) -> Iterator[Issue]:
    for name in catalog.exposed or ():
        if name not in catalog.metric:
            yield Issue(f"There is no metric “{name}”.", "exposed", "", near(name, catalog.metric))


def _verified(catalog: Catalog) -> Iterator[Issue]:
    for at, each in enumerate(catalog.verified_queries):
        place = f"verified_queries.{at}"
        try:
            query = SemanticQuery.model_validate(each.query)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            yield Issue(f"The query is not valid: {where}: {first['msg']}.", place)
            continue
        for issue in resolve_query(query, catalog):
            yield Issue(issue.message, place, issue.hint, issue.suggestions)
