"""How two catalogs differ in meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from goal_semantics.meaning import Change, Difference
from jupyter_goal.terminal import columns

MARKS = {"added": "+", "removed": "-", "changed": "~", "renamed": ">"}
_TITLES = {
    "metric": "Metrics", "dataset": "Datasets", "field": "Fields", "relationship": "Relationships", "policy": "Policies",
    "calendar": "Calendar", "exposed": "Exposed metrics", "verified query": "Verified queries",
}  # fmt: skip
_MOST_OTHERS = 10


def as_text(difference: Difference) -> str:
    """What means something else, by section; then what only reads differently."""
    blocks = [
        f"{_TITLES[section]}\n" + "\n".join(columns(_lines(change), hanging="      ") for change in those)
        for section, those in groupby(difference.changes, lambda each: each.section)
    ]
    if not blocks:
        blocks.append("Nothing means anything else.")
    if difference.others:
        more = len(difference.others) - _MOST_OTHERS
        listed = ", ".join(difference.others[:_MOST_OTHERS]) + (f" and {more} more" if more > 0 else "")
        blocks.append(f"Written differently, with the same meaning\n{columns([(listed,)])}")
    return "\n\n".join(blocks)


def as_json(difference: Difference) -> str:
    """`changed` (whether any meaning did), `changes`, and `others`: paths of what means the same."""
    changes = [asdict(each) for each in difference.changes]
    return json.dumps(
        {"changed": bool(difference), "changes": changes, "others": list(difference.others)}, ensure_ascii=False
    )


def _lines(change: Change) -> Iterator[tuple[str]]:
    head = f"{MARKS[change.kind]} {change.name}"
    if change.kind == "renamed":
        yield (f"{head} is called {change.after} now",)
    elif change.through:
        yield (f"{head}  through {', '.join(change.through)}",)
    elif change.kind == "changed" and (change.before or change.after):
        yield (head,)
        yield (f"    was  {change.before or 'nothing'}",)
        yield (f"    now  {change.after or 'nothing'}",)
    else:
        said = change.before or change.after
        yield (f"{head}  {said}" if said else head,)
