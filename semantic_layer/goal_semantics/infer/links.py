"""Inclusions to relationships: declared keys, and keys that names and values agree on. One parent for each column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from goal_semantics.infer.fields import CODES, IDENTIFIERS
from goal_semantics.infer.guesses import Guess
from goal_semantics.infer.names import free, row_word, words
from goal_semantics.model import NUMERIC
from goal_semantics.profile import Inclusion, Profile, TableProfile

BY_NAME = 0.8
"""Coverage that is enough when the names agree as well."""
BY_VALUE = 0.95
"""Coverage that text needs when only its values speak for it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship in terms of tables and columns. `from_columns` and `to_columns` are column names."""

    name: str
    child: TableProfile
    parent: TableProfile
    inclusion: Inclusion
    one_to_one: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """The relationships of a profile, and what was guessed or left out.

    Guesses are about `relationships.<name>`, or the position where another relationship has the name as well.
    """

    links: tuple[Link, ...]
    guesses: tuple[Guess, ...]


def link(profile: Profile) -> Linked:
    """Each column points at one parent: declared first, then by name, then by coverage."""
    tables = {table.source: table for table in profile.tables}
    links: list[Link] = []
    guesses: list[Guess] = []
    taken: set[tuple[str, tuple[str, ...]]] = set()
    for inclusion in sorted(_credible(profile, tables), key=lambda each: _rank(each, tables)):
        child, parent = tables[inclusion.child_table], tables[inclusion.parent_table]
        place = (child.source, inclusion.child_columns)
        said = _said(inclusion)
        if not identifies(parent, inclusion.parent_columns):
            guesses.append(Guess("", f"left out: {said}: the parent's values are not unique, so rows would multiply."))
            continue
        if _leads_nowhere(inclusion) or any(_same_way(inclusion, each.inclusion) for each in links):
            continue
        if place in taken or _mirrors(inclusion, links):
            guesses.append(Guess("", f"left out: {said}: that column already leads elsewhere."))
            continue
        taken.add(place)
        siblings = [each.name for each in links if each.child is child]
        name = free(_role(inclusion, parent), siblings)
        path = len(links) if any(each.name == name for each in links) else name
        links.append(Link(name, child, parent, inclusion, identifies(child, inclusion.child_columns)))
        found = "declared" if inclusion.declared else "guess"
        guesses.append(Guess(f"relationships.{path}", f"{found}: {said}; {inclusion.coverage:.1%} of the rows match."))
    return Linked(tuple(links), tuple(guesses))


def identifies(table: TableProfile, columns: tuple[str, ...]) -> bool:
    """Whether no two rows share these columns, as far as was measured. A declared key that the data breaks does not."""
    profiles = {column.name: column for column in table.columns}
    if not set(columns) <= profiles.keys():
        return False
    if len(columns) == 1:
        return profiles[columns[0]].unique
    most = 1
    for name in columns:
        most *= max(1, profiles[name].distinct)
    return set(columns) >= set(table.primary_key) != set() and most >= table.rows


def _credible(profile: Profile, tables: Mapping[str, TableProfile]) -> Iterator[Inclusion]:
    for inclusion in profile.inclusions:
        if inclusion.child_table not in tables or inclusion.parent_table not in tables:
            continue
        agreed = _names_agree(inclusion, tables[inclusion.parent_table])
        text = _by_value(inclusion, tables[inclusion.child_table])
        if (
            inclusion.declared
            or (agreed and inclusion.coverage >= BY_NAME)
            or (text and inclusion.coverage >= BY_VALUE)
        ):
            yield inclusion


def _names_agree(inclusion: Inclusion, parent: TableProfile) -> bool:
    """Same name (unless it says nothing), or the child's name mentions the parent."""
    pairs = zip(inclusion.child_columns, inclusion.parent_columns, strict=True)
    if all(child.lower() == key.lower() and not _says_nothing(child) for child, key in pairs):
        return True
    mentioned = set(words(row_word(parent.name)))
    return len(inclusion.child_columns) == 1 and mentioned <= set(words(inclusion.child_columns[0]))


def _says_nothing(name: str) -> bool:
    named = set(words(name))
    return named <= IDENTIFIERS | CODES | {"name", "year", "month", "day", "date", "description", "hour"}


def _by_value(inclusion: Inclusion, child: TableProfile) -> bool:
    """Text of three values and more: numbers are included everywhere by chance, text is not."""
    columns = {column.name: column for column in child.columns}
    own = [columns[name] for name in inclusion.child_columns if name in columns]
    return any(column.type not in NUMERIC and column.type != "boolean" and column.distinct >= 3 for column in own)


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """What speaks for a candidate, the strongest first; the smallest wins."""

    undeclared: bool
    disagreeing: bool
    unlike: bool
    uncovered: float
    columns: int
    child: str
    parent: str


def _rank(inclusion: Inclusion, tables: Mapping[str, TableProfile]) -> _Rank:
    child, parent = inclusion.child_columns, inclusion.parent_columns
    return _Rank(
        undeclared=not inclusion.declared,
        disagreeing=not _names_agree(inclusion, tables[inclusion.parent_table]),
        unlike=[name.lower() for name in child] != [name.lower() for name in parent],
        uncovered=1 - inclusion.coverage,
        columns=len(child),
        child=inclusion.child_table,
        parent=inclusion.parent_table,
    )


def _leads_nowhere(inclusion: Inclusion) -> bool:
    """A key that points at itself."""
    return (inclusion.child_table, inclusion.child_columns) == (inclusion.parent_table, inclusion.parent_columns)


def _same_way(one: Inclusion, other: Inclusion) -> bool:
    """The same key measured once more, whole or in part."""
    same_tables = (one.child_table, one.parent_table) == (other.child_table, other.parent_table)
    return same_tables and bool(set(one.child_columns) & set(other.child_columns))


def _mirrors(inclusion: Inclusion, links: Iterable[Link]) -> bool:
    """Two tables that share a key would point at each other; the first direction is enough."""
    return any(
        each.inclusion.child_table == inclusion.parent_table
        and each.inclusion.parent_table == inclusion.child_table
        and each.inclusion.child_columns == inclusion.parent_columns
        and not inclusion.declared
        for each in links
    )


def _role(inclusion: Inclusion, parent: TableProfile) -> str:
    """The name of the step: the part that the parent plays (`origin`, `manager`), else what the parent is."""
    target = row_word(parent.name).replace(" ", "_")
    if len(inclusion.child_columns) != 1:
        return target
    column, key = inclusion.child_columns[0], inclusion.parent_columns[0]
    own = [word for word in words(column) if word not in IDENTIFIERS and word not in {"code", "no", "number", "num"}]
    if column.lower() == key.lower() or not own:
        return target
    return "_".join(own)


def _said(inclusion: Inclusion) -> str:
    child = ", ".join(inclusion.child_columns)
    parent = ", ".join(inclusion.parent_columns)
    return f"{inclusion.child_table}.{child} points at {inclusion.parent_table}.{parent}"
