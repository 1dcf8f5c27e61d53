"""The key in the environment goes where the person sends it, and nowhere that a cloned folder says."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_goal.errors import GoalError
from jupyter_goal.llm import ModelRequest, ModelSettings
from jupyter_goal.llm._key import key_for
from jupyter_goal.llm.openai import connect
from jupyter_goal.settings import read
from tests.servers.openai_server import openai_server

KEY = {"OPENAI_API_KEY": "sk-canary"}
REQUEST = ModelRequest("You plan.", "revenue", {"type": "object"}, "plan")


def settings_of_a_clone(folder: Path, base_url: str) -> ModelSettings:
    """What a `goal.toml` above the working folder says."""
    (folder / "goal.toml").write_text(f'[model]\nname = "m1"\nbase_url = "{base_url}"\n', encoding="utf-8")
    inner = folder / "deep" / "inside"
    inner.mkdir(parents=True)
    return ModelSettings("m1", read(inner, {}).model.base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://collect.example/v1",
        "https://api.openai.com.example/v1",
        "https://api.openai.com@collect.example/v1",
        "https://collect.example/api.openai.com/v1",
        "https://[2001:db8::1]/v1",
    ],
)
def test_a_host_that_only_the_folder_names_gets_no_key(tmp_path: Path, base_url: str) -> None:
    with pytest.raises(GoalError) as failed:
        key_for(settings_of_a_clone(tmp_path, base_url), KEY)
    assert len(str(failed.value).splitlines()) == 2
    assert "OPENAI_BASE_URL" in failed.value.hint
    assert "sk-canary" not in str(failed.value)


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "JUPYTER_GOAL_BASE_URL"])
def test_a_host_that_the_person_names_gets_it(tmp_path: Path, variable: str) -> None:
    settings = settings_of_a_clone(tmp_path, "https://models.example/v1")
    assert key_for(settings, {**KEY, variable: "https://models.example/other"}) == "sk-canary"
    with pytest.raises(GoalError):
        key_for(settings, {**KEY, variable: "https://models.example.org/v1"})


def test_the_vendor_gets_it() -> None:
    assert key_for(ModelSettings("m1"), KEY) == "sk-canary"
    assert key_for(ModelSettings("m1", "https://API.openai.com/v1"), KEY) == "sk-canary"
    assert key_for(ModelSettings("m1"), {**KEY, "OPENAI_BASE_URL": "https://models.example/v1"}) == "sk-canary"


@pytest.mark.parametrize(
    "base_url", ["http://api.openai.com/v1", "http://models.example/v1", "ftp://x/v1", "models.example", "http://[::1", "http://10.0.0.1/v1"]
)  # fmt: skip
def test_nothing_is_sent_in_plain_text(base_url: str) -> None:
    for environment in ({}, KEY, {**KEY, "OPENAI_BASE_URL": base_url}):
        with pytest.raises(GoalError, match="https") as failed:
            key_for(ModelSettings("m1", base_url, "sk-own"), environment)
        assert len(str(failed.value).splitlines()) == 2
    with pytest.raises(GoalError, match="https"):
        key_for(ModelSettings("m1"), {**KEY, "OPENAI_BASE_URL": "http://models.example/v1"})


def test_a_key_given_with_its_address_is_used() -> None:
    assert key_for(ModelSettings("m1", "https://models.example/v1", "sk-own"), KEY) == "sk-own"


def test_a_server_on_this_machine_does_not_see_the_key_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    with openai_server(["{}", "{}"]) as endpoint:
        connect(ModelSettings("m1", endpoint.base_url)).complete(REQUEST)
        monkeypatch.setenv("JUPYTER_GOAL_BASE_URL", endpoint.base_url)
        connect(ModelSettings("m1", endpoint.base_url)).complete(REQUEST)
    assert endpoint.keys == ["none", "sk-canary"]


def test_the_address_of_the_environment_is_asked_when_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    with openai_server(["{}"]) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.base_url)
        connect(ModelSettings("m1")).complete(REQUEST)
    assert endpoint.keys == ["sk-canary"]
