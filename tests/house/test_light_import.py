"""`import jupyter_goal` costs next to nothing: no plotting, no driver, no model library."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "IPython", "alembic", "anywidget", "databricks", "duckdb", "httpx2", "ipywidgets", "keyring", "nbformat", "numpy",
    "openai", "pandas", "papermill", "plotly", "pyarrow", "pydantic", "rapidfuzz", "snowflake", "sqlalchemy", "sqlglot",
    "tsdownsample", "voila", "yaml",
}  # fmt: skip


def test_importing_the_package_loads_nothing_heavy():
    script = "import sys, jupyter_goal; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()
