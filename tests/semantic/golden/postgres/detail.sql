SELECT
  "orders"."order_id",
  "orders"."amount",
  "customer"."name" AS "customer_name",
  "orders"."placed_at" AT TIME ZONE 'America/New_York' AS "placed_at"
FROM "orders"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "orders"."customer_id"
WHERE
  "orders"."amount" > 80
ORDER BY
  "orders"."amount" DESC NULLS LAST,
  "orders"."order_id"
LIMIT 7
