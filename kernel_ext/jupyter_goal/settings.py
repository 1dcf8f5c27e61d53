"""Settings: `goal.toml` beside the notebooks, overridden by `JUPYTER_GOAL_*` variables. No secrets in either.

[project]                                [connections]
connection = "warehouse"                 warehouse = "snowflake://prod"
catalog = "catalog.yaml"                 local = "duckdb:///data/local.duckdb"
state = ".goal"
                                         [limits]
[model]                                  rows = 1000000
name = "gpt-5"                           seconds = 300
base_url = "http://localhost:8000/v1"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field as Attribute
from pydantic import ValidationError

from goal_semantics.issues import near
from goal_semantics.model import Border
from jupyter_goal.errors import UsageError

FILE = "goal.toml"
PREFIX = "JUPYTER_GOAL_"
NOTEBOOK_VARIABLE = "JUPYTER_GOAL_NOTEBOOK"
"""Set by our own executors for the kernel: path of the notebook that runs."""


class ProjectSettings(Border):
    """What goals are asked of, and where state is kept."""

    connection: str = ""
    """A name under [connections], a URL, a file, or "demo". Empty: frames and files at hand."""
    catalog: str = ""
    state: str = ".goal"


class ModelChoice(Border):
    """The language model, if any. The key is read from OPENAI_API_KEY.

    It is sent to a `base_url` of this file only if OPENAI_BASE_URL or JUPYTER_GOAL_BASE_URL names the same host.
    """

    name: str = ""
    base_url: str = ""
    provider: str = "openai"


class Limits(Border):
    """Caps on every query."""

    rows: int = Attribute(default=1_000_000, ge=1)
    seconds: float = Attribute(default=300.0, gt=0)


class Settings(Border):
    """Everything configurable. `directory` is where relative paths start."""

    directory: Path = Path()
    project: ProjectSettings = ProjectSettings()
    connections: dict[str, str] = {}
    model: ModelChoice = ModelChoice()
    limits: Limits = Limits()

    @property
    def state_directory(self) -> Path:
        """Where the journal lives."""
        return self.directory / self.project.state

    def url(self, target: str) -> str:
        """A connection's name resolved; anything else is returned as it is."""
        return self.connections.get(target, target)


def read(directory: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that hold in a directory: its `goal.toml` or the nearest one above. Errors: UsageError."""
    home = next((d for d in (directory, *directory.parents) if (d / FILE).is_file()), None)
    tables = _parse(home / FILE) if home else {}
    merged = _override(tables, environment if environment is not None else os.environ)
    try:
        return Settings.model_validate({**merged, "directory": home or directory})
    except ValidationError as error:
        raise _explain(error, home) from None


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}.", "Mend the line, or move the file away.") from None


_VARIABLES: Mapping[str, tuple[str, str]] = {
    "CONNECTION": ("project", "connection"),
    "CATALOG": ("project", "catalog"),
    "STATE": ("project", "state"),
    "MODEL": ("model", "name"),
    "BASE_URL": ("model", "base_url"),
}


def _override(tables: dict[str, object], environment: Mapping[str, str]) -> dict[str, object]:
    merged = dict(tables)
    for variable, (table, key) in _VARIABLES.items():
        value = environment.get(PREFIX + variable)
        if value is not None:
            section = merged.get(table)
            merged[table] = {**(section if isinstance(section, dict) else {}), key: value}
    return merged


def _explain(error: ValidationError, home: Path | None) -> UsageError:
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    where = home / FILE if home else "the environment"
    if first["type"] == "extra_forbidden":
        section = first["loc"][0] if len(first["loc"]) > 1 else ""
        owners: dict[str, type[Border]] = {"project": ProjectSettings, "model": ModelChoice, "limits": Limits}
        owner = owners.get(str(section), Settings)
        close = near(str(first["loc"][-1]), owner.model_fields)
        meant = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(owner.model_fields)}."
        return UsageError(f"{where}: unknown setting {path!r}.", meant)
    return UsageError(f"{where}: {path}: {first['msg']}.", "See the README for every setting and its form.")
