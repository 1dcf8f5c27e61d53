"""Asking the grammar in tests: a small shop catalog with traps, the demo catalog with its real values, and short forms."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache

from goal_semantics.load.native import load
from goal_semantics.model import Catalog
from goal_semantics.query import SemanticQuery
from jupyter_goal.connectors import ConnectOptions
from jupyter_goal.connectors.duckdb import connect
from jupyter_goal.core.goal import Goal
from jupyter_goal.core.plan import Plan, Planned
from jupyter_goal.planner import PlanContext
from jupyter_goal.planner.grammar.lexicon import Lexicon
from jupyter_goal.planner.grammar.read import plan
from jupyter_goal.value_index import collect
from tests.data import flights

NOW = datetime.datetime(2024, 5, 15, 12, tzinfo=datetime.UTC)

SHOP = """
name: shop
calendar: {time_zone: UTC, week_start: monday, fiscal_year_start: 4}
questions: [revenue by month, orders by country]
datasets:
  - name: orders
    source: orders
    row: order
    primary_key: [order_id]
    default_time: ordered_at
    fields:
      - {name: order_id, type: integer, role: key}
      - {name: ordered_at, label: order date, type: timestamp, role: time, grain: second}
      - {name: shipped_on, label: shipping date, type: date, role: time, grain: day}
      - {name: customer_id, type: integer, role: key, hidden: true}
      - {name: product_id, type: integer, role: key, hidden: true}
      - {name: channel, type: string, values: [online, store, phone]}
      - {name: coupon, type: string}
      - {name: amount, type: decimal, role: fact, unit: "$"}
      - {name: quantity, type: integer, role: fact}
      - {name: lead_time, label: lead time, type: integer, role: fact, unit: h}
  - name: customers
    source: customers
    row: customer
    primary_key: [customer_id]
    fields:
      - {name: customer_id, type: integer, role: key, hidden: true}
      - {name: name, label: customer name, type: string}
      - {name: country, type: string, synonyms: [nation]}
      - {name: segment, type: string, values: [retail, wholesale]}
      - {name: age, type: integer, role: fact, unit: years}
  - name: products
    source: products
    row: product
    primary_key: [product_id]
    fields:
      - {name: product_id, type: integer, role: key, hidden: true}
      - {name: name, label: product name, type: string}
      - {name: brand, type: string}
      - {name: category, type: string, values: [tools, toys, garden furniture]}
      - {name: price, type: decimal, role: fact, unit: "$"}
      - {name: stock, type: integer, role: fact}
  - name: refunds
    source: refunds
    row: refund
    default_time: refunded_on
    fields:
      - {name: refunded_on, type: date, role: time, grain: day}
      - {name: customer_id, type: integer, role: key, hidden: true}
      - {name: amount, label: refund amount, type: decimal, role: fact, unit: "$"}
relationships:
  - {name: customer, from: orders, from_columns: [customer_id], to: customers, to_columns: [customer_id], synonyms: [buyer]}
  - {name: product, from: orders, from_columns: [product_id], to: products, to_columns: [product_id]}
  - {name: customer, from: refunds, from_columns: [customer_id], to: customers, to_columns: [customer_id]}
metrics:
  - {name: orders, dataset: orders, agg: count, format: integer}
  - {name: revenue, dataset: orders, agg: sum, expression: amount, unit: "$", synonyms: [sales, turnover], higher_is: better}
  - {name: average_order_value, label: average order value, dataset: orders, agg: avg, expression: amount, unit: "$", synonyms: [AOV]}
  - {name: refund_count, label: refunds, dataset: refunds, agg: count, format: integer, higher_is: worse}
  - {name: online_orders, label: online orders, dataset: orders, agg: count, filter: "channel = 'online'", format: integer}
  - name: online_share
    label: online rate
    kind: ratio
    numerator: online_orders
    denominator: orders
    format: percent
verified_queries:
  - question: Who are our best customers?
    synonyms: [best customers]
    query:
      measures: [{metric: revenue}]
      groupings: [{field: orders.customer.name}]
      top: {n: 10, by: revenue}
"""

SHOP_VALUES: dict[str, tuple[str, ...]] = {
    "orders.channel": ("online", "store", "phone"),
    "customers.name": ("Ann Lee", "Bob Ross", "Acme Ltd"),
    "customers.country": ("France", "Georgia", "Germany", "Japan", "United Kingdom", "United States"),
    "customers.segment": ("retail", "wholesale"),
    "products.name": ("Hammer", "Robot", "Bench", "Saw"),
    "products.brand": ("Acme", "Georgia", "Bolt"),
    "products.category": ("tools", "toys", "garden furniture"),
}


@dataclass(frozen=True)
class Asker:
    """One catalog with its values."""

    catalog: Catalog
    context: PlanContext
    lexicon: Lexicon

    def ask(self, text: str) -> Planned:
        return plan(Goal(text=text, as_of=NOW), self.catalog, self.context, self.lexicon)

    def plan(self, text: str) -> Plan:
        planned = self.ask(text)
        assert isinstance(planned, Plan), f"{text!r}: {planned!r}"
        return planned

    def query(self, text: str) -> SemanticQuery:
        made = self.plan(text)
        assert len(made.steps) == 1
        return made.steps[0].query


@lru_cache(maxsize=1)
def shop() -> Asker:
    catalog = load(SHOP)
    context = PlanContext(values=SHOP_VALUES)
    return Asker(catalog, context, Lexicon.build(catalog, context.values))


@lru_cache(maxsize=1)
def demo() -> Asker:
    catalog = flights.catalog()
    connector = connect(f"duckdb:///{flights.warehouse()}", ConnectOptions())
    try:
        known = collect(catalog, connector, as_of=NOW, seconds=300)  # readings do not depend on how busy a machine is
    finally:
        connector.close()
    context = PlanContext(values=known.values, extents=known.extents)
    return Asker(catalog, context, Lexicon.build(catalog, known.values))
