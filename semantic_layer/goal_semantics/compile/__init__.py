"""The front door: a semantic query becomes one statement for one dialect, with its columns, lineage and policies."""

from goal_semantics.compile.statement import compile_query, compile_question

__all__ = ["compile_query", "compile_question"]
