"""The list of all 99 queries of TPC-DS with their status. `python -m tests.tpc.status` writes STATUS.md anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.tpc import case

HERE = Path(__file__).parent
STATUS = HERE / "STATUS.md"
ALL = range(1, 100)


def missing() -> dict[str, dict[str, Any]]:
    """Concepts that the semantics lack: why, and which queries need them."""
    return yaml.safe_load((HERE / "missing.yaml").read_text(encoding="utf-8"))


def text() -> str:
    """The page."""
    expressed, concepts = case.numbers(), missing()
    lines = [
        "# TPC-DS as semantic queries",
        "",
        f"{len(expressed)} of {len(ALL)} are expressed. `test_tpcds.py` proves each equal to the official SQL, row by row, at scale 0.1:",
        "as multisets, without the LIMIT, floats to 1e-9. Written by `python -m tests.tpc.status`; a test compares.",
        "",
        "| query | status | question, or the missing concept |",
        "|--:|---|---|",
    ]
    for number in ALL:
        if number in expressed:
            lines.append(f"| {number} | {_how(number)} | {case.question(number)} |")
        else:
            name = next(name for name, each in concepts.items() if number in each["queries"])
            lines.append(f"| {number} | not expressed | {name} |")
    lines += ["", "| missing concept | queries | why |", "|---|--:|---|"]
    lines += [f"| {name} | {len(each['queries'])} | {each['why']} |" for name, each in concepts.items()]
    return "\n".join(lines) + "\n"


def _how(number: int) -> str:
    asked = case.read(number)
    how = ["equal"]
    if asked.distinct:
        how.append("as sets")
    if asked.variants:
        how.append("also with other literals")
    return ", ".join(how)


if __name__ == "__main__":
    STATUS.write_text(text(), encoding="utf-8")
