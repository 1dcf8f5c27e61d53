"""A real Spark Connect server from pyspark's own files, as a process of its own on loopback."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path


class Unavailable(Exception):
    """The server cannot be started here, and why."""


@contextlib.contextmanager
def spark_connect_server(*statements: str) -> Iterator[str]:
    """The address of a running server that has executed some statements. Raises Unavailable."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise Unavailable("pyspark is not installed (extra spark)")
    if importlib.util.find_spec("grpc") is None:
        raise Unavailable("grpcio is not installed (extra spark)")
    home, folder = Path(found.origin).parent, Path(tempfile.mkdtemp(prefix="goal-spark-connect-"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.port": port, "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": 1, "spark.sql.warehouse.dir": folder,
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1", "spark.log.level": "ERROR",
    }  # fmt: skip
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    service = "org.apache.spark.sql.connect.service.SparkConnectServer"
    command = [home / "bin/spark-submit", "--master", "local[2]", "--class", service, *words, "spark-internal"]
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, "SPARK_HOME": str(home)}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, process)
        address = f"sc://127.0.0.1:{port}"
        prepare(address, statements)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            raise Unavailable("the server ended before it listened (it needs Java 17)")
        time.sleep(0.5)
    raise Unavailable("the server did not listen within three minutes")


def prepare(address: str, statements: tuple[str, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark's own, about pandas 3
        from pyspark.sql.connect.session import SparkSession

    session = SparkSession.builder.remote(address).create()
    try:
        for statement in statements:
            session.sql(statement).collect()
    finally:
        session.stop()
