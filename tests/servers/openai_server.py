"""An OpenAI-compatible server on loopback that answers by a script and records what it was asked."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Step:
    """One answer: text, or an error status; `delay` in seconds before it."""

    text: str = ""
    status: int = 200
    message: str = "scripted"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    finish: str = "stop"
    refusal: str | None = None


@dataclass
class Endpoint:
    """`bodies` and `keys` in the order of the requests."""

    steps: list[Step]
    base_url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def next(self) -> Step:
        return self.steps.pop(0) if self.steps else Step(status=500, message="the script has ended")


def handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.bodies.append(body)
            endpoint.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            step = endpoint.next()
            time.sleep(step.delay)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.reply(step, body)

        def reply(self, step: Step, body: dict[str, Any]) -> None:
            message = {"role": "assistant", "content": None if step.refusal else step.text, "refusal": step.refusal}
            answer: dict[str, Any] = {
                "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": body["model"],
                "choices": [{"index": 0, "finish_reason": step.finish, "message": message}],
                "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
            }  # fmt: skip
            if step.status != 200:
                answer = {"error": {"message": step.message, "type": "scripted", "code": None}}
            raw = json.dumps(answer).encode()
            self.send_response(step.status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(raw)),
                **step.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

    return Handler


@contextlib.contextmanager
def openai_server(steps: Sequence[Step | str]) -> Iterator[Endpoint]:
    """A running server; a plain string is the text of an answer."""
    endpoint = Endpoint([Step(step) if isinstance(step, str) else step for step in steps])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(endpoint))
    server.daemon_threads = True
    endpoint.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
