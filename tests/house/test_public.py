"""The names that users may rely on."""

from __future__ import annotations

import jupyter_goal

PUBLIC = ["Session", "goal", "load_ipython_extension", "unload_ipython_extension"]


def test_the_public_names_are_these():
    assert sorted(jupyter_goal.__all__) == PUBLIC


def test_every_public_name_exists():
    assert [public for public in PUBLIC if not hasattr(jupyter_goal, public)] == []
