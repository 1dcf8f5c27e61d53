WITH "orders_by_ordered_at_month" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ordered_at") AS DATE) AS "ordered_at_month",
    COUNT(*) FILTER(WHERE
      "orders"."status" = 'paid') AS "paid_orders",
    COUNT(*) AS "orders"
  FROM "orders"
  WHERE
    "orders"."ordered_at" >= CAST('2023-01-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2023-06-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1
), "orders_rows" AS (
  SELECT
    1
  FROM "orders"
  WHERE
    "orders"."ordered_at" < CAST('2023-01-01 00:00:00' AS TIMESTAMP)
  LIMIT 1
), "before" AS (
  SELECT
    COUNT(*) AS "_any_0"
  FROM "orders_rows"
), "reaching_back" AS (
  SELECT
    "orders_by_ordered_at_month"."ordered_at_month",
    "orders_by_ordered_at_month"."paid_orders",
    "orders_by_ordered_at_month"."orders",
    "before"."_any_0" AS "_earlier"
  FROM "orders_by_ordered_at_month"
  CROSS JOIN "before" AS "before"
), "current" AS (
  SELECT
    "ordered_at_month",
    CAST("paid_orders" AS DOUBLE) / NULLIF("orders", 0) AS "paid_rate",
    CASE
      WHEN CAST("ordered_at_month" - INTERVAL '1' MONTH AS DATE) >= MIN("ordered_at_month") OVER ()
      OR "_earlier" > 0
      THEN CAST(SUM("paid_orders") OVER (
        ORDER BY "ordered_at_month"
        RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW
      ) AS DOUBLE) / NULLIF(
        SUM("orders") OVER (
          ORDER BY "ordered_at_month"
          RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW
        ),
        0
      )
    END AS "paid_rate_rolling"
  FROM "reaching_back"
)
SELECT
  "ordered_at_month",
  "paid_rate",
  "paid_rate_rolling"
FROM "current"
WHERE
  "ordered_at_month" >= CAST('2023-02-01' AS DATE)
  AND "ordered_at_month" < CAST('2023-06-01' AS DATE)
ORDER BY
  "ordered_at_month"
LIMIT 1000001
