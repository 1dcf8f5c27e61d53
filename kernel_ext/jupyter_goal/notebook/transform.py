"""Makes cells await their goals: `%goal …` becomes `await …`, so that clicks and Cancel are heard while a goal runs.

Works on the Python that IPython's own transformers left, so strings and comments are never mistaken for magics.
Where `await` is not allowed (a plain `def`, a class body, code that another magic runs) the line is left alone and
the synchronous magic runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

MAGIC = "goal"
HELD = "_jupyter_goal"
"""Attribute of the shell whose method of the magic's name returns a coroutine."""

_CALLS = frozenset({"run_line_magic", "run_cell_magic"})
_HEADS = tuple(f".{call}('{MAGIC}', ".encode() for call in sorted(_CALLS))
_AWAITED = f".{HELD}.{MAGIC}(".encode()
_CLOSED = (ast.FunctionDef, ast.Lambda, ast.ClassDef)


class AwaitGoals:
    """The input transformer, and the two events that tell it how deep IPython is nested.

    `%%time` and its kin compile a transformed cell themselves, without top-level await: inside a running cell
    nothing is rewritten.
    """

    has_side_effects = False

    def __init__(self) -> None:
        self._depth = 0

    def __call__(self, lines: list[str]) -> list[str]:
        """Lines of Python in, lines out."""
        return lines if self._depth else await_goals(lines)

    def enter(self) -> None:
        """A cell starts (`pre_execute`)."""
        self._depth += 1

    def leave(self) -> None:
        """A cell ended (`post_execute`); also heard for the cell that loaded us."""
        self._depth = max(0, self._depth - 1)


def await_goals(lines: list[str]) -> list[str]:
    """The same code with every awaitable goal awaited. Code that does not parse is returned as it is."""
    source = "".join(lines)
    if not any(head.decode() in source for head in _HEADS):
        return lines
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return lines
    text = source.encode()
    starts = _line_starts(text)
    for call in sorted(_awaitable(tree), key=lambda found: (found.lineno, found.col_offset), reverse=True):
        begin = starts[call.lineno - 1] + call.col_offset
        end = starts[(call.end_lineno or call.lineno) - 1] + (call.end_col_offset or 0)
        text = text[:begin] + b"(await " + _renamed(text[begin:end]) + b")" + text[end:]
    return text.decode().splitlines(keepends=True)


def _renamed(call: bytes) -> bytes:
    """`….run_line_magic('goal', x)` as `…._jupyter_goal.goal(x)`."""
    head = next(head for head in _HEADS if head in call)
    return call.replace(head, _AWAITED, 1)


def _awaitable(node: ast.AST) -> Iterator[ast.Call]:
    """Goal calls below `node` that are not inside a scope where `await` is forbidden."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _CLOSED):
            continue
        if isinstance(child, ast.Call) and _is_goal(child):
            yield child
        else:
            yield from _awaitable(child)


def _is_goal(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=attr),
            args=[ast.Constant(value=name), _, *_],
        ):
            return attr in _CALLS and name == MAGIC
        case _:
            return False


def _line_starts(text: bytes) -> list[int]:
    starts = [0]
    for line in text.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts
