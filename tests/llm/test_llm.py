"""Models keep their contract: through the real SDK against a scripted server, and from a list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyter_goal import registry
from jupyter_goal.errors import GoalError
from jupyter_goal.llm import ModelRequest, ModelSettings
from jupyter_goal.llm.openai import connect
from jupyter_goal.llm.scripted import ScriptedModel
from jupyter_goal.llm.scripted import connect as connect_script
from tests.servers.openai_server import Endpoint, Step, openai_server

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
REQUEST = ModelRequest("You plan.", "monthly revenue", SCHEMA, "plan")
REFUSED = Step(status=400, message="Invalid parameter: 'response_format' of type 'json_schema' is not supported")


def ask(endpoint: Endpoint, seconds: float = 10) -> str:
    return connect(ModelSettings("m1", endpoint.base_url, "key-1", seconds)).complete(REQUEST).text


def test_the_schema_is_asked_for_strictly():
    with openai_server(['{"a": 1}']) as endpoint:
        reply = connect(ModelSettings("m1", endpoint.base_url, "key-1")).complete(REQUEST)
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ('{"a": 1}', 11, 7)
    assert endpoint.bodies[0]["response_format"]["json_schema"] == {"name": "plan", "schema": SCHEMA, "strict": True}
    assert [message["content"] for message in endpoint.bodies[0]["messages"]] == ["You plan.", "monthly revenue"]
    assert endpoint.keys == ["key-1"]


def test_a_server_without_schemas_gets_the_schema_in_words_and_is_not_asked_twice():
    with openai_server([REFUSED, '```json\n{"a": 1}\n```', '{"a": 2}']) as endpoint:
        model = connect(ModelSettings("m1", endpoint.base_url, "key-1"))
        assert [model.complete(REQUEST).text, model.complete(REQUEST).text] == ['{"a": 1}', '{"a": 2}']
    assert [body["response_format"]["type"] for body in endpoint.bodies] == [
        "json_schema",
        "json_object",
        "json_object",
    ]
    assert '"additionalProperties":false' in endpoint.bodies[1]["messages"][0]["content"]


def test_a_server_without_any_format_is_asked_in_words_alone():
    with openai_server([REFUSED, REFUSED, '{"a": 1}']) as endpoint:
        assert ask(endpoint) == '{"a": 1}'
    assert "response_format" not in endpoint.bodies[2]


def test_another_bad_request_is_not_mistaken_for_a_missing_feature():
    with openai_server([Step(status=400, message="context length exceeded"), '{"a": 1}']) as endpoint:
        with pytest.raises(GoalError):
            ask(endpoint)
        assert len(endpoint.bodies) == 1


def test_a_busy_server_is_asked_again_when_it_says():
    busy = Step(status=429, headers={"retry-after-ms": "30"})
    with openai_server([busy, Step(status=503, headers={"retry-after-ms": "30"}), '{"a": 1}']) as endpoint:
        assert ask(endpoint) == '{"a": 1}'
        assert len(endpoint.bodies) == 3


def test_tries_are_bounded():
    with openai_server([Step(status=429, headers={"retry-after-ms": "1"})] * 9) as endpoint:
        with pytest.raises(GoalError, match="limit"):
            ask(endpoint)
        assert len(endpoint.bodies) == 3


@pytest.mark.parametrize("step", [Step("late", delay=5), Step(status=429, headers={"retry-after": "60"})])
def test_the_deadline_holds(step: Step):
    with openai_server([step] * 3) as endpoint:
        with pytest.raises(GoalError):
            ask(endpoint, seconds=0.5)
        assert len(endpoint.bodies) == 1, "a second try would pass the deadline"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step("", finish="length"), "cut off"),
        (Step(refusal="I cannot"), "refused: I cannot"),
        (Step(""), "empty"),
        (Step(status=401), "does not accept the key"),
        (Step(status=404), "no model 'm1'"),
    ],
)
def test_a_reply_that_is_none_says_so_in_two_lines(step: Step, said: str):
    with openai_server([step] * 3) as endpoint, pytest.raises(GoalError, match=re.escape(said)) as failed:
        ask(endpoint)
    assert len(str(failed.value).splitlines()) == 2
    assert "key-1" not in str(failed.value)


def test_without_a_key_the_variable_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(GoalError) as failed:
        connect(ModelSettings("m1"))
    assert "OPENAI_API_KEY" in failed.value.hint


def test_a_model_on_this_machine_needs_no_key(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with openai_server(['{"a": 1}']) as endpoint:
        assert connect(ModelSettings("m1", endpoint.base_url)).complete(REQUEST).text == '{"a": 1}'


def test_nobody_there_is_said():
    with pytest.raises(GoalError, match="cannot be reached"):
        connect(ModelSettings("m1", "http://127.0.0.1:9/v1", timeout_seconds=3)).complete(REQUEST)


def test_a_script_gives_its_replies_in_order_and_then_says_it_has_ended(tmp_path: Path):
    model = ScriptedModel(["1", "2"])
    assert [model.complete(REQUEST).text, model.complete(REQUEST).text] == ["1", "2"]
    assert model.requests == [REQUEST, REQUEST]
    with pytest.raises(GoalError, match="no reply left"):
        model.complete(REQUEST)
    script = tmp_path / "replies.jsonl"
    script.write_text('{"a": 1}\n\n{"a": 2}\n', encoding="utf-8")
    read = connect_script(ModelSettings("scripted", str(script)))
    assert [read.complete(REQUEST).text, read.complete(REQUEST).text] == ['{"a": 1}', '{"a": 2}']


def test_the_recipe_works():
    recipe = Path(registry.find("llm", "scripted").__file__).with_name("README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    names: dict = {"__name__": "toy"}
    exec(compile(code, "llm/README.md", "exec"), names)
    reply = names["connect"](ModelSettings("parrot")).complete(REQUEST)
    assert REQUEST.user in reply.text


def test_every_model_of_the_folder_is_tested_here():
    assert set(registry.names("llm")) == {"openai", "scripted"}
