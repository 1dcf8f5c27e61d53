"""JupyterLab, as an analyst uses it: a goal, its chart and tabs, pointing and undoing, saving and reopening."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.ui.books import LOAD, read_cells, write_book
from tests.ui.pages import LabPage

VIEW = "application/vnd.jupyter-goal.run+json"
DRAWN = ".jg-plot .main-svg .xtick"


def plot(cell: Locator) -> Locator:
    return cell.locator(".jg-plot")


def bars(cell: Locator) -> Locator:
    return plot(cell).locator(".barlayer .point path")


def settled(lab: LabPage) -> None:
    lab.page.wait_for_timeout(800)


def test_a_goal_becomes_a_chart_with_its_evidence_in_tabs(lab: LabPage, folder: Path):
    write_book(folder, "evidence.ipynb", LOAD, "%goal flights by month and origin")
    lab.open("evidence.ipynb")
    lab.run(0)
    lab.run(1)
    cell = lab.cell(1)
    expect(cell.locator(DRAWN).first).to_be_visible()
    settled(lab)
    lab.shot("lab_light_chart")
    for tab, evidence in (("Table", "EWR"), ("SQL", "SELECT"), ("Checks", "parts total"), ("Receipt", "DuckDB")):
        cell.get_by_role("tab", name=tab, exact=True).click()
        expect(cell.get_by_role("tabpanel")).to_contain_text(evidence)
        lab.shot(f"lab_light_{tab.lower()}")
    cell.get_by_role("tab", name="Chart", exact=True).click()
    lab.theme("JupyterLab Dark")
    expect(cell.locator(DRAWN).first).to_be_visible()
    settled(lab)
    lab.shot("lab_dark_chart")
    cell.get_by_role("tab", name="Table", exact=True).click()
    lab.shot("lab_dark_table")
    lab.theme("JupyterLab Light")


def test_a_click_on_a_bar_revises_and_undo_takes_it_back(lab: LabPage, folder: Path):
    write_book(folder, "revise.ipynb", LOAD, "%goal flights by origin")
    lab.open("revise.ipynb")
    lab.run(0)
    lab.run(1)
    cell = lab.cell(1)
    expect(bars(cell)).to_have_count(3)
    bars(cell).nth(1).click(force=True)
    lab.shot("lab_light_popover")
    lab.page.get_by_role("button", name="Only this").click()
    expect(cell.get_by_text("Changed:")).to_be_visible()
    settled(lab)
    lab.shot("lab_light_revised")
    cell.get_by_role("button", name="Both", exact=True).click()
    expect(cell.locator(".jg-columns")).to_be_visible()
    settled(lab)
    lab.shot("lab_light_before_and_after")
    cell.get_by_role("button", name="Undo").click()
    expect(cell.get_by_text("Changed:")).to_have_count(0)
    expect(bars(cell)).to_have_count(3)


def test_an_instruction_in_words_revises(lab: LabPage, folder: Path):
    write_book(folder, "words.ipynb", LOAD, "%goal flights by carrier")
    lab.open("words.ipynb")
    lab.run(0)
    lab.run(1)
    cell = lab.cell(1)
    field = cell.get_by_placeholder("Change this")
    field.fill("top 5")
    field.press("Enter")
    expect(cell.get_by_text("Changed:")).to_be_visible()
    expect(bars(cell)).to_have_count(5)


def test_an_empty_goal_offers_goals_that_run_in_place(lab: LabPage, folder: Path):
    write_book(folder, "offers.ipynb", LOAD, "%goal")
    lab.open("offers.ipynb")
    lab.run(0)
    lab.run(1)
    cell = lab.cell(1)
    expect(cell.locator(".jg-offer")).to_have_count(5)
    lab.shot("lab_light_offers")
    cell.locator(".jg-offer").first.click()
    expect(cell.locator(DRAWN).first).to_be_visible(timeout=15_000)
    settled(lab)
    lab.shot("lab_light_offer_taken")


def test_cancel_acts_while_the_query_runs(lab: LabPage, folder: Path, slow_project: Path):
    write_book(slow_project, "slow.ipynb", "%load_ext jupyter_goal", "%goal spread by bucket", "6 * 7")
    lab.open(f"{slow_project.name}/slow.ipynb")
    lab.run(0)
    lab.start(1)
    cancel = lab.cell(1).get_by_role("button", name="Cancel")
    cancel.wait_for(timeout=20_000)
    lab.page.wait_for_timeout(1_500)
    lab.shot("lab_light_running")
    cancel.click()
    expect(lab.cell(1).get_by_text("Cancelled. The query was stopped at the server.")).to_be_visible(timeout=5_000)
    lab.shot("lab_light_cancelled")
    lab.run(2, seconds=5)


def test_a_saved_notebook_shows_the_same_picture_without_a_kernel(lab: LabPage, folder: Path, browser):
    path = write_book(folder, "saved.ipynb", LOAD, "%goal flights by month and origin")
    lab.open("saved.ipynb")
    lab.run(0)
    lab.run(1)
    expect(lab.cell(1).locator(DRAWN).first).to_be_visible()
    ticks = lab.cell(1).locator(".jg-plot .xtick").all_inner_texts()
    lab.save()
    lab.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    cells = read_cells(path)
    assert cells[1].outputs[0].data[VIEW]["status"] == "done"
    assert len(str(cells[1].outputs)) < 90_000
    lab.page.goto("about:blank")
    lab.open("saved.ipynb", kernel=False)
    cell = lab.cell(1)
    expect(cell.locator(DRAWN).first).to_be_visible(timeout=20_000)
    assert cell.locator(".jg-plot .xtick").all_inner_texts() == ticks
    lab.page.wait_for_timeout(6_000)
    assert "rror displaying widget" not in lab.page.inner_text("body")
    lab.shot("lab_light_saved")


def test_after_a_reload_of_the_page_the_view_still_listens(lab: LabPage, folder: Path):
    write_book(folder, "reload.ipynb", LOAD, "%goal flights by origin")
    lab.open("reload.ipynb")
    lab.run(0)
    lab.run(1)
    expect(bars(lab.cell(1))).to_have_count(3)
    lab.save()
    lab.page.goto("about:blank")
    lab.open("reload.ipynb")
    field = lab.cell(1).get_by_placeholder("Change this")
    field.fill("top 2")
    field.press("Enter")
    expect(lab.cell(1).get_by_text("Changed:")).to_be_visible()
    expect(bars(lab.cell(1))).to_have_count(2)


def test_an_untrusted_notebook_shows_static_html(lab: LabPage, folder: Path):
    path = write_book(folder, "theirs.ipynb", LOAD, "%goal flights by month and origin")
    lab.open("theirs.ipynb")
    lab.run(0)
    lab.run(1)
    lab.save()
    book = path.read_text().replace('"%goal flights by month and origin"', '"%goal flights by month and origin "')
    stranger = folder / "stranger.ipynb"
    stranger.write_text(book)
    lab.open("stranger.ipynb", kernel=False)
    cell = lab.cell(1)
    expect(cell.locator(".jp-RenderedHTML img")).to_be_visible()
    expect(cell.locator(".jg-view")).to_have_count(0)
    settled(lab)
    lab.shot("lab_light_untrusted")


def test_the_lock_is_kept_in_the_cell_and_executed_next_time(lab: LabPage, folder: Path):
    path = write_book(folder, "locked.ipynb", LOAD, "run = %goal flights by origin", "run.run.plan.planner")
    lab.open("locked.ipynb")
    for index in range(3):
        lab.run(index)
    expect(lab.cell(2).locator(".jp-OutputArea-output")).to_have_text("'grammar'")
    lab.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.widgets[1].model.metadata.jupyter_goal?.locks?.length === 1"
    )
    lab.run(1)
    lab.run(2)
    expect(lab.cell(2).locator(".jp-OutputArea-output")).to_have_text("'lock'")
    lab.save()
    [lock] = read_cells(path)[1].metadata["jupyter_goal"]["locks"]
    assert lock["text"] == "flights by origin"


def test_a_failed_goal_is_said_calmly(lab: LabPage, folder: Path):
    write_book(folder, "wrong.ipynb", LOAD, "%goal profit by carrier", "%goal flights by carier")
    lab.open("wrong.ipynb")
    lab.run(0)
    lab.run(1)
    expect(lab.cell(1).locator(".jg-problem")).to_be_visible()
    lab.run(2)
    settled(lab)
    lab.shot("lab_light_problem")
