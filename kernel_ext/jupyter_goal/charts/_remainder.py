"""The rows that a top left over, marked so that they stay known however a chart sorts and cuts. Never by their name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from jupyter_goal.core.frame import ResultFrame

REMAINDER = " remainder"
"""A column of the drawn table only; no column of an answer begins with a blank."""


def marked(frame: ResultFrame) -> ResultFrame:
    """The frame with one more column in its table: whether a row is a remainder."""
    flags = np.zeros(frame.rows, dtype=bool)
    flags[sorted(frame.remainder)] = True
    return replace(frame, table=frame.table.append_column(REMAINDER, pa.array(flags)))


def leftover(table: pa.Table) -> np.ndarray:
    """Which rows are a remainder."""
    if REMAINDER not in table.column_names:
        return np.zeros(len(table), dtype=bool)
    return np.asarray(table.column(REMAINDER).to_numpy(zero_copy_only=False), dtype=bool)
