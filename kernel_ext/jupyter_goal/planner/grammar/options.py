"""Which measures a phrase may mean, each with its cost; or why it means none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from goal_semantics.metrics import ratio
from goal_semantics.model import NUMERIC, TEMPORAL, Aggregate, Catalog
from goal_semantics.query import Measure
from jupyter_goal.planner.facts import aggregate_of, roots_of, roots_of_measure, row_count
from jupyter_goal.planner.grammar.clauses import Measured
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.look import field_of
from jupyter_goal.planner.grammar.terms import FieldRef, Match, MetricRef, Noun, RoleRef, RowRef
from jupyter_goal.planner.grammar.tokens import stem, words_of

_NAMED = 0.12
_WORDS: dict[str, str] = {"avg": "average", "sum": "total", "max": "highest", "min": "lowest", "median": "median"}


@dataclass(frozen=True, slots=True)
class Option:
    """One measure that words may mean."""

    measure: Measure
    roots: tuple[str, ...]
    cost: float
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something cannot be read; `text` are the words."""

    text: str
    why: str
    hint: str = ""


def options(clause: Measured, population: tuple[str, ...], lexicon: Lexicon) -> tuple[Option, ...] | Trouble:
    """All readings of a measure, cheapest first. `population`: datasets named as what is counted over."""
    if clause.below is not None:
        return _quotients(replace(clause, below=None), clause.below, population, lexicon)
    found: list[Option] = []
    why = ""
    for match in clause.noun.matches:
        made = _from_match(clause, match, population, lexicon)
        if isinstance(made, str):
            why = why or made
        else:
            found += made
    if not found:
        return Trouble(clause.noun.text, why or "it is not a number that can be shown")
    found = _about(_governed_first(found, lexicon.catalog), population)
    unique: dict[Measure, Option] = {}
    for option in sorted(found, key=lambda item: item.cost):
        unique.setdefault(option.measure, option)
    return tuple(unique.values())


def _governed_first(found: list[Option], catalog: Catalog) -> list[Option]:
    """The catalog's own count of different things comes before a count of the field."""
    counts = [each for each in found if each.measure.metric and _kind(each.measure, catalog) == "count_distinct"]
    if not counts or min(each.cost for each in counts) > _NAMED:
        return found
    return [replace(o, cost=o.cost + 0.15) if o.measure.agg == "count_distinct" else o for o in found]


def _kind(measure: Measure, catalog: Catalog) -> str:
    return aggregate_of(catalog.metric[measure.metric]) if measure.metric else measure.agg or ""


def _quotients(
    above: Measured, below: Measured, population: tuple[str, ...], lexicon: Lexicon
) -> tuple[Option, ...] | Trouble:
    """One number divided by another; per row of its own dataset a number is averaged."""
    upper, lower = options(above, population, lexicon), options(below, (), lexicon)
    if isinstance(lower, Trouble):
        return lower
    found: list[Option] = []
    for under in lower[:4]:
        rows = under.measure == row_count(under.roots[0], lexicon.catalog)
        averaged = _averaged(above, upper, under, lexicon) if rows else []
        found += averaged
        if not averaged and not isinstance(upper, Trouble):
            found += [
                _quotient(each, under, lexicon.catalog)
                for each in upper[:4]
                if _divides(each.measure, lexicon.catalog) and each.measure != under.measure
            ]
    if not found:
        return upper if isinstance(upper, Trouble) else Trouble(above.noun.text, "it is an average already")
    unique: dict[Measure, Option] = {}
    for option in sorted(found, key=lambda item: item.cost):
        unique.setdefault(option.measure, option)
    return tuple(unique.values())


def _is_mean_of(option: Option, under: Option, catalog: Catalog) -> bool:
    """An average over the very rows that it is divided by."""
    return _kind(option.measure, catalog) in {"avg", "median"} and option.roots == under.roots


def _averaged(above: Measured, upper: tuple[Option, ...] | Trouble, under: Option, lexicon: Lexicon) -> list[Option]:
    """“distance per flight”: the average over the rows that have it."""
    means = [] if isinstance(upper, Trouble) else [each for each in upper if _is_mean_of(each, under, lexicon.catalog)]
    if means:
        return means
    if above.how != "bare" or any(isinstance(m.ref, MetricRef) and m.cost == 0 for m in above.noun.matches):
        return []
    own = [m for m in above.noun.matches if isinstance(m.ref, FieldRef) and m.ref.dataset == under.roots[0]]
    read = options(Measured(Noun(above.noun.text, tuple(own)), "agg", "avg"), (), lexicon) if own else Trouble("", "")
    said = f"“{above.noun.text}” averaged over the rows that have it"
    return [] if isinstance(read, Trouble) else [replace(each, said=(*each.said, said)) for each in read]


def _divides(measure: Measure, catalog: Catalog) -> bool:
    return measure.over is None and _kind(measure, catalog) in {"count", "sum", "count_distinct"}


def _quotient(upper: Option, under: Option, catalog: Catalog) -> Option:
    """The catalog's own ratio of the two where there is one."""
    roots = tuple(dict.fromkeys((*upper.roots, *under.roots)))
    said = tuple(dict.fromkeys((*upper.said, *under.said)))
    for metric in catalog.metrics:
        spec = metric.spec
        if isinstance(spec, ratio.Spec) and (spec.numerator, spec.denominator) == (
            upper.measure.metric,
            under.measure.metric,
        ):
            return Option(Measure(metric=metric.name), roots, upper.cost + under.cost, said)
    divided = upper.measure.model_copy(update={"over": under.measure})
    return Option(divided, roots, upper.cost + under.cost, said)


def _about(found: list[Option], population: tuple[str, ...]) -> list[Option]:
    """“average age of singers”: what is counted over decides between fields of one name."""
    inside = [option for option in found if set(option.roots) & set(population)]
    return inside or found


def _from_match(clause: Measured, match: Match, population: tuple[str, ...], lexicon: Lexicon) -> list[Option] | str:
    catalog = lexicon.catalog
    said = (match.said,) if match.said else ()
    match match.ref:
        case MetricRef(metric=name):
            problem = _metric_problem(clause, name, catalog)
            if problem:
                return problem
            measure = Measure(metric=name)
            field = min((m.cost for m in clause.noun.matches if isinstance(m.ref, FieldRef)), default=match.cost)
            guessed = clause.how == "bare" and field < match.cost
            words = (*said, f"“{clause.noun.text}” read as {catalog.metric[name].title}") if guessed else said
            return [Option(measure, roots_of_measure(measure, catalog), match.cost + (0.22 if guessed else 0.0), words)]
        case RowRef(dataset=dataset):
            if clause.how == "agg":
                return (
                    _average_of_count(clause, dataset)
                    if clause.agg != "sum"
                    else [_rows(dataset, match, said, catalog)]
                )
            return _average_of_count(clause, dataset) if clause.agg else [_rows(dataset, match, said, catalog)]
        case RoleRef(to=to):
            return [_rows(to, match, said, catalog)] if clause.how in {"count", "distinct"} else []
        case FieldRef() as ref:
            return _from_field(clause, ref, match, population, lexicon)
        case _:
            return []


def _rows(dataset: str, match: Match, said: tuple[str, ...], catalog: Catalog) -> Option:
    return Option(row_count(dataset, catalog), (dataset,), match.cost + 0.02, said)


def _average_of_count(clause: Measured, what: str) -> str:
    return (
        f"the {_WORDS[clause.agg or 'avg']} of a count needs to know per what it is counted, which is not available yet"
    )


def _metric_problem(clause: Measured, name: str, catalog: Catalog) -> str:
    """Why a metric cannot be aggregated, counted or averaged as the words ask; empty when it can."""
    metric = catalog.metric[name]
    kind = aggregate_of(metric)
    title = metric.title
    if clause.how == "distinct" and kind != "count_distinct":
        return "" if kind == "count" and not clause.extreme else f"{title} cannot be counted by distinct values"
    if clause.how == "count":
        if clause.agg is not None:
            return _average_of_count(clause, name)
        return "" if kind in {"count", "count_distinct", "sum"} else f"{title} is not a count"
    if clause.how != "agg" or clause.agg is None:
        return ""
    if clause.agg == "sum":
        return "" if kind in {"sum", "count"} else f"a total of {title} has no meaning"
    if clause.agg == kind or (clause.agg == "avg" and kind == "ratio"):
        return ""
    if kind in {"count", "sum", "count_distinct"}:
        return _average_of_count(clause, name)
    return f"{title} is already an aggregate"


def _from_field(
    clause: Measured, ref: FieldRef, match: Match, population: tuple[str, ...], lexicon: Lexicon
) -> list[Option] | str:
    field = field_of(ref, lexicon)
    said = (match.said,) if match.said else ()
    numeric = field.type in NUMERIC and field.role != "key"
    if clause.how in {"count", "distinct"} and match.cost >= 0.05 and not numeric:
        return []
    if clause.how == "distinct" or (clause.how == "count" and not (numeric and field.role == "fact")):
        cost = match.cost + (0.0 if clause.how == "distinct" else 0.1)
        return [
            Option(Measure(agg="count_distinct", field=path), (root,), cost + extra, said)
            for root, path, extra in _everywhere(ref, lexicon)
        ]
    agg: Aggregate | None = "sum" if clause.how == "count" else clause.agg if clause.how == "agg" else None
    if agg is None:
        return _unaggregated(clause, ref, match, population, lexicon) if numeric else []
    if not numeric and not (agg in {"min", "max"} and field.type in TEMPORAL):
        return f"{field.title} is not a number"
    return [
        Option(Measure(agg=agg, field=path), (root,), match.cost + 0.02, said)
        for root, path in _paths(ref, population, lexicon)
    ]


def _paths(ref: FieldRef, population: tuple[str, ...], lexicon: Lexicon) -> list[tuple[str, str]]:
    """Where a field is aggregated: over its own rows, or over the rows that were named and point at it."""
    if ref.via:
        step = next(r for r in lexicon.catalog.relationships if r.name == ref.via and r.to_dataset == ref.dataset)
        return [(step.from_dataset, f"{step.from_dataset}.{ref.via}.{ref.field}")]
    named = [root for root in population if root != ref.dataset and lexicon.reach.steps(root, ref.dataset)]
    if ref.dataset in population or not named:
        return [(ref.dataset, f"{ref.dataset}.{ref.field}")]
    return [
        (root, ".".join((root, *steps, ref.field)))
        for root in named
        for steps in lexicon.reach.steps(root, ref.dataset)
    ]


def _everywhere(ref: FieldRef, lexicon: Lexicon) -> list[tuple[str, str, float]]:
    """Distinct values may be counted over every fact that points at them."""
    if ref.via:
        return [(root, path, 0.15) for root, path in _paths(ref, (), lexicon)]
    found = [(ref.dataset, f"{ref.dataset}.{ref.field}", 0.0)]
    for dataset in lexicon.catalog.datasets:
        if dataset.name != ref.dataset:
            found += [
                (dataset.name, ".".join((dataset.name, *steps, ref.field)), 0.25 + 0.1 * len(steps))
                for steps in lexicon.reach.steps(dataset.name, ref.dataset)
            ]
    return found


def _unaggregated(
    clause: Measured, ref: FieldRef, match: Match, population: tuple[str, ...], lexicon: Lexicon
) -> list[Option] | str:
    """A number without “average” or “total”: the metrics made of it, else its plain aggregates."""
    if clause.extreme:
        return [
            Option(Measure(agg=clause.agg or "max", field=path), (root,), match.cost)
            for root, path in _paths(ref, population, lexicon)
        ]
    named = _metrics_of(clause, ref, lexicon)
    extremes = [
        Option(
            Measure(agg=clause.agg, field=path), (root,), match.cost + 0.3, (f"“{clause.noun.text}” taken row by row",)
        )
        for root, path in _paths(ref, population, lexicon)
        if clause.agg
    ]
    if named:
        return extremes + [
            Option(
                Measure(metric=name), roots_of(lexicon.catalog.metric[name], lexicon.catalog), match.cost + 0.3,
                (f"“{clause.noun.text}” read as {lexicon.catalog.metric[name].title}",),
            )
            for name in named
        ]  # fmt: skip
    aggs: tuple[Aggregate, ...] = (clause.agg,) if clause.agg else ("avg", "sum", "max")
    return [
        Option(
            Measure(agg=agg, field=path),
            (root,),
            match.cost + 0.4,
            (f"“{clause.noun.text}” read as its {_WORDS[agg]}",),
        )
        for root, path in _paths(ref, population, lexicon)
        for agg in aggs
    ]


def _metrics_of(clause: Measured, ref: FieldRef, lexicon: Lexicon) -> list[str]:
    """Metrics whose name is an aggregate word and the name of this field ("average departure delay")."""
    field = field_of(ref, lexicon)
    core = {tuple(stem(word) for word in words_of(text)) for text in (field.title, field.name)}
    leads = {stem(word) for word in ("average", "mean", "median", "total", "longest", "highest", "maximum", "typical")}
    found: list[str] = []
    for metric in lexicon.catalog.metrics:
        stems = tuple(stem(word) for word in words_of(metric.title))
        if not metric.hidden and stems[:1] and stems[0] in leads and stems[1:] in core:
            found.append(metric.name)
    return found
