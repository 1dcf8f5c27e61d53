"""Any OpenAI-compatible endpoint, through the vendor's SDK: one request, one JSON reply.

A reply is asked for by strict JSON schema; a server that refuses that is asked for a JSON object with the schema in the
instructions. Tries are bounded by one deadline. It does not stream, call tools, or judge the reply.
"""

from __future__ import annotations

import json
import os
import re
import time
from typing import Any, Literal

import openai

from jupyter_goal.errors import GoalError
from jupyter_goal.llm import ModelReply, ModelRequest, ModelSettings
from jupyter_goal.llm._key import KEY, key_for

TRIES = 3
FIRST_PAUSE = 0.5

Shape = Literal["schema", "object", "text"]
WEAKER: dict[Shape, Shape] = {"schema": "object", "object": "text"}


def connect(settings: ModelSettings) -> OpenAIModel:
    """No request is made yet. Errors: GoalError names the variable that holds the key, or the address."""
    key = key_for(settings, os.environ)
    client = openai.OpenAI(api_key=key, base_url=settings.base_url or None, max_retries=0)
    return OpenAIModel(client, settings)


class OpenAIModel:
    """One model behind one endpoint."""

    def __init__(self, client: openai.OpenAI, settings: ModelSettings) -> None:
        self.name = settings.model
        self._client = client
        self._settings = settings
        self._shape: Shape = "schema"

    def complete(self, request: ModelRequest) -> ModelReply:
        """Ask, again if that can help, until the deadline. Errors: GoalError."""
        deadline = time.monotonic() + self._settings.timeout_seconds
        pause, tries = FIRST_PAUSE, 0
        while True:
            tries += 1
            try:
                return self._ask(request, max(0.1, deadline - time.monotonic()))
            except openai.BadRequestError as error:
                if self._shape not in WEAKER or not _refuses_shape(error):
                    raise _explained(error, self._settings) from error
                self._shape = WEAKER[self._shape]
                tries -= 1
            except (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError) as error:
                wait = _wanted_pause(error) or pause
                if tries >= TRIES or time.monotonic() + wait >= deadline:
                    raise _explained(error, self._settings) from error
                time.sleep(wait)
                pause *= 2
            except openai.OpenAIError as error:
                raise _explained(error, self._settings) from error

    def close(self) -> None:
        """Release the connection."""
        self._client.close()

    def _ask(self, request: ModelRequest, seconds: float) -> ModelReply:
        answer = self._client.chat.completions.create(
            model=self._settings.model,
            messages=[
                {"role": "system", "content": _instructions(request, self._shape)},
                {"role": "user", "content": request.user},
            ],
            response_format=_response_format(request, self._shape),
            timeout=seconds,
        )
        return _reply(answer, self._settings.model)


def _response_format(request: ModelRequest, shape: Shape) -> Any:
    if shape == "schema":
        named = {"name": request.schema_name, "schema": request.schema, "strict": True}
        return {"type": "json_schema", "json_schema": named}
    return {"type": "json_object"} if shape == "object" else openai.omit


def _instructions(request: ModelRequest, shape: Shape) -> str:
    if shape == "schema":
        return request.system
    schema = json.dumps(request.schema, separators=(",", ":"))
    return (
        f"{request.system}\n\nReply with one JSON object and nothing else. It must satisfy this JSON schema:\n{schema}"
    )


def _reply(answer: Any, model: str) -> ModelReply:
    """The text of the first choice, if it is whole."""
    choice = answer.choices[0] if answer.choices else None
    if choice is None or choice.finish_reason == "length":
        raise GoalError(
            f"The reply of {model} was cut off.", "Ask a smaller question, or raise the model's output limit."
        )
    if getattr(choice.message, "refusal", None):
        raise GoalError(f"The model {model} refused: {choice.message.refusal[:200]}", "Say the goal in other words.")
    if not choice.message.content:
        raise GoalError(f"The model {model} gave an empty reply.", "Try again, or go without a model.")
    used = answer.usage
    return ModelReply(
        _without_fence(choice.message.content), used.prompt_tokens if used else 0, used.completion_tokens if used else 0
    )


def _without_fence(text: str) -> str:
    found = re.fullmatch(r"\s*```(?:json)?\s*\n(.*?)\n?```\s*", text, re.DOTALL)
    return found[1] if found else text


def _refuses_shape(error: openai.BadRequestError) -> bool:
    return bool(re.search(r"response_format|json_schema|json_object|schema|grammar", str(error), re.IGNORECASE))


def _wanted_pause(error: openai.OpenAIError) -> float | None:
    """What the server asks for."""
    headers = error.response.headers if isinstance(error, openai.APIStatusError) else {}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value) * unit
    return None


def _explained(error: openai.OpenAIError, settings: ModelSettings) -> GoalError:
    where = settings.base_url or "the model's service"
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return GoalError(f"{where} does not accept the key.", f"Check {KEY}, or the key of this connection.")
    if isinstance(error, openai.NotFoundError):
        return GoalError(f"{where} has no model {settings.model!r}.", "Name another model: %goal model <name>")
    if isinstance(error, openai.RateLimitError):
        return GoalError(f"{where} is over its limit of requests.", "Wait a little, or go without a model.")
    if isinstance(error, openai.APITimeoutError):
        return GoalError(
            f"{where} did not answer in {settings.timeout_seconds:g} s.", "Try again, or go without a model."
        )
    if isinstance(error, openai.APIConnectionError):
        return GoalError(f"{where} cannot be reached.", "Check base_url and the network, or go without a model.")
    return GoalError(f"{where} failed: {type(error).__name__}", "Try again, or go without a model.")
