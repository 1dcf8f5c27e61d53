"""Errors by audience.

GoalError            the person can act: two lines, no traceback
├── UsageError       the command or magic line is wrong (exit code 2)
├── ConnectionProblem  the database is missing, locked, refuses, or lost
├── QueryFailed      the warehouse rejected or stopped a query
├── Cancelled        the person stopped it
└── StoreError       the journal or cache cannot be written: nothing was run
DeveloperError       a broken promise of ours: full traceback, please report
"""

from __future__ import annotations


class GoalError(Exception):
    """What happened, and the next step. IPython shows two lines instead of a traceback."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class UsageError(GoalError, ValueError):
    """The command or the magic line is wrong."""


class ConnectionProblem(GoalError, ConnectionError):
    """The database is missing, locked, refuses the login, or was lost."""


class QueryFailed(GoalError, RuntimeError):
    """The warehouse rejected or stopped a query."""


class Cancelled(GoalError):
    """The person stopped the goal; the statement was cancelled at the server."""


class StoreError(GoalError, OSError):
    """The journal or the cache cannot be written. Raised before the effect, so nothing was run."""


class DeveloperError(AssertionError):
    """A broken promise of ours."""
