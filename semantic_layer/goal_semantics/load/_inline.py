"""SQL of one field that uses the names of others: put in place, because a field of a catalog is SQL over columns."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from goal_semantics.load._space import Uncarried
from goal_semantics.load._sql import leaves, replaced


def settled(dataset: str, tree: exp.Expr, trees: Mapping[str, exp.Expr], seen: frozenset[str]) -> exp.Expr:
    """The tree over columns. `trees`: the other fields by lower name; a name in `seen`, its own above all, is a column.

    Errors: Uncarried.
    """
    if next(leaves(tree), None) is not None or tree.find(exp.Window):
        raise Uncarried("it aggregates rows of its own; a field is about one row")

    def one(column: exp.Column) -> exp.Expr | None:
        if column.table and column.table.lower() != dataset.lower():
            raise Uncarried(f"it names {column.table}, another dataset")
        name = column.name.lower()
        if name not in trees or name in seen:
            return exp.column(column.this.copy()) if column.table else None
        return settled(dataset, trees[name], trees, seen | {name})

    return replaced(tree, one)
