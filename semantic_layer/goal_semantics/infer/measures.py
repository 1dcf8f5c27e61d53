"""First metrics: rows of each dataset, sums of what adds up, averages of quantities. Never sums of rates or ages."""

from __future__ import annotations

from goal_semantics.infer.guesses import Guess
from goal_semantics.infer.names import free, plural, said_in_full, words
from goal_semantics.metrics.simple import Spec
from goal_semantics.model import Dataset, Expression, Field, Format, Metric

NOT_ADDITIVE = frozenset({
    "rate", "ratio", "percent", "percentage", "pct", "share", "avg", "average", "mean", "median", "min", "max", "minimum",
    "maximum", "age", "temperature", "temp", "dewp", "score", "rating", "rank", "speed", "height", "width", "depth",
    "length", "altitude", "elevation", "alt", "density", "probability", "humidity", "humid", "pressure", "visibility",
    "visib", "balance", "stock", "inventory", "onhand", "gpa", "index", "price", "latitude", "longitude", "degree",
    "dir", "direction", "angle", "ph", "factor", "coefficient", "interest", "frequency", "power", "horsepower", "mpg",
    "gust", "per", "capacity", "tenure", "duration", "limit", "std", "stddev", "variance", "level", "version", "magnitude",
    "change", "cumulative", "accumulated", "running",
})  # fmt: skip
"""Words of quantities whose sum means nothing, or not over every dimension."""


def measure(datasets: tuple[Dataset, ...]) -> tuple[tuple[Metric, ...], tuple[Guess, ...]]:
    """The metrics of all datasets, with unique names."""
    metrics: list[Metric] = []
    guesses: list[Guess] = []
    for dataset in datasets:
        metrics.append(_count(dataset, [metric.name for metric in metrics]))
        for field in dataset.fields:
            if field.role == "fact" and not field.hidden:
                for metric, reason in _of_fact(dataset, field, [metric.name for metric in metrics]):
                    metrics.append(metric)
                    guesses.append(Guess(f"metrics.{metric.name}", reason))
    return tuple(metrics), tuple(guesses)


def adds_up(field: Field) -> bool:
    """Whether a sum over rows is likely to mean something."""
    return not NOT_ADDITIVE & {*words(field.name), *words(said_in_full(field.name))}


def rows_of(row: str) -> str:
    """Several rows: flights; “weather rows” where the language has no plural."""
    *first, last = row.split()
    several = plural(last)
    return " ".join([*first, several] if several != last else [row, "rows"])


def _count(dataset: Dataset, taken: list[str]) -> Metric:
    several = rows_of(dataset.row)
    return Metric(
        name=free(f"{dataset.name}_count", taken),
        label=f"number of {several}",
        synonyms=(several, f"{dataset.row} count", f"count of {several}"),
        spec=Spec(dataset=dataset.name, agg="count"),
        format=Format(style="integer"),
    )


def _of_fact(dataset: Dataset, field: Field, taken: list[str]) -> list[tuple[Metric, str]]:
    text = (
        Expression(text='"' + field.name.replace('"', '""') + '"') if " " in field.name else Expression(text=field.name)
    )
    said, full = field.title, said_in_full(field.title)
    found: list[tuple[Metric, str]] = []
    if adds_up(field):
        name = _name("total", dataset, field, taken)
        total = Metric(
            name=name,
            label=f"total {said}",
            synonyms=_unlike(f"total {said}", f"sum of {said}", f"total {full}", f"sum of {full}"),
            spec=Spec(dataset=dataset.name, agg="sum", expression=text),
        )
        found.append((total, f"guess: {said} adds up over rows. Remove this when a sum of it means nothing."))
    mean = Metric(
        name=_name("average", dataset, field, [*taken, *(metric.name for metric, _ in found)]),
        label=f"average {said}",
        synonyms=_unlike(f"average {said}", f"mean {said}", f"average {full}", f"mean {full}"),
        spec=Spec(dataset=dataset.name, agg="avg", expression=text),
    )
    found.append((mean, f"guess: the mean over rows that have a value for {said}."))
    return found


def _unlike(label: str, *others: str) -> tuple[str, ...]:
    """The others, each once, without the label."""
    return tuple(dict.fromkeys(other for other in others if other != label))


def _name(word: str, dataset: Dataset, field: Field, taken: list[str]) -> str:
    name = f"{word}_{field.name}"
    return name if name not in taken else free(f"{word}_{dataset.name}_{field.name}", taken)
