"""Replies from a list, in order: for tests, demonstrations and replays. It reads nothing and costs nothing.

    model = ScriptedModel(['{"steps": []}', ...])

`connect` reads the replies from the file that `base_url` names: one JSON value per line.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

from jupyter_goal.errors import GoalError
from jupyter_goal.llm import ModelReply, ModelRequest, ModelSettings


def connect(settings: ModelSettings) -> ScriptedModel:
    """Errors: GoalError when the file cannot be read."""
    path = Path((settings.base_url or "").removeprefix("file://"))
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoalError(f"The script {path} cannot be read.", "Name a file with one JSON reply per line.") from error
    return ScriptedModel([line for line in lines if line.strip()], name=settings.model)


class ScriptedModel:
    """Gives the replies one after another and remembers what it was asked."""

    def __init__(self, replies: Iterable[str], name: str = "scripted") -> None:
        self.name = name
        self.requests: list[ModelRequest] = []
        self._replies = list(replies)
        self._lock = threading.Lock()

    def complete(self, request: ModelRequest) -> ModelReply:
        """The next reply. Errors: GoalError when there is none left."""
        with self._lock:
            position = len(self.requests)
            self.requests.append(request)
        if position >= len(self._replies):
            raise GoalError(f"The script of {self.name} has no reply left.", f"It holds {len(self._replies)}; add one.")
        return ModelReply(self._replies[position])

    def close(self) -> None:
        """Nothing is held."""
