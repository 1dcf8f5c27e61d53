SELECT
  "orders"."status",
  SUM("orders"."amount") AS "revenue",
  SUM("orders"."amount") FILTER(WHERE
    "customer.nation"."name" = 'France') AS "french",
  CAST(COUNT(*) FILTER(WHERE
    "orders"."status" = 'paid' AND (
      "orders"."quantity" >= 5
    ) = TRUE) AS DOUBLE PRECISION) / NULLIF(COUNT(*) FILTER(WHERE
    (
      "orders"."quantity" >= 5
    ) = TRUE), 0) AS "large_paid_rate"
FROM "orders"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "orders"."customer_id"
LEFT JOIN (
  SELECT
    *
  FROM "nations"
) AS "customer.nation"
  ON "customer.nation"."nation_id" = "customer"."nation_id"
GROUP BY
  1
ORDER BY
  "orders"."status" COLLATE "C"
LIMIT 1000001
