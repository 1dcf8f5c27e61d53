WITH "orders_by_status_and_customer_name" AS (
  SELECT
    "orders"."status",
    "customer"."name" AS "customer_name",
    SUM("orders"."amount") AS "revenue"
  FROM "orders"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "orders"."customer_id"
  GROUP BY
    1,
    2
), "orders_by_status" AS (
  SELECT
    "orders"."status",
    SUM("orders"."amount") AS "revenue_share_of_status"
  FROM "orders"
  GROUP BY
    1
)
SELECT
  "orders_by_status_and_customer_name"."status",
  "orders_by_status_and_customer_name"."customer_name",
  CAST("orders_by_status_and_customer_name"."revenue" AS DOUBLE PRECISION) / NULLIF("orders_by_status"."revenue_share_of_status", 0) AS "revenue_share_of_status",
  "orders_by_status_and_customer_name"."revenue"
FROM "orders_by_status_and_customer_name"
LEFT JOIN "orders_by_status"
  ON ARRAY["orders_by_status_and_customer_name"."status"] = ARRAY["orders_by_status"."status"]
ORDER BY
  "orders_by_status_and_customer_name"."status" COLLATE "C",
  "orders_by_status_and_customer_name"."customer_name" COLLATE "C"
LIMIT 1000001
