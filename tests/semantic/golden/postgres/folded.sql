WITH "orders_by_status" AS (
  SELECT
    "orders"."status",
    SUM("orders"."amount") AS "revenue"
  FROM "orders"
  GROUP BY
    1
), "orders_by_status_and__by_1" AS (
  SELECT
    "orders"."status",
    SUM("orders"."amount") AS "revenue_per_customer"
  FROM "orders"
  GROUP BY
    1,
    "orders"."customer_id"
), "revenue_per_customer_folded" AS (
  SELECT
    "orders_by_status_and__by_1"."status",
    AVG(CAST("orders_by_status_and__by_1"."revenue_per_customer" AS DOUBLE PRECISION)) AS "revenue_per_customer"
  FROM "orders_by_status_and__by_1"
  GROUP BY
    1
)
SELECT
  "orders_by_status"."status",
  "revenue_per_customer_folded"."revenue_per_customer",
  "orders_by_status"."revenue"
FROM "orders_by_status"
LEFT JOIN "revenue_per_customer_folded"
  ON ARRAY["orders_by_status"."status"] = ARRAY["revenue_per_customer_folded"."status"]
ORDER BY
  "orders_by_status"."status" COLLATE "C"
LIMIT 1000001
