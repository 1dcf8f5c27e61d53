"""Loading gives a shell exactly what unloading takes back, and is cheap."""

from __future__ import annotations

from pathlib import Path

SNAPSHOT = """
def snapshot():
    shell = get_ipython()
    magics = {kind: sorted(known) for kind, known in shell.magics_manager.magics.items()}
    events = {name: len(heard) for name, heard in shell.events.callbacks.items()}
    return (magics, events, len(shell.input_transformers_post), len(shell.Completer.custom_matchers),
            sorted(name for name in vars(shell) if 'goal' in name and getattr(shell, name) is not None))
"""


def test_unloading_takes_everything_back(tmp_path: Path, start_kernel):
    kernel = start_kernel(tmp_path)
    kernel.run(SNAPSHOT)
    kernel.run("before = snapshot()")
    kernel.run("%load_ext jupyter_goal")
    assert kernel.run("assert snapshot() != before; snapshot()").status == "ok"
    kernel.run("%unload_ext jupyter_goal")
    done = kernel.run("assert snapshot() == before, (snapshot(), before)")
    assert done.status == "ok", done.error


def test_loading_twice_registers_once(kernel):
    kernel.run(SNAPSHOT)
    kernel.run("before = snapshot()")
    kernel.run("%reload_ext jupyter_goal")
    assert kernel.run("assert snapshot() == before").status == "ok"


def test_loading_waits_for_nothing_heavy(tmp_path: Path, start_kernel):
    kernel = start_kernel(tmp_path)
    heavy = "{'duckdb', 'plotly', 'pandas', 'anywidget', 'sqlglot', 'openai', 'sqlalchemy', 'pyarrow', 'pydantic'}"
    kernel.run("import sys, jupyter_goal.warm\njupyter_goal.warm.warm_up = lambda: None  # what happens beside")
    done = kernel.run(f"%load_ext jupyter_goal\nassert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)")
    assert done.status == "ok", done.error


def test_a_mistyped_option_is_two_lines_and_debug_shows_the_traceback(kernel):
    plain = kernel.run("%goal --bogus flights by month")
    assert plain.status == "error"
    assert plain.error.splitlines() == [
        "%goal does not know the option --bogus.",
        "Known: --connection, --catalog, --as-of, --debug.",
    ]
    assert "Traceback" not in plain.text
    assert "Traceback" in kernel.run("%goal --debug --bogus flights by month").text
