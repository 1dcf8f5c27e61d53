"""`jupyter goal demo`: three goals on real flights in the terminal, and the first notebook as a page."""

from __future__ import annotations

from pathlib import Path

from jupyter_goal.report import as_text
from jupyter_goal.session import Session
from jupyter_goal.settings import ProjectSettings, Settings

GOALS = (
    "flights by month",
    "on-time rate by carrier",
    "top 5 destinations by flights from JFK",
)
NOTEBOOK = "notebooks/01_first_goal.ipynb"


def tour(output: Path) -> int:
    """Answer the goals, execute the notebook to HTML, say where it is. Returns the exit code."""
    output.mkdir(parents=True, exist_ok=True)
    settings = Settings(directory=output, project=ProjectSettings(connection="demo"))
    session = Session(settings)
    print(session.connect("demo"))
    failed = 0
    for text in GOALS:
        run = session.finish(session.ask(text))
        print(f"\n── {text} {'─' * max(4, 92 - len(text))}\n\n{as_text(session.view(run))}")
        failed += run.status != "done"
    session.close()
    page = _page(output)
    print(f"\nThe notebook as a page:  {page}" if page else "\nNo notebook found here; run this from the repository.")
    print("Open it in JupyterLab:   make lab")
    return 1 if failed else 0


def _page(output: Path) -> Path | None:
    source = Path(NOTEBOOK)
    if not source.is_file():
        return None
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    notebook = nbformat.read(source, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(output)}}).execute()
    body, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    page = (output / "01_first_goal.html").resolve()
    page.write_text(body, encoding="utf-8")
    return page
