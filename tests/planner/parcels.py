"""A courier's catalog: verbs, manners and two sides, and none of the demo's words."""

from __future__ import annotations

from functools import lru_cache

from goal_semantics.load.native import load
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.lexicon import Lexicon
from tests.planner.asking import Asker

PARCELS = """
name: courier
calendar: {time_zone: UTC, week_start: monday}
datasets:
  - name: parcels
    source: parcels
    row: parcel
    default_time: posted_at
    synonyms: [shipments]
    fields:
      - {name: posted_at, label: posting date, type: timestamp, role: time, grain: minute}
      - {name: source_depot, label: source depot, type: string, values: [Leeds, York, Hull]}
      - {name: target_depot, label: target depot, type: string, values: [Bath, Dover, Truro]}
      - {name: driver, type: string}
      - {name: state, type: string, values: [late, in time, lost]}
      - {name: weather, type: string, values: [fog, clear]}
      - {name: size, type: string, values: [small, medium, large]}
      - {name: weight, type: float, role: fact, unit: kg}
      - {name: transit, label: transit time, type: float, role: fact, unit: h}
metrics:
  - {name: parcels, dataset: parcels, agg: count, synonyms: [number of parcels]}
  - {name: collected_parcels, label: collected parcels, dataset: parcels, agg: count, filter: collected_at IS NOT NULL, synonyms: [collections]}
  - {name: delivered_parcels, label: delivered parcels, dataset: parcels, agg: count, filter: delivered_at IS NOT NULL}
  - {name: late_parcels, label: late parcels, dataset: parcels, agg: count, filter: late, synonyms: [parcels delivered late]}
  - {name: damaged_parcels, label: damaged parcels, dataset: parcels, agg: count, filter: damaged}
  - {name: sold_parcels, label: sold parcels, dataset: parcels, agg: count, filter: sold}
  - {name: revenue, dataset: parcels, agg: sum, expression: fee, unit: "£"}
  - {name: late_rate, label: late rate, kind: ratio, numerator: late_parcels, denominator: delivered_parcels, format: percent}
"""

VALUES: dict[str, tuple[str, ...]] = {"parcels.driver": ("Kim", "Lou", "Max")}


@lru_cache(maxsize=1)
def courier() -> Asker:
    catalog = load(PARCELS)
    context = PlanContext(values=VALUES)
    return Asker(catalog, context, Lexicon.build(catalog, context.values))
