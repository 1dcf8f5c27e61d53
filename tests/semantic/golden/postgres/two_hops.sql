SELECT
  "customer.nation"."region" AS "customer_nation_region",
  SUM("orders"."amount") AS "revenue"
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
  "customer.nation"."region" COLLATE "C"
LIMIT 1000001
