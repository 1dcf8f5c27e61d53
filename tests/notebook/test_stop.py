"""Cancel and interrupt act while a query runs that would never end, and stop it in the database."""

from __future__ import annotations

import time

import psutil
import pytest

from tests.notebook.kernel import WIDGET, Executed, Kernel


def start_slow_goal(kernel: Kernel) -> tuple[str, str]:
    """The request, and the widget's id once the query is running."""
    request = kernel.send("%goal spread by bucket", cell="c1")
    while True:
        data = kernel.client.get_iopub_msg(timeout=20)["content"].get("data", {})
        if WIDGET in data:
            break
    process = psutil.Process(kernel.pid)
    assert any(process.cpu_percent(0.3) > 40 for _ in range(40)), "the query did not start"
    return request, data[WIDGET]["model_id"]


def is_idle(kernel: Kernel) -> bool:
    return psutil.Process(kernel.pid).cpu_percent(0.5) < 30


def test_cancel_acts_and_the_engine_is_idle(slow: Kernel):
    request, model = start_slow_goal(slow)
    slow.click(model, {"kind": "cancel"})
    done = slow.collect(request)
    assert (done.status, done.view["status"]) == ("ok", "cancelled")
    assert "at the server" in done.view["problem"]["message"]
    assert is_idle(slow)


def test_interrupt_acts_and_stops_the_cells_that_wait(slow: Kernel):
    request, _ = start_slow_goal(slow)
    slow.interrupt()
    done = slow.collect(request)
    assert (done.status, done.view["status"]) == ("error", "cancelled")
    assert done.error == "Stopped. Cells that were waiting did not run."
    assert is_idle(slow)
    assert slow.run("6 * 7").results == [{"text/plain": "42"}]


@pytest.mark.parametrize("code", ["def ask():\n    run = %goal spread by bucket\n    return run\nask()"])
def test_a_synchronous_goal_is_stopped_by_an_interrupt(slow: Kernel, code: str):
    request = slow.send(code)
    time.sleep(2)
    slow.interrupt()
    done: Executed = slow.collect(request)
    assert done.view["status"] == "cancelled"
    assert is_idle(slow)


def test_the_journal_holds_the_cancelled_run(slow: Kernel):
    request, model = start_slow_goal(slow)
    slow.click(model, {"kind": "cancel"})
    slow.collect(request)
    status = slow.run("%goal status")
    assert "cancelled" in status.text
