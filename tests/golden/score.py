"""How many of the golden goals the agent answers rightly, wrongly or not at all.

`python tests/golden/score.py [--json] [--only TAG …]` asks each goal of `flights_goals.yaml` in a session of its own, over
one connection, and compares the frames of the answer with the gold rows (the rules are written at the head of that
file). Columns are matched by their values, never by their names.
"""

import argparse
import collections
import dataclasses
import datetime
import functools
import json
import math
import shutil
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
import yaml

from jupyter_goal.binding import Binding, bind
from jupyter_goal.demo.warehouse import ensure
from jupyter_goal.session import Session
from jupyter_goal.settings import ProjectSettings, Settings

FILE = Path(__file__).with_name("flights_goals.yaml")
CACHE = Path.home() / ".cache" / "jupyter-goal"
ZONE = zoneinfo.ZoneInfo("America/New_York")
TOLERANCE = 1e-6

Row = tuple[Any, ...]
Outcome = Literal["right", "wrong", "asked", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
SILENCE: dict[str, Outcome] = {"waiting": "asked", "refused": "refused"}


@dataclasses.dataclass(frozen=True)
class Golden:
    """One goal and what a right answer to it contains."""

    id: str
    goal: str
    tags: tuple[str, ...]
    expect: Literal["answer", "ask_or_refuse"]
    sql: str = ""
    alternatives: tuple[str, ...] = ()
    ordered: bool = False
    measures: int = 1
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Reply:
    """What the agent did with a goal; each frame is a list of columns."""

    status: str
    frames: tuple[list[list[Any]], ...] = ()
    error: str = ""
    seconds: float = 0.0


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A goal with its outcome."""

    golden: Golden
    outcome: Outcome
    reply: Reply


def load(file: Path = FILE) -> tuple[datetime.datetime, list[Golden]]:
    """The time the goals are asked at, and the goals."""
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    goals = [
        Golden(**{**entry, "tags": tuple(entry["tags"]), "alternatives": tuple(entry.get("alternatives", ()))})
        for entry in document["goals"]
    ]
    return datetime.datetime.fromisoformat(document["as_of"]), goals


@functools.cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """A copy of the demo data, for the gold SQL alone: the agent opens the original, and refuses to share it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copyfile(ensure(CACHE), Path(folder, "gold.duckdb"))
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{copy}' AS gold_file (READ_ONLY)")
        connection.execute("COPY FROM DATABASE gold_file TO memory")
        connection.execute("DETACH gold_file")
    return connection


# ---- values, columns, rows


def plain(value: Any) -> Any:
    """A value in the form in which both sides are compared."""
    match value:
        case bool() | None:
            return value
        case datetime.datetime():
            return value if value.tzinfo is None else value.astimezone(ZONE).replace(tzinfo=None)
        case datetime.date():
            return datetime.datetime(value.year, value.month, value.day)
        case str():
            return value
        case datetime.time() | datetime.timedelta():
            return str(value)
        case _:
            pass
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return None if math.isnan(number) else number


def same(left: Any, right: Any) -> bool:
    """Equal values; numbers within the tolerance."""
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return type(left) is type(right) and bool(left == right)


def sorting(row: Row) -> tuple[Any, ...]:
    """A key that puts equal rows at equal places: exact values decide before numbers do."""
    exact = tuple((type(value).__name__, str(value)) for value in row if not isinstance(value, float))
    shape = tuple(isinstance(value, float) for value in row)
    return exact, shape, tuple(value for value in row if isinstance(value, float))


def agree(gold: Sequence[Row], rows: Sequence[Row], *, ordered: bool) -> bool:
    """The same rows: as a sequence where the order was asked for, else as a multiset."""
    if len(gold) != len(rows):
        return False
    left, right = (gold, rows) if ordered else (sorted(gold, key=sorting), sorted(rows, key=sorting))
    return all(same(a, b) for one, other in zip(left, right, strict=True) for a, b in zip(one, other, strict=True))


def contains(gold: list[list[Any]], frame: list[list[Any]], *, ordered: bool) -> bool:
    """Whether some choice of the frame's columns, one for each gold column, gives the gold rows."""
    candidates = [
        [
            place
            for place, column in enumerate(frame)
            if agree([(value,) for value in wanted], [(value,) for value in column], ordered=ordered)
        ]
        for wanted in gold
    ]
    rows = list(zip(*gold, strict=True))

    def fits(chosen: tuple[int, ...]) -> bool:
        if len(chosen) == len(gold):
            return agree(rows, list(zip(*(frame[place] for place in chosen), strict=True)), ordered=ordered)
        return any(fits((*chosen, place)) for place in candidates[len(chosen)] if place not in chosen)

    return all(candidates) and fits(())


@functools.cache
def expected(sql: str) -> list[list[Any]]:
    """The columns of a gold query."""
    cursor = warehouse().execute(sql)
    rows = cursor.fetchall()
    return [[plain(row[place]) for row in rows] for place in range(len(cursor.description or ()))]


def matches(golden: Golden, frames: Iterable[list[list[Any]]]) -> bool:
    """Whether the frames hold the gold rows, or those of a second reading."""
    frames = list(frames)
    for sql in (golden.sql, *golden.alternatives):
        gold = expected(sql)
        if any(contains(gold, frame, ordered=golden.ordered) for frame in frames):
            return True
        keys = len(gold) - golden.measures
        parts = [[*gold[:keys], measure] for measure in gold[keys:]]
        if golden.measures > 1 and all(
            any(contains(part, frame, ordered=golden.ordered) for frame in frames) for part in parts
        ):
            return True
    return False


# ---- asking and judging


def ask(goal: str, as_of: datetime.datetime, settings: Settings, binding: Binding) -> Reply:
    """The agent's reply to a goal, asked in a fresh session: none follows another. A crash is a reply too."""
    began = time.perf_counter()
    try:
        session = Session(settings)
        run = session.finish(session.ask(goal, as_of=as_of, binding=binding))
        kept = [frame for artifact in run.artifacts if (frame := session.kept(artifact.id)) is not None]
        frames = tuple([[plain(value) for value in column.to_pylist()] for column in one.table.columns] for one in kept)
        session.journal.close()
    except Exception as error:  # noqa: BLE001 -- one goal's crash must not hide the others' outcomes
        return Reply("failed", error=f"{type(error).__name__}: {error}", seconds=time.perf_counter() - began)
    return Reply(str(getattr(run.status, "value", run.status)), frames, seconds=time.perf_counter() - began)


def judge(golden: Golden, reply: Reply) -> Outcome:
    """The outcome of a reply. To say nothing is right only for a goal that has no answer."""
    silent: Outcome | None = None if reply.status == "done" else SILENCE.get(reply.status, "failed")
    if golden.expect == "answer":
        return silent or ("right" if matches(golden, reply.frames) else "wrong")
    told = any(value is not None for frame in reply.frames for column in frame for value in column)
    if silent is None:
        return "wrong" if told else "refused"
    return silent


def score(goals: Iterable[Golden], as_of: datetime.datetime) -> list[Verdict]:
    """The verdict on each goal."""
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(directory=Path(folder), project=ProjectSettings(connection="demo"))
        binding = bind(settings, "demo")
        for golden in goals:
            reply = ask(golden.goal, as_of, settings, binding)
            verdicts.append(Verdict(golden, judge(golden, reply), reply))
        binding.close()
    return verdicts


# ---- reporting


def counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many goals had each outcome."""
    tally = collections.Counter(verdict.outcome for verdict in verdicts)
    return {"goals": tally.total(), **{outcome: tally[outcome] for outcome in OUTCOMES}}


def summary(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The figures, and the goals behind each outcome."""
    answerable = [verdict for verdict in verdicts if verdict.golden.expect == "answer"]
    others = [verdict for verdict in verdicts if verdict.golden.expect != "answer"]
    tags = sorted({tag for verdict in verdicts for tag in verdict.golden.tags})
    return {
        "answerable": counts(answerable),
        "not_answerable": counts(others),
        "tags": {tag: counts(one for one in verdicts if tag in one.golden.tags) for tag in tags},
        "goals": [
            {
                "id": verdict.golden.id,
                "goal": verdict.golden.goal,
                "expect": verdict.golden.expect,
                "outcome": verdict.outcome,
                "error": verdict.reply.error,
                "seconds": round(verdict.reply.seconds, 3),
            }
            for verdict in verdicts
        ],
    }


def line(name: str, figures: dict[str, int]) -> str:
    """One line of figures."""
    return f"{name:20}" + "".join(f"{figures[key]:9}" for key in ("goals", *OUTCOMES))


def show(report: dict[str, Any]) -> str:
    """The report as text."""
    lines = [" " * 20 + "".join(f"{key:>9}" for key in ("goals", *OUTCOMES))]
    lines += [line("answerable", report["answerable"]), line("not answerable", report["not_answerable"]), ""]
    lines += [line(tag, figures) for tag, figures in report["tags"].items()]
    for outcome in OUTCOMES[1:]:
        told = [one for one in report["goals"] if one["outcome"] == outcome and one["expect"] == "answer"]
        told += [one for one in report["goals"] if one["outcome"] == outcome == "wrong" and one["expect"] != "answer"]
        lines += ["", f"{outcome}: {len(told)}"]
        lines += [f"  {one['id']}  {one['goal']}" + (f"  [{one['error']}]" if one["error"] else "") for one in told]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Scores the goals; exit code 1 when any was answered wrongly."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--only", nargs="+", default=[], metavar="TAG", help="only goals with one of these tags or ids")
    options = parser.parse_args(arguments)
    as_of, goals = load()
    chosen = [one for one in goals if not options.only or {one.id, *one.tags} & set(options.only)]
    report = summary(score(chosen, as_of))
    print(json.dumps(report, indent=2, ensure_ascii=False) if options.json else show(report))
    return 1 if report["answerable"]["wrong"] + report["not_answerable"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
