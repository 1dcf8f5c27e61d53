SELECT
  COUNT(*) AS "orders"
FROM "orders"
WHERE
  "orders"."ordered_at" >= CAST('2023-02-01 00:00:00' AS TIMESTAMP)
  AND "orders"."ordered_at" < CAST('2023-03-01 00:00:00' AS TIMESTAMP)
LIMIT 1000001
