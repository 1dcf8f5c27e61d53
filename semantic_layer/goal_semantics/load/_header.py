"""What every named thing of a catalog says about itself, from the words of another format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def header(
    name: str,
    *,
    label: str = "",
    description: str = "",
    synonyms: Iterable[str] = (),
    hidden: bool = False,
) -> dict[str, Any]:
    """The keys of `Named`. A name with dots gets none, and then its label says the name as written."""
    plain = name.replace(".", "_").strip()
    return {
        "name": plain,
        "label": label or (name if plain != name else ""),
        "description": description.strip(),
        "synonyms": tuple(dict.fromkeys(word for word in synonyms if word.strip())),
        "hidden": hidden,
    }
