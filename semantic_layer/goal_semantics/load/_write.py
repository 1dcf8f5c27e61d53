"""A catalog as native YAML: stable order, defaults left out, shorthands used, notes as comments. `read` gives it back."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from goal_semantics.expectation import Expect, short
from goal_semantics.load import SPELLINGS, Note
from goal_semantics.load._scalars import plain
from goal_semantics.model import Catalog, Expression, Format, Metric

WIDTH = 120
_PLAIN = re.compile(r"[^\W\d_][\w .()/%+*=<>'-]*\Z")
"""Text that no YAML reader takes for anything else; everything unusual is quoted."""
_SECTIONS = ("questions", "datasets", "relationships", "metrics", "policies", "verified_queries")
"""The long lists, in the order in which people read a catalog; short keys stand before them."""
_NOT_FINITE = {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}
_OLD_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Other readers still use YAML 1.1."""


def write(catalog: Catalog, notes: Iterable[Note] = ()) -> str:
    """The text. Notes stand above the thing at their path, or at the top when there is no such thing."""
    comments: dict[str, list[str]] = {}
    for note in notes:
        lines = (
            "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
            for line in note.text.splitlines()
        )
        comments.setdefault(note.path, []).extend(lines)
    body = list(_mapping(_catalog(catalog), "", "", comments))
    top = [f"# {line}".rstrip() for path in sorted(comments) for line in comments[path]]
    return "\n".join([*top, *body]) + "\n"


def as_yaml(value: dict[str, Any]) -> str:
    """Plain values as YAML that every reader takes for the same."""
    return "\n".join(_mapping(value, "", "", {})) + "\n"


def sparse(model: BaseModel) -> dict[str, Any]:
    """Everything of a model that differs from its default, with the keys and shorthands of native YAML."""
    return _metric(model) if isinstance(model, Metric) else _sparse(model)


def _catalog(catalog: Catalog) -> dict[str, Any]:
    written = _sparse(catalog)
    if catalog.metrics:
        written["metrics"] = [_metric(metric) for metric in catalog.metrics]
    lists = {key: written.pop(key) for key in _SECTIONS if key in written}
    return written | lists


def _metric(metric: Metric) -> dict[str, Any]:
    """Header and definition side by side."""
    header = _sparse(metric)
    header.pop("spec", None)
    words = {key: header.pop(key) for key in ("name", "label", "description", "synonyms", "hidden") if key in header}
    kind = {} if metric.spec.kind == "simple" else {"kind": metric.spec.kind}
    definition = {name: value for name, value in _sparse(metric.spec).items() if name != "kind"}
    said = {"agg": getattr(metric.spec, "agg", None)} if metric.spec.kind in {"simple", "semi_additive"} else {}
    names = [name for name in type(metric.spec).model_fields if name in definition | said]
    return words | kind | {name: (said | definition)[name] for name in names} | header


def _sparse(model: BaseModel) -> dict[str, Any]:
    """Everything that differs from its default, in the model's order; and the kind, which tells one model from another."""
    written: dict[str, Any] = {}
    for name, attribute in type(model).model_fields.items():
        value = getattr(model, name)
        if name == "kind" or attribute.is_required() or value != attribute.get_default(call_default_factory=True):
            written[SPELLINGS.get(name, name)] = _value(value)
    return written


def _value(value: Any) -> Any:
    match value:
        case Expression() if not value.dialects:
            return value.text
        case Format() if not _sparse(value):
            return value.style
        case Format() if set(_sparse(value)) == {"style"}:
            return value.style
        case Expect():
            return _value(short(value))  # type: ignore[arg-type]
        case BaseModel():
            dumped: Any = value.model_dump(mode="json")
            return dumped if isinstance(dumped, str) else _sparse(value)
        case tuple() | list():
            return [_value(item) for item in value]
        case dict():
            return {str(key): _value(item) for key, item in value.items()}
        case _:
            return value


def _mapping(value: dict[str, Any], indent: str, path: str, comments: dict[str, list[str]]) -> Iterator[str]:
    for key, item in value.items():
        below = f"{path}.{key}" if path else key
        if not indent and key in _SECTIONS:
            yield ""
        yield from (f"{indent}# {line}".rstrip() for line in comments.pop(below, ()))
        yield from _entry(f"{indent}{_text(key)}:", item, indent, below, comments)


def _entry(head: str, value: Any, indent: str, path: str, comments: dict[str, list[str]]) -> Iterator[str]:
    """`head` with its value, on the same line where it fits."""
    line = _flow(value)
    if line is not None and (not isinstance(value, dict | list) or not value or len(head) + len(line) < WIDTH):
        lines = _literal(value, f"{indent}  ")
        folded = None if lines or len(head) + len(line) < WIDTH else _folded(value, f"{indent}  ")
        yield from [f"{head} |-", *lines] if lines else [f"{head} >-", *folded] if folded else [f"{head} {line}"]
    elif isinstance(value, dict):
        yield head
        yield from _mapping(value, f"{indent}  ", path, comments)
    else:
        yield head
        for position, item in enumerate(value):
            if position and not indent and isinstance(item, dict):
                yield ""
            named = f"{path}.{_name(item, position)}"
            above = [*comments.pop(named, ()), *comments.pop(f"{path}.{position}", ())]
            yield from (f"{indent}  # {line}".rstrip() for line in above)
            yield from _item(item, f"{indent}  ", named, comments)


def _item(value: Any, indent: str, path: str, comments: dict[str, list[str]]) -> Iterator[str]:
    if isinstance(value, dict) and value:
        inner = f"{indent}  "
        lines = list(_mapping(value, inner, path, comments))
        first = next(n for n, line in enumerate(lines) if not line.startswith(f"{inner}#"))
        yield from (indent + line[len(inner) :] for line in lines[:first])
        yield f"{indent}- {lines[first][len(inner) :]}"
        yield from lines[first + 1 :]
    else:
        yield from _entry(f"{indent}-", value, indent, path, comments)


def _name(item: Any, position: int) -> str:
    return str(item["name"]) if isinstance(item, dict) and "name" in item else str(position)


def _flow(value: Any) -> str | None:
    """The value on one line; None for what reads better as a block."""
    match value:
        case dict():
            inner = [(key, _flow(item)) for key, item in value.items()]
            if len(inner) > 3 or any(isinstance(item, dict | list) and item for item in value.values()):
                return None
            return "{" + ", ".join(f"{_text(key)}: {line}" for key, line in inner) + "}"
        case list():
            items = [_flow(item) for item in value]
            if any(isinstance(item, dict) and item for item in value):
                return None
            return "[" + ", ".join(str(item) for item in items) + "]"
        case str():
            return _text(value)
        case bool() | None:
            return json.dumps(value)
        case int() | float():
            return _NOT_FINITE.get(repr(value), repr(value))
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    safe = _PLAIN.match(text) and text.lower() not in _OLD_WORDS and isinstance(plain(text), str)
    return text if safe and not text.endswith(" ") else _quoted(text)


def _quoted(text: str) -> str:
    """Double quotes, with everything escaped that YAML does not print."""
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escape(c) for c in escaped)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _literal(value: Any, indent: str) -> list[str]:
    """Lines of a literal block for text of several plain lines; none for other text."""
    if not isinstance(value, str) or "\n" not in value or value != value.strip():
        return []
    lines = value.split("\n")
    if any(line != line.rstrip() or not line.isprintable() for line in lines):
        return []
    return [f"{indent}{line}" if line else "" for line in lines]


def _folded(value: Any, indent: str) -> list[str]:
    """Lines of a folded block for one long line of words; none for other text."""
    words = value.split(" ") if isinstance(value, str) else [""]
    if not all(words) or not value.isprintable() or len(words) < 2:
        return []
    return textwrap.wrap(value, WIDTH - 1, initial_indent=indent, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
