"""Metrics of every kind over the shop, as an author would write them."""

from __future__ import annotations

from typing import Any

import yaml

from goal_semantics.metrics import spec_type
from goal_semantics.model import Metric

WRITTEN = """
# offset
revenue_last_year: {kind: offset, metric: revenue, by: 1 year}
revenue_growth: {kind: offset, metric: revenue, by: 1 year, show: change_pct}
revenue_change: {kind: offset, metric: revenue, by: 1 month, show: change}
orders_ratio: {kind: offset, metric: orders, by: 1 month, show: ratio}
orders_last_month: {kind: offset, metric: orders, by: 1 month}
paid_rate_last_year: {kind: offset, metric: paid_rate, by: 1 year}
orders_ten_days_ago: {kind: offset, metric: orders, by: 10 days}
orders_month_start: {kind: offset, metric: orders, to: month}
refunded_last_month: {kind: offset, metric: refunded, by: 1 month}
orders_two_months_ago: {kind: offset, metric: orders_last_month, by: 1 month}
# derived
net_revenue: {kind: derived, expression: 'revenue - COALESCE(refunded, 0)'}
all_amounts: {kind: derived, expression: 'COALESCE(revenue, 0) + COALESCE(refunded, 0)'}
paid_label: {kind: derived, expression: "CASE WHEN paid_rate > 0.3 THEN 'much' WHEN paid_rate IS NULL THEN 'none' ELSE 'little' END"}
net_margin: {kind: derived, expression: 'ROUND(100 * net_revenue / NULLIF(revenue, 0), 1)'}
yearly_gain: {kind: derived, expression: (now - before) / ABS(before), inputs: [{metric: revenue, alias: now}, {metric: revenue, alias: before, offset: 1 year}]}
large_gap: {kind: derived, expression: 'GREATEST(revenue, refunded) - LEAST(revenue, refunded)'}
paid_or_zero: {kind: derived, expression: paid, inputs: [{metric: orders, alias: paid, filter: "status = 'paid'", fill: 0}]}
large_paid_rate: {kind: ratio, numerator: {metric: paid_orders, filter: quantity >= 5}, denominator: {metric: orders, filter: {kind: condition, field: orders.is_large, op: '=', values: [true]}}}
# share, rank, fixed
revenue_share: {kind: share, metric: revenue}
revenue_share_of_status: {kind: share, metric: revenue, within: [orders.status]}
revenue_share_of_month: {kind: share, metric: revenue, within: [orders.ordered_at]}
buyers_share: {kind: share, metric: buyers}
revenue_share_last_year: {kind: offset, metric: revenue_share, by: 1 year}
revenue_rank: {kind: rank, metric: revenue}
revenue_rank_in_status: {kind: rank, metric: revenue, within: [orders.status], ascending: true}
total_revenue: {kind: fixed, metric: revenue}
status_revenue: {kind: fixed, metric: revenue, by: [orders.status]}
month_revenue: {kind: fixed, metric: revenue, by: [{field: orders.ordered_at, grain: month}]}
revenue_per_customer: {kind: fixed, metric: revenue, by: [orders.customer_id], agg: avg}
revenue_per_status: {kind: fixed, metric: revenue, by: [orders.status], agg: avg}
revenue_per_day: {kind: fixed, metric: revenue, by: [orders.shipped_on], agg: avg}
place_in_segment: {kind: rank, metric: orders, within: [orders.customer.segment]}
best_month: {kind: fixed, metric: revenue, by: [{field: orders.ordered_at, grain: month}], agg: max}
active_customers: {kind: fixed, metric: orders, by: [customers.name], agg: count}
# cumulative
revenue_so_far: {kind: cumulative, metric: revenue}
revenue_year_to_date: {kind: cumulative, metric: revenue, to_date: year}
revenue_three_months: {kind: cumulative, metric: revenue, window: 3 months}
orders_seven_days: {kind: cumulative, metric: orders, window: 7 days}
orders_seven_days_first: {kind: cumulative, metric: orders, window: 7 days, at: first}
orders_seven_days_mean: {kind: cumulative, metric: orders, window: 7 days, at: avg}
orders_month_to_date: {kind: cumulative, metric: orders, to_date: month}
weight_so_far: {kind: cumulative, metric: mean_weight}
paid_rate_so_far: {kind: cumulative, metric: paid_rate}
buyers_so_far: {kind: cumulative, metric: buyers}
buyers_three_months: {kind: cumulative, metric: buyers, window: 3 months}
buyers_year_to_date: {kind: cumulative, metric: buyers, to_date: year}
refund_rate_so_far: {kind: cumulative, metric: refund_rate}
so_far_last_month: {kind: offset, metric: revenue_so_far, by: 1 month}
year_to_date_growth: {kind: offset, metric: revenue_year_to_date, by: 1 year, show: change_pct}
refunds_of_all_revenue: {kind: ratio, numerator: refunded, denominator: revenue_so_far}
# semi-additive
closing: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day}
opening: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day, take: first}
last_of_each: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day, by: [balances.account_id]}
highest: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day, take: max}
mean_balance: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day, take: avg, by: [balances.account_id]}
accounts_open: {kind: semi_additive, dataset: balances, agg: count, over: balances.day}
savings: {kind: semi_additive, dataset: balances, expression: balance, over: balances.day, filter: "kind = 'savings'"}
closing_share: {kind: share, metric: closing}
closing_last_month: {kind: offset, metric: closing, by: 1 month}
closing_per_account: {kind: ratio, numerator: closing, denominator: accounts_open}
# conversion
visit_rate: {kind: conversion, base: visits, conversion: orders, base_key: visits.customer_id, conversion_key: orders.customer_id, window: 3 days}
visit_orders: {kind: conversion, base: visits, conversion: orders, base_key: visits.customer_id, conversion_key: orders.customer_id, calculation: count}
visit_revenue: {kind: conversion, base: visits, conversion: revenue, base_key: visits.customer_id, conversion_key: orders.customer_id, window: 2 days, calculation: count, missing: 'null'}
visit_product_rate: {kind: conversion, base: visits, conversion: paid_orders, base_key: visits.customer_id, conversion_key: orders.customer_id, window: 30 days, constant: [[visits.product_id, orders.product_id]]}
visit_rate_last_month: {kind: offset, metric: visit_rate, by: 1 month}
# fill, spine
filled_orders: {dataset: orders, agg: count, fill: 0}
steady_orders: {dataset: orders, agg: count, fill: 0, spine: true}
"""


def metric(name: str, written: dict[str, Any]) -> Metric:
    header = {key: written[key] for key in ("time", "format", "unit") if key in written}
    spec = {key: value for key, value in written.items() if key not in header}
    return Metric(name=name, spec=spec_type(spec.get("kind", "simple")).model_validate(spec), **header)


KINDS = tuple(metric(name, written) for name, written in yaml.safe_load(WRITTEN).items())
