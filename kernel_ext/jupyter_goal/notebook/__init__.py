"""The cell: `%goal`, its live view, what the notebook file keeps of it."""
