"""What the things of a catalog mean: where a metric comes from, down to columns, and how two catalogs differ in meaning.

Works over whatever metric kinds exist: by their `parts`, their `define` and the types of their fields.
"""

from goal_semantics.meaning.difference import Change, Difference, difference
from goal_semantics.meaning.origin import FieldOrigin, Origin, origin

__all__ = ["Change", "Difference", "FieldOrigin", "Origin", "difference", "origin"]
