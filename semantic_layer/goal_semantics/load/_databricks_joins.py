"""The joins of a metric view as datasets and relationships, and names of its SQL as names of those datasets."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._databricks_shape import Join
from goal_semantics.load._draft import Draft
from goal_semantics.load._space import Space, Uncarried
from goal_semantics.load._sql import Unreadable, columns, parse, replaced
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Relationship

FACT = "source"
"""What the SQL of a metric view calls its own rows."""


@dataclass(slots=True)
class Tables:
    """One metric view's datasets by the name that its SQL has for them: `source`, `customer`, `customer.nation`."""

    carrier: Carrier
    space: Space
    fact: Draft
    by_path: dict[str, Draft] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    narrowed: list[tuple[Draft, Draft, list[tuple[str, str]]]] = field(default_factory=list)
    """(many side, one side, columns) of the joins that lead to many rows."""

    def __post_init__(self) -> None:
        self.by_path[FACT] = self.fact

    def add(self, join: Join, at: Trail, parent: Draft, path: str = "") -> None:
        """The dataset of a join and of those nested in it, and the relationship that leads there."""
        full = f"{path}.{join.name}".lower().lstrip(".")
        draft = Draft(self._free(join.name), source_of(join.source), "databricks")
        self.space.add(draft)
        self.by_path[full] = draft
        self.names.setdefault(join.name.lower(), []).append(full)
        self.carrier.put(f"datasets.{draft.name}", at)
        try:
            self._relate(join, parent, draft, path, at)
        except Unreadable as error:
            self.carrier.wrong(f"the SQL cannot be read: {error.reason}.", (*at, "on"))
        except Uncarried as reason:
            self.carrier.leave(f"the join is not carried: {reason}.", at)
        for position, inner in enumerate(join.joins):
            self.add(inner, (*at, "joins", position), draft, full)

    def owned(self, tree: exp.Expr) -> exp.Expr:
        """The tree with columns named by dataset. Errors: Uncarried."""

        def one(column: exp.Column) -> exp.Expr | None:
            parts = [part.name.lower() for part in column.parts[:-1]]
            if not parts:
                return None
            draft = self.find(".".join(parts))
            if draft is None:
                raise Uncarried(f"it names {'.'.join(parts)}, which is no join (nor a struct that a catalog knows)")
            return exp.column(column.this.copy(), exp.to_identifier(draft.name))

        return replaced(tree, one)

    def find(self, path: str) -> Draft | None:
        """The dataset of a path of joins; of a single name if only one join has it."""
        words = path.removeprefix(f"{FACT}.") if path != FACT else path
        paths = self.names.get(words, [])
        return self.by_path.get(words) or (self.by_path[paths[0]] if len(paths) == 1 else None)

    def narrow(self) -> None:
        """Many sides keep the rows that belong to a row of the view, once its filter is known; others it never sees."""
        for many, one, pairs in self.narrowed:
            same = " AND ".join(f"many.{_quoted(left)} = one.{_quoted(right)}" for left, right in pairs)
            many.source = (
                f"(SELECT * FROM {many.source} AS many WHERE EXISTS "  # noqa: S608 - a definition, parsed like any other
                f"(SELECT 1 FROM {one.source} AS one WHERE {same}))"
            )

    def _free(self, name: str) -> str:
        free = name.replace(".", "_")
        return free if self.space.find(free) is None else f"{self.fact.name}_{free}"

    def _relate(self, join: Join, parent: Draft, child: Draft, path: str, at: Trail) -> None:
        pairs = [(name, name) for name in join.using] or self._pairs(join, parent, child)
        many, one = parent, child
        if join.cardinality == "one_to_many":
            if parent is not self.fact and parent not in (many for many, _, _ in self.narrowed):
                raise Uncarried("many rows of a row that is itself looked up would be counted again and again")
            many, one, pairs = child, parent, [(right, left) for left, right in pairs]
            self.narrowed.append((many, one, pairs))
            self.carrier.leave("is turned round: a relationship leads from many to one.", (*at, "cardinality"))
        keys = tuple(one.column(right) for _, right in pairs)
        if join.cardinality or (join.rely and join.rely.at_most_one_match):
            one.unique(keys)
        else:
            message = (
                "where several rows match, Databricks takes one; a catalog wants a unique key, which `check` verifies."
            )
            self.carrier.leave(message, at, hint="Say `rely: {at_most_one_match: true}`.")
        self.space.relationships.append(
            Relationship(
                name=(child if one is child else parent).name,
                from_dataset=many.name,
                to_dataset=one.name,
                from_fields=tuple(many.column(left) for left, _ in pairs),
                to_fields=keys,
                one_to_one=join.cardinality == "one_to_one",
            )
        )
        self.carrier.put(f"relationships.{self.space.relationships[-1].name}", at)

    def _pairs(self, join: Join, parent: Draft, child: Draft) -> list[tuple[str, str]]:
        """(column of the parent, column of the child) per equation. Errors: Uncarried, Unreadable."""
        if not join.on:
            raise Uncarried("it has neither “on” nor “using”")
        condition = parse(join.on, "databricks")
        equations = list(condition.flatten()) if isinstance(condition, exp.And) else [condition.unnest()]
        pairs: list[tuple[str, str]] = []
        for equation in equations:
            sides = [equation.this, equation.expression] if isinstance(equation, exp.EQ) else []
            found = {self._side(side, parent, child): side.name for side in sides if isinstance(side, exp.Column)}
            if set(found) != {"parent", "child"}:
                raise Uncarried(f"“{equation.sql(dialect='databricks')}” is not “column = column” of both sides")
            pairs.append((found["parent"], found["child"]))
        return pairs

    def _side(self, column: exp.Column, parent: Draft, child: Draft) -> str:
        draft = self.find(".".join(part.name.lower() for part in column.parts[:-1]))
        return "child" if draft is child else "parent" if draft is parent or not column.table else "other"


def _quoted(name: str) -> str:
    return exp.to_identifier(name).sql(dialect="duckdb")


def source_of(text: str) -> str:
    """A table, or a query in parentheses."""
    query = text.strip().rstrip(";")
    words = query.split(None, 1)
    return f"({query})" if words and words[0].upper() in {"SELECT", "WITH", "FROM"} else query


def filtered(fact: Draft, condition: exp.Expr, tables: Tables) -> str:
    """The source of a view of which every question sees only some rows. Errors: Uncarried."""
    if any(each.table and tables.find(each.table.lower()) is not fact for each in columns(condition)):
        raise Uncarried("the filter of a view over joined columns")
    bare = replaced(condition, lambda each: exp.column(each.this.copy()))
    return f"(SELECT * FROM {fact.source} AS source WHERE {bare.sql(dialect='duckdb')})"  # noqa: S608 - a definition, parsed like any other
