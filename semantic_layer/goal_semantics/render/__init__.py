"""Relations to SQL: the only room that knows both the algebra and sqlglot.

Trees are built from nodes, never from text of ours; identifiers are always quoted; values become parameters. Which
rows come back is decided before this point: rendering adds no meaning.
"""

from goal_semantics.render.statement import Rendered, render

__all__ = ["Rendered", "render"]
