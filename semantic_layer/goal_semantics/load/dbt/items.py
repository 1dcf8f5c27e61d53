"""What dbt's queries and templates name: `listing__user__ds__month`, `{{ TimeDimension('metric_time', 'day') }}`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from goal_semantics.load.dbt.links import SEPARATOR
from goal_semantics.load.dbt.manifest import GRAINS

METRIC_TIME = "metric_time"
"""The time that each metric is read by."""
PARTS = ("year", "quarter", "month", "day", "dow", "doy")
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_MARK = "dbt_item_"

Kind = Literal["Dimension", "TimeDimension", "Entity", "Metric"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is grouped, filtered or ordered by. `by` are the groupings of a metric in a filter."""

    links: tuple[str, ...]
    name: str
    grain: str = ""
    part: str = ""
    kind: Kind = "Dimension"
    by: tuple[str, ...] = ()

    @property
    def is_metric_time(self) -> bool:
        """Whether each metric is asked for its own time."""
        return self.name == METRIC_TIME and not self.links


class UnreadableTemplate(Exception):
    """The text between braces is no call that dbt knows; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def item(text: str, custom: Collection[str] = (), *, grain: str = "", part: str = "") -> Item:
    """A name with its entities before it and its grain after it. `custom`: grains that the project defines."""
    words = text.lower().split(SEPARATOR)
    if not grain and len(words) > 1 and words[-1] in {*GRAINS, *custom}:
        grain = words.pop()
    return Item(tuple(words[:-1]), words[-1], grain.lower(), part.lower())


def marked(template: str, custom: Collection[str]) -> tuple[str, tuple[Item, ...]]:
    """The SQL with a column in place of each call, and what the calls name. Errors: UnreadableTemplate."""
    found = list[Item]()

    def mark(match: re.Match[str]) -> str:
        found.append(called(match.group(1), custom))
        return f"{_MARK}{len(found) - 1}"

    return _TEMPLATE.sub(mark, template), tuple(found)


def behind(column: str, items: tuple[Item, ...]) -> Item | None:
    """What the column of a marked text stands for."""
    number = column.removeprefix(_MARK)
    return items[int(number)] if number != column and number.isdecimal() and int(number) < len(items) else None


def called(text: str, custom: Collection[str] = ()) -> Item:
    """`Dimension('listing__country')`, also with `.grain('month')`. Errors: UnreadableTemplate."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise UnreadableTemplate(f"“{text.strip()}” is no call") from error
    methods = dict[str, tuple[object, ...]]()
    while isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
        methods[tree.func.attr] = tuple(_value(each, text) for each in tree.args)
        tree = tree.func.value
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name):
        raise UnreadableTemplate(f"“{text.strip()}” is no call")
    values = [_value(each, text) for each in tree.args]
    named = {each.arg: _value(each.value, text) for each in tree.keywords}
    return _item(tree.func.id, values, named, methods, custom)


def _item(
    kind: str, values: list[object], named: dict[str | None, object], methods: dict[str, tuple[object, ...]],
    custom: Collection[str],
) -> Item:  # fmt: skip
    if kind not in {"Dimension", "TimeDimension", "Entity", "Metric"}:
        raise UnreadableTemplate(f"“{kind}” is none of Dimension, TimeDimension, Entity, Metric")
    if not values or not isinstance(values[0], str):
        raise UnreadableTemplate(f"“{kind}” needs a name")
    if kind == "Metric":
        by = values[1] if len(values) > 1 else named.get("group_by", [])
        return Item((), values[0].lower(), kind="Metric", by=_texts(by))
    grain, part = "", _text(methods.get("date_part", ("",))[0] or named.get("date_part_name"))
    if kind == "TimeDimension" and len(values) > 1:
        grain = _text(values[1])
    grain = grain or _text(methods.get("grain", ("",))[0] or named.get("time_granularity_name"))
    place = {"Entity": 1, "Dimension": 1, "TimeDimension": 2}[kind]
    before = values[place] if len(values) > place else named.get("entity_path", [])
    found = item(values[0], custom, grain=grain, part=part)
    sort: Kind = "Entity" if kind == "Entity" else "TimeDimension" if kind == "TimeDimension" else "Dimension"
    return Item((*_texts(before), *found.links), found.name, found.grain, found.part, sort)


def _value(node: ast.expr, text: str) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise UnreadableTemplate(f"“{text.strip()}” has an argument that is no text") from error


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value.lower(),)
    return tuple(str(each).lower() for each in value) if isinstance(value, list | tuple) else ()


def _text(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""
