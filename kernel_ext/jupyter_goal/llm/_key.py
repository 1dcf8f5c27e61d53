"""Which key goes to which address. A `goal.toml` may come with a cloned folder: it may name a model, not take a key.

The key of the environment goes to the vendor, and to a host that the person names in the environment. It never travels
in plain text beyond this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from jupyter_goal.errors import GoalError
from jupyter_goal.llm import ModelSettings

KEY = "OPENAI_API_KEY"
ADDRESSES = ("OPENAI_BASE_URL", "JUPYTER_GOAL_BASE_URL")
VENDOR = "api.openai.com"
NO_KEY = "none"
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def key_for(settings: ModelSettings, environment: Mapping[str, str]) -> str:
    """The key to send; `NO_KEY` to a server on this machine. Errors: GoalError says what to set."""
    address = settings.base_url or environment.get(ADDRESSES[0]) or f"https://{VENDOR}/v1"
    host = _host(address)
    if settings.api_key:
        return settings.api_key
    key = environment.get(KEY, "")
    named = {_name(environment[variable]) for variable in ADDRESSES if environment.get(variable)}
    if key and (host == VENDOR or host in named):
        return key
    if host in _HERE:
        return NO_KEY
    if key:
        raise GoalError(
            f"The key in {KEY} is not sent to {host}: only the settings of this folder name that host.",
            f"If you trust it, set {ADDRESSES[0]}={address} in the environment, or go without a model.",
        )
    raise GoalError(
        f"The model {settings.model} needs a key.",
        f"Set {KEY} in the environment, or go without: the built-in planner needs no model.",
    )


def _host(address: str) -> str:
    """The host of an address that nobody on the way can read."""
    host = _name(address)
    scheme = address.partition(":")[0].lower()
    if not host or not (scheme == "https" or (scheme == "http" and host in _HERE)):
        raise GoalError(
            f"{address} is no https address: goals and keys would travel in plain text.",
            "Name one that begins with https://, or a server on this machine (http://localhost:…).",
        )
    return host


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
