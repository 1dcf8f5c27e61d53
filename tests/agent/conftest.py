"""A small shop on a real DuckDB file, and what the loop needs around it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from goal_semantics.load.native import load
from goal_semantics.model import Catalog
from jupyter_goal.agent.desk import Desk
from jupyter_goal.connectors import ConnectOptions, Connector
from jupyter_goal.connectors.duckdb import connect
from jupyter_goal.core.frame import ResultFrame
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Planned
from jupyter_goal.store.database import open_database
from jupyter_goal.store.journal import Journal

AS_OF = datetime.datetime(2025, 7, 1, 12, tzinfo=datetime.UTC)

CATALOG = """
name: shop
datasets:
  - name: orders
    source: orders
    row: order
    primary_key: [id]
    default_time: day
    fields:
      - {name: id, type: integer, role: key}
      - {name: day, type: date, role: time, grain: day}
      - {name: region, type: string}
      - {name: amount, type: decimal, role: fact}
metrics:
  - {name: revenue, dataset: orders, agg: sum, expression: amount}
  - {name: order_count, dataset: orders, agg: count}
"""


@pytest.fixture
def catalog() -> Catalog:
    return load(CATALOG)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, day DATE, region VARCHAR, amount DECIMAL(10, 2))")
        connection.execute(
            "INSERT INTO orders VALUES (1, '2025-05-03', 'north', 10.10), (2, '2025-05-20', 'south', 20.20), "
            "(3, '2025-06-02', 'north', 30.30), (4, '2025-06-30', NULL, 40.40)"
        )
    return path


@pytest.fixture
def connector(database: Path) -> Iterator[Connector]:
    opened = connect(f"duckdb:///{database}", ConnectOptions())
    yield opened
    opened.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(open_database(tmp_path / ".goal"))
    yield opened
    opened.close()


@dataclass
class Bench:
    """A desk whose planner answers what the test says."""

    catalog: Catalog
    connector: Connector
    journal: Journal
    goals: list[Goal] = field(default_factory=list)
    kept: dict[str, ResultFrame] = field(default_factory=dict)

    def desk(self, planned: Planned) -> Desk:
        def plan(goal: Goal) -> Planned:
            self.goals.append(goal)
            return planned

        return Desk(
            catalog=self.catalog, connector=self.connector, plan=plan, recorder=self.journal,
            now=lambda: datetime.datetime.now(datetime.UTC), keep=self.kept.__setitem__,
        )  # fmt: skip

    def goal(self, text: str = "revenue by region") -> Goal:
        stated = Goal(text=text, as_of=AS_OF, connection=self.connector.url, catalog="c")
        self.journal.begin(stated)
        return stated


@pytest.fixture
def bench(catalog: Catalog, connector: Connector, journal: Journal) -> Bench:
    return Bench(catalog, connector, journal)
