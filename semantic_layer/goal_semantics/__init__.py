"""A governed semantic layer: names in, SQL text and lineage out. Never opens a connection."""
