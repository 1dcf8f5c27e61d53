"""Imports what a first goal needs while the person still types. Light by itself; it connects to nothing."""

from __future__ import annotations

import importlib
import threading

MODULES = (
    "notebook.acts", "notebook.workspace", "agent.loop", "connectors.duckdb", "planner.route", "store.journal",
    "notebook.bundle", "demo.warehouse",
)  # fmt: skip
"""What a first goal imports."""


def warm_up() -> threading.Thread:
    """Import in the background; a goal that comes sooner waits only for what is still missing."""

    def work() -> None:
        for module in MODULES:
            importlib.import_module(f"jupyter_goal.{module}")

    thread = threading.Thread(target=work, name="jupyter-goal-warm-up", daemon=True)
    thread.start()
    return thread
