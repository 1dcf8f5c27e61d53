"""The JSON Schema of the native format, for editors: made from the models, their shorthands and every metric kind.

It knows shapes and words; whether names lead somewhere and SQL can be read is for `validate`.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from goal_semantics import metrics
from goal_semantics.border import Border
from goal_semantics.expectation import MAIN, DatasetContract, Expect, FieldContract
from goal_semantics.interval import Interval
from goal_semantics.load import SPELLINGS
from goal_semantics.load._query import SHORT
from goal_semantics.load._shorthand import DEFAULT_KIND, LISTS, METRIC_KEYS
from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery

DRAFT = "https://json-schema.org/draft/2020-12/schema"
EXPRESSION = "#/$defs/Expression"
Schema = dict[str, Any]
_ENDS = frozenset({"range", "row_count"})
"""Contracts whose value may be a pair: both ends."""


def schema() -> Schema:
    """A schema of draft 2020-12 for a catalog file. A model that serializes itself is one that a text stands for."""
    specs = {kind: metrics.spec_type(kind) for kind in metrics.kinds()}
    rules = {side: get_args(side) for side in (FieldContract, DatasetContract)}
    models: tuple[type[BaseModel], ...] = (
        Catalog, SemanticQuery, *specs.values(), *dict.fromkeys(rules[FieldContract] + rules[DatasetContract])
    )  # fmt: skip
    refs, made = models_json_schema([(model, "validation") for model in models], ref_template="#/$defs/{model}")
    definitions: dict[str, Schema] = made["$defs"]
    names = {model: refs[model, "validation"]["$ref"].rpartition("/")[2] for model in models}
    _describe(definitions, names)
    for name, model in _by_name(names).items():
        if name in definitions and model.__pydantic_decorators__.model_serializers:
            pattern = {"pattern": model.PATTERN} if model is Interval else {}
            definitions[name] = _either({"type": "string", **pattern}, definitions[name])
    _spoken(definitions)
    for name in ("Dataset", "Field", "Relationship", "Metric"):
        _shorten(definitions[name])
    _spell(definitions["Relationship"])
    keys = definitions["Dataset"]["properties"]["unique_keys"]
    keys["items"] = {"anyOf": [{"type": "string"}, keys["items"]]}
    definitions["VerifiedQuery"]["properties"]["query"] = {"$ref": f"#/$defs/{names[SemanticQuery]}"}
    _short_query(definitions[names[SemanticQuery]])
    for owner, side in (("Field", FieldContract), ("Dataset", DatasetContract)):
        forms = [form for rule in rules[side] for form in _contract(definitions, names[rule], rule)]
        definitions[owner]["properties"]["expect"]["items"] = {"anyOf": forms}
    _metrics(definitions, {kind: names[spec] for kind, spec in specs.items()})
    whole = definitions.pop(names[Catalog])
    return {"$schema": DRAFT, **whole, "title": "jupyter-goal catalog", "$defs": definitions}


def _shorten(thing: Schema) -> None:
    """One text where a list of texts may stand, and a style where a format may."""
    properties = thing["properties"]
    for key in LISTS:
        for name in (key, *(own for own, written in SPELLINGS.items() if written == key)):
            if name in properties:
                properties[name] = _either({"type": "string"}, properties[name])
    if "format" in properties:
        style = {"$ref": "#/$defs/Format/properties/style"}
        properties["format"] = _either(style, properties["format"])


def _spell(relationship: Schema) -> None:
    """The keys that authors write."""
    own = relationship["properties"]
    relationship["properties"] = {SPELLINGS.get(key, key): value for key, value in own.items()}
    relationship["required"] = [SPELLINGS.get(key, key) for key in relationship["required"]]


def _short_query(query: Schema) -> None:
    for key in SHORT:
        part = query["properties"][key]
        part["items"] = _either({"type": "string"}, part["items"])


def _metrics(definitions: dict[str, Schema], kinds: dict[str, str]) -> None:
    """A metric's own keys and those of its kind side by side, by the kind that is written."""
    header = definitions["Metric"]
    own = {key: value for key, value in header["properties"].items() if key in METRIC_KEYS}
    chosen = list[Schema]()
    for kind, name in kinds.items():
        spec = definitions.pop(name)
        whole = f"Metric_{kind}"
        definitions[whole] = {
            "type": "object",
            "description": spec.get("description", ""),
            "properties": own | spec["properties"] | {"kind": {"const": kind, "description": spec.get("description", "")}},
            "required": ["name", *spec.get("required", ())],
            "additionalProperties": False,
        }  # fmt: skip
        written: Schema = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        if kind == DEFAULT_KIND:
            written = {"anyOf": [written, {"not": {"required": ["kind"]}}]}
        chosen.append({"if": written, "then": {"$ref": f"#/$defs/{whole}"}})
    definitions.pop("MetricSpec", None)
    definitions["Metric"] = {
        "type": "object",
        "description": header.get("description", ""),
        "properties": {"kind": {"enum": list(kinds), "default": DEFAULT_KIND}},
        "allOf": chosen,
    }


def _contract(definitions: dict[str, Schema], name: str, rule: type[Expect]) -> Iterator[Schema]:
    """Every way to write a contract: its kind alone, its kind with a value, all of its keys."""
    long = definitions[name]
    kind = rule.model_fields["kind"].default
    others = {key: value for key, value in long["properties"].items() if key != "kind"}
    needed = long.get("required", [])
    if not needed:
        yield {"const": kind, "description": long.get("description", "")}
    values: list[Schema] = [{"type": "object", "properties": others, "required": needed, "additionalProperties": False}]
    if kind in MAIN:
        main = others[MAIN[kind]]
        values += [main, {"type": "string"}] if main.get("type") == "array" and kind == "unique" else [main]
    if kind in _ENDS:
        values.append({"type": "array", "prefixItems": [_either(others["minimum"], {"type": "null"}), others["maximum"]],
                       "minItems": 2, "maxItems": 2})  # fmt: skip
    yield {
        "type": "object",
        "properties": {kind: {"anyOf": values}, "severity": others["severity"]},
        "required": [kind],
        "additionalProperties": False,
    }
    long["required"] = ["kind", *(key for key in needed if key != "kind")]
    yield {"$ref": f"#/$defs/{name}"}


def _either(first: Schema, second: Schema) -> Schema:
    """Both forms; what is said about the second is said about both."""
    about: Schema = {key: second[key] for key in ("description", "default", "title") if key in second}
    bare = {key: value for key, value in second.items() if key not in about}
    return {**about, "anyOf": [first, *(bare["anyOf"] if set(bare) == {"anyOf"} else [bare])]}


def _describe(definitions: dict[str, Schema], names: dict[type[BaseModel], str]) -> None:
    """The docstrings of attributes as descriptions, which editors show beside a key."""
    models = _by_name(names)
    for name, made in definitions.items():
        for key, text in _docstrings(models[name]).items() if name in models else ():
            if key in made.get("properties", {}):
                made["properties"][key]["description"] = text


def _by_name(names: dict[type[BaseModel], str]) -> dict[str, type[BaseModel]]:
    """Models by the name of their definition; two of one name are told apart by their modules, and the first one has it."""
    found: dict[str, type[BaseModel]] = {}
    for model in _models(Border):
        found.setdefault(model.__name__, model)
        found[f"{model.__module__}.{model.__qualname__}".replace(".", "__")] = model
    return found | {name: model for model, name in names.items()}


def _spoken(value: Any) -> None:
    """SQL is a text wherever it may be an expression."""
    if isinstance(value, list):
        if {"$ref": EXPRESSION} in value and {"type": "string"} not in value:
            value.insert(0, {"type": "string"})
        for item in value:
            _spoken(item)
    elif isinstance(value, dict):
        for item in value.values():
            _spoken(item)


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Text that follows an attribute, of the class and those it is made of."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, Border) and each is not Border:
            [tree] = ast.parse(textwrap.dedent(inspect.getsource(each))).body
            assert isinstance(tree, ast.ClassDef)
            for one, after in zip(tree.body, tree.body[1:], strict=False):
                text = after.value if isinstance(after, ast.Expr) else None
                if (
                    isinstance(one, ast.AnnAssign)
                    and isinstance(one.target, ast.Name)
                    and isinstance(text, ast.Constant)
                ):
                    found[one.target.id] = inspect.cleandoc(str(text.value))
    return found
