"""The keys at the top of a document, found without reading its YAML: enough to tell its format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_KEY = re.compile(r"""^(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#'"\[\]{},&*!|>%@`-][^\n:#]*?))\s*:(?:\s|$)""", re.MULTILINE)
_IN_BRACES = re.compile(r"""[{,]\s*(?:"([^"\n]+)"|'([^'\n]+)'|([A-Za-z_]\w*))\s*:""")


def top_keys(text: str) -> Iterator[str]:
    """Of block YAML the keys in the first column; of JSON and flow YAML those inside of the first braces."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        for found in _KEY.finditer(text):
            yield found[1] or found[2] or found[3]
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        yield from value
        return
    depth = _Depth()
    for found in _IN_BRACES.finditer(text):
        if depth.up_to(text, found.start() + 1) == 1:
            yield found[1] or found[2] or found[3]


class _Depth:
    """How deep in braces and brackets a place of a text is; asked for places in order."""

    def __init__(self) -> None:
        self.at, self.depth, self.quote = 0, 0, ""

    def up_to(self, text: str, end: int) -> int:
        """The depth at a place. Quotes count inside of which nothing opens."""
        escaped = False
        for character in text[self.at : end]:
            if self.quote:
                if escaped:
                    escaped = False
                elif character == "\\" and self.quote == '"':
                    escaped = True
                elif character == self.quote:
                    self.quote = ""
            elif character in "\"'":
                self.quote = character
            elif character in "{[":
                self.depth += 1
            elif character in "}]":
                self.depth -= 1
        self.at = end
        return self.depth
