"""`voila NOTEBOOK`: the same views on a page, from the locks, with nothing fetched from elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import papermill
import pytest
from playwright.sync_api import Page, expect

from tests.house.house import ROOT
from tests.notebook.test_rerun import planners, values, views
from tests.ui.books import LOAD, write_book
from tests.ui.pages import SCREENSHOTS, LabPage
from tests.ui.servers import Server, start_voila

GOALS = ("%goal flights by origin", "%goal flights by month")


@pytest.fixture
def locked(lab: LabPage, folder: Path) -> Path:
    """A notebook whose goals were run and saved in JupyterLab."""
    site = folder / "site"
    site.mkdir(exist_ok=True)
    path = write_book(site, "site.ipynb", LOAD, *GOALS)
    lab.open("site/site.ipynb")
    for index in range(3):
        lab.run(index)
    lab.page.wait_for_function(
        """() => window.jupyterapp.shell.currentWidget.content.widgets.slice(1)
            .every(cell => cell.model.metadata.jupyter_goal?.locks?.length === 1)"""
    )
    lab.save()
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.page.goto("about:blank")
    return path


@pytest.fixture
def voila(locked: Path, tmp_path: Path, page: Page) -> Iterator[Server]:
    server = start_voila(locked, tmp_path)
    yield server
    page.goto("about:blank")
    server.close()


def test_the_page_shows_the_locked_goals_live(page: Page, voila: Server, locked: Path):
    before = len(planners(locked.parent))
    page.goto(voila.url)
    expect(page.locator(".jg-plot .main-svg .xtick").first).to_be_visible(timeout=60_000)
    expect(page.locator(".jg-view")).to_have_count(2)
    page.wait_for_timeout(1_000)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "voila.png", full_page=True)
    assert planners(locked.parent)[before:] == ["lock"] * 2
    page.locator(".jg-plot .barlayer .point path").nth(1).click(force=True)
    page.get_by_role("button", name="Only this").click()
    expect(page.get_by_text("Changed:")).to_be_visible()


def test_the_numbers_are_those_that_were_locked(page: Page, voila: Server, locked: Path):
    page.goto(voila.url)
    expect(page.locator(".jg-view")).to_have_count(2, timeout=60_000)
    first = page.locator(".jg-view").first
    first.get_by_role("tab", name="Table", exact=True).click()
    for row in values(views(locked)[0]):
        expect(first.get_by_role("tabpanel")).to_contain_text(f"{row[1]:,}")


def test_papermill_reruns_what_was_locked_in_jupyterlab(locked: Path, tmp_path: Path):
    before, shown = len(planners(locked.parent)), [values(view) for view in views(locked)]
    done = tmp_path / "rerun.ipynb"
    papermill.execute_notebook(locked, done, cwd=locked.parent, progress_bar=False)
    assert planners(locked.parent)[before:] == ["lock"] * 2
    assert [values(view) for view in views(done)] == shown


def test_the_first_notebook_is_a_page(page: Page, tmp_path: Path):
    source = tmp_path / "site" / "01_first_goal.ipynb"
    source.parent.mkdir()
    shutil.copy(ROOT / "notebooks" / source.name, source)
    goals = len(re.findall(r'"(?:\w+ = )?%goal (?!connect|help)', source.read_text(encoding="utf-8")))
    server = start_voila(source, tmp_path)
    try:
        page.goto(server.url)
        expect(page.locator(".jg-view")).to_have_count(goals, timeout=90_000)
        expect(page.locator(".jg-plot .main-svg").first).to_be_visible()
        page.screenshot(path=SCREENSHOTS / "voila_first_notebook.png", full_page=True)
    finally:
        page.goto("about:blank")
        server.close()
