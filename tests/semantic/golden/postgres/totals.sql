SELECT
  "customer"."segment" AS "customer_segment",
  "orders"."status",
  COUNT(*) AS "orders",
  COUNT(DISTINCT "orders"."customer_id") AS "buyers",
  CAST(COUNT(*) FILTER(WHERE
    "orders"."status" = 'paid') AS DOUBLE PRECISION) / NULLIF(COUNT(*), 0) AS "paid_rate",
  GROUPING("customer"."segment") + GROUPING("orders"."status") AS "_level"
FROM "orders"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "orders"."customer_id"
GROUP BY
  GROUPING SETS (
    ("customer"."segment", "orders"."status"),
    ("customer"."segment"),
    ()
  )
ORDER BY
  "customer"."segment" COLLATE "C",
  "orders"."status" COLLATE "C",
  "_level"
LIMIT 1000001
