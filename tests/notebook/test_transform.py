"""`%goal` is awaited wherever Python allows it, and nothing else in a cell is touched."""

from __future__ import annotations

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from jupyter_goal.notebook.transform import AwaitGoals, await_goals


def transformed(cell: str) -> str:
    return "".join(await_goals(TransformerManager().transform_cell(cell).splitlines(keepends=True)))


AWAITED = [
    "%goal flights by month",
    "run = %goal flights by month",
    "for year in (1, 2):\n    %goal flights in {year}",
    "if True:\n    run = %goal flights\nelse:\n    %goal delays",
    "async def ask():\n    return 1\nrun = %goal flights",
    "x = 'ünïcödé — ✈'; y = 1\nrün = %goal Flüge nach Köln ✈",
    "%%goal flights by month\nshow the busiest month\nshow the quietest",
    "%goal one\n%goal two",
    "with open('x') as f:\n    pass\n    %goal it's \"quoted\" \\ text",
]


@pytest.mark.parametrize("cell", AWAITED)
def test_goals_are_awaited_at_the_top_level_in_assignments_and_in_blocks(cell: str):
    code = transformed(cell)
    goals = cell.count("%goal") - cell.count("%%goal")
    assert code.count("(await get_ipython()._jupyter_goal.goal(") == max(goals, 1)
    assert "_magic('goal'" not in code
    compile(code, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize(
    "cell",
    [
        "def report():\n    %goal flights by month",
        "class Report:\n    run = %goal flights",
        "def outer():\n    for _ in range(2):\n        run = %goal flights\n    return run",
    ],
)
def test_where_await_is_forbidden_the_synchronous_magic_stays(cell: str):
    code = transformed(cell)
    assert "await" not in code
    assert "run_line_magic('goal'" in code
    compile(code, "<cell>", "exec")


@pytest.mark.parametrize(
    "cell",
    [
        "text = '''\n%goal flights\n'''",
        "# %goal flights",
        "goal = 5 % 3\n%time goal",
        "print('%goal')",
        "%goals flights",
        "this is not python %goal",
    ],
)
def test_what_only_looks_like_a_goal_is_left_alone(cell: str):
    plain = TransformerManager().transform_cell(cell)
    assert transformed(cell) == plain


def test_the_words_reach_the_magic_unchanged():
    code = transformed('run = %goal it\'s "on-time" rate by \\carrier … {x}')
    call = ast.parse(code).body[0].value.value
    assert call.args[0].value == 'it\'s "on-time" rate by \\carrier … {x}'


def test_inside_a_running_cell_nothing_is_rewritten():
    transformer = AwaitGoals()
    lines = ["get_ipython().run_line_magic('goal', 'x')\n"]
    transformer.leave()
    assert transformer(lines) == ["(await get_ipython()._jupyter_goal.goal('x'))\n"]
    transformer.enter()
    assert transformer(lines) == lines
    transformer.leave()
    assert transformer(lines) != lines
