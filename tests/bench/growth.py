"""How the compiler grows: load, warm compile, look-up of names and memory at 10, 100 and 1,000 datasets.

A tenth of the datasets are facts, six tenths dimensions that two facts share, the rest dimensions of dimensions; five metrics
per dataset: seven tenths sums, two tenths ratios, one tenth differences. CPU seconds, each size in a process of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from _report import report

SIZES = (10, 100, 1_000)
ROUNDS = 40


def model(datasets: int) -> str:
    """YAML of the synthetic catalog."""
    facts = [f"f{i}" for i in range(max(1, datasets // 10))]
    dims = [f"d{i}" for i in range(max(1, datasets * 6 // 10))]
    subs = [f"s{i}" for i in range(datasets - len(facts) - len(dims))]
    metrics = datasets * 5
    sums, ratios = metrics * 7 // 10, metrics * 2 // 10
    lines = ["name: grown", "datasets:"]
    links: list[tuple[str, str, str]] = []
    for at, dim in enumerate(dims):
        links += [
            (dim, fact, dim) for fact in dict.fromkeys((facts[at % len(facts)], facts[(at * 7 + 3) % len(facts)]))
        ]
    links += [(sub, dims[at], sub) for at, sub in enumerate(subs)]
    keys: dict[str, list[str]] = {}
    for name, source, _ in links:
        keys.setdefault(source, []).append(f"{name}_id")
    for name in (*facts, *dims, *subs):
        own = [
            "{name: id, type: integer, role: key}",
            *(f"{{name: {key}, type: integer, role: key}}" for key in keys.get(name, ())),
        ]
        if name in facts:
            measured = range(-(-sums // len(facts)))
            own += ["{name: ts, type: timestamp, role: time}", "{name: status, type: string}"]
            own += [f"{{name: c{column}, type: decimal, role: fact}}" for column in measured]
        else:
            own += ["{name: name, type: string}", "{name: cat, type: string}"]
        lines += [f"  - name: {name}", f"    source: {name}", "    primary_key: id"]
        lines += ["    default_time: ts"] if name in facts else []
        lines += ["    fields:", *(f"      - {field}" for field in own)]
    lines.append("relationships:")
    lines += [f"  - {{name: {n}, from: {s}, to: {t}, from_columns: {n}_id, to_columns: id}}" for n, s, t in links]
    lines.append("metrics:")
    lines += [
        f"  - {{name: m{at}, dataset: {facts[at % len(facts)]}, agg: sum, expression: c{at // len(facts)}}}"
        for at in range(sums)
    ]
    lines += [
        f"  - {{name: r{at}, kind: ratio, numerator: m{at % sums}, denominator: m{(at * 3 + 1) % sums}}}"
        for at in range(ratios)
    ]
    lines += [
        f"  - {{name: x{at}, kind: derived, expression: m{at % sums} - m{(at + len(facts)) % sums}}}"
        for at in range(metrics - sums - ratios)
    ]
    return "\n".join(lines) + "\n"


def resident() -> float:
    """Memory of this process in MB."""
    import psutil

    return psutil.Process().memory_info().rss / 1e6


def measure(datasets: int) -> dict[str, float]:
    """Figures of one size, in this process."""
    import datetime

    from goal_semantics.compile import compile_query
    from goal_semantics.issues import near
    from goal_semantics.load.native import load
    from goal_semantics.query import SemanticQuery

    as_of = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    load(model(10))  # what is imported and built at first use is not of the model
    text, before = model(datasets), resident()
    begun = time.process_time()
    catalog = load(text)
    found = {"load_s": time.process_time() - begun}
    queries: dict[str, dict[str, Any]] = {
        "single": {"measures": [{"metric": "m0"}]},
        "two_hops": {"measures": [{"metric": "m0"}], "groupings": [{"field": "f0.d0.s0.name"}]},
        "month": {"measures": [{"metric": "m0"}], "groupings": [{"field": "f0.ts", "grain": "month"}]},
    }
    for name, query in queries.items():
        asked = SemanticQuery.model_validate(query)
        samples = []
        for round_ in range(ROUNDS):
            varied = asked.model_copy(update={"limit": 10_000 + round_})
            begun = time.process_time()
            compile_query(varied, catalog, "duckdb", as_of=as_of)
            samples.append(time.process_time() - begun)
        found |= {f"{name}_first_s": samples[0], f"{name}_s": statistics.median(samples)}
    found["memory_mb"] = resident() - before
    begun = time.process_time()
    for _ in range(100):
        near("m7x", catalog.metric)
    found["near_names_s"] = (time.process_time() - begun) / 100
    begun = time.process_time()
    for at in range(10_000):
        catalog.metric[f"m{at % 30}"]
    found["name_s"] = (time.process_time() - begun) / 10_000
    return found


def main() -> None:
    """Measure and print."""
    if "--one" in sys.argv:
        print(json.dumps(measure(int(sys.argv[-1]))))
        return
    figures: dict[str, Any] = {}
    for size in SIZES:
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(size)], capture_output=True, text=True, check=True
        )
        found: dict[str, float] = json.loads(done.stdout)
        figures |= {f"{name}_{size}": float(f"{value:.3g}") for name, value in found.items()}
    smallest, largest = SIZES[0], SIZES[-1]
    for name in ("single", "two_hops", "month"):
        figures[f"{name}_largest_over_smallest"] = round(
            figures[f"{name}_s_{largest}"] / figures[f"{name}_s_{smallest}"], 2
        )
    report(figures)


if __name__ == "__main__":
    main()
