"""Everything needed to re-execute one number."""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import Literal

from goal_semantics.model import Border
from goal_semantics.query import Moment, Scalar, SemanticQuery
from jupyter_goal.core.identity import content_hash

Verdict = Literal["passed", "warned", "failed", "skipped"]


class CheckResult(Border):
    """One executable verification: a verdict and its evidence in words and figures."""

    name: str
    verdict: Verdict
    detail: str
    evidence: dict[str, Scalar] = {}


class Receipt(Border):
    """Definition, query, SQL, parameters, policies, engine, time and hashes of one result."""

    query: SemanticQuery
    definitions: dict[str, str] = {}
    """Metric -> its definition in words and SQL."""
    dialect: str
    sql: str
    """The pasteable form, with literals."""
    statement: str
    """The executed text, with placeholders."""
    parameters: tuple[Scalar, ...] = ()
    policies: tuple[str, ...] = ()
    engine: str = ""
    catalog: str = ""
    """Content hash of the catalog."""
    as_of: datetime.datetime
    executed_at: datetime.datetime
    data_until: Moment | None = None
    rows: int
    truncated: bool = False
    fingerprint: str = ""
    checks: tuple[CheckResult, ...] = ()

    @cached_property
    def hash(self) -> str:
        """Identity of the receipt."""
        return content_hash(self)
