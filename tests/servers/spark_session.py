"""A real Spark in this process: one Java virtual machine for all tests, small, without its web page.

Its sessions live in a time zone with daylight saving, unless a connector pins them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any


class Unavailable(Exception):
    """Spark cannot be started here, and why."""


def spark_session() -> Any:
    """The session whose application the others share. Raises Unavailable. Stop it at the end."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise Unavailable("pyspark is not installed (extra spark)") from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Unavailable("Java was not found (Debian: apt-get install openjdk-17-jre-headless)")
    folder = Path(tempfile.mkdtemp(prefix="goal-spark-"))
    settings = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1",
        "spark.sql.warehouse.dir": str(folder), "spark.driver.memory": "1g", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.sql.session.timeZone": "America/Los_Angeles",
        "spark.sql.codegen.wholeStage": "false", "spark.log.level": "ERROR", "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[1]").appName("goal-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
