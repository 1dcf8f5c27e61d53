"""`jupyter goal demo`: three goals on real flights in the terminal, and the first notebook as a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jupyter_goal.errors import GoalError
from jupyter_goal.page import write_page
from jupyter_goal.report import as_text
from jupyter_goal.session import Session
from jupyter_goal.settings import ProjectSettings, Settings

GOALS = (
    "flights by month",
    "on-time rate by carrier",
    "top 5 destinations by flights from JFK",
)
NOTEBOOK = Path("notebooks/01_first_goal.ipynb")


def tour(output: Path) -> Iterator[str]:
    """What to print, as it happens. Errors: GoalError names a goal that was not reached."""
    output.mkdir(parents=True, exist_ok=True)
    session = Session(Settings(directory=output, project=ProjectSettings(connection="demo")))
    try:
        yield session.connect("demo")
        for text in GOALS:
            run = session.finish(session.ask(text))
            yield f"\n── {text} {'─' * max(4, 92 - len(text))}\n\n{as_text(session.view(run))}"
            if run.status != "done":
                raise GoalError(f"The goal “{text}” was not reached.", "Run `jupyter goal ask --demo` with it.")
    finally:
        session.close()
    if NOTEBOOK.is_file():
        yield f"\nThe notebook as a page:  {write_page(NOTEBOOK, output / f'{NOTEBOOK.stem}.html')}"
    else:
        yield f"\n{NOTEBOOK} is not here: run this in the repository to see it as a page."
    yield "Open it in JupyterLab:   make lab"
