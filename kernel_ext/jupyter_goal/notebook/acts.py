"""What the built-in verbs do. Each takes the workspace, an argument and the line, and returns what to print."""

from __future__ import annotations

from collections.abc import Iterable

from goal_semantics.model import Catalog
from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.run import Run
from jupyter_goal.errors import UsageError
from jupyter_goal.notebook.line import Line
from jupyter_goal.notebook.verbs import MAYBE_ONE_WORD, NOTHING, Verb, Verbs
from jupyter_goal.notebook.workspace import Workspace

_MOST_LOST = 10


def builtin_verbs() -> Verbs[Workspace]:
    """Those that need nothing but a session."""
    none: Verbs[Workspace] = Verbs()
    return none.having(
        Verb("help", "what can be typed behind %goal", NOTHING, _help, beside_a_run=True),
        Verb("catalog", "metrics and dimensions that goals can name", NOTHING, _catalog),
        Verb(
            "connect", "connect demo, a URL, a file, a name of goal.toml or a live connection", MAYBE_ONE_WORD, _connect
        ),
        Verb("status", "the goals of this kernel and where they stand", NOTHING, _status, beside_a_run=True),
        Verb("cancel", "stop the goal that is running", NOTHING, _cancel, beside_a_run=True),
        Verb("undo", "take the last revision of the last goal back", NOTHING, _undo),
        Verb(
            "explain",
            "how the last answer was made: reading, definitions, SQL, checks",
            NOTHING,
            _explain,
            beside_a_run=True,
        ),
        Verb("resume", "go on with a goal whose kernel was lost: the one named, or the last", MAYBE_ONE_WORD, _resume),
        Verb("model", "the language model in use", NOTHING, _model, beside_a_run=True),
    )


def _help(workspace: Workspace, _: str, __: Line) -> str:
    rows = [("%goal flights by month", "state a goal"), ("run = %goal …", "keep the run: .frame .figure .sql .receipt")]
    rows += [(f"%goal {verb.name}", verb.help) for verb in workspace.verbs]
    return _aligned(rows)


def _catalog(workspace: Workspace, _: str, line: Line) -> str:
    with workspace.asked_of(line) as binding:
        return describe_catalog(binding.catalog)


def describe_catalog(catalog: Catalog) -> str:
    """Metrics with their descriptions, then dimensions by dataset."""
    metrics = [(metric.title, metric.description) for metric in catalog.metrics if not metric.hidden]
    lines = [f"Catalog {catalog.name}{' (inferred)' if catalog.inferred else ''}", "", "Metrics", _aligned(metrics)]
    for dataset in catalog.datasets:
        fields = [f.title for f in dataset.fields if not f.hidden and f.role in {"dimension", "time"}]
        if fields:
            lines += ["", f"{dataset.title}: {', '.join(fields)}"]
    return "\n".join(lines)


def _connect(workspace: Workspace, target: str, line: Line) -> str:
    return workspace.connect(target or line.connection, line.catalog)


def _status(workspace: Workspace, _: str, __: Line) -> str:
    runs, lost = workspace.runs(), workspace.lost()
    here = _aligned((run.status, f"{run.goal.headline}  ({run.id})") for run in runs)
    said = [here or "No goals yet in this kernel."]
    if lost:
        said.append("Not ended, of a kernel that was lost or of another one (`%goal resume` goes on with the first):")
        said.append(_aligned((_minute(each.at), f"{each.text}  ({each.run})") for each in lost[:_MOST_LOST]))
    return "\n".join(said)


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _cancel(workspace: Workspace, _: str, __: Line) -> str:
    stopped = [run for run in workspace.runs() if run.status in {"planning", "running"}]
    for run in stopped:
        workspace.session().cancel(run.id)
    return f"Stopping {len(stopped)} goal(s)." if stopped else "No goal is running."


def _undo(workspace: Workspace, _: str, __: Line) -> str:
    drive = workspace.last
    if drive is None or drive.run is None:
        raise UsageError("There is nothing to undo yet.", "State a goal first, then change it.")
    drive.run = workspace.session().undo(drive.run)
    view = drive.view()
    drive.output.settle(view)
    return view.problem.message if view.problem else f"Taken back: {drive.run.goal.headline}."


def _explain(workspace: Workspace, _: str, __: Line) -> str:
    drive = workspace.last
    if drive is None or drive.run is None or not drive.run.artifacts:
        raise UsageError("There is no answer to explain yet.", "State a goal first.")
    return "\n\n".join(explain(drive.run, artifact) for artifact in drive.run.artifacts)


def explain(run: Run, artifact: Artifact) -> str:
    """One artifact in words: what was read, assumed, defined, sent and verified."""
    receipt = artifact.receipt
    lines = [artifact.interpretation or artifact.title]
    lines += [f"  assumed: {text}" for text in (run.plan.assumptions if run.plan else ())]
    lines += [f"  {name} = {text}" for name, text in receipt.definitions.items()]
    lines += ["", receipt.sql, ""]
    lines += [f"  {check.verdict}: {check.detail}" for check in receipt.checks]
    lines += [f"  {receipt.engine}, {receipt.rows:,} rows, receipt {receipt.hash}"]
    return "\n".join(lines)


def _resume(workspace: Workspace, run_id: str, _: Line) -> str:
    lost = () if run_id else workspace.lost()
    if not run_id and not lost:
        raise UsageError("There is no goal to go on with: every one has ended.", "State a goal.")
    states = list(workspace.session().resume(run_id or lost[0].run))
    if not states:
        return "There was nothing left to do."
    run = states[-1]
    workspace.show(run)
    return f"Resumed: {run.goal.headline} ({run.status})."


def _model(workspace: Workspace, _: str, __: Line) -> str:
    name = workspace.session().settings.model.name
    if not name:
        return "No model: goals are read by the built-in grammar.\nSet [model] name in goal.toml to use one."
    return f"Model: {name}. It is asked only for goals that the grammar cannot read."


def _aligned(rows: Iterable[tuple[str, str]]) -> str:
    listed = list(rows)
    width = max((len(left) for left, _ in listed), default=0)
    return "\n".join(f"  {left:<{width}}  {right}".rstrip() for left, right in listed)
