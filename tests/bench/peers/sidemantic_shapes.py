"""CPU seconds that sidemantic's Python engine needs to compile each shape of TPC-H, warm; one JSON object."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from sidemantic import SemanticLayer

MODEL = """
models:
  - name: lineitem
    table: lineitem
    primary_key: [l_orderkey, l_linenumber]
    dimensions:
      - {name: l_shipdate, type: time, sql: l_shipdate, granularity: day}
    metrics:
      - {name: revenue, agg: sum, sql: "l_extendedprice * (1 - l_discount)"}
    relationships:
      - {name: orders, type: many_to_one, foreign_key: l_orderkey, primary_key: o_orderkey}
      - {name: part, type: many_to_one, foreign_key: l_partkey, primary_key: p_partkey}
  - name: orders
    table: orders
    primary_key: o_orderkey
    dimensions:
      - {name: o_orderdate, type: time, sql: o_orderdate, granularity: day}
    metrics:
      - {name: total_price, agg: sum, sql: o_totalprice}
      - {name: order_count, agg: count_distinct, sql: o_orderkey}
    relationships:
      - {name: customer, type: many_to_one, foreign_key: o_custkey, primary_key: c_custkey}
  - name: customer
    table: customer
    primary_key: c_custkey
    dimensions:
      - {name: c_name, type: categorical, sql: c_name}
    relationships:
      - {name: nation, type: many_to_one, foreign_key: c_nationkey, primary_key: n_nationkey}
  - name: nation
    table: nation
    primary_key: n_nationkey
    dimensions: [{name: n_name, type: categorical, sql: n_name}]
    relationships:
      - {name: region, type: many_to_one, foreign_key: n_regionkey, primary_key: r_regionkey}
  - name: region
    table: region
    primary_key: r_regionkey
    dimensions: [{name: r_name, type: categorical, sql: r_name}]
  - name: part
    table: part
    primary_key: p_partkey
    dimensions: [{name: p_mfgr, type: categorical, sql: p_mfgr}]
metrics:
  - {name: order_value, type: ratio, numerator: orders.total_price, denominator: orders.order_count}
  - {name: revenue_per_order, type: ratio, numerator: lineitem.revenue, denominator: orders.order_count}
  - {name: change, type: time_comparison, base_metric: lineitem.revenue, comparison_type: yoy, calculation: difference}
  - {name: running, type: cumulative, sql: lineitem.revenue}
"""
MONTH = "lineitem.l_shipdate__month"
SHAPES = {
    "1 one number": {"metrics": ["lineitem.revenue"]},
    "2 by month": {"metrics": ["lineitem.revenue"], "dimensions": [MONTH]},
    "3 two joins, filter": {
        "metrics": ["lineitem.revenue"],
        "dimensions": ["region.r_name", "part.p_mfgr"],
        "filters": ["orders.o_orderdate >= '1995-01-01'", "orders.o_orderdate < '1997-01-01'"],
    },
    "4 two facts": {"metrics": ["orders.total_price", "lineitem.revenue"], "dimensions": ["region.r_name"]},
    "5 ratio": {"metrics": ["order_value"], "dimensions": ["region.r_name"]},
    "5b ratio of two facts": {"metrics": ["revenue_per_order"], "dimensions": ["region.r_name"]},
    "6 top ten": {
        "metrics": ["lineitem.revenue"],
        "dimensions": ["customer.c_name"],
        "order_by": ["lineitem.revenue DESC"],
        "limit": 10,
    },
    "7 a year before": {"metrics": ["lineitem.revenue", "change"], "dimensions": [MONTH]},
    "8 running total": {"metrics": ["running"], "dimensions": [MONTH]},
}
ROUNDS = 40


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.yml")
        path.write_text(MODEL)
        layer = SemanticLayer.from_yaml(str(path))
    layer._use_rust_sql_generator = layer._use_rust_query_validation = False
    found = {}
    for name, query in SHAPES.items():
        layer.compile(**query)
        samples = []
        for round_ in range(ROUNDS):
            varied = {**query, "limit": 10_000 + round_}  # so that no cache of results is met
            before = time.process_time()
            layer.compile(**varied)
            samples.append(time.process_time() - before)
        found[name] = statistics.median(samples)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
