"""SQL of Cube: `{CUBE}.column`, `{member}`, `${cube.member}` become names that a parser can read, and are found again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from goal_semantics.dialects import Dialect
from goal_semantics.load._space import Uncarried
from goal_semantics.load._sql import Unreadable, parse

_REFERENCE = re.compile(r"\$?\{\s*([^{}]*?)\s*\}")
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")
_MARK = re.compile(r"goal_reference_(\d+)\Z")
_DIALECTS: tuple[Dialect, ...] = ("duckdb", "snowflake", "databricks")
"""Cube's SQL is that of its data source, which the file does not name: the first that can read it."""
_OUTSIDE = ("FILTER_PARAMS", "FILTER_GROUP", "SECURITY_CONTEXT", "COMPILE_CONTEXT", "SQL_UTILS")


@dataclass(frozen=True, slots=True)
class Written:
    """SQL as a tree in which references are columns; `references` by the number in their name."""

    tree: exp.Expr
    dialect: Dialect
    references: tuple[str, ...]

    def reference(self, name: str) -> str | None:
        """What a name in the tree stands for, if it is a reference."""
        found = _MARK.match(name)
        return self.references[int(found[1])] if found else None


def read(text: str) -> Written:
    """The SQL of a member. Errors: Unreadable, Uncarried for what only Cube can put in place."""
    marked, references = marks(text)
    problems: list[Unreadable] = []
    for dialect in _DIALECTS:
        try:
            tree = parse(marked, dialect)
        except Unreadable as error:
            problems.append(error)
            continue
        if any("goal_reference_" in each.this for each in tree.find_all(exp.Literal) if each.is_string):
            raise Uncarried("it has a reference inside of quotes")
        return Written(tree, dialect, references)
    raise problems[0]


def marks(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with names in the place of references, and what they stand for. Errors: Uncarried."""
    if "{{" in text or "{%" in text:
        raise Uncarried("it is a Jinja template, which has to be rendered first")
    references: list[str] = []

    def mark(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith(_OUTSIDE):
            raise Uncarried(f"{name.split('.')[0]} is only known while Cube answers a query")
        if not _NAME.match(name):
            raise Uncarried(f"“{found[0]}” is no name of a member")
        references.append(name)
        return f"goal_reference_{len(references) - 1}"

    return _REFERENCE.sub(mark, text), tuple(references)
