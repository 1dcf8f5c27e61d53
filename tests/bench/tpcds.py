"""TPC-DS at scale 1: CPU of the compiled SQL against that of the official SQL, query by query, interleaved."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _report import Figure, median, report

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.tpc import case, generators, models
from tests.tpc.asking import Rows, answered, compiled, expected
from tests.tpc.rows import difference

SCALE = 1
ROUNDS = 3
Timed = tuple[float, Rows]


def timed(action: Callable[[], Rows]) -> Timed:
    """CPU seconds of the process, threads of the engine included, and the rows."""
    start = time.process_time()
    rows = action()
    return time.process_time() - start, rows


def main() -> None:
    """Prints the figures."""
    connection = models.warehouse(generators.tpcds(SCALE))
    connection.execute("SET threads = 2")
    ratios, differ = dict[str, float](), list[str]()
    for number in case.numbers():
        asked = case.read(number)
        query = compiled(asked)
        ours, theirs = list[Timed](), list[Timed]()
        for _ in range(ROUNDS):
            ours.append(timed(partial(answered, asked, query, connection)))
            theirs.append(timed(partial(expected, asked, connection)))
        ratios[str(number)] = median([seconds for seconds, _ in ours]) / median([seconds for seconds, _ in theirs])
        if difference(ours[0][1], theirs[0][1]) is not None:
            differ.append(str(number))
    worst = max(ratios, key=lambda name: ratios[name])
    figures: dict[str, Figure] = {
        "scale": SCALE,
        "queries": len(ratios),
        "equal": len(ratios) - len(differ),
        "differ": differ,
        "ratio median": round(statistics.median(ratios.values()), 2),
        "ratio worst": round(ratios[worst], 2),
        "worst query": worst,
        **{f"ratio of {name}": round(ratio, 2) for name, ratio in ratios.items() if ratio > 1.5},
    }
    report(figures)


if __name__ == "__main__":
    try:
        main()
    except generators.NotMade as problem:
        print(f"NOT RUN: TPC-DS: {problem}")
