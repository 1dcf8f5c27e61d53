WITH "orders_by_ordered_at_quarter_and_status" AS (
  SELECT
    CAST(DATE_TRUNC('quarter', "orders"."ordered_at") AS DATE) AS "ordered_at_quarter",
    "orders"."status",
    COUNT(*) FILTER(WHERE
      "orders"."status" = 'paid') AS "paid_orders",
    COUNT(*) AS "orders"
  FROM "orders"
  WHERE
    "orders"."ordered_at" >= CAST('2022-10-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2024-01-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1,
    2
), "orders_by_ordered_at_quarter_and_status_2" AS (
  SELECT
    "ordered_at_quarter",
    "status",
    CAST("paid_orders" AS DOUBLE PRECISION) / NULLIF("orders", 0) AS "paid_rate"
  FROM "orders_by_ordered_at_quarter_and_status"
  WHERE
    "ordered_at_quarter" >= CAST('2023-10-01' AS DATE)
    AND "ordered_at_quarter" < CAST('2024-01-01' AS DATE)
), "previous" AS (
  SELECT
    CAST("orders_by_ordered_at_quarter_and_status"."ordered_at_quarter" + INTERVAL '1 YEAR' AS DATE) AS "ordered_at_quarter",
    "orders_by_ordered_at_quarter_and_status"."status",
    CAST("orders_by_ordered_at_quarter_and_status"."paid_orders" AS DOUBLE PRECISION) / NULLIF("orders_by_ordered_at_quarter_and_status"."orders", 0) AS "paid_rate_previous"
  FROM "orders_by_ordered_at_quarter_and_status"
), "periods_shown" AS (
  SELECT
    "ordered_at_quarter"
  FROM "orders_by_ordered_at_quarter_and_status_2"
  GROUP BY
    1
), "previous_2" AS (
  SELECT
    "ordered_at_quarter",
    "status",
    "paid_rate_previous"
  FROM "previous"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "periods_shown" AS "shown"
      WHERE
        ARRAY["previous"."ordered_at_quarter"] = ARRAY["shown"."ordered_at_quarter"]
    )
)
SELECT
  COALESCE(
    "orders_by_ordered_at_quarter_and_status_2"."ordered_at_quarter",
    "previous_2"."ordered_at_quarter"
  ) AS "ordered_at_quarter",
  COALESCE("orders_by_ordered_at_quarter_and_status_2"."status", "previous_2"."status") AS "status",
  "orders_by_ordered_at_quarter_and_status_2"."paid_rate",
  "previous_2"."paid_rate_previous"
FROM "orders_by_ordered_at_quarter_and_status_2"
FULL JOIN "previous_2"
  ON ARRAY["orders_by_ordered_at_quarter_and_status_2"."ordered_at_quarter"] = ARRAY["previous_2"."ordered_at_quarter"]
  AND ARRAY["orders_by_ordered_at_quarter_and_status_2"."status"] = ARRAY["previous_2"."status"]
ORDER BY
  "ordered_at_quarter",
  COALESCE("orders_by_ordered_at_quarter_and_status_2"."status", "previous_2"."status") COLLATE "C"
LIMIT 1000001
