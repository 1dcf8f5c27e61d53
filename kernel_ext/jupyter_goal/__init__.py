"""A Jupyter-native analytics agent: goals in plain English, governed SQL, checked answers.

    %load_ext jupyter_goal
    %goal flights by month

Heavy parts load on first use (PEP 562): importing this package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_goal.session import Session, goal

__all__ = ["Session", "goal", "load_ipython_extension", "unload_ipython_extension"]


def __getattr__(name: str) -> Any:
    if name in {"Session", "goal"}:
        from jupyter_goal import session

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext jupyter_goal`."""
    from jupyter_goal.notebook.magic import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext jupyter_goal`."""
    from jupyter_goal.notebook.magic import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "../../labextension/dist/lab", "dest": "@jupyter-goal/lab"}]
