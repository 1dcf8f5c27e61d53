"""Which numbers of a catalog count only some rows of a dataset, and by which words: “late flights”, “arrivals”."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from goal_semantics.model import Catalog, Dataset, Metric
from jupyter_goal.planner.facts import aggregate_of, counts_rows, roots_of
from jupyter_goal.planner.grammar.tokens import singular, words_of
from jupyter_goal.planner.grammar.verbs import root_of

Roots = frozenset[str]
"""The roots of the words that tell some rows from the others."""


@dataclass(frozen=True)
class Counted:
    """Numbers of rows by what tells the rows apart."""

    datasets: Mapping[str, tuple[str, ...]]
    """Nouns for rows, in the singular, and the datasets they are rows of."""
    metrics: Mapping[tuple[str, Roots], str]
    manners: frozenset[Roots]

    @classmethod
    def of(cls, catalog: Catalog) -> Counted:
        """Read from the names of the metrics that count rows under a condition."""
        datasets: dict[str, list[str]] = {}
        for dataset in catalog.datasets:
            for noun in _nouns(dataset, catalog):
                datasets.setdefault(noun, []).append(dataset.name)
        metrics: dict[tuple[str, Roots], str] = {}
        for metric in catalog.metrics:
            if metric.hidden or aggregate_of(metric) != "count" or counts_rows(metric):
                continue
            (root,) = roots_of(metric, catalog)
            rows = _nouns(catalog.dataset[root], catalog)
            for text in (metric.title, *metric.synonyms, metric.name):
                roots = frozenset(root_of(word) for word in words_of(text) if singular(word) not in rows)
                if roots:
                    metrics.setdefault((root, roots), metric.name)
        return cls(
            {noun: tuple(names) for noun, names in datasets.items()},
            metrics,
            frozenset(roots for _, roots in metrics),
        )

    def is_rows(self, word: str) -> bool:
        """A noun for the rows of some dataset."""
        return singular(word) in self.datasets

    def metric(self, noun: str, roots: Roots) -> str | None:
        """The number that counts the rows of which these words are said."""
        found = (self.metrics.get((dataset, roots)) for dataset in self.datasets.get(singular(noun), ()))
        return next((name for name in found if name is not None), None)

    def tells(self, noun: str, root: str) -> bool:
        """Some number tells such rows apart by this word."""
        return any(
            dataset == known and root in roots
            for dataset in self.datasets.get(singular(noun), ())
            for known, roots in self.metrics
        )


def _nouns(dataset: Dataset, catalog: Catalog) -> frozenset[str]:
    """Single words for its rows, in the singular: the dataset's own, and those of the number that counts them all."""
    texts = [dataset.row, dataset.label, dataset.name, *dataset.synonyms]
    texts += [
        text for metric in catalog.metrics if _counts_all(metric, dataset) for text in (metric.title, *metric.synonyms)
    ]
    words = [words_of(text) for text in texts if text]
    return frozenset(singular(found[0]) for found in words if len(found) == 1)


def _counts_all(metric: Metric, dataset: Dataset) -> bool:
    return counts_rows(metric) and getattr(metric.spec, "dataset", None) == dataset.name
