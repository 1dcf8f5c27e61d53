SELECT
  COUNT(*) AS "orders"
FROM "orders"
WHERE
  (
    EXISTS(
      SELECT
        1
      FROM "refunds" AS "refunds.there"
      WHERE
        "refunds.there"."customer_id" = "orders"."customer_id"
        AND "refunds.there"."amount" > 72
    )
    OR "orders"."status" = 'paid'
  )
LIMIT 1000001
