"""Many cases in pieces: `python -m tests.semantic.oracle --cases 20000 --seed 7`."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.semantic.oracle.case import Case, cases_of
from tests.semantic.oracle.even import NAME
from tests.semantic.oracle.report import FEATURES, described, differing, features
from tests.semantic.oracle.trial import Refused, opened, store, trial

PER_WORLD = 5


@dataclass(frozen=True)
class Found:
    """What many cases gave: how many of what, the features that were answered, and why others were refused."""

    counts: Counter[str]
    covered: Counter[str]
    reasons: Counter[str]


def run(cases: int, number: int, *, most: int) -> Found:
    counts, covered, reasons = Counter[str](), Counter[str](), Counter[str]()
    connection = opened()

    @seed(number)
    @settings(
        max_examples=cases // PER_WORLD,
        deadline=None,
        database=None,
        backend=NAME,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases_of(PER_WORLD))
    def many(case: Case) -> None:
        store(case.world, connection)
        for query in case.queries:
            counts["cases"] += 1
            try:
                outcome = trial(case.world, query, connection)
            except Exception as error:  # noqa: BLE001
                counts["errors"] += 1
                if counts["errors"] <= most:
                    traceback.print_exc()
                    print(described(case.world, query, None), flush=True)
                reasons[f"{type(error).__name__}: {str(error)[:100]}"] += 1
                continue
            if isinstance(outcome, Refused):
                counts["refused"] += 1
                reasons[outcome.reasons[0].splitlines()[0]] += 1
                continue
            covered.update(features(case.world, query))
            counts["answered"] += 1
            counts["rows"] += len(outcome.found)
            counts["without rows"] += not outcome.found
            if not outcome.same:
                counts["differences"] += 1
                reasons[f"DIFFERENCE: {differing(outcome)}"] += 1
                if counts["differences"] <= most:
                    print(described(case.world, query, outcome), flush=True)

    many()
    return Found(counts, covered, reasons)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.semantic.oracle")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="differences to print")
    parser.add_argument("--reasons", type=int, default=8, help="reasons of refusals to print")
    given_ = parser.parse_args()
    found = run(given_.cases, given_.seed, most=given_.show)
    print(dict(found.counts))
    print(dict(sorted(found.covered.items())))
    print("never answered:", ", ".join(sorted(FEATURES - found.covered.keys())) or "nothing")
    for reason, count in found.reasons.most_common(given_.reasons):
        print(count, reason)
    return 1 if found.counts["differences"] + found.counts["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
