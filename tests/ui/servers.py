"""Real servers on free ports of this machine, each with its own configuration folders."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TOKEN = "journey"
QUIET = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
}


class Server:
    """A process that answers HTTP until it is closed."""

    def __init__(self, command: list[str], directory: Path, url: str, environment: dict[str, str]) -> None:
        self.url = url
        self.log = directory / ".server.log"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                command, cwd=directory, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait(self, path: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                urllib.request.urlopen(self.url + path, timeout=5).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self.log.read_text()[-4000:]) from error
                time.sleep(0.2)
            else:
                return

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def start_lab(directory: Path, home: Path) -> Server:
    """JupyterLab (and Notebook, where installed) on a folder; `home` takes configuration and state."""
    _settings(home / "settings", QUIET)
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
        "--port-retries=0", f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=None",
        "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={directory}",
    ]  # fmt: skip
    server = Server(command, home, f"http://127.0.0.1:{port}", environment(home))
    server.wait(f"/api/status?token={TOKEN}")
    return server


def start_voila(notebook: Path, home: Path) -> Server:
    """`voila NOTEBOOK`, as a person would type it, with our template."""
    port = free_port()
    command = [
        sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1",
        "--template=jupyter-goal",
    ]  # fmt: skip
    server = Server(command, home, f"http://127.0.0.1:{port}", environment(home))
    server.wait("/voila/static/voila.js")
    return server


def environment(home: Path) -> dict[str, str]:
    """The environment of a server whose folders all lie below `home`."""
    folders = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {**os.environ, **{name: str(folder) for name, folder in folders.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(folder: Path, settings: dict[str, dict[str, object]]) -> None:
    for name, values in settings.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
