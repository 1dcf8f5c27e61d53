"""A catalog to be read by people: an overview, what words lead to, one metric, and how two catalogs differ.

Each page has `as_text` for a terminal or a notebook cell, and `as_json` for programs.
"""
