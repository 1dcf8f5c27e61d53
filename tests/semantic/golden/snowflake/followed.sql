WITH "orders_by_ordered_at_quarter_and_customer_name" AS (
  SELECT
    CAST(DATE_TRUNC('quarter', "orders"."ORDERED_AT") AS DATE) AS "ordered_at_quarter",
    "customer"."NAME" AS "customer_name",
    SUM("orders"."AMOUNT") AS "revenue"
  FROM "ORDERS" AS "orders"
  LEFT JOIN "CUSTOMERS" AS "customer"
    ON "customer"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
  GROUP BY
    1,
    2
), "orders_by_customer_name" AS (
  SELECT
    "customer"."NAME" AS "customer_name",
    SUM("orders"."AMOUNT") AS "revenue"
  FROM "ORDERS" AS "orders"
  LEFT JOIN "CUSTOMERS" AS "customer"
    ON "customer"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
  GROUP BY
    1
), "placed" AS (
  SELECT
    "customer_name",
    "revenue",
    ROW_NUMBER() OVER (ORDER BY "revenue" DESC NULLS LAST, "customer_name") AS "_place"
  FROM "orders_by_customer_name"
), "best" AS (
  SELECT
    "customer_name"
  FROM "placed"
  WHERE
    "_place" <= 1
)
SELECT
  "ordered_at_quarter",
  "customer_name",
  "revenue"
FROM "orders_by_ordered_at_quarter_and_customer_name"
WHERE
  EXISTS(
    SELECT
      1
    FROM "best" AS "best"
    WHERE
      "orders_by_ordered_at_quarter_and_customer_name"."customer_name" IS NOT DISTINCT FROM "best"."customer_name"
  )
ORDER BY
  "ordered_at_quarter",
  "customer_name"
LIMIT 1000001
