"""The page without a script: harmless, complete, and not wrong where it cannot draw."""

from __future__ import annotations

import base64
import datetime
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from goal_semantics.query import SemanticQuery
from jupyter_goal.agent.narrate import headline
from jupyter_goal.charts._choose import draw_chart
from jupyter_goal.charts._static import plain_text, static_html
from jupyter_goal.charts._static.picture import picture
from jupyter_goal.charts._static.scales import TickWords, time_ticks, value_ticks
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.plan import Choice, Question
from jupyter_goal.core.receipt import CheckResult, Receipt
from jupyter_goal.core.tabulate import tabulate
from jupyter_goal.core.wire import Problem, RunView
from jupyter_goal.report import as_text
from tests.charts.frames import dimension, frame, measure
from tests.charts.shapes import CASES, FLIGHTS, HOSTILE, delay

NOON = datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC)
TAGS = {"div", "p", "span", "img", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre", "code", "ul",
        "ol", "li"}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def view(name: str) -> RunView:
    case = CASES[name]
    spec, figure = draw_chart(case.frame, case.intent, HOSTILE)
    checks = (CheckResult(name="parts_total", verdict="warned", detail=HOSTILE),)
    receipt = Receipt(
        query=SemanticQuery(), dialect="duckdb", sql=f"SELECT '{HOSTILE}'", statement="", as_of=NOON, executed_at=NOON, rows=1,
        engine=HOSTILE, checks=checks,
    )  # fmt: skip
    artifact = Artifact(
        id="a", title=HOSTILE, headline=headline(case.frame), interpretation=HOSTILE, spec=spec, figure=figure,
        table=tabulate(case.frame), receipt=receipt, notes=spec.notes,
    )  # fmt: skip
    return RunView(id="1", goal=HOSTILE, status="done", artifacts=(artifact,))


class Reader(HTMLParser):
    """Collects tags, attributes and words as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.parametrize("name", CASES)
def test_the_page_holds_only_harmless_tags(name):
    reader = read(static_html(view(name)))
    assert reader.tags <= TAGS
    assert reader.attributes <= {"style", "alt", "src"}
    assert reader.open == []
    assert any("<script>" in words for words in reader.words), "hostile words are shown as words"


@pytest.mark.parametrize("name", CASES)
def test_the_picture_is_well_formed_and_fetches_nothing(name):
    figure = draw_chart(CASES[name].frame, CASES[name].intent, "t")[1]
    svg = picture(figure) if figure else ""
    if not svg:
        return
    root = ET.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg",
        "line",
        "text",
        "path",
        "circle",
        "rect",
    }
    attributes = [f"{key}={value}" for element in root.iter() for key, value in element.attrib.items()]
    assert not any(re.search(r"url\(|href|^on|style=|\bnan\b|\binf\b", attribute) for attribute in attributes)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        x, y = (float(element.attrib.get(key, 0)) for key in ("x", "y"))
        assert -1 <= x <= width + 1, ET.tostring(element)
        assert -1 <= y <= height + 1, ET.tostring(element)


def test_the_picture_is_an_image_with_words_for_those_who_do_not_see_it():
    page = static_html(view("time"))
    match = re.search(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert match
    assert match[1].startswith("Line chart: ")
    assert base64.b64decode(match[2]).startswith(b"<svg ")


def test_null_breaks_the_drawn_line():
    svg = picture(draw_chart(CASES["time, NULL"].frame, CASES["time, NULL"].intent, "t")[1])
    assert svg.count("<circle") == 3
    assert svg.count('fill="none"') == 1, "one stretch of two points, one lonely point"


def test_stacked_bars_reach_the_sum():
    data = frame((dimension(), ["a", "a", "b", "b"]), (dimension("origin"), ["x", "y"] * 2), (FLIGHTS, [3, 4, 1, 1]))
    intent = CASES["two categories, stacked"].intent
    bars = ET.fromstring(picture(draw_chart(data, intent, "t")[1])).findall(f"{SVG}rect")
    drawn = [bar for bar in bars if float(bar.attrib["height"]) > 10]
    heights = sorted(round(float(bar.attrib["height"])) for bar in drawn)
    assert heights[-1] / heights[0] == pytest.approx(4, rel=0.05)
    tops = [float(bar.attrib["y"]) for bar in drawn]
    assert len(set(tops)) == len(tops), "nothing starts where another does"


def test_negative_bars_go_the_other_way():
    svg = ET.fromstring(
        picture(draw_chart(CASES["category, negative"].frame, CASES["category, negative"].intent, "t")[1])
    )
    bars = svg.findall(f"{SVG}rect")
    assert float(bars[0].attrib["y"]) + float(bars[0].attrib["height"]) == pytest.approx(
        float(bars[2].attrib["y"]), abs=0.2
    )


def test_numbers_are_written_exactly():
    data = frame((FLIGHTS, [2**53 + 1]))
    spec, figure = draw_chart(data, CASES["one number"].intent, "t")
    shown = view("one number").artifacts[0].model_copy(update={"spec": spec, "figure": figure})
    assert "9,007,199,254,740,993" in "".join(
        read(static_html(RunView(id="1", goal="g", status="done", artifacts=(shown,)))).words
    )


def test_problems_and_questions_are_shown():
    problem = RunView(
        id="1", goal="g", status="failed", problem=Problem(message="It failed.", hint="Try this."), offers=("a", "b")
    )
    question = RunView(
        id="1", goal="g", status="waiting", questions=(Question(text="Which?", choices=(Choice(label="This"),)),)
    )
    assert "Try this." in static_html(problem)
    assert plain_text(problem) == "It failed.\nTry this.\n\nTry:\n  a\n  b"
    assert "Which?" in static_html(question)
    assert plain_text(question) == "Which?\n  1. This"


def test_plain_text_is_aligned():
    data = frame((dimension(), ["UA", "日本", None]), (FLIGHTS, [58665, None, 7]), (delay(), [1.5, -2.25, None]))
    lines = plain_text(_with(data)).splitlines()
    assert lines[lines.index("") + 1 :] == [
        "carrier  flights  average delay (minutes)",
        "───────  ───────  ───────────────────────",
        "UA        58,665                     1.50",
        "日本           –                    -2.25",
        "–              7                        –",
    ]


def test_plain_text_of_many_rows_says_how_many():
    data = frame((dimension(), [str(n) for n in range(300)]), (measure(), list(range(300))))
    assert plain_text(_with(data)).endswith("… 20 of 300 rows shown")


def test_plain_text_holds_no_control_characters():
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", plain_text(view("category, hostile")))


def test_ticks_share_their_unit():
    words = TickWords()
    assert [tick.text for tick in value_ticks(7000, 11000, log=False, words=words)] == ["7k", "8k", "9k", "10k", "11k"]
    assert [tick.text for tick in value_ticks(0, 0.5, log=False, words=TickWords(percent=True))][-1] == "50%"
    assert [tick.text for tick in value_ticks(32, 58665, log=True, words=words)] == [
        "10",
        "100",
        "1,000",
        "10k",
        "100k",
    ]
    assert [tick.text for tick in value_ticks(0, 2.5, log=False, words=words)] == ["0", "0.5", "1", "1.5", "2", "2.5"]


def test_time_ticks_stand_at_the_calendar():
    year = 365 * 86400.0
    assert [tick.text for tick in time_ticks(0, year)] == [
        "Jan 1970",
        "Mar 1970",
        "May 1970",
        "Jul 1970",
        "Sep 1970",
        "Nov 1970",
        "Jan 1971",
    ]
    assert [tick.text for tick in time_ticks(0, 86400.0)][:2] == ["1 Jan", "03:00"]


def _with(data) -> RunView:
    artifact = (
        view("time")
        .artifacts[0]
        .model_copy(update={"table": tabulate(data), "headline": "h", "interpretation": "", "notes": ()})
    )
    return RunView(id="1", goal="g", status="done", artifacts=(artifact,))


CHECKS = (
    CheckResult(name="row_cap", verdict="passed", detail="All rows are here."),
    CheckResult(name="null_share", verdict="warned", detail="A third is missing."),
    CheckResult(name="parts_total", verdict="failed", detail="The parts add up to 3, the total is 4."),
)


def doubtful() -> RunView:
    given = view("category, others")
    artifact = given.artifacts[0]
    receipt = artifact.receipt.model_copy(update={"checks": CHECKS})
    artifact = artifact.model_copy(update={"receipt": receipt, "interpretation": "Read as flights"})
    return given.model_copy(update={"artifacts": (artifact, artifact), "assumptions": ("“late” means over 15 min",)})


def test_assumptions_and_failed_checks_stand_open_under_the_reading():
    page = static_html(doubtful())
    opened = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    words = ["Read as flights", "Assumed: “late” means over 15 min", "✗ parts total: The parts add up to 3",
             "⚠ null share: A third is missing.", "<table"]  # fmt: skip
    places = [opened.index(each) for each in words]
    assert places == sorted(places)
    assert "All rows are here." not in opened
    assert page.count("Assumed:") == 1


def test_plain_text_says_assumptions_and_failed_checks_before_the_table():
    text = plain_text(doubtful())
    words = ["Read as flights", "Assumed: “late” means over 15 min", "✗ parts total: The parts add up to 3",
             "⚠ null share: A third is missing.", "──"]  # fmt: skip
    places = [text.index(each) for each in words]
    assert places == sorted(places)
    assert "All rows are here." not in text


def test_assumptions_are_said_with_a_question_too():
    asking = RunView(id="1", goal="late", status="waiting", assumptions=("the demo's data",))
    assert "Assumed: the demo's data" in static_html(asking).replace("&#x27;", "'")
    assert "Assumed: the demo's data" in plain_text(asking)


def test_the_terminal_says_every_check_once():
    text = as_text(doubtful().model_copy(update={"artifacts": doubtful().artifacts[:1]}))
    assert [text.count(check.detail) for check in CHECKS] == [1, 1, 1]
