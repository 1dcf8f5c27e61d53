"""Notebook 7 shows the same live view."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.books import LOAD, write_book
from tests.ui.pages import LabPage
from tests.ui.servers import TOKEN


@pytest.fixture(autouse=True)
def _notebook(not_run) -> None:
    if find_spec("notebook") is None:
        not_run("Notebook 7 journey", "the notebook package is not installed")


def test_a_goal_is_drawn_and_listens(lab: LabPage, folder: Path):
    write_book(folder, "seven.ipynb", LOAD, "%goal flights by origin")
    page = lab.page
    page.goto(f"{lab.url}/notebooks/seven.ipynb?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000, state="attached")
    page.wait_for_timeout(1_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(page.locator(".jg-plot .main-svg .xtick").first).to_be_visible(timeout=60_000)
    page.wait_for_timeout(800)
    lab.shot("notebook7")
    page.locator(".jg-plot .barlayer .point path").nth(1).click(force=True)
    page.get_by_role("button", name="Only this").click()
    expect(page.get_by_text("Changed:")).to_be_visible()
