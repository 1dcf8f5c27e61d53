"""`jupyter goal model`: pages of a catalog, two catalogs compared, and the JSON Schema for editors.

    jupyter goal model                            everything, on one page
    jupyter goal model show on_time_rate          definition, lineage down to columns, groupings
    jupyter goal model search punctualty          by words, misspelt ones too
    jupyter goal model diff old.yaml new.yaml     what means something else; --exit-code: 1 where anything does
    jupyter goal model schema > catalog.schema.json

No connection is opened, except to infer a catalog where none is written.
"""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from goal_semantics.issues import near
from goal_semantics.load.native import schema
from goal_semantics.meaning import difference
from goal_semantics.model import Catalog
from goal_semantics.search import search
from jupyter_goal.binding import bind, written_catalog
from jupyter_goal.browse import changes, found, metric, overview
from jupyter_goal.catalogs import read_catalog
from jupyter_goal.errors import UsageError
from jupyter_goal.settings import read
from jupyter_goal.verbs import DONE, FAILED, add_json, add_source, here, target_of

HELP = "browse, search and compare catalogs; the schema for editors"


def add(parser: argparse.ArgumentParser) -> None:
    """The page that is wanted, and of what."""
    add_json(parser)
    add_source(parser)
    pages = parser.add_subparsers(metavar="PAGE", dest="page")
    show = pages.add_parser("show", help="one metric: definition, lineage, groupings")
    show.add_argument("name", help="a metric, by its name or label")
    words = pages.add_parser("search", help="find metrics, dimensions and values by words")
    words.add_argument("words", nargs="+")
    words.add_argument("--most", type=int, default=20, help="how many to list (default: 20)")
    differing = pages.add_parser("diff", help="what two catalogs mean differently")
    differing.add_argument("old", help="catalog file or folder")
    differing.add_argument("new", help="catalog file or folder")
    differing.add_argument("--exit-code", action="store_true", help="exit with 1 where a meaning changed")
    pages.add_parser("schema", help="JSON Schema of the catalog format")
    for page in (show, words, differing):
        page.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object")
    for page in (show, words):
        page.add_argument("--connection", "-c", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        page.add_argument("--catalog", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        page.add_argument("--demo", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Print the page."""
    match arguments.page:
        case "diff":
            return _diff(arguments)
        case "schema":
            print(json.dumps(schema(), indent=2, ensure_ascii=False))
        case "show":
            print(_show(_catalog(arguments), arguments.name, as_json=arguments.json))
        case "search":
            text = " ".join(arguments.words)
            hits = search(_catalog(arguments), text, most=arguments.most)
            print(found.as_json(text, hits) if arguments.json else found.as_text(text, hits))
        case _:
            catalog = _catalog(arguments)
            print(overview.as_json(catalog) if arguments.json else overview.as_text(catalog))
    return DONE


def _catalog(arguments: argparse.Namespace) -> Catalog:
    settings, target = read(here()), target_of(arguments)
    written = written_catalog(settings, target, arguments.catalog)
    if written is not None:
        return written.catalog
    with closing(bind(settings, target)) as binding:
        return binding.catalog


def _show(catalog: Catalog, name: str, *, as_json: bool) -> str:
    wanted = name.lower()
    meant = next((e for e in catalog.metrics if e.name == name), None) or next(
        (e for e in catalog.metrics if wanted in {e.name.lower(), e.title.lower(), *map(str.lower, e.synonyms)}), None
    )
    if meant is None:
        close = [hit.name for hit in search(catalog, name, most=3) if hit.sort == "metric"] or near(
            name, catalog.metric
        )
        hint = f"Did you mean {', '.join(close)}?" if close else "`jupyter goal model` lists them all."
        raise UsageError(f"There is no metric “{name}”.", hint)
    return metric.as_json(catalog, meant) if as_json else metric.as_text(catalog, meant)


def _diff(arguments: argparse.Namespace) -> int:
    old, new = (read_catalog(Path(name)).catalog for name in (arguments.old, arguments.new))
    found_ = difference(old, new)
    print(changes.as_json(found_) if arguments.json else changes.as_text(found_))
    return FAILED if arguments.exit_code and found_ else DONE
