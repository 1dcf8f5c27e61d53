"""The frozen plan of a goal: reruns execute it without planning."""

from __future__ import annotations

from goal_semantics.model import Border
from jupyter_goal.core.annotation import Annotation
from jupyter_goal.core.plan import Plan


class Lock(Border):
    """Stored in the cell's metadata under `jupyter_goal`. Relative time in the plan stays relative.

    Its position among the goals of the notebook is that of its cell in the file: nothing here repeats it.
    """

    version: int = 1
    goal: str
    """Hash of the goal's words (`Goal.hash`)."""
    text: str
    """The goal's words, for readers of the file."""
    catalog: str = ""
    plan: Plan
    annotations: tuple[Annotation, ...] = ()
