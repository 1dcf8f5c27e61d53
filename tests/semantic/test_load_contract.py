"""What every catalog format promises, and the toy of the recipe with them.

`formats/<name>.yaml` (or `.json`) is a document of each format with much of what its authors write; it is read as it is, and spoilt at random.
"""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goal_semantics import load
from goal_semantics.errors import CatalogError
from goal_semantics.issues import Issue
from goal_semantics.load import Loaded, Source, detect, find, formats, locate
from goal_semantics.load._yaml import parse
from goal_semantics.resolve import validate


def toy() -> ModuleType:
    recipe = (Path(load.__path__[0]) / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    module = ModuleType("toy")
    exec(compile(code, "README.md", "exec"), module.__dict__)
    return module


FORMATS = [importlib.import_module(f"goal_semantics.load.{found.name}") for found in pkgutil.iter_modules(load.__path__)
           if not found.name.startswith("_")]  # fmt: skip
every_format = pytest.mark.parametrize("format_", [*FORMATS, toy()], ids=lambda module: module.__name__)


@every_format
@given(st.text(max_size=200) | st.text("[]{}:,-#&*!|>'\"\n\t %ab", max_size=80))
def test_any_text_is_a_catalog_or_a_catalog_error(format_, text):
    issues = ["none"]
    try:
        format_.read(Source(text, "some.file"))
    except CatalogError as error:
        issues = [issue.message for issue in error.issues]
    assert issues
    assert all(issues)


@every_format
def test_an_empty_text_is_no_catalog(format_):
    with pytest.raises(CatalogError):
        format_.read(Source("", "empty.file"))


def test_there_is_a_format():
    assert "goal_semantics.load.native" in [module.__name__ for module in FORMATS]


EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "formats").iterdir()}
every_example = pytest.mark.parametrize("name", sorted(EXAMPLES))
FREE = {"ai_context", "cortex_search_service", "materialization", "row_level", "format", "preAggregations", "query", "masks",
        "value_synonyms", "dialects", "config", "metadata", "dsi_package_version"}  # fmt: skip
"""Keys under which authors, or other vendors, write what they like."""


def loaded(name: str, text: str) -> Loaded:
    return find(name).read(Source(text, f"{name}.yaml"))


def steps(value: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The trail of everything in a document."""
    yield trail
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from steps(item, (*trail, key))


def at(value: Any, trail: tuple[Any, ...]) -> Any:
    for step in trail:
        value = value[step]
    return value


def test_every_format_has_an_example():
    assert sorted(EXAMPLES) == sorted(formats())


@every_example
def test_an_example_is_a_valid_catalog_of_its_format(name):
    assert detect(Source(EXAMPLES[name], "some.yaml")).__name__ == f"goal_semantics.load.{name}"
    found = loaded(name, EXAMPLES[name])
    assert found.catalog.datasets
    assert found.catalog.metrics
    assert locate(validate(found.catalog), found.places).errors.items == ()


@every_example
def test_json_says_the_same(name):
    value = parse(EXAMPLES[name], file="f").value
    written = json.dumps(value)
    assert detect(Source(written, "some.json")).__name__ == f"goal_semantics.load.{name}"
    assert loaded(name, written).catalog == loaded(name, EXAMPLES[name]).catalog


@every_example
def test_a_note_says_where_and_why_and_is_no_error(name):
    found = loaded(name, EXAMPLES[name])
    can_be_written = hasattr(find(name), "dump")
    assert can_be_written or found.notes, "neither a way back nor a report of what is lost"
    for note in found.notes:
        assert note.severity == "warning"
        assert note.path
        assert note.message
        assert note.place is not None


@every_example
def test_everything_of_the_catalog_has_a_place(name):
    found = loaded(name, EXAMPLES[name])
    shown = [f"metrics.{metric.name}" for metric in found.catalog.metrics if not metric.hidden]
    shown += [f"datasets.{dataset.name}" for dataset in found.catalog.datasets]
    shown += [f"relationships.{each.name}" for each in found.catalog.relationships]
    assert [path for path in shown if found.places.find(path) is None] == []


@every_example
def test_what_can_be_written_reads_back_as_it_was(name):
    format_ = find(name)
    catalog = loaded(name, EXAMPLES[name]).catalog
    if hasattr(format_, "dump"):
        assert loaded(name, format_.dump(catalog)).catalog == catalog
    assert find("native").load(find("native").dump(catalog)) == catalog


@every_example
def test_an_unknown_key_is_found_wherever_it_is(name):
    value = parse(EXAMPLES[name], file="f").value
    missed = []
    for trail in steps(value):
        if not isinstance(at(value, trail), dict) or FREE & {str(step) for step in trail}:
            continue
        spoilt = copy.deepcopy(value)
        at(spoilt, trail)["zzz_unknown"] = 1
        text = yaml.safe_dump(spoilt, sort_keys=False)
        line = next(n for n, written in enumerate(text.splitlines(), 1) if "zzz_unknown" in written)
        try:
            loaded(name, text)
        except CatalogError as error:
            if any(
                "zzz_unknown" in issue.message and issue.place and issue.place.line == line for issue in error.issues
            ):
                continue
        missed.append(trail)
    assert missed == []


VALUES = st.sampled_from([None, "", "x", "SUM(", "a.b.c", "{x}", "${CUBE}.a", "SELECT 1", 0, 1.5, True, [], {}, [None],
                          ["a", {"name": "b"}], {"name": "c"}, "*", "'", '"', "ſ", "a\x00b", "trailing 7 day"])  # fmt: skip


@every_example
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_spoilt_document_is_a_catalog_or_a_catalog_error(name, data):
    value = parse(EXAMPLES[name], file="f").value
    every = [trail for trail in steps(value) if trail]
    for _ in range(data.draw(st.integers(1, 4))):
        trail = data.draw(st.sampled_from(every))
        try:
            around = at(value, trail[:-1])
            act = data.draw(st.sampled_from(["drop", "put", "copy", "swap"]))
            if act == "drop":
                del around[trail[-1]]
            elif act == "put":
                around[trail[-1]] = copy.deepcopy(data.draw(VALUES))  # a list drawn twice would hold itself
            elif act == "copy" and isinstance(around, list):
                around.append(copy.deepcopy(around[trail[-1]]))
            else:
                other = data.draw(st.sampled_from(every))
                around[trail[-1]] = copy.deepcopy(at(value, other))
        except (KeyError, IndexError, TypeError):
            continue
    issues: list[Issue] = []
    try:
        found = loaded(name, json.dumps(value, default=str))
        issues = [*found.notes, *locate(validate(found.catalog), found.places)]
    except CatalogError as error:
        issues = [*error.issues]
        assert issues
    assert all(issue.message for issue in issues)


@every_example
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_torn_text_is_a_catalog_or_a_catalog_error(name, data):
    lines = EXAMPLES[name].splitlines(keepends=True)
    position = data.draw(st.integers(0, len(lines) - 1))
    spoilt = data.draw(st.sampled_from(["", "  ", "- ", "\t", "? ", "&a ", "*a ", "'", "{", "]", ": ", "#", "%"]))
    lines[position] = spoilt + lines[position] if data.draw(st.booleans()) else spoilt + "\n"
    issues: list[Issue] = []
    try:
        loaded(name, "".join(lines))
    except CatalogError as error:
        issues = [*error.issues]
    assert all(issue.place for issue in issues)


def test_two_formats_at_once_are_said():
    both = [Source(EXAMPLES["cube"], "a.yaml"), Source(EXAMPLES["snowflake"], "b.yaml")]
    with pytest.raises(CatalogError, match="any of cube, snowflake"):
        detect(*both)


def test_a_file_of_no_format_says_which_there_are():
    with pytest.raises(CatalogError, match="no catalog format has the keys apiVersion"):
        detect(Source("apiVersion: 1\nkind: Pod\n", "pod.yaml"))
