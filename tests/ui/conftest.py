"""Chromium and servers for the journeys. Every page is watched: no request leaves the machine, no error is logged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.ui.books import write_slow_project
from tests.ui.pages import LabPage, Watch
from tests.ui.servers import Server, start_lab

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser(not_run) -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        not_run("browser journeys", "Chromium was not found (apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    watch = Watch(page)
    yield page
    context.close()
    assert not watch.outside, watch.outside
    assert not watch.errors, watch.errors


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the notebooks of the journeys lie."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def lab_server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = start_lab(folder, tmp_path_factory.mktemp("lab"))
    yield server
    server.close()


@pytest.fixture
def lab(page: Page, lab_server: Server) -> LabPage:
    return LabPage(page, lab_server)


@pytest.fixture(scope="session")
def slow_project(folder: Path) -> Path:
    return write_slow_project(folder / "slow")
