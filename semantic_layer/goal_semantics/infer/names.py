"""Words in the names of tables and columns. English rules of thumb; they choose labels, never numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAFE = re.compile(r"[A-Za-z_]\w*\Z")
_UNCOUNTED = frozenset({"data", "equipment", "feedback", "furniture", "information", "inventory", "money", "news", "sales",
                        "series", "species", "staff", "stuff", "traffic", "weather"})  # fmt: skip
_ONE = frozenset({"alias", "atlas", "bias", "canvas", "gas", "lens"})
_IRREGULAR = {"people": "person", "children": "child", "men": "man", "women": "woman", "mice": "mouse", "feet": "foot",
              "geese": "goose", "indices": "index", "vertices": "vertex", "statuses": "status", "movies": "movie",
              "addresses": "address", "buses": "bus", "analyses": "analysis", "bases": "base", "caches": "cache",
              "courses": "course", "houses": "house", "warehouses": "warehouse", "expenses": "expense",
              "purchases": "purchase", "licenses": "license", "diagnoses": "diagnosis"}  # fmt: skip
_PLURALS = {one: many for many, one in _IRREGULAR.items()}
LONG_FORMS = {
    "acct": "account", "addr": "address", "amt": "amount", "arr": "arrival", "avg": "average", "cat": "category",
    "cust": "customer", "dep": "departure", "dept": "department", "desc": "description", "dest": "destination",
    "dob": "date of birth", "dt": "date", "emp": "employee", "fname": "first name", "hr": "hour", "hrs": "hours",
    "lat": "latitude", "lname": "last name", "loc": "location", "lon": "longitude", "lng": "longitude", "max": "maximum",
    "mgr": "manager", "min": "minimum", "mo": "month", "num": "number", "org": "organization", "pct": "percent",
    "prod": "product", "qty": "quantity", "sched": "scheduled", "temp": "temperature", "txn": "transaction", "yr": "year",
}  # fmt: skip
"""Abbreviation -> what people say."""


def words(name: str) -> tuple[str, ...]:
    """Split a name at underscores, spaces and capitals, in lower case: `StuID` gives stu, id."""
    parts = [part for chunk in re.split(r"[\W_]+", name) for part in _humps(chunk)]
    return tuple(part.lower() for part in parts if part) or ("column",)


def _humps(chunk: str) -> list[str]:
    """Split where a capital follows a small letter or precedes one, and between letters and digits."""
    parts = [""]
    for position, letter in enumerate(chunk):
        before, after = chunk[position - 1 : position], chunk[position + 1 : position + 2]
        capital = letter.isupper() and (before.islower() or (before.isupper() and after.islower()))
        if before and (capital or letter.isdigit() != before.isdigit()):
            parts.append("")
        parts[-1] += letter
    return parts


def spoken(name: str) -> str:
    """Say a name: `dep_delay` is “dep delay”."""
    return " ".join(words(name))


def said_in_full(name: str) -> str:
    """Say a name without abbreviations: `dep_delay` is “departure delay”."""
    return " ".join(LONG_FORMS.get(word, word) for word in words(name))


def singular(word: str) -> str:
    """One of several: flights, flight."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCOUNTED | _ONE or len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """Several of one: flight, flights."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word in _UNCOUNTED or (word.endswith("s") and singular(word) != word):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def row_word(table: str) -> str:
    """What one row of a table is: `order_items` holds an “order item”."""
    *first, last = words(table)
    if first and first[0] in {"tbl", "dim", "fact", "fct", "stg", "ref", "vw"}:
        first = first[1:]
    return " ".join([*first, singular(last)])


def safe(name: str) -> str:
    """A name that can stand in a path, equal to the column's where that is possible."""
    if _SAFE.match(name):
        return name
    return "_".join(words(name))


def free(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first number that makes it new. Case does not make a difference."""
    used = {each.lower() for each in taken}
    number = 2
    fresh = name
    while fresh.lower() in used:
        fresh = f"{name}_{number}"
        number += 1
    return fresh
