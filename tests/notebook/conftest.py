"""Kernels for the tests of the cell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.notebook.kernel import Kernel

StartKernel = Callable[..., Kernel]

SLOW_CATALOG = """
name: slow
datasets:
  - name: numbers
    source: (SELECT range AS i, range % 7 AS bucket FROM range(200000000000))
    row: number
    fields:
      - {name: i, type: integer, role: key}
      - {name: bucket, type: integer}
metrics:
  - {name: numbers, dataset: numbers, agg: count}
  - {name: spread, dataset: numbers, agg: sum, expression: sin(i)}
"""
"""A query that runs for minutes on any machine: what Cancel is tried on."""


@pytest.fixture
def start_kernel() -> Iterator[StartKernel]:
    """Start a kernel in a directory; all are stopped at the end."""
    started: list[Kernel] = []

    def start(directory: Path, **environment: str) -> Kernel:
        kernel = Kernel(directory, {**os.environ, **environment})
        started.append(kernel)
        return kernel

    yield start
    for kernel in started:
        kernel.close()


@pytest.fixture
def kernel(tmp_path: Path, start_kernel: StartKernel) -> Kernel:
    """A kernel in an empty directory with the extension loaded."""
    kernel = start_kernel(tmp_path)
    loaded = kernel.run("%load_ext jupyter_goal")
    assert (loaded.status, loaded.text) == ("ok", "")
    return kernel


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel connected to the demo warehouse, shared by the tests of a file."""
    kernel = Kernel(tmp_path_factory.mktemp("demo"), dict(os.environ))
    connected = kernel.run("%load_ext jupyter_goal\n%goal connect demo")
    assert connected.status == "ok", connected.error
    yield kernel
    kernel.close()


@pytest.fixture
def slow(tmp_path: Path, kernel: Kernel) -> Kernel:
    """A kernel whose every goal runs for minutes."""
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    (tmp_path / "slow.yaml").write_text(SLOW_CATALOG)
    connected = kernel.run("%goal --catalog slow.yaml connect duckdb:///empty.duckdb")
    assert connected.status == "ok", connected.error
    return kernel


@pytest.fixture(scope="session")
def flights() -> duckdb.DuckDBPyConnection:
    """The demo warehouse itself, for hand-written SQL."""
    from jupyter_goal.binding import cache_directory
    from jupyter_goal.demo.warehouse import ensure

    return duckdb.connect(str(ensure(cache_directory())), read_only=True)
