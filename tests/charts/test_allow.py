"""Nothing but our own keys and markup reaches a browser, whoever drew it."""

from __future__ import annotations

import pytest

from jupyter_goal.charts._allow import refused
from jupyter_goal.charts._escape import escape, plain, unescape
from jupyter_goal.core.chart import Figure
from tests.charts.shapes import HOSTILE

TRACE = {"type": "bar", "name": "a", "meta": {"slot": 0}, "x": ["a"], "y": [1]}


@pytest.mark.parametrize(
    ("data", "layout", "path"),
    [
        ({}, {"images": [{"source": "https://example.org/x.png"}]}, "layout.images"),
        ({}, {"updatemenus": [{"buttons": [{"method": "relayout"}]}]}, "layout.updatemenus"),
        ({}, {"xaxis": {"title": {"text": "a", "href": "x"}}}, "layout.xaxis.title.href"),
        ({}, {"template": {}}, "layout.template"),
        ({"type": "scattergl"}, {}, "data[0].type"),
        ({"xsrc": "x"}, {}, "data[0].xsrc"),
        ({"marker": {"color": "red"}}, {}, "data[0].marker.color"),
        ({"name": "<a href='javascript:alert(1)'>x</a>"}, {}, ".name"),
        ({"hovertemplate": "<b>%{x}</b><img src=x>"}, {}, ".hovertemplate"),
        ({"customdata": [["<i>"]]}, {}, ".customdata"),
    ],
)
def test_what_is_refused(data, layout, path):
    assert refused(Figure(data=(TRACE | data,), layout=layout)) == (path,)


def test_what_is_allowed():
    assert refused(Figure(data=(TRACE | {"hovertemplate": "<b>%{x}</b><br>a: %{y:,.0f}<extra></extra>"},))) == ()


def test_escaping_can_be_undone_and_leaves_no_syntax():
    safe = escape(plain(HOSTILE, 200))
    assert not set('<>$"{') & set(safe)
    assert unescape(safe) == plain(HOSTILE, 200)
    assert plain("a\u202eb\nc\x00d") == "a b c d"
    assert plain("x" * 100).endswith("…")
