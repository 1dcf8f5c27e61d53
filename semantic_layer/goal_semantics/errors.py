"""Errors of the semantic layer.

    SemanticError
    ├── CatalogError     what the author wrote is wrong
    ├── QueryError       what is asked cannot be answered from this catalog
    └── InternalError    our fault: please report

A user error carries its `Issues`; the boundary raises once with all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goal_semantics.issues import Issues


class SemanticError(Exception):
    """Base of every error that this package raises on purpose."""


class UserError(SemanticError):
    """A problem the person can fix; shown without a traceback."""

    def __init__(self, issues: Issues) -> None:
        super().__init__(str(issues))
        self.issues = issues


class CatalogError(UserError, ValueError):
    """The catalog is not valid."""


class QueryError(UserError, ValueError):
    """The query cannot be answered from this catalog."""


class InternalError(SemanticError, AssertionError):
    """A broken invariant of the compiler."""
