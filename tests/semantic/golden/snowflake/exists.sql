SELECT
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
WHERE
  (
    EXISTS(
      SELECT
        1
      FROM "REFUNDS" AS "refunds.there"
      WHERE
        "refunds.there"."CUSTOMER_ID" = "orders"."CUSTOMER_ID"
        AND "refunds.there"."AMOUNT" > 72
    )
    OR "orders"."STATUS" = 'paid'
  )
LIMIT 1000001
