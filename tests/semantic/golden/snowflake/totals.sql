SELECT
  "customer"."SEGMENT" AS "customer_segment",
  "orders"."STATUS" AS "status",
  COUNT(*) AS "orders",
  COUNT(DISTINCT "orders"."CUSTOMER_ID") AS "buyers",
  CAST(COUNT(CASE WHEN "orders"."STATUS" = 'paid' THEN 1 END) AS DOUBLE) / NULLIF(COUNT(*), 0) AS "paid_rate",
  GROUPING("customer"."SEGMENT") + GROUPING("orders"."STATUS") AS "_level"
FROM "ORDERS" AS "orders"
LEFT JOIN "CUSTOMERS" AS "customer"
  ON "customer"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
GROUP BY
  GROUPING SETS (
    ("customer"."SEGMENT", "orders"."STATUS"),
    ("customer"."SEGMENT"),
    ()
  )
ORDER BY
  "customer_segment",
  "status",
  "_level"
LIMIT 1000001
