"""A real IPython kernel, spoken to as JupyterLab does: cell ids and metadata travel with each execution."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

VIEW = "application/vnd.jupyter-goal.run+json"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class Executed:
    """What one cell did."""

    status: str = ""
    text: str = ""
    error: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)
    comms: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def view(self) -> dict[str, Any]:
        """The view as the saved notebook would hold it: the last one displayed."""
        assert self.displays, self
        return self.displays[-1][VIEW]


class Kernel:
    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.directory = directory
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(cwd=str(directory), env=environment)
        self.client = self._manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self) -> int:
        return self._manager.provisioner.pid

    def send(self, code: str, cell: str = "", metadata: dict[str, Any] | None = None) -> str:
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
                   "stop_on_error": True}  # fmt: skip
        sent = {**(metadata or {}), **({"cellId": cell} if cell else {})}
        while self.client.iopub_channel.msg_ready():
            self.client.get_iopub_msg()
        message = self.client.session.msg("execute_request", content, metadata=sent)
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def run(self, code: str, cell: str = "", metadata: dict[str, Any] | None = None, timeout: float = 60) -> Executed:
        return self.collect(self.send(code, cell, metadata), timeout)

    def collect(self, request: str, timeout: float = 60) -> Executed:
        """Everything until the kernel is idle again after this request."""
        done = Executed()
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            kind, content = message["msg_type"], message["content"]
            ours = message["parent_header"].get("msg_id") == request
            if kind.startswith("comm_") or kind in {"display_data", "update_display_data"} or ours:
                _note(done, kind, content)
            if ours and kind == "status" and content["execution_state"] == "idle":
                break
        while not done.status:
            reply = self.client.get_shell_msg(timeout=10)
            if reply["parent_header"].get("msg_id") == request:
                done.status = reply["content"]["status"]
        return done

    def click(self, comm: str, message: dict[str, Any]) -> str:
        """What the browser's view sends."""
        data = {"method": "custom", "content": message}
        sent = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.client.shell_channel.send(sent)
        return sent["header"]["msg_id"]

    def views(self, until: str | tuple[str, ...], timeout: float = 30) -> list[dict[str, Any]]:
        """Views displayed from now on, up to the first whose status is one of `until`."""
        wanted = (until,) if isinstance(until, str) else until
        seen: list[dict[str, Any]] = []
        deadline = time.monotonic() + timeout
        while not seen or seen[-1]["status"] not in wanted:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["msg_type"] in {"display_data", "update_display_data"} and VIEW in message["content"]["data"]:
                seen.append(message["content"]["data"][VIEW])
        return seen

    def complete(self, code: str) -> list[str]:
        self.client.complete(code, len(code))
        while True:
            reply = self.client.get_shell_msg(timeout=30)
            if reply["msg_type"] == "complete_reply":
                content = reply["content"]
                start = content["cursor_start"]
                return [code[:start] + match for match in content["matches"]]

    def interrupt(self) -> None:
        self._manager.interrupt_kernel()

    def close(self) -> None:
        self.client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def _note(done: Executed, kind: str, content: dict[str, Any]) -> None:
    match kind:
        case "stream":
            done.text += content["text"]
        case "error":
            done.error = COLOUR.sub("", "\n".join(content["traceback"]))
        case "display_data" | "update_display_data":
            done.displays.append(content["data"])
        case "execute_result":
            done.results.append(content["data"])
        case "comm_open" | "comm_msg":
            done.comms.append(content)
