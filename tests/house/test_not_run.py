"""A missing service is never silent."""

from __future__ import annotations

import pytest

from tests.house.house import ROOT

pytest_plugins = ["pytester"]

LEFT_OUT = "def test_one(not_run):\n    not_run('browser', 'Chromium was not found')\n"
CLOSING = "NOT RUN: browser: Chromium was not found"


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(LEFT_OUT)
    return pytester


def test_it_is_said_just_before_the_closing_line(inner: pytest.Pytester):
    result = inner.runpytest_subprocess("-ra", "-p", "no:cacheprovider")
    assert result.ret == 0
    assert result.outlines[-2] == CLOSING
    assert "1 skipped" in result.outlines[-1]


def test_it_fails_where_every_service_is_required(inner: pytest.Pytester):
    assert inner.runpytest_subprocess("--require-services").ret == pytest.ExitCode.TESTS_FAILED
