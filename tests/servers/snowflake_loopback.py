"""Runs in an environment of its own: fakesnow's server, made complete enough for snowflake-connector-python 5.

Added: the login fields the new driver needs, a checked password, asynchronous execution with query ids, and an abort
that stops the engine. Started by `snowflake_server`; prints its port.
"""

from __future__ import annotations

import asyncio
import decimal
import gzip
import json
import re
import secrets
import socket
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any

import fakesnow.server as fakesnow
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PASSWORD = sys.argv[1]
whole_binding = fakesnow.from_binding


@dataclass
class Submitted:
    """A statement that was given an id before it ended."""

    token: str
    task: asyncio.Task[Any]
    aborted: bool = False


@dataclass
class Seen:
    """What the tests look at."""

    logins: list[Any] = field(default_factory=list)
    statements: list[Any] = field(default_factory=list)
    aborts: int = 0


submitted: dict[str, Submitted] = {}
seen = Seen()


async def body_of(request: Request) -> Any:
    raw = await request.body()
    return json.loads(gzip.decompress(raw) if request.headers.get("content-encoding") == "gzip" else raw)


async def login(request: Request) -> JSONResponse:
    data = (await body_of(request))["data"]
    seen.logins.append({"query": dict(request.query_params), "session": data.get("SESSION_PARAMETERS", {})})
    if data.get("PASSWORD") != PASSWORD:
        refusal = "Incorrect username or password was specified."
        return JSONResponse(
            {"data": {"authnMethod": "USERNAME_PASSWORD"}, "code": "390100", "message": refusal, "success": False}
        )
    answer = json.loads((await fakesnow.login_request(request)).body)
    answer["data"] |= {
        "masterToken": secrets.token_urlsafe(32), "validityInSeconds": 3600, "masterValidityInSeconds": 14400, "sessionId": 1,
    }  # fmt: skip
    answer["data"]["sessionInfo"] |= {"warehouseName": None, "roleName": "READER"}
    return JSONResponse(answer | {"message": None, "code": None})


def typed_binding(binding: dict[str, Any]) -> Any:
    """fakesnow reads only whole numbers and text."""
    kind, value = binding["type"], binding["value"]
    if value is None:
        return None
    if kind == "REAL":
        return float(value)
    if kind == "FIXED" and not value.lstrip("-").isdigit():
        return decimal.Decimal(value)
    return whole_binding(binding)


def in_their_words(answer: Any) -> Any:
    """Errors as Snowflake words them."""
    message = answer.get("message") or ""
    if found := re.search(r'Referenced column "([^"]+)" not found', message):
        words = f"SQL compilation error: error line 1 at position 7\ninvalid identifier '{found[1]}'"
        return answer | {"code": "000904", "message": words, "data": {"sqlState": "42000"}}
    if found := re.search(r"Table with name (\S+) does not exist", message):
        words = f"SQL compilation error:\nObject '{found[1]}' does not exist or not authorized."
        return answer | {"code": "002003", "message": words, "data": {"sqlState": "42S02"}}
    return answer


async def query(request: Request) -> JSONResponse:
    body = await body_of(request)
    seen.statements.append({"text": body["sqlText"], "bindings": body.get("bindings")})
    if not body.get("asyncExec"):
        return JSONResponse(in_their_words(json.loads((await fakesnow.query_request(request)).body)))
    name = str(uuid.uuid4())
    submitted[name] = Submitted(fakesnow.to_token(request), asyncio.create_task(answer_as(name, request)))
    await asyncio.wait([submitted[name].task], timeout=0.02)
    data = {"queryId": name, "getResultUrl": f"/queries/{name}/result", "queryAbortsAfterSecs": 300}
    return JSONResponse({"data": data, "code": "333334", "message": "Query execution in progress.", "success": True})


async def answer_as(name: str, request: Request) -> Any:
    answer = in_their_words(json.loads((await fakesnow.query_request(request)).body))
    if answer.get("data"):
        answer["data"]["queryId"] = name
    if submitted[name].aborted:
        answer = {"data": {"queryId": name}, "code": "000604", "message": "SQL execution canceled", "success": False}
    return answer


async def status(request: Request) -> JSONResponse:
    name = request.path_params["name"].strip("/")
    known = submitted.get(name)
    if known is None:
        return JSONResponse({"data": {"queries": []}, "success": True})
    state: dict[str, Any] = {"id": name, "status": "RUNNING"}
    if known.task.done():
        answer = known.task.result()
        good = answer["success"]
        state["status"] = "SUCCESS" if good else "FAILED_WITH_ERROR"
        if not good:
            state |= {"errorCode": answer["code"], "errorMessage": answer["message"]}
    return JSONResponse({"data": {"queries": [state]}, "success": True})


async def result(request: Request) -> JSONResponse:
    return JSONResponse(await submitted[request.path_params["name"]].task)


async def abort(request: Request) -> JSONResponse:
    known = submitted[request.path_params["name"]]
    known.aborted = not known.task.done()
    seen.aborts += 1
    fakesnow.sessions[known.token]._duck_conn.interrupt()
    return JSONResponse({"data": None, "code": None, "message": None, "success": True})


async def report(request: Request) -> JSONResponse:
    running = sum(not statement.task.done() for statement in submitted.values())
    return JSONResponse(
        {"logins": seen.logins, "statements": seen.statements, "aborts": seen.aborts, "running": running}
    )


async def nothing(request: Request) -> JSONResponse:
    return JSONResponse({"success": True})


def prepare() -> None:
    cursor = fakesnow.shared_fs.connect("DB1", "PUBLIC").cursor()
    cursor.execute("CREATE TABLE FACTS (ID INT, NAME VARCHAR, AMOUNT NUMBER(10, 2))")
    cursor.execute("INSERT INTO FACTS VALUES (1, 'red', 10.50), (2, NULL, NULL), (3, 'blue', 0.25)")


OURS = [
    Route("/session/v1/login-request", login, methods=["POST"]),
    Route("/queries/v1/query-request", query, methods=["POST"]),
    Route("/queries/{name}/result", result, methods=["GET"]),
    Route("/queries/{name}/abort-request", abort, methods=["POST"]),
    Route("/monitoring/queries/{name:path}", status, methods=["GET"]),  # the driver sends two slashes
    Route("/telemetry/send", nothing, methods=["POST"]),
    Route("/seen", report, methods=["GET"]),
]

if __name__ == "__main__":
    prepare()
    fakesnow.from_binding = typed_binding
    ours = {route.path for route in OURS}
    app = Starlette(routes=[*OURS, *(route for route in fakesnow.routes if route.path not in ours)])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
