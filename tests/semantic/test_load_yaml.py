"""The YAML reader: 1.2 rules, a line for everything, and nothing that kills the process."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goal_semantics.issues import Place
from goal_semantics.load._yaml import MAX_DEPTH, _carefully, parse
from goal_semantics.load._yaml_quick import Unusual, quick


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"), ("yes", "yes"), ("No", "No"), ("y", "y"), ("off", "off"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("2013-01-01", "2013-01-01"), ("12:30:45", "12:30:45"), ("1_000", "1_000"), ("0b1", "0b1"),
        ("12", 12), ("-3", -3), ("012", 12), ("0o17", 15), ("0x1F", 31), ("1e3", 1000.0), ("2.50", 2.5), (".5", 0.5),
        ("'12'", "12"), ('"true"', "true"), ("!!str 5", "5"), ("1.2.3", "1.2.3"), ("+", "+"), (".", "."), ("- ", [None]),
        ("=", "="), ("<<", "<<"), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(written, value):
    assert parse(f"key: {written}" if written != "- " else "key:\n- ", file="f").value == {"key": value}


def test_every_value_knows_its_line():
    text = textwrap.dedent(
        """\
        # comment
        name: shop
        datasets:
          - name: orders
            fields:
              - {name: id, type: integer}
        """
    )
    places = parse(text, file="shop.yaml").places
    assert places["name",] == Place("shop.yaml", 2, 1)
    assert places["datasets", 0] == Place("shop.yaml", 4, 5)
    assert places["datasets", 0, "fields", 0, "type"] == Place("shop.yaml", 6, 20)


def test_a_key_given_twice_is_an_issue_not_the_last_one_wins():
    (issue,) = parse("a: 1\nb: 2\na: 3\n", file="f.yaml").issues
    assert (str(issue.place), issue.hint) == ("f.yaml:3:1", "First: line 1.")


def test_anchors_are_shared_values():
    assert parse("a: &x [1, 2]\nb: *x\n", file="f").value == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 20_000 + "x", "{a: " * 100_000])
def test_deep_nesting_is_refused_and_does_not_crash_the_process(text):
    document = parse(text, file="f.yaml")
    assert not document.readable
    assert f"{MAX_DEPTH} levels" in str(document.issues)


def test_aliases_that_expand_without_bound_are_refused():
    levels = "".join(f"{c}: &{c} [{','.join(['*' + p] * 10)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    document = parse(f"a: &a [{','.join('x' * 10)}]\n{levels}", file="f.yaml")
    assert not document.readable
    assert "aliases expand" in str(document.issues)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: b: c", 1, "mapping values are not allowed"),
        ("a:\n  - 1\n b: 2", 3, "not YAML"),
        ("a: \x07", 1, "character that YAML forbids"),
        ("a: 1\nb: *nobody", 2, "before its anchor"),
        ("a: &a [*a]", 1, "before its anchor"),
        ("? [a]\n: 3", 1, "a key must be"),
        ("a: 1\n---\nb: 2", 2, "second YAML document"),
    ],
)  # fmt: skip
def test_text_that_is_not_a_catalog_names_its_line(text, line, said):
    issue = parse(text, file="f.yaml").issues.items[0]
    assert issue.place is not None
    assert (issue.place.file, issue.place.line) == ("f.yaml", line)
    assert said in str(issue)


TEXTS = st.recursive(
    st.sampled_from(["on", "12", "1.5", "''", '"a\\nb"', "~", "x y", "0o17", "2013-01-01", "!!str 5", "|-\n  a\n  b"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {item}" for key, item in items.items()) + "}"
        )
    ),
    max_leaves=8,
)


@given(TEXTS | st.text("ab:-[]{},&*!|>'\"\n %#?1~", max_size=40))
def test_the_quick_reading_is_the_careful_one(text):
    try:
        value = quick(text)
    except Unusual:
        return
    careful, readable = _carefully(text, "f")
    assert readable
    assert not careful.issues
    assert repr(value) == repr(careful.root)
