"""Problems as values: all of them at once, each with a path, a suggestion and a place in the YAML."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text file; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem. `path` names the thing ("metrics.revenue.expression"); `hint` is the next step."""

    message: str
    path: str = ""
    hint: str = ""
    suggestions: tuple[str, ...] = ()
    place: Place | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        what = f"{self.path}: " if self.path else ""
        meant = f" Did you mean {_either(self.suggestions)}?" if self.suggestions else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}{what}{self.message}{meant}{hint}"


@dataclass(frozen=True, slots=True)
class Issues:
    """An ordered collection of problems; falsy when there is none."""

    items: tuple[Issue, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __add__(self, other: Issues | Iterable[Issue]) -> Issues:
        return Issues(self.items + tuple(other))

    def __str__(self) -> str:
        return "\n".join(str(item) for item in self.items)

    @property
    def errors(self) -> Issues:
        """Only the items that forbid going on."""
        return Issues(tuple(item for item in self.items if item.severity == "error"))


def near(name: str, known: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The known names closest to `name`, best first: the one source of every "did you mean"."""
    by_lower: dict[str, str] = {}
    for candidate in known:
        by_lower.setdefault(candidate.lower(), candidate)
    wanted = name.lower()
    close = difflib.get_close_matches(wanted, by_lower, n=limit, cutoff=0.6)
    inside = sorted((k for k in by_lower if len(wanted) > 2 and (wanted in k or k in wanted)), key=len)
    ordered = dict.fromkeys([*close, *inside])
    return tuple(by_lower[key] for key in ordered)[:limit]


def _either(names: tuple[str, ...]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
