"""What PostgreSQL says about its tables. Its own catalogue, because the information schema hides keys from who may only read."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_goal.connectors._keys import DeclaredKeys, Reference
from jupyter_goal.connectors._measure import Listed
from jupyter_goal.connectors._speech import POSTGRES, Read

COLUMNS = """
SELECT n.nspname, c.relname, a.attname,
  CASE WHEN t.typtype = 'e' THEN 'enum' WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
    ELSE format_type(a.atttypid, a.atttypmod) END,
  coalesce(obj_description(c.oid, 'pg_class'), ''), c.relkind IN ('r', 'm', 'p'), pg_table_is_visible(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
ORDER BY n.nspname, c.relname, a.attnum
"""
CONSTRAINTS = """
SELECT k.contype, n.nspname, c.relname, fn.nspname, f.relname,
  ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY x(num, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num ORDER BY x.place),
  ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY x(num, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num ORDER BY x.place)
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype IN ('p', 'f') AND k.convalidated
ORDER BY k.oid
"""


def list_tables(read: Read) -> tuple[Listed, ...]:
    """Tables and views that the role may read; those of its search path by their bare names."""
    return tuple(table for _, table in _placed(read))


def declared_keys(read: Read) -> DeclaredKeys:
    """Primary and foreign keys, by source."""
    sources = {place: table.source for place, table in _placed(read)}
    primary: dict[str, tuple[str, ...]] = {}
    references: list[Reference] = []
    for kind, schema, table, parent_schema, parent, columns, parent_columns in read(CONSTRAINTS):
        child, other = sources.get((schema, table)), sources.get((parent_schema, parent))
        if kind == "p" and child is not None:
            primary[child] = tuple(columns)
        elif child is not None and other is not None:
            references.append(Reference(child, tuple(columns), other, tuple(parent_columns)))
    return DeclaredKeys(primary, tuple(references))


def _placed(read: Read) -> Iterator[tuple[tuple[str, str], Listed]]:
    columns: dict[tuple[str, str], dict[str, str]] = {}
    found: dict[tuple[str, str], Listed] = {}
    for schema, table, column, native, comment, sampled, visible in read(COLUMNS):
        place = (schema, table)
        columns.setdefault(place, {})[column] = native
        source = POSTGRES.source(table) if visible else POSTGRES.source(schema, table)
        found[place] = Listed(table, source, columns[place], comment, sampled)
    yield from found.items()
