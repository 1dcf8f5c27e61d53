"""Browser figures, in a real JupyterLab and Chromium: a series of 1,000,000 points, a typical chart, a notebook of many goals,
and how soon Cancel acts on a query that runs for minutes.

Heap is what is in use after garbage collection: JavaScript alone, and with the page's own objects (DOM, buffers).
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from _report import Figure, report
from playwright.sync_api import CDPSession, Page, sync_playwright

sys.path.append(str(Path(__file__).parents[2]))  # the notebooks, pages and servers of the journeys

from tests.ui.books import write_book, write_slow_project
from tests.ui.pages import LabPage
from tests.ui.servers import start_lab

MIME = "application/vnd.jupyter-goal.run+json"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DRAWN = ".jg-plot .main-svg :is(path.js-line, .barlayer .point path)"

FRAMES = """
import numpy as np
import pandas as pd

def series(name, count):
    second = np.arange(count)
    wave = 20 + 5 * np.sin(second / count * 200) + np.random.default_rng(7).normal(0, 1, count)
    return pd.DataFrame({"moment": np.datetime64("2025-01-01", "s") + second.astype("timedelta64[s]"), name: wave})

first = pd.DataFrame({"shop": ["a", "b", "c"], "sales": [3, 1, 2]})
short = series("level", 10_000)
long = series("value", 1_000_000)
"""
LIBRARY = "%goal total sales by shop"
SHORT = "%goal average level by second"
LONG = "%goal average value by second"
TYPICAL = "%goal on-time rate by carrier"
MANY = tuple(
    f"%goal {measure} by {dimension}"
    for dimension in ("month", "origin", "carrier", "month and origin")
    for measure in ("flights", "average departure delay", "average arrival delay", "cancellation rate", "on-time rate")
)
CONNECT = "%goal connect demo"
CELLS = ("%load_ext jupyter_goal", FRAMES, LIBRARY, SHORT, LONG, CONNECT, TYPICAL, *MANY)

RUN = """([index, mime, drawn]) => new Promise((resolve, reject) => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cell = panel.content.widgets[index];
    const kernel = panel.sessionContext.session.kernel;
    const begun = performance.now();
    const since = () => (performance.now() - begun) / 1000;
    const seen = { request: '', answered: null, idle: null };
    const hear = (_, { msg, direction }) => {
        if (direction === 'send' && msg.header.msg_type === 'execute_request') {
            seen.request = msg.header.msg_id;
        }
        if (direction === 'recv' && msg.parent_header.msg_id === seen.request) {
            const view = msg.content?.data?.[mime] ?? msg.content?.data?.state?.view;
            seen.answered ??= view?.artifacts?.[0]?.figure ? since() : null;
            seen.idle = msg.content?.execution_state === 'idle' ? since() : seen.idle;
            seen.last = since();
        }
    };
    const look = () => {
        seen.drawn ??= cell.node.querySelector(drawn)?.getAttribute('d') ? since() : undefined;
        if (seen.idle !== null && seen.drawn !== undefined) {
            kernel.anyMessage.disconnect(hear);
            resolve({ answered: seen.answered, last: seen.last, drawn: seen.drawn });
        } else if (since() > 120) {
            reject(new Error(cell.node.innerText.slice(0, 2000)));
        } else {
            requestAnimationFrame(look);
        }
    };
    kernel.anyMessage.connect(hear);
    cell.node.scrollIntoView();
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
    window.jupyterapp.commands.execute('notebook:run-cell');
    requestAnimationFrame(look);
})"""
POINTS = """index => {
    const plot = window.jupyterapp.shell.currentWidget.content.widgets[index].node.querySelector('.jg-plot');
    return plot.data.reduce((count, trace) => count + trace.x.length, 0);
}"""


@dataclass(frozen=True, slots=True)
class Heap:
    """Bytes in use."""

    script: int
    whole: int

    def since(self, before: Heap) -> tuple[float, float]:
        """Growth in MB."""
        return round((self.script - before.script) / 1e6, 2), round((self.whole - before.whole) / 1e6, 2)


def heap(page: Page, devtools: CDPSession) -> Heap:
    """After the page has come to rest and was cleaned."""
    page.wait_for_timeout(1_500)
    for _ in range(2):
        devtools.send("HeapProfiler.collectGarbage")
    used = devtools.send("Runtime.getHeapUsage")
    whole = used["usedSize"] + used["embedderHeapUsedSize"] + used["backingStorageSize"]
    return Heap(int(used["usedSize"]), int(whole))


@dataclass(frozen=True, slots=True)
class Chart:
    """One goal: when it was answered and drawn, in seconds after Run, and what it left in the page."""

    answered: float
    last_message: float
    drawn: float
    points: int
    script_mb: float
    whole_mb: float


def measure(lab: LabPage, devtools: CDPSession, code: str) -> Chart:
    """Run the cell that holds this code, which no cell of the notebook has run before."""
    index = CELLS.index(code)
    before = heap(lab.page, devtools)
    times = lab.page.evaluate(RUN, [index, MIME, DRAWN])
    script, whole = heap(lab.page, devtools).since(before)
    points = lab.page.evaluate(POINTS, index)
    return Chart(times["answered"], times["last"], times["drawn"], points, script, whole)


def cancelled(lab: LabPage, project: Path) -> float:
    """Seconds from a click on Cancel until the cell says that the query was stopped at the server."""
    write_book(project, "slow.ipynb", "%load_ext jupyter_goal", "%goal spread by bucket")
    lab.open(f"{project.name}/slow.ipynb")
    lab.run(0)
    lab.start(1)
    button = lab.cell(1).get_by_role("button", name="Cancel")
    button.wait_for(timeout=20_000)
    lab.page.wait_for_timeout(1_500)
    begun = time.monotonic()
    button.click()
    lab.cell(1).get_by_text("Cancelled. The query was stopped at the server.").wait_for(timeout=30_000)
    return time.monotonic() - begun


@dataclass(frozen=True, slots=True)
class Saved:
    """Bytes of one output: our bundle as JSON, the bundle as the file indents it, and the whole output in the file."""

    bundle: int
    bundle_in_file: int
    output_in_file: int


def saved(path: Path, code: str) -> Saved:
    """What a saved notebook holds for the cell with this code."""
    book = nbformat.read(path, 4)
    [output] = book.cells[CELLS.index(code)].outputs
    whole = path.stat().st_size
    bundle = output["data"].pop(MIME)
    without_bundle = len(nbformat.writes(book).encode())
    book.cells[CELLS.index(code)].outputs = []
    without_output = len(nbformat.writes(book).encode())
    return Saved(len(json.dumps(bundle).encode()), whole - without_bundle, whole - without_output)


def run_all(lab: LabPage, devtools: CDPSession, path: Path) -> dict[str, Figure]:
    """The notebook from top to bottom, then saved."""
    for index in (0, 1):
        lab.run(index)
    charts = {"library": measure(lab, devtools, LIBRARY), "short": measure(lab, devtools, SHORT)}
    charts["long"] = measure(lab, devtools, LONG)
    lab.run(CELLS.index(CONNECT))
    charts["typical"] = measure(lab, devtools, TYPICAL)
    before = heap(lab.page, devtools)
    for code in MANY:
        lab.page.evaluate(RUN, [CELLS.index(code), MIME, DRAWN])
    script, whole = heap(lab.page, devtools).since(before)
    lab.save()
    figures: dict[str, Figure] = {}
    for name, chart in charts.items():
        figures |= figures_of(name, chart)
    for name, code in (("short", SHORT), ("long", LONG), ("typical", TYPICAL)):
        figures |= {f"{name}_saved_{key}_bytes": size for key, size in asdict(saved(path, code)).items()}
    count = len(MANY)
    figures |= {"many_goals": count, "many_script_mb_per_goal": round(script / count, 3)}
    figures |= {"many_whole_mb_per_goal": round(whole / count, 3), "notebook_bytes": path.stat().st_size}
    return figures


def figures_of(name: str, chart: Chart) -> dict[str, Figure]:
    """By name; the first chart of a page also loads the library."""
    return {
        f"{name}_points": chart.points,
        f"{name}_answered_s": round(chart.answered, 3),
        f"{name}_drawn_s": round(chart.drawn, 3),
        f"{name}_answer_to_drawn_s": round(chart.drawn - chart.answered, 3),
        f"{name}_last_message_to_drawn_s": round(chart.drawn - chart.last_message, 3),
        f"{name}_heap_script_mb": chart.script_mb,
        f"{name}_heap_whole_mb": chart.whole_mb,
    }


def main() -> None:
    """Measure and print."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("NOT RUN: Chromium was not found (apt install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home, notebooks = Path(folder, "home"), Path(folder, "notebooks")
        home.mkdir()
        notebooks.mkdir()
        path = write_book(notebooks, "bench.ipynb", *CELLS)
        server = start_lab(notebooks, home)
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            lab = LabPage(page, server)
            lab.open(path.name)
            figures = run_all(lab, page.context.new_cdp_session(page), path)
            stopped = cancelled(lab, write_slow_project(notebooks / "slow"))
            report(figures | {"cancel_to_stopped_s": round(stopped, 3)})
        finally:
            browser.close()
            server.close()


if __name__ == "__main__":
    main()
