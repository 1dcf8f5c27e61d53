"""Content hashes: equal things have equal ids."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel


def content_hash(*parts: BaseModel | str | bytes | None) -> str:
    """16 hex digits of SHA-256 over the canonical JSON of the parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(_canonical(part))
        digest.update(b"\x1f")
    return digest.hexdigest()[:16]


def _canonical(part: BaseModel | str | bytes | None) -> bytes:
    if part is None:
        return b"\x00"
    if isinstance(part, bytes):
        return part
    if isinstance(part, str):
        return part.encode()
    dumped = part.model_dump(mode="json")
    return json.dumps(dumped, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
