"""One goal, from words to a checked artifact, through every way of connecting and through a language model."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jupyter_goal.core.event import Planned, QueryStarted, Refused
from jupyter_goal.core.run import Run
from jupyter_goal.session import Session
from jupyter_goal.settings import ModelChoice, ProjectSettings, Settings
from tests.connectors.places import FACTS, Place
from tests.servers.openai_server import Step, openai_server

CATALOG = """
name: facts
datasets:
  - name: facts
    source: {source}
    row: fact
    primary_key: [id]
    fields:
      - {{name: id, expression: {id}, type: integer, role: key}}
      - {{name: colour, expression: {name}, type: string, synonyms: [color]}}
      - {{name: amount, expression: {amount}, type: decimal, role: fact}}
metrics:
  - {{name: revenue, dataset: facts, agg: sum, expression: {amount}}}
"""


def catalog_for(place: Place) -> str:
    columns = ("id", "name", "amount")
    spelled = {name: name.upper() if place.dialect == "snowflake" else name for name in columns}
    return CATALOG.format(source=place.source, **spelled)


@pytest.fixture
def session(place: Place, tmp_path: Path) -> Any:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "facts.yaml").write_text(catalog_for(place), encoding="utf-8")
    settings = Settings(directory=folder, project=ProjectSettings(connection=place.text, catalog="facts.yaml"))
    opened = Session(settings)
    opened.connect(place.text, frames=place.given.get("frames"), live=place.given.get("live"))
    yield opened
    opened.close()


def test_a_goal_is_answered_and_checked_wherever_the_data_are(session: Session, place: Place) -> None:
    run = session.finish(session.ask("revenue by colour"))
    assert run.status == "done", run.events[-1]
    (artifact,) = run.artifacts
    kept = session.kept(artifact.id)
    assert kept is not None
    rows = {row[0]: row[1] for row in zip(*(column.to_pylist() for column in kept.table.columns), strict=True)}
    assert {name: value and Decimal(str(value)) for name, value in rows.items()} == {
        "red": Decimal("10.5"), "blue": Decimal("0.25"), None: None,
    }  # fmt: skip
    verdicts = {check.name: check.verdict for check in artifact.receipt.checks}
    assert verdicts["parts_total"] == "passed"
    assert verdicts["join_rows"] == "passed"
    assert artifact.receipt.dialect == place.dialect
    started = [event for event in run.events if isinstance(event, QueryStarted)]
    assert [event.purpose for event in started] == ["main", "check"]


def test_a_value_in_the_goal_reaches_the_server_as_a_binding(session: Session) -> None:
    run = session.finish(session.ask("revenue for red"))
    assert run.status == "done", run.events[-1]
    (artifact,) = run.artifacts
    assert "red" in artifact.receipt.parameters
    assert "red" not in artifact.receipt.statement
    assert artifact.table.text == (("10.50",),) or Decimal(artifact.table.text[0][0]) == Decimal("10.5")


def said(**step: Any) -> str:
    """A model's reply with one step; what is not given is absent."""
    empty = {
        "measures": [], "groupings": [], "filters": [], "group_filters": [], "time": None, "comparison": None,
        "share": False, "cumulative": False, "rolling": None, "top": None, "sort": None, "limit": None,
        "totals": False, "detail": None, "chart": None,
    }  # fmt: skip
    return json.dumps({"steps": [{**empty, **step}], "cannot": None, "question": None})


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    import duckdb

    with duckdb.connect(tmp_path / "facts.duckdb") as connection:
        connection.execute(f"CREATE TABLE facts AS {FACTS}")
    (tmp_path / "facts.yaml").write_text(
        CATALOG.format(source="facts", id="id", name="name", amount="amount"), encoding="utf-8"
    )
    project = ProjectSettings(connection=str(tmp_path / "facts.duckdb"), catalog="facts.yaml")
    return Settings(directory=tmp_path, project=project)


BEYOND_GRAMMAR = "how do our takings split along the hues"
REVENUE = {"metric": "revenue", "agg": None, "field": None}


def test_a_model_plans_what_the_grammar_cannot_and_the_compiler_answers(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    good = said(measures=[REVENUE], groupings=[{"field": "facts.colour", "grain": None}])
    with openai_server([good]) as endpoint:
        model = ModelChoice(name="scripted", base_url=endpoint.base_url)
        session = Session(local.model_copy(update={"model": model}))
        run = session.finish(session.ask(BEYOND_GRAMMAR))
        session.close()
    assert run.status == "done", run.events[-1]
    planned = next(event for event in run.events if isinstance(event, Planned))
    assert planned.plan.planner == "model"
    assert len(run.artifacts[0].table.values) == 3
    (body,) = endpoint.bodies
    sent = json.dumps(body)
    assert "blue" not in sent, "values of the data must not reach the model"
    assert b"sk-canary" not in (local.state_directory / "journal.sqlite").read_bytes()


def asked_of_model(settings: Settings, goal: str, *replies: str) -> tuple[Run, list[str]]:
    """The run, and everything that the model was sent, in order."""
    with openai_server(list(replies)) as endpoint:
        model = ModelChoice(name="scripted", base_url=endpoint.base_url)
        session = Session(settings.model_copy(update={"model": model}))
        run = session.finish(session.ask(goal))
        session.close()
    return run, [json.dumps(body) for body in endpoint.bodies]


def test_values_that_a_catalog_was_inferred_from_never_reach_the_model(local: Settings) -> None:
    inferred = local.model_copy(update={"project": ProjectSettings(connection=local.project.connection)})
    session = Session(inferred)
    assert "blue" in session.binding.catalog.dataset["facts"].by_name["name"].values
    session.close()
    narnia = {"field": "facts.name", "op": "=", "values": ["Narnia"]}
    count = {"metric": None, "agg": "count", "field": "facts"}
    bad = said(measures=[count], filters=[narnia])
    run, sent = asked_of_model(inferred, "how do our takings split along the hues of Narnia", bad, bad, bad)
    assert len(sent) == 3
    assert run.status == "refused"
    for body in sent:
        assert "facts.name" in body
        assert "blue" not in body, "values of the data must not reach the model"
        assert "red" not in words(body), "values of the data must not reach the model"


def test_a_value_that_the_data_lack_is_repaired_or_refused_never_an_empty_answer(local: Settings) -> None:
    def filtered(value: str, op: str = "=") -> str:
        return said(measures=[REVENUE], filters=[{"field": "facts.colour", "op": op, "values": [value]}])

    run, sent = asked_of_model(local, BEYOND_GRAMMAR, filtered("bluee"), filtered("blue"))
    assert run.status == "done", run.events[-1]
    assert "bluee" in sent[1]
    assert "facts.colour" in sent[1]
    assert "blue" not in words(sent[1]), "values of the data must not reach the model"
    run, sent = asked_of_model(local, BEYOND_GRAMMAR, filtered("BLUE"))
    assert run.status == "done", run.events[-1]
    assert run.artifacts[0].receipt.parameters == ("blue",), "as the data spell it"
    run, sent = asked_of_model(local, BEYOND_GRAMMAR, *[filtered("bluee", "not in")] * 3)
    refused = run.events[-1]
    assert isinstance(refused, Refused)
    assert "bluee" in refused.reason
    assert "blue" in words(refused.hint), "the person may see the near names"


def test_what_is_hidden_is_not_listed_for_the_model(local: Settings) -> None:
    catalog = local.directory / "facts.yaml"
    text = catalog.read_text(encoding="utf-8")
    secret = text.split("datasets:")[1].split("metrics:")[0].replace("name: facts", "name: secrets")
    secret = secret.replace("    source:", "    hidden: true\n    source:", 1)
    hidden = "      - {name: shade, expression: name, type: string, hidden: true}\n"
    metric = "  - {name: wages, dataset: facts, agg: sum, expression: amount, hidden: true}\n"
    catalog.write_text(
        text.replace("metrics:", f"{hidden}{secret.strip(chr(10))}\nmetrics:") + metric, encoding="utf-8"
    )
    good = said(measures=[REVENUE], groupings=[{"field": "facts.colour", "grain": None}])
    run, (sent,) = asked_of_model(local, BEYOND_GRAMMAR, good)
    assert run.status == "done", run.events[-1]
    for name in ("secrets", "shade", "wages"):
        assert name not in sent


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_names_that_the_catalog_lacks_are_refused_after_two_repairs(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    bad = said(measures=[{"metric": "profit", "agg": None, "field": None}])
    with openai_server([bad] * 5) as endpoint:
        model = ModelChoice(name="scripted", base_url=endpoint.base_url)
        session = Session(local.model_copy(update={"model": model}))
        run = session.finish(session.ask(BEYOND_GRAMMAR))
        session.close()
    assert run.status == "refused"
    assert len(endpoint.bodies) == 3


def test_a_model_that_fails_leaves_two_lines(local: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    with openai_server([Step(status=401, message="bad key")] * 5) as endpoint:
        model = ModelChoice(name="scripted", base_url=endpoint.base_url)
        session = Session(local.model_copy(update={"model": model}))
        run = session.finish(session.ask(BEYOND_GRAMMAR))
        view = session.view(run)
        session.close()
    assert run.status in {"failed", "refused"}
    assert view.problem is not None
    assert "sk-canary" not in view.model_dump_json()
