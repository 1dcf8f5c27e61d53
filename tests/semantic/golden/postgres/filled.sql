WITH "orders_by_ordered_at_month" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ordered_at") AS DATE) AS "ordered_at_month",
    COUNT(*) AS "orders"
  FROM "orders"
  WHERE
    "orders"."ordered_at" >= CAST('2023-05-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2030-01-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1
), "periods" AS (
  SELECT
    CAST("ordered_at_month" AS DATE) AS "ordered_at_month"
  FROM (
    SELECT
      GENERATE_SERIES(
        CAST(MIN("ordered_at_month") AS TIMESTAMP),
        CAST(MAX("ordered_at_month") AS TIMESTAMP),
        INTERVAL '1 MONTH'
      ) AS "ordered_at_month"
    FROM "orders_by_ordered_at_month"
  ) AS "series"
)
SELECT
  COALESCE("periods"."ordered_at_month", "orders_by_ordered_at_month"."ordered_at_month") AS "ordered_at_month",
  "orders_by_ordered_at_month"."orders"
FROM "periods"
FULL JOIN "orders_by_ordered_at_month"
  ON ARRAY["periods"."ordered_at_month"] = ARRAY["orders_by_ordered_at_month"."ordered_at_month"]
ORDER BY
  "ordered_at_month"
LIMIT 1000001
