"""A test whose service is missing is skipped, and says so in the last lines: NOT RUN: <what>: <why>."""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

import hypothesis
import pytest

# The machine is shared and noisy: examples are never judged by their time. `house` has the same examples in every run, so that
# a change is judged by itself; `search` (make test-all) looks for new ones.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

PREFIX = "NOT RUN: "


class NotRun(Protocol):
    def __call__(self, what: str, why: str) -> NoReturn: ...


@pytest.fixture(scope="session")
def not_run() -> NotRun:
    """Skip the test (or, from a fixture, every test that uses it): `not_run("browser", "Chromium was not found")`."""

    def leave_out(what: str, why: str) -> NoReturn:
        pytest.skip(f"{PREFIX}{what}: {why}")

    return leave_out


@pytest.fixture(scope="session")
def snowflake_loopback(not_run: NotRun) -> Iterator[Any]:
    """A stand-in for Snowflake (`tests.servers.snowflake_server.Loopback`)."""
    from tests.servers.snowflake_server import Unavailable, snowflake_server

    if importlib.util.find_spec("snowflake") is None or importlib.util.find_spec("snowflake.connector") is None:
        not_run("Snowflake", "the driver is not installed (extra snowflake)")
    try:
        with snowflake_server() as server:
            yield server
    except Unavailable as why:
        not_run("Snowflake", str(why))


@pytest.fixture(scope="session")
def postgres(not_run: NotRun) -> Iterator[Any]:
    """A real PostgreSQL server (`tests.servers.postgres_server.Server`)."""
    from tests.servers.postgres_server import Unavailable, postgres_server

    if importlib.util.find_spec("psycopg") is None:
        not_run("PostgreSQL", "the driver is not installed (extra postgres)")
    try:
        with postgres_server() as server:
            yield server
    except Unavailable as why:
        not_run("PostgreSQL", str(why))


@pytest.fixture(scope="session")
def spark(not_run: NotRun) -> Iterator[Any]:
    """A real Spark session, whose application all others share."""
    from tests.servers.spark_session import Unavailable, spark_session

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's own, about pandas 3
        try:
            session = spark_session()
        except Unavailable as why:
            not_run("Spark", str(why))
    yield session
    session.stop()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-services", action="store_true", help="a test that is NOT RUN fails the session")


def left_out(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)]
    return sorted({reason for reason in reasons if reason.startswith(PREFIX)})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--require-services") and left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    yield  # after every other summary: these are the last lines before the closing one
    for line in left_out(config):
        terminalreporter.write_line(line)
