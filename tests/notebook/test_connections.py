"""Which connection a line is asked of: options hold for their line, only `connect` binds, and Tab opens nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import duckdb
import pytest

from tests.notebook.kernel import WIDGET, Kernel


@pytest.fixture
def two(tmp_path: Path, kernel: Kernel) -> Kernel:
    """A kernel beside two databases with the same table."""
    for name, factor in (("a", 1), ("b", 1000)):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute("CREATE TABLE orders (region VARCHAR, amount INTEGER)")
            connection.execute(f"INSERT INTO orders VALUES ('n', {factor}), ('s', {2 * factor}), ('w', {3 * factor})")
    return kernel


def rows(view: dict) -> list[list]:
    return sorted(view["artifacts"][0]["table"]["values"])


A, B = [["n", 1], ["s", 2], ["w", 3]], [["n", 1000], ["s", 2000], ["w", 3000]]
TOTAL = "total amount by region"


def test_options_hold_for_their_line_only(two: Kernel):
    two.run("%goal connect a.duckdb")
    assert rows(two.run(f"%goal {TOTAL}").view) == A
    assert rows(two.run(f"%goal --connection b.duckdb {TOTAL}").view) == B
    assert rows(two.run(f"%goal {TOTAL}").view) == A
    assert "orders" in two.run("%goal --connection b.duckdb catalog").text.lower()
    two.run("%goal --connection b.duckdb status")
    assert rows(two.run(f"%goal {TOTAL}").view) == A


def test_a_click_on_an_old_output_is_asked_of_its_own_connection(two: Kernel):
    two.run("%goal connect a.duckdb")
    done = two.run(f"%goal {TOTAL}", cell="c1")
    two.run("%goal connect b.duckdb")
    artifact = done.view["artifacts"][0]["id"]
    two.click(
        done.displays[-1][WIDGET]["model_id"], {"kind": "revise", "text": "top 2", "artifact": artifact, "marks": []}
    )
    view = two.views(until=("done", "refused", "failed", "waiting"))[-1]
    assert view["problem"] is None
    assert rows(view) == A[1:]


def test_tab_opens_no_connection(two: Kernel):
    two.run("import pandas as pd\norders = pd.DataFrame({'region': ['n'], 'amount': [1]})")
    assert two.complete("%goal stat") == ["%goal status"]
    assert two.run("from jupyter_goal.session import default_session\ndefault_session().bound is None").results == [
        {"text/plain": "True"}
    ]


def test_status_does_not_touch_the_connection_of_the_goal_that_runs(slow: Kernel):
    request = slow.send("%goal spread by bucket", cell="c1")
    while WIDGET not in slow.client.get_iopub_msg(timeout=20)["content"].get("data", {}):
        pass
    time.sleep(1)
    slow.interrupt()
    assert slow.collect(request).view["status"] == "cancelled"
    assert "cancelled" in slow.run("%goal --connection demo status").text
    assert slow.run("default_session().bound.connector.url").status == "error"
    checked = slow.run("from jupyter_goal.session import default_session\ndefault_session().bound.connector.url")
    assert "empty.duckdb" in checked.results[0]["text/plain"]


def test_a_goal_of_a_killed_kernel_is_listed_and_resumed_without_its_id(two: Kernel, start_kernel, tmp_path: Path):
    two.run("%goal connect a.duckdb")
    lost = (
        "from jupyter_goal.session import default_session\nfrom jupyter_goal.core.event import QueryStarted\n"
        f"session = default_session()\nrun = session.ask({TOTAL!r})\n"
        "for run in session.steps(run):\n    if isinstance(run.events[-1], QueryStarted): break\n"
        f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
    )
    two.send(lost)
    time.sleep(4)
    later = start_kernel(tmp_path)
    later.run("%load_ext jupyter_goal\n%goal connect a.duckdb")
    assert TOTAL in later.run("%goal status").text
    resumed = later.run("%goal resume")
    assert "done" in resumed.text, resumed
    assert rows(resumed.view) == A
    assert TOTAL not in later.run("%goal status").text.split("Not ended")[-1].replace("Total", "")
    assert later.run("%goal resume").error.splitlines()[0].startswith("There is no goal to go on with")
