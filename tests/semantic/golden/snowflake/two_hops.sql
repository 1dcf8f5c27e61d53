SELECT
  "customer.nation"."REGION" AS "customer_nation_region",
  SUM("orders"."AMOUNT") AS "revenue"
FROM "ORDERS" AS "orders"
LEFT JOIN "CUSTOMERS" AS "customer"
  ON "customer"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
LEFT JOIN (
  SELECT
    *
  FROM "NATIONS"
) AS "customer.nation"
  ON "customer.nation"."NATION_ID" = "customer"."NATION_ID"
GROUP BY
  1
ORDER BY
  "customer_nation_region"
LIMIT 1000001
