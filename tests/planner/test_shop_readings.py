"""Goals over a small catalog that has nothing in common with the demo: the grammar knows no catalog."""

from __future__ import annotations

import pytest

from goal_semantics.query import Grouping
from tests.planner.asking import shop
from tests.planner.forms import (
    Comparison,
    Condition,
    Detail,
    MetricCondition,
    Not,
    Order,
    Q,
    Relative,
    Share,
    TimeWindow,
    Top,
    agg,
    both,
    eq,
    g,
    gt,
    last,
    m,
    ne,
    span,
)

R, O = m("revenue"), m("orders")  # noqa: E741
COUNTRY, SEGMENT, CHANNEL = "orders.customer.country", "orders.customer.segment", "orders.channel"
CATEGORY, PRODUCT, TIME = "orders.product.category", "orders.product.name", "orders.ordered_at"

CASES: dict[str, Q] = {
    "revenue": Q(measures=(R,)),
    "What was our turnover?": Q(measures=(R,)),
    "sales by country": Q(measures=(R,), groupings=(g(COUNTRY),)),
    "show me the revenue per nation, please": Q(measures=(R,), groupings=(g(COUNTRY),)),
    "how many orders": Q(measures=(O,)),
    "number of orders by channel": Q(measures=(O,), groupings=(g(CHANNEL),)),
    "AOV by segment": Q(measures=(m("average_order_value"),), groupings=(g(SEGMENT),)),
    "average quantity by category": Q(measures=(agg("avg", "orders.quantity"),), groupings=(g(CATEGORY),)),
    "how many customers": Q(measures=(agg("count", "customers"),)),
    "how many customers in France": Q(measures=(agg("count", "customers"),), filter=eq("customers.country", "France")),
    "number of customers by country": Q(measures=(agg("count", "customers"),), groupings=(g("customers.country"),)),
    "number of different brands": Q(measures=(agg("count_distinct", "products.brand"),)),
    "average age of customers": Q(measures=(agg("avg", "customers.age"),)),
    "minimum, maximum and average price": Q(
        measures=(agg("min", "products.price"), agg("max", "products.price"), agg("avg", "products.price"))),
    "total stock by brand": Q(measures=(agg("sum", "products.stock"),), groupings=(g("products.brand"),)),
    "monthly revenue": Q(measures=(R,), groupings=(g(TIME, "month"),)),
    "revenue by order date": Q(measures=(R,), groupings=(g(TIME, "day"),)),
    "revenue by month of shipping date": Q(measures=(R,), groupings=(g(TIME, "month"), g("orders.shipped_on", "day"))),
    "revenue by fiscal year": Q(measures=(R,), groupings=(Grouping(field=TIME, grain="year", fiscal=True),)),
    "revenue in fiscal year 2024": Q(measures=(R,), time=span("2023-04-01", "2024-04-01")),
    "revenue last fiscal quarter": Q(measures=(R,), time=TimeWindow(window=Relative(unit="quarter", fiscal=True))),
    "revenue last quarter": Q(measures=(R,), time=last("quarter")),
    "revenue in May 2024": Q(measures=(R,), time=span("2024-05-01", "2024-06-01")),
    "orders in the last 7 days by day": Q(measures=(O,), groupings=(g(TIME, "day"),), time=last("day", 7)),
    "refunds by month": Q(measures=(m("refund_count"),), groupings=(g("refunds.refunded_on", "month"),)),
    "total refund amount by country": Q(
        measures=(agg("sum", "refunds.amount"),), groupings=(g("refunds.customer.country"),)),
    "online orders": Q(measures=(m("online_orders"),)),
    "orders not online": Q(measures=(O,), filter=ne(CHANNEL, "online")),
    "orders in France or Japan": Q(measures=(O,), filter=eq(COUNTRY, "France", "Japan")),
    "revenue from Germany": Q(measures=(R,), filter=eq(COUNTRY, "Germany")),
    "revenue in the United Kingdom": Q(measures=(R,), filter=eq(COUNTRY, "United Kingdom")),
    "revenue of garden furniture by country": Q(
        measures=(R,), groupings=(g(COUNTRY),), filter=eq(CATEGORY, "garden furniture")),
    "revenue excluding toys": Q(measures=(R,), filter=ne(CATEGORY, "toys")),
    "retail revenue by category": Q(measures=(R,), groupings=(g(CATEGORY),), filter=eq(SEGMENT, "retail")),
    "revenue by country for retail customers": Q(measures=(R,), groupings=(g(COUNTRY),), filter=eq(SEGMENT, "retail")),
    'revenue where coupon is "SUMMER10"': Q(measures=(R,), filter=eq("orders.coupon", "SUMMER10")),
    "orders without coupon": Q(measures=(O,), filter=Condition(field="orders.coupon", op="is null")),
    "orders with quantity over 3": Q(measures=(O,), filter=gt("orders.quantity", 3)),
    "orders with amount of at least 100 dollars": Q(
        measures=(O,), filter=Condition(field="orders.amount", op=">=", values=(100,))),
    "orders with lead time over 2 days": Q(measures=(O,), filter=gt("orders.lead_time", 48)),
    "orders not with quantity over 3": Q(measures=(O,), filter=Not(item=gt("orders.quantity", 3))),
    "countries with more than 100 orders": Q(
        measures=(O,), groupings=(g(COUNTRY),), filter=MetricCondition(measure=O, op=">", values=(100,))),
    "customers with at least 3 orders": Q(
        measures=(O,), groupings=(g("orders.customer.name"),), filter=MetricCondition(measure=O, op=">=", values=(3,))),
    "top 3 products by revenue": Q(measures=(R,), groupings=(g(PRODUCT),), top=Top(n=3, by="revenue")),
    "top 3 products by revenue in each country": Q(
        measures=(R,), groupings=(g(PRODUCT), g(COUNTRY)), top=Top(n=3, by="revenue", within=("customer_country",))),
    "which customer has the highest revenue": Q(
        measures=(R,), groupings=(g("orders.customer.name"),), top=Top(n=1, by="revenue"),
        filter=Condition(field="orders.customer.name", op="is not null")),
    "which channel has the fewest orders": Q(
        measures=(O,), groupings=(g(CHANNEL),), top=Top(n=1, by="orders", ascending=True)),
    "best country by revenue": Q(
        measures=(R,), groupings=(g(COUNTRY),), top=Top(n=1, by="revenue"), filter=Condition(field=COUNTRY, op="is not null")),
    "revenue by country, highest first": Q(measures=(R,), groupings=(g(COUNTRY),), order=(Order(by="revenue"),)),
    "revenue by country sorted by country": Q(
        measures=(R,), groupings=(g(COUNTRY),), order=(Order(by="customer_country", descending=False),)),
    "revenue share by segment": Q(measures=(R,), groupings=(g(SEGMENT),), calculations=(Share(measure="revenue"),)),
    "revenue by month compared with the previous year": Q(
        measures=(R,), groupings=(g(TIME, "month"),), comparison=Comparison(to="previous_year")),
    "revenue last month vs the month before": Q(
        measures=(R,), time=last("month"), comparison=Comparison(to="previous_period")),
    "highest price for each brand": Q(measures=(agg("max", "products.price"),), groupings=(g("products.brand"),)),
    "lowest and highest price": Q(measures=(agg("min", "products.price"), agg("max", "products.price"))),
    "revenue in the country of Japan": Q(measures=(R,), filter=eq(COUNTRY, "Japan")),
    "how many orders were made in each country": Q(measures=(O,), groupings=(g(COUNTRY),)),
    "names of customers with more than 3 orders": Q(
        measures=(O,), groupings=(g("orders.customer.name"),), filter=MetricCondition(measure=O, op=">", values=(3,))),
    "number of product brands": Q(measures=(agg("count_distinct", "products.brand"),)),
    "list customers": Q(detail=Detail(dataset="customers")),
    "list the brands": Q(detail=Detail(dataset="products", fields=("products.brand",), distinct=True)),
    "list orders from Japan in May 2024": Q(
        detail=Detail(dataset="orders"), filter=eq(COUNTRY, "Japan"), time=span("2024-05-01", "2024-06-01", TIME)),
    "which orders have quantity over 3": Q(detail=Detail(dataset="orders"), filter=gt("orders.quantity", 3)),
    "revenue by countri": Q(measures=(R,), groupings=(g(COUNTRY),)),
    "revenue in Germny": Q(measures=(R,), filter=eq(COUNTRY, "Germany")),
    "online orders and revenue by country excluding France": Q(
        measures=(m("online_orders"), R), groupings=(g(COUNTRY),), filter=ne(COUNTRY, "France")),
    "retail orders from Japan in 2023": Q(
        measures=(O,), filter=both(eq(SEGMENT, "retail"), eq(COUNTRY, "Japan")), time=span("2023-01-01", "2024-01-01")),
}  # fmt: skip


@pytest.mark.parametrize("goal", CASES)
def test_reading(goal: str) -> None:
    assert shop().query(goal) == CASES[goal]
