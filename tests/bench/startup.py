"""Start-up figures: import, %load_ext, and the first goal in a cold kernel. CPU seconds, median of several processes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import textwrap
import time

from _report import median, report

ROUNDS = 5
HEAVY = (
    "plotly",
    "duckdb",
    "pandas",
    "pyarrow",
    "openai",
    "snowflake",
    "databricks",
    "sqlglot",
    "sqlalchemy",
    "anywidget",
)


def fresh(code: str) -> dict[str, float]:
    """Run code in a new interpreter; it prints one JSON object last."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True, cwd=folder
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


IMPORT = f"""
    import json, sys, time
    before = time.process_time()
    import jupyter_goal
    spent = time.process_time() - before
    print(json.dumps({{"cpu": spent, "heavy": [m for m in {HEAVY!r} if m in sys.modules]}}))
"""

LOAD = """
    import json, time
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance()
    import ipykernel.kernelbase, ipykernel.comm.manager, comm
    before, wall = time.process_time(), time.perf_counter()
    shell.run_line_magic("load_ext", "jupyter_goal")
    print(json.dumps({"cpu": time.process_time() - before, "wall": time.perf_counter() - wall}))
"""


def first_goal() -> float:
    """Seconds in a real kernel from sending the first goal to its reply; the demo is bound by its settings."""
    from jupyter_client.manager import start_new_kernel

    with tempfile.TemporaryDirectory() as folder:
        manager, client = start_new_kernel(cwd=folder, env=_environment())
        try:
            client.execute_interactive("%load_ext jupyter_goal", timeout=60)
            time.sleep(1.0)  # a person types
            before = time.perf_counter()
            reply = client.execute_interactive("%goal flights by month", timeout=60, output_hook=lambda _: None)
            spent = time.perf_counter() - before
            assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    return spent


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "JUPYTER_GOAL_CONNECTION": "demo"}


def main() -> None:
    """Measure and print."""
    imports = [fresh(IMPORT) for _ in range(ROUNDS)]
    loads = [fresh(LOAD) for _ in range(ROUNDS)]
    first_goal()  # builds the demo warehouse once
    goals = [first_goal() for _ in range(ROUNDS)]
    report(
        {
            "import_cpu_s": median([found["cpu"] for found in imports]),
            "import_loads_heavy": sorted({str(m) for found in imports for m in found["heavy"]}),  # type: ignore[attr-defined]
            "load_ext_cpu_s": median([found["cpu"] for found in loads]),
            "load_ext_wall_s": median([found["wall"] for found in loads]),
            "first_goal_cold_kernel_s": median(goals),
        }
    )


if __name__ == "__main__":
    main()
