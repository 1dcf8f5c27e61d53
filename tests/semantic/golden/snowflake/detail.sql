SELECT
  "orders"."ORDER_ID" AS "order_id",
  "orders"."AMOUNT" AS "amount",
  "customer"."NAME" AS "customer_name",
  CAST(CONVERT_TIMEZONE('America/New_York', "orders"."PLACED_AT") AS TIMESTAMPNTZ) AS "placed_at"
FROM "ORDERS" AS "orders"
LEFT JOIN "CUSTOMERS" AS "customer"
  ON "customer"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
WHERE
  "orders"."AMOUNT" > 80
ORDER BY
  "orders"."AMOUNT" DESC NULLS LAST,
  "orders"."ORDER_ID"
LIMIT 7
