WITH "orders_by_ordered_at_month" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ORDERED_AT") AS DATE) AS "ordered_at_month",
    COUNT(*) AS "orders"
  FROM "ORDERS" AS "orders"
  WHERE
    "orders"."ORDERED_AT" >= CAST('2023-05-01 00:00:00' AS TIMESTAMPNTZ)
    AND "orders"."ORDERED_AT" < CAST('2030-01-01 00:00:00' AS TIMESTAMPNTZ)
  GROUP BY
    1
), "periods" AS (
  SELECT
    CAST(DATEADD(MONTH, "counted"."n", "span"."first") AS DATE) AS "ordered_at_month"
  FROM (
    SELECT
      ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS "n"
    FROM TABLE(GENERATOR(ROWCOUNT => 1000000))
  ) AS "counted"
  JOIN (
    SELECT
      MIN("ordered_at_month") AS "first",
      MAX("ordered_at_month") AS "last"
    FROM "orders_by_ordered_at_month"
  ) AS "span"
    ON DATEADD(MONTH, "counted"."n", "span"."first") <= "span"."last"
)
SELECT
  COALESCE("periods"."ordered_at_month", "orders_by_ordered_at_month"."ordered_at_month") AS "ordered_at_month",
  "orders_by_ordered_at_month"."orders"
FROM "periods"
FULL JOIN "orders_by_ordered_at_month"
  ON "periods"."ordered_at_month" IS NOT DISTINCT FROM "orders_by_ordered_at_month"."ordered_at_month"
ORDER BY
  "ordered_at_month"
LIMIT 1000001
