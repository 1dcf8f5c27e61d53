WITH "orders_by_ordered_at_month" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ORDERED_AT") AS DATE) AS "ordered_at_month",
    SUM("orders"."AMOUNT") AS "revenue"
  FROM "ORDERS" AS "orders"
  WHERE
    "orders"."ORDERED_AT" >= CAST('2022-11-01 00:00:00' AS TIMESTAMPNTZ)
    AND "orders"."ORDERED_AT" < CAST('2024-03-01 00:00:00' AS TIMESTAMPNTZ)
  GROUP BY
    1
), "orders_by_ordered_at_month_2" AS (
  SELECT
    "ordered_at_month",
    "revenue"
  FROM "orders_by_ordered_at_month"
  WHERE
    "ordered_at_month" >= CAST('2023-11-01' AS DATE)
    AND "ordered_at_month" < CAST('2024-03-01' AS DATE)
), "earlier" AS (
  SELECT
    DATEADD(YEAR, 1, "orders_by_ordered_at_month"."ordered_at_month") AS "ordered_at_month",
    "orders_by_ordered_at_month"."revenue" AS "revenue_last_year"
  FROM "orders_by_ordered_at_month"
)
SELECT
  "orders_by_ordered_at_month_2"."ordered_at_month",
  "orders_by_ordered_at_month_2"."revenue",
  "earlier"."revenue_last_year",
  CAST("orders_by_ordered_at_month_2"."revenue" - "earlier"."revenue_last_year" AS DOUBLE) / NULLIF(ABS("earlier"."revenue_last_year"), 0) AS "revenue_growth"
FROM "orders_by_ordered_at_month_2"
LEFT JOIN "earlier"
  ON "orders_by_ordered_at_month_2"."ordered_at_month" IS NOT DISTINCT FROM "earlier"."ordered_at_month"
ORDER BY
  "ordered_at_month"
LIMIT 1000001
