"""Names to definitions, or Issues: every problem of a query at once, each with what was probably meant.

    resolve(query, catalog, as_of) -> Question | Listing | Issues
    resolve_query(query, catalog) -> Issues         for planners: is this answerable?
    validate(catalog) -> Issues                     what is wrong with what the author wrote

Nothing here builds SQL or relations of whole queries; `goal_semantics.compile` does.
"""

from goal_semantics.resolve.query import resolve, resolve_query
from goal_semantics.resolve.validate import validate

__all__ = ["resolve", "resolve_query", "validate"]
