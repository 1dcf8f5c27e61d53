"""The contract of a language model. Each sibling file is one provider; the file name is its name.

A model module has `connect(settings: ModelSettings) -> Model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the model is. The key comes from the environment, never from a notebook or a `goal.toml`."""

    model: str
    base_url: str | None = None
    api_key: str | None = None
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """Instructions, the person's words, and the closed JSON schema that the reply must satisfy."""

    system: str
    user: str
    schema: dict[str, Any]
    schema_name: str


@dataclass(frozen=True, slots=True)
class ModelReply:
    """The raw JSON text of the reply, and what it cost."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


class Model(Protocol):
    """One method: a request in, a reply out. Errors: GoalError with the next step."""

    name: str

    def complete(self, request: ModelRequest) -> ModelReply:
        """Blocks."""

    def close(self) -> None:
        """Release what is held; idempotent."""
