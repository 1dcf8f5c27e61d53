"""A browser page that remembers what must not happen: requests to other machines, errors on the console."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

from tests.ui.servers import TOKEN, Server

SCREENSHOTS = Path(__file__).parent / "screenshots"
AT_HOME = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:|chrome-error:")
# Not ours, seen on pages without our extension too: files that do not exist yet are asked for and answered with 404;
# Notebook's own Lab extension looks for a module that Voila lacks; Notebook 7 looks for a schema and a command it lacks.
FOREIGN = re.compile(
    r"404 \(Not Found\)|@jupyter-notebook/lab-extension|\(reading 'schema'\)|Command 'filebrowser:open-path' not registered"
)
READY = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


class Watch:
    """Collects what went wrong on a page."""

    def __init__(self, page: Page) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(str(error)))

    def _request(self, request: Request) -> None:
        if not AT_HOME.match(request.url):
            self.outside.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(message.text)

    def _note(self, text: str) -> None:
        if not FOREIGN.search(text):
            self.errors.append(text)


class LabPage:
    """One notebook open in JupyterLab or Notebook."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self._server = server

    @property
    def url(self) -> str:
        return self._server.url

    def open(self, name: str, *, kernel: bool = True) -> None:
        self.page.goto(f"{self._server.url}/lab/tree/{name}?token={TOKEN}&reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        if kernel:
            self.page.wait_for_function(READY, timeout=60_000)

    def start(self, index: int) -> None:
        """Run a cell; do not wait for its end."""
        self.page.evaluate(
            """index => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.deselectAll(); notebook.activeCellIndex = index;
                window.jupyterapp.commands.execute('notebook:run-cell');
            }""",
            index,
        )

    def run(self, index: int, seconds: float = 60) -> None:
        """Run a cell to its end."""
        before = self.count(index)
        self.start(index)
        self.page.wait_for_function(
            """([index, before]) => {
                const widget = window.jupyterapp.shell.currentWidget;
                const count = widget.content.widgets[index].model.executionCount;
                return count !== null && count !== before && widget.sessionContext.session.kernel.status === 'idle';
            }""",
            arg=[index, before],
            timeout=seconds * 1000,
        )

    def count(self, index: int) -> int | None:
        return self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.executionCount", index
        )

    def cell(self, index: int) -> Any:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def metadata(self, index: int) -> dict[str, Any]:
        return self.page.evaluate(
            "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.metadata", index
        )

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    def theme(self, name: str) -> None:
        self.page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
        self.page.wait_for_timeout(700)

    def shot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
