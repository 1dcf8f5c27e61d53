"""Errors as the cell shows them: two lines that a person can act on."""

from __future__ import annotations

from dataclasses import replace

from goal_semantics.errors import UserError
from jupyter_goal.errors import GoalError


class NotReached(GoalError):
    """The view above has told what happened: this only stops the cells that wait."""

    def _render_traceback_(self) -> list[str]:
        return ["The goal was not reached (see above). Cells that were waiting did not run."]


def in_two_lines(error: Exception) -> GoalError:
    """What happened and the next step, of any error."""
    match error:
        case GoalError():
            return error
        case UserError(issues=issues) if issues:
            first, *others = issues
            more = f" (and {len(others)} more)" if others else ""
            return GoalError(
                f"{replace(first, hint='')}{more}", first.hint or "`jupyter goal check` lists every problem."
            )
        case _:
            return GoalError(
                f"Internal error: {type(error).__name__}: {error}", "Please report it (--debug shows more)."
            )
