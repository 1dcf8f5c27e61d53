SELECT
  "orders"."STATUS" AS "status",
  SUM("orders"."AMOUNT") AS "revenue",
  SUM(CASE WHEN "customer.nation"."NAME" = 'France' THEN "orders"."AMOUNT" END) AS "french",
  CAST(COUNT(
    CASE
      WHEN "orders"."STATUS" = 'paid' AND (
        "orders"."QUANTITY" >= 5
      ) = TRUE
      THEN 1
    END
  ) AS DOUBLE) / NULLIF(COUNT(CASE WHEN (
    "orders"."QUANTITY" >= 5
  ) = TRUE THEN 1 END), 0) AS "large_paid_rate"
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
  "status"
LIMIT 1000001
