"""Formats of Cube: `percent`, `currency_2`, `number_0`."""

from __future__ import annotations

import re
from typing import Any

from goal_semantics.load._carrier import Carrier
from goal_semantics.load._yaml import Trail
from goal_semantics.model import Format

_NAMED = re.compile(r"(number|percent|currency)(?:_(\d))?\Z")


def format_of(carrier: Carrier, written: Any, currency: str, at: Trail) -> dict[str, Any]:
    """The format as a keyword of a field or a metric, or a note that there is none like it."""
    if written is None or written == "id":
        return {}
    found = _NAMED.match(written) if isinstance(written, str) else None
    if found is None:
        carrier.leave("is shown without this format.", (*at, "format"))
        return {}
    decimals = int(found[2]) if found[2] else None
    return {
        "format": Format.model_validate({"style": found[1], "decimals": decimals, "currency": currency.upper() or None})
    }
