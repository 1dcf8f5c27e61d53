SELECT
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
WHERE
  (
    EXISTS(
      SELECT
        1
      FROM "REFUNDS" AS "refunds_there"
      WHERE
        "refunds_there"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
        AND "refunds_there"."AMOUNT" > 72
    )
    OR "orders"."STATUS" = 'paid'
  )
LIMIT 1000001
