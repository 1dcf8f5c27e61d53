"""What `goal()` and `run = %goal …` return: a run with its frame, figure, SQL and receipt at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_goal.core.artifact import Artifact
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.lock import Lock
from jupyter_goal.core.receipt import Receipt
from jupyter_goal.core.run import Run
from jupyter_goal.core.wire import RunView
from jupyter_goal.errors import GoalError, UsageError

if TYPE_CHECKING:
    import pandas
    import plotly.graph_objects
    import polars
    import pyarrow


class Keeper(Protocol):
    """What an answer needs of the session that made it."""

    def kept(self, artifact: str) -> ResultFrame | None:
        """The whole frame of an artifact, while the kernel lives."""

    def view(self, run: Run) -> RunView:
        """The run as it is drawn."""

    def finish(self, run: Run) -> Run:
        """Drive the run to where it stops."""

    def revise(self, run: Run, text: str) -> Run:
        """The run with one more instruction, not yet driven."""

    def themed(self, artifact: Artifact, *, dark: bool) -> Any:
        """The plotly figure of an artifact."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one result."""

    arrow: pyarrow.Table

    def pandas(self) -> pandas.DataFrame:
        """Arrow-backed dtypes: decimals and big integers stay exact."""
        import pandas

        frame: pandas.DataFrame = self.arrow.to_pandas(types_mapper=pandas.ArrowDtype)
        return frame

    def polars(self) -> polars.DataFrame:
        """Errors: UsageError when polars is not installed."""
        try:
            import polars
        except ImportError:
            raise UsageError("polars is not installed.", "Install it with `pip install polars`.") from None
        frame = polars.from_arrow(self.arrow)
        assert isinstance(frame, polars.DataFrame)
        return frame

    def __len__(self) -> int:
        return int(self.arrow.num_rows)


@dataclass(frozen=True, slots=True)
class Answer:
    """A run and what it found. Properties of the result raise a two-line error when there is none."""

    run: Run
    session: Keeper

    @property
    def status(self) -> str:
        """done, waiting, refused, failed or cancelled."""
        return self.run.status

    @property
    def artifact(self) -> Artifact:
        """The first artifact."""
        if not self.run.artifacts:
            raise GoalError(f"This goal has no result: it is {self.run.status}.", self._why())
        return self.run.artifacts[0]

    @property
    def frame(self) -> Rows:
        """All rows: `.arrow`, `.pandas()`, `.polars()`."""
        kept = self.session.kept(self.artifact.id)
        if kept is None:
            raise GoalError("The rows of this result are no longer in memory.", "Run the goal again.")
        return Rows(kept.table)

    @property
    def figure(self) -> plotly.graph_objects.Figure:
        """The chart as a themed plotly figure."""
        return self.session.themed(self.artifact, dark=False)

    @property
    def sql(self) -> str:
        """The pasteable SQL."""
        return self.artifact.receipt.sql

    @property
    def receipt(self) -> Receipt:
        """Everything needed to re-execute the numbers."""
        return self.artifact.receipt

    @property
    def lock(self) -> Lock | None:
        """The frozen plan."""
        return self.session.view(self.run).lock

    def revise(self, instruction: str) -> Answer:
        """A new answer after an instruction ("bar chart", "only JFK", "top 5")."""
        return Answer(self.session.finish(self.session.revise(self.run, instruction)), self.session)

    def _why(self) -> str:
        view = self.session.view(self.run)
        if view.problem:
            return f"{view.problem.message} {view.problem.hint}".strip()
        return "; ".join(question.text for question in view.questions)

    def __repr__(self) -> str:
        view = self.session.view(self.run)
        told = view.headline or view.goal if self.run.artifacts else self._why() or view.goal
        return f"<Answer {view.status}: {told}>"
