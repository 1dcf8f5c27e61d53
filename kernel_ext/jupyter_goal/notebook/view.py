"""One output of one cell: displayed once, then updated in place. Live where a browser is attached, else static."""

from __future__ import annotations

import gzip
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import anywidget
import traitlets
from IPython.display import display, update_display
from pydantic import Field as Attribute
from pydantic import TypeAdapter, ValidationError

from jupyter_goal.core.wire import Message, RunView
from jupyter_goal.notebook.bundle import make_bundle

STATIC = Path(__file__).parent / "static"
PAUSE = 0.1
"""Seconds between two updates of a view that is still changing."""

_MESSAGE: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Attribute(discriminator="kind")])


class GoalView(anywidget.AnyWidget):
    """The live shell. `view` goes to the browser; messages come back."""

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"
    view = traitlets.Dict().tag(sync=True)
    channel = traitlets.Unicode().tag(sync=True)

    def __init__(self, hear: Callable[[Message], None]) -> None:
        super().__init__()
        self.channel = self.model_id
        self._hear = hear
        self.on_msg(self._receive)

    def _receive(self, _: object, content: Any, __: object) -> None:
        if isinstance(content, dict) and content.get("kind") == "need-plotly":
            self.send({"kind": "plotly"}, buffers=[_plotly()])
            return
        try:
            message = _MESSAGE.validate_python(content)
        except ValidationError:
            return
        self._hear(message)


class Output:
    """Where a run is shown. Without a browser only the settled view is displayed."""

    def __init__(self, *, live: bool, hear: Callable[[Message], None]) -> None:
        self._widget = GoalView(hear) if live else None
        self._display_id = uuid.uuid4().hex
        self.displayed = False
        self._sent_at = time.monotonic()

    @property
    def live(self) -> bool:
        """Clicks can arrive."""
        return self._widget is not None

    @property
    def due(self) -> float:
        """Seconds until the next update of a changing view may be sent."""
        return max(0.0, self._sent_at + PAUSE - time.monotonic())

    def progress(self, view: RunView) -> None:
        """Show where the run stands; only the browser's model changes, not the saved output."""
        if self._widget is None:
            return
        self._sent_at = time.monotonic()
        self._widget.view = view.model_dump(mode="json")
        if not self.displayed:
            self._display(view)

    def settle(self, view: RunView) -> None:
        """Show the view in which the run rests, and leave it in the file."""
        if self._widget is not None:
            self._widget.view = view.model_dump(mode="json")
        self._display(view)

    def close(self) -> None:
        """The browser's model is gone; the saved picture stays."""
        if self._widget is not None:
            self._widget.close()
            self._widget = None

    def _display(self, view: RunView) -> None:
        bundle = make_bundle(view, self._widget.model_id if self._widget else "")
        show = update_display if self.displayed else display
        show(bundle, raw=True, display_id=self._display_id)  # type: ignore[no-untyped-call]
        self.displayed = True


def _plotly() -> bytes:
    import plotly

    return gzip.compress((Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes(), 6)
