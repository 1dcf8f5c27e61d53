"""The built-in planner: English to a plan with no model and no network. Pure: values in, values out.

    read.plan(goal, catalog, context, lexicon.Lexicon.build(catalog, context.values))

Words are made ready (`prepare`: slips, verbs, sums, quantifiers) and become nodes (`lattice`), nodes become clauses (`parse`),
clauses become queries over reachable paths (`assemble`), and `decide` answers, asks or refuses. A content word is placed or named, never dropped.
"""
