"""A real PostgreSQL server of the system's package, on loopback, in a folder of its own that goes when the tests end.

It runs as an unprivileged user, sorts text as people do (ICU, English) and lives in a time zone with daylight saving:
whatever SQL leaves to the server's settings shows as a difference.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "postgres-loopback-secret"
SETTINGS = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=50", "timezone=America/Los_Angeles")


class Unavailable(Exception):
    """The server cannot be started here, and why."""


@dataclass(frozen=True)
class Server:
    """Where it is. The owner may write; `reader` of a database that `create` made may not."""

    port: int
    password: str = PASSWORD

    def url(self, database: str = "postgres", user: str = "owner") -> str:
        """With the password."""
        return f"postgresql://{user}:{self.password}@127.0.0.1:{self.port}/{database}"


@contextlib.contextmanager
def postgres_server() -> Iterator[Server]:
    """A running server. Raises Unavailable."""
    programs = find_programs()
    folder = Path(tempfile.mkdtemp(prefix="goal-postgres-"))
    identity = unprivileged(folder)
    try:
        (folder / "secret").write_text(PASSWORD, encoding="utf-8")
        (folder / "secret").chmod(0o644)
        made = [
            programs / "initdb", "-D", folder / "data", "-U", "owner", f"--pwfile={folder / 'secret'}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "--no-sync",
        ]  # fmt: skip
        run(made, identity)
        port = free_port()
        settings = [word for each in SETTINGS for word in ("-c", each)]
        command = [
            programs / "postgres", "-D", folder / "data", "-k", folder, "-h", "127.0.0.1", "-p", str(port), *settings
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **identity)
        try:
            run([programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-t", "60"], identity, tries=120)
            yield Server(port)
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def find_programs() -> Path:
    """The folder of the newest server's programs; Debian keeps them off the PATH."""
    named = os.environ.get("POSTGRES_BIN")
    folders = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable("the server was not found (Debian: apt-get install postgresql)")


def unprivileged(folder: Path) -> dict[str, object]:
    """The server refuses to run as root: then it is `postgres`, or else `nobody`, who also owns the folder."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {each.pw_name for each in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}


def run(command: list[object], identity: dict[str, object], tries: int = 1) -> None:
    import time

    for left in reversed(range(tries)):
        done = subprocess.run(command, capture_output=True, text=True, check=False, **identity)  # type: ignore[call-overload]
        if done.returncode == 0:
            return
        if left:
            time.sleep(0.25)
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    raise Unavailable(said[-1] if said else "it did not start")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
