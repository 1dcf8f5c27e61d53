"""The state database: SQLite (WAL, full sync) under the state directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Index, Integer, MetaData, String, Table, Text, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from jupyter_goal.errors import StoreError

SCHEMA = MetaData()

ENTRIES = Table(
    "entries",
    SCHEMA,
    Column("seq", Integer, primary_key=True),
    Column("run", String(16), nullable=False),
    Column("goal", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index("entries_by_run", "run", "seq"),
    Index("entries_by_goal", "goal", "seq"),
)

REVISION = "0002"
"""Of `SCHEMA` and of what its bodies hold; stamped into the table where Alembic would look for it."""

STAMP = Table("alembic_version", SCHEMA, Column("version_num", String(32), primary_key=True))


def open_database(directory: Path) -> Engine:
    """The engine for a directory (SQLite inside, mode 700). Creates what is missing."""
    try:
        engine = _file_engine(directory)
        _ensure_schema(engine)
    except (OSError, SQLAlchemyError) as error:
        raise _store_error(error, directory) from error
    return engine


def _file_engine(directory: Path) -> Engine:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    ignore = directory / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    engine = create_engine(f"sqlite:///{directory / 'journal.sqlite'}", connect_args={"timeout": 10.0})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_immediate)
    path = directory / "journal.sqlite"
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return engine


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: a reader must not slip between reading the last hash
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _ensure_schema(engine: Engine) -> None:
    with engine.begin() as connection:
        if not engine.dialect.has_table(connection, ENTRIES.name):
            SCHEMA.create_all(connection)
            connection.execute(STAMP.insert().values(version_num=REVISION))
            return
        version = connection.execute(STAMP.select()).scalar()
    if version != REVISION:
        raise StoreError(
            f"The state database has schema {version}, this version needs {REVISION}.",
            "Update jupyter-goal, or move the state directory away to start a new one.",
        )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One durable transaction; a full disk or a lock becomes a StoreError before any effect."""
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, OSError) as error:
        raise _store_error(error, engine.url.database or "") from error


def _store_error(error: BaseException, location: object) -> StoreError:
    reason = str(getattr(error, "orig", None) or error)
    return StoreError(
        f"The journal at {location} cannot be written: {reason}. Nothing was run.",
        "Free some space or mend the permissions, or set JUPYTER_GOAL_STATE to another directory.",
    )
