"""Answer figures on the demo: planning, goal to bundle without the warehouse, compiled against hand-written SQL, checks."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import duckdb
from _report import median, p95, report

from jupyter_goal.core.event import QueryFinished
from jupyter_goal.core.run import Run
from jupyter_goal.notebook.bundle import make_bundle
from jupyter_goal.session import Session
from jupyter_goal.settings import ProjectSettings, Settings

GOALS = (
    "flights by month",
    "on-time rate by carrier",
    "top 10 destinations by flights",
    "cancellation rate by month and origin",
    "average departure delay by hour of day",
    "flights by carrier from JFK in summer months June to August 2013",
    "average arrival delay by manufacturer",
    "flights and cancelled flights by month",
    "share of flights by carrier",
    "flights by month compared with the previous month",
    "how many flights to Atlanta in March 2013",
    "distinct planes by carrier",
)
"""Goals that are not answered are left out of the figures, and counted."""

PAIRS = (
    (
        "flights by month",
        "SELECT date_trunc('month', scheduled_departure) AS m, count(*) FROM flights GROUP BY m ORDER BY m",
    ),
    (
        "on-time rate by carrier",
        (
            "SELECT a.name, count(*) FILTER (WHERE arr_delay < 15) / count(*) FILTER (WHERE arr_delay IS NOT NULL)::DOUBLE AS r "
            "FROM flights f LEFT JOIN airlines a ON f.carrier = a.carrier GROUP BY 1 ORDER BY 1"
        ),
    ),
    (
        "average arrival delay by manufacturer",
        (
            "SELECT CASE WHEN manufacturer LIKE 'AIRBUS%' THEN 'AIRBUS' WHEN manufacturer LIKE 'MCDONNELL DOUGLAS%' "
            "THEN 'MCDONNELL DOUGLAS' ELSE manufacturer END AS m, avg(arr_delay) FROM flights f "
            "LEFT JOIN planes p ON f.tailnum = p.tailnum GROUP BY 1 ORDER BY 1"
        ),
    ),
    (
        "top 10 destinations by flights",
        "SELECT dest, count(*) AS n FROM flights GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10",
    ),
    (
        "flights by weekday",
        "SELECT dayname(scheduled_departure) AS d, count(*) FROM flights GROUP BY d ORDER BY d",
    ),
    (
        "flights and total precipitation by month",
        (
            "WITH f AS (SELECT date_trunc('month', scheduled_departure) AS m, count(*) AS n FROM flights GROUP BY m), "
            "w AS (SELECT date_trunc('month', local_hour) AS m, sum(precip) AS p FROM weather GROUP BY m) "
            "SELECT coalesce(f.m, w.m) AS m, n, p FROM f FULL JOIN w ON f.m = w.m ORDER BY m"
        ),
    ),
    (
        "average departure delay by origin from June to August 2013",
        (
            "SELECT origin, avg(dep_delay) FROM flights WHERE scheduled_departure >= TIMESTAMP '2013-06-01' "
            "AND scheduled_departure < TIMESTAMP '2013-09-01' GROUP BY 1 ORDER BY 1"
        ),
    ),
    (
        "flights by month compared with the previous month",
        (
            "WITH f AS (SELECT date_trunc('month', scheduled_departure) AS m, count(*) AS n FROM flights GROUP BY m) "
            "SELECT f.m, f.n, p.n AS before, f.n - p.n AS change, (f.n - p.n) / p.n AS pct "
            "FROM f LEFT JOIN f AS p ON f.m = p.m + INTERVAL 1 MONTH ORDER BY f.m"
        ),
    ),
    (
        "on-time rate by rain or dry",
        (
            "SELECT CASE WHEN precip > 0 THEN 'rain' WHEN precip = 0 THEN 'dry' END AS r, count(*) FILTER (WHERE arr_delay < 15) "
            "/ count(arr_delay)::DOUBLE FROM flights f LEFT JOIN weather w "
            "ON f.origin = w.origin AND f.time_hour = w.time_hour GROUP BY 1 ORDER BY 1"
        ),
    ),
    (
        "cancellation rate by month and origin",
        (
            "SELECT date_trunc('month', scheduled_departure) AS m, origin, count(*) FILTER (WHERE dep_time IS NULL) "
            "/ count(*)::DOUBLE FROM flights GROUP BY 1, 2 ORDER BY 1, 2"
        ),
    ),
)
ROUNDS = 30
REPEATS = 7


def answered(session: Session, text: str) -> tuple[Run, float, float]:
    """The finished run, seconds without those spent in statements, and the seconds of planning alone."""
    before = time.perf_counter()
    session.binding.plan(session.ask(text).goal, None)
    planning = time.perf_counter() - before
    before = time.perf_counter()
    run = session.finish(session.ask(text))
    make_bundle(session.view(run))
    spent = time.perf_counter() - before
    waiting = sum(event.seconds for event in run.events if isinstance(event, QueryFinished))
    return run, spent - waiting, planning


def seconds_of(run: Run, purpose: str) -> float:
    """Time in the warehouse for one purpose."""
    return sum(e.seconds for e in run.events if isinstance(e, QueryFinished) and e.purpose == purpose)


def check_ratios(runs: list[Run]) -> dict[str, float]:
    """All checks / the main query by goal, each the best of its repeats (the least disturbed)."""
    by_goal: dict[str, list[Run]] = {}
    for run in runs:
        by_goal.setdefault(run.goal.text, []).append(run)
    return {
        text: min(seconds_of(run, "check") for run in same) / max(min(seconds_of(run, "main") for run in same), 1e-9)
        for text, same in by_goal.items()
    }


def execution_ratio(session: Session, connection: duckdb.DuckDBPyConnection, text: str, hand: str) -> float:
    """Compiled / hand-written, both fetched as Arrow, interleaved, best of several (the least disturbed)."""
    receipt = session.finish(session.ask(text)).artifacts[0].receipt
    mine, theirs = [], []
    for _ in range(ROUNDS):
        for samples, run in (
            (mine, lambda: connection.execute(receipt.statement, list(receipt.parameters))),
            (theirs, lambda: connection.execute(hand)),
        ):
            before = time.perf_counter()
            run().to_arrow_table()
            samples.append(time.perf_counter() - before)
    return min(mine) / min(theirs)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Settings(directory=Path(folder), project=ProjectSettings(connection="demo")))
        session.connect("demo")
        session.finish(session.ask(GOALS[0]))
        runs = [answered(session, text) for _ in range(REPEATS) for text in GOALS]
        done = [found for found in runs if found[0].status == "done"]
        left_out = sorted({run.goal.text for run, _, _ in runs if run.status != "done"})
        sizes = [len(json.dumps(make_bundle(session.view(run)))) for run, _, _ in done]
        database = session.binding.connector.url.removeprefix("duckdb:///")
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{database}' AS demo (READ_ONLY); USE demo")
            ratios = {text: execution_ratio(session, connection, text, hand) for text, hand in PAIRS}
        checks = check_ratios([run for run, _, _ in done])
        report(
            {
                "goals_answered": len(done) // REPEATS,
                "goals_not_answered": left_out,
                "planning_median_s": median([planning for _, _, planning in done]),
                "planning_p95_s": p95([planning for _, _, planning in done]),
                "goal_to_bundle_without_sql_median_s": median([spent for _, spent, _ in done]),
                "goal_to_bundle_without_sql_p95_s": p95([spent for _, spent, _ in done]),
                "compiled_over_hand_written": json.dumps({text: round(r, 2) for text, r in ratios.items()}),
                "checks_over_main_median": median(list(checks.values())),
                "checks_over_main": json.dumps({text: round(ratio, 2) for text, ratio in checks.items()}),
                "bundle_bytes_median": median([float(size) for size in sizes]),
                "bundle_bytes_max": max(sizes),
            }
        )
        session.close()


if __name__ == "__main__":
    main()
