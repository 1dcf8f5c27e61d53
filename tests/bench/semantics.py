"""The compiler on TPC-H: CPU of a compilation beside a peer, compiled SQL beside hand-written SQL at scale 1, the import.

The hand-written SQL comes twice: with LEFT joins, which is what a question means where a key may be missing, and with
INNER joins, which is what it means where every relationship is declared and verified `total`.
"""

from __future__ import annotations

import datetime
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import yaml
from _peers import SIDEMANTIC, NotMeasured, measured
from _report import report

sys.path.append(str(Path(__file__).parents[2]))  # the models and the data of the tests

from goal_semantics.compile import compile_query
from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery
from tests.servers.snowflake_server import cache_folder
from tests.tpc import generators, models

AS_OF = datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC)
SHAPES = {
    "1 one number": "one number",
    "2 by month": "by month",
    "3 two joins, filter": "two joined dimensions and a filter on a third table",
    "4 two facts": "two facts of different grain",
    "5 ratio": "ratio of one fact",
    "5b ratio of two facts": "ratio across two facts",
    "6 top ten": "top ten",
    "7 a year before": "change to the month a year before",
    "8 running total": "running total",
}
CHASM_QUERY = {
    "measures": [{"metric": "customer_balance"}, {"metric": "supplier_balance"}],
    "groupings": [{"field": "nation.name"}],
}
CHASM_SQL = """
WITH a AS (SELECT n_name k, sum(c_acctbal) x FROM customer JOIN nation ON c_nationkey = n_nationkey GROUP BY 1),
b AS (SELECT n_name k, sum(s_acctbal) y FROM supplier JOIN nation ON s_nationkey = n_nationkey GROUP BY 1)
SELECT coalesce(a.k, b.k) AS n_name, x, y FROM a FULL JOIN b ON a.k IS NOT DISTINCT FROM b.k
"""
PROBES: dict[str, Any] = yaml.safe_load((Path(models.__file__).parent / "tpch.yaml").read_text(encoding="utf-8"))
JOIN = re.compile(r"\bJOIN (?=(?:orders|customer|nation|region|part|supplier|geo) ON\b)")
COMPILATIONS, EXECUTIONS = 60, 7
IMPORTS = {
    "parts": "import pydantic, sqlglot, sqlglot.dialects.duckdb, yaml\nclass One(pydantic.BaseModel):\n    x: int",
    "whole": "import goal_semantics.compile, goal_semantics.load.native",
}


def compile_seconds(query: SemanticQuery, catalog: Catalog) -> float:
    """CPU of one compilation, warm; the limit varies so that no statement is remembered."""
    samples = []
    for round_ in range(COMPILATIONS):
        varied = query.model_copy(update={"limit": 10_000 + round_})
        before = time.process_time()
        compile_query(varied, catalog, "duckdb", as_of=AS_OF)
        samples.append(time.process_time() - before)
    return statistics.median(samples)


def remembered_seconds(query: SemanticQuery, catalog: Catalog) -> float:
    """Of the same question asked again."""
    compile_query(query, catalog, "duckdb", as_of=AS_OF)
    before = time.process_time()
    for _ in range(10_000):
        compile_query(query, catalog, "duckdb", as_of=AS_OF)
    return (time.process_time() - before) / 10_000


def execution_ratio(connection: duckdb.DuckDBPyConnection, query: SemanticQuery, catalog: Catalog, hand: str) -> float:
    """Compiled / hand-written, interleaved, best of several (the least disturbed)."""
    compiled = compile_query(query, catalog, "duckdb", as_of=AS_OF)
    mine, theirs = [], []
    for _ in range(EXECUTIONS):
        for samples, text, values in ((mine, compiled.text, compiled.parameters), (theirs, hand, ())):
            before = time.perf_counter()
            connection.sql(text, params=list(values)).to_arrow_table()
            samples.append(time.perf_counter() - before)
    return min(mine) / min(theirs)


def import_seconds(code: str) -> float:
    """CPU of an import in a new interpreter, the least of several."""
    script = f"import time\nbefore = time.process_time()\n{code}\nprint(time.process_time() - before)"
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in range(9)
    ]
    return min(float(done.stdout) for done in runs)


def total(catalog: Catalog) -> Catalog:
    """The catalog with every relationship promised to find its partner, which holds for TPC-H."""
    promised = tuple(each.model_copy(update={"total": True}) for each in catalog.relationships)
    return catalog.model_copy(update={"relationships": promised})


def warehouse() -> duckdb.DuckDBPyConnection:
    """TPC-H at scale 1 in tables of two threads, as on the machine of the targets."""
    folder = generators.tpch(1)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 2")
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"CREATE TABLE {path.stem} AS FROM '{path}'")
    return connection


def rounded(values: dict[str, float], digits: int = 2) -> str:
    """As one JSON text."""
    return json.dumps({name: round(value, digits) for name, value in values.items()})


def main() -> None:
    """Measure and print."""
    catalog = models.wholesale()
    queries = {name: SemanticQuery.model_validate(PROBES[probe]["query"]) for name, probe in SHAPES.items()}
    mine = {name: compile_seconds(query, catalog) for name, query in queries.items()}
    figures: dict[str, Any] = {
        "compile_ms": rounded({name: seconds * 1e3 for name, seconds in mine.items()}),
        "remembered_us": round(remembered_seconds(queries["3 two joins, filter"], catalog) * 1e6, 1),
        "import_ms": round(import_seconds(IMPORTS["whole"]) * 1e3),
        "import_of_its_parts_ms": round(import_seconds(IMPORTS["parts"]) * 1e3),
    }
    try:
        theirs = measured("sidemantic_shapes.py", SIDEMANTIC, cache_folder())
    except NotMeasured as problem:
        figures["peer"] = f"NOT RUN: {problem}"
    else:
        figures["peer_compile_ms"] = rounded({name: seconds * 1e3 for name, seconds in theirs.items()})
        figures["compile_over_peer"] = rounded({name: mine[name] / theirs[name] for name in SHAPES})
    hands = {name: (query, PROBES[SHAPES[name]]["sql"]) for name, query in queries.items()}
    hands["T2 chasm"] = (SemanticQuery.model_validate(CHASM_QUERY), CHASM_SQL)
    with warehouse() as connection:
        left = {
            n: execution_ratio(connection, q, catalog, JOIN.sub("LEFT JOIN ", sql)) for n, (q, sql) in hands.items()
        }
        inner = {n: execution_ratio(connection, q, total(catalog), sql) for n, (q, sql) in hands.items()}
    figures["sql_over_hand_written_with_left_joins"] = rounded(left)
    figures["sql_over_hand_written_with_inner_joins_where_total"] = rounded(inner)
    report(figures)


if __name__ == "__main__":
    main()
