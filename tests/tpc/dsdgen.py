"""Runs under duckdb 1.1.3: `dsdgen.py FOLDER_OF_DUCKDB TARGET SCALE` writes the tables and the official queries of TPC-DS."""

from __future__ import annotations

import sys
from pathlib import Path


def main(library: str, target: str, scale: float) -> None:
    sys.path.insert(0, library)
    import duckdb

    folder = Path(target)
    connection = duckdb.connect(str(folder / "building.duckdb"))
    connection.execute("LOAD tpcds")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"CALL dsdgen(sf={scale})")
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        connection.execute(f"COPY {table} TO '{folder / table}.parquet' (FORMAT parquet)")
    queries = folder / "queries"
    queries.mkdir()
    for number, text in connection.execute("FROM tpcds_queries()").fetchall():
        (queries / f"{number:02d}.sql").write_text(text, encoding="utf-8")
    connection.close()
    (folder / "building.duckdb").unlink()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
