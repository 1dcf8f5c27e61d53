"""What became of the cases of a set."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["right", "wrong", "refused"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case, and why it was not right."""

    case: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All cases of a set, in its order."""

    items: tuple[Verdict, ...]

    def count(self, outcome: Outcome) -> int:
        """How many came out so."""
        return Counter(each.outcome for each in self.items)[outcome]

    def as_json(self, *, cases: bool) -> str:
        """One object: right, wrong, refused, total; with the cases that were not right, where asked for."""
        found: dict[str, object] = {name: self.count(name) for name in ("right", "wrong", "refused")}
        found["total"] = len(self.items)
        if cases:
            found["cases"] = [
                {"case": each.case, "outcome": each.outcome, "reason": each.reason}
                for each in self.items
                if each.outcome != "right"
            ]
        return json.dumps(found, ensure_ascii=False)

    def as_text(self) -> str:
        """The same for people."""
        lines = [f"{each.outcome:8} {each.case}: {each.reason}" for each in self.items if each.outcome != "right"]
        counts = ", ".join(f"{self.count(name)} {name}" for name in ("right", "wrong", "refused"))
        return "\n".join([*lines, f"{counts} of {len(self.items)}"])
