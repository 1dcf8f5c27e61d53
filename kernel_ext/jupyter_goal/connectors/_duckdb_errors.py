"""DuckDB's errors in two lines each. The engine's own first line is kept where it says more than we could."""

from __future__ import annotations

import re

from jupyter_goal.errors import ConnectionProblem, GoalError, QueryFailed

CHECK = "The catalog may be older than the database: run `jupyter goal check`."


def explain_open(error: Exception, what: str) -> ConnectionProblem:
    """Why `what` could not be opened."""
    text = str(error)
    if "Conflicting lock" in text or "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"another process (PID {holder[1]})" if holder else "another process"
        return ConnectionProblem(
            f"{what} is locked: {who} has it open for writing.",
            "Close it there, or work on a copy; DuckDB lets one process write or several read.",
        )
    if "different configuration" in text or "Unique file handle conflict" in text:
        return ConnectionProblem(
            f"{what} is already open in this kernel through another connection.",
            "Close that connection, or use it: %goal connect <the variable that holds it>.",
        )
    if "not a valid DuckDB database" in text or "sqlite_scanner" in text:
        return ConnectionProblem(
            f"{what} is not a DuckDB database.", "Name a .duckdb file, or a CSV or Parquet file by its own suffix."
        )
    if "version number" in text or "storage version" in text.lower():
        return ConnectionProblem(
            f"{what} was written by another version of DuckDB: {first_line(text)}",
            "Open it with the newer DuckDB and export it, or upgrade the duckdb package here.",
        )
    if re.search(r"[Cc]orrupt|checksum|Could not read enough bytes|INTERNAL|FATAL", text):
        return ConnectionProblem(
            f"{what} is damaged: {first_line(text)}", "Restore it from a backup, or load it again."
        )
    if "does not exist" in text:
        return ConnectionProblem(f"{what} does not exist.", "Check the path, or name another file.")
    if "already" in text and "closed" in text:
        return ConnectionProblem(f"{what} is closed.", "Open it again and connect once more: %goal connect con")
    return ConnectionProblem(
        f"{what} cannot be opened: {first_line(text)}", "Check the path, and that you may read it."
    )


def explain_query(error: Exception, *, live: bool) -> GoalError:
    """Why a statement failed."""
    text = str(error)
    if found := re.search(r'Table with name "?([^"\s!]+)"? does not exist', text):
        also = " Temporary tables and registered frames of a live connection are not visible here." if live else ""
        return QueryFailed(f"The database has no table “{found[1]}”.", CHECK + also)
    if found := re.search(r'(?:Referenced column|column named) "([^"]+)"', text):
        return QueryFailed(f"The database has no column “{found[1]}” where the catalog expects it.", CHECK)
    if "Contents of view were altered" in text:
        return QueryFailed("A data file changed its columns while it was open.", CHECK)
    if "Out of Memory" in text:
        return QueryFailed(
            "The query needs more memory than it may use.",
            "Narrow the question (a shorter period, fewer groupings), or move the data to a warehouse.",
        )
    if re.search(r"closed", text) and "onnection" in text:
        return ConnectionProblem("The connection was closed.", "Connect again: %goal connect …")
    if re.search(r"FATAL|INTERNAL|[Cc]orrupt|checksum|Could not read", text):
        return ConnectionProblem(
            f"The database failed while reading: {first_line(text)}", "Check the file, then try again."
        )
    return QueryFailed(f"The database refused the query: {first_line(text)}", "Nothing was changed; revise the goal.")


def first_line(text: str) -> str:
    """The engine's message without its class and without the query it quotes."""
    line = text.strip().splitlines()[0] if text.strip() else "no message"
    return re.sub(r"^(?:[A-Z][A-Za-z ]+ Error|TransactionContext Error): ", "", line)[:300]
