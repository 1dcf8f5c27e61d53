SELECT
  "orders"."STATUS" AS "status",
  CAST(COUNT(CASE WHEN "orders"."STATUS" = 'paid' THEN 1 END) AS DOUBLE) / NULLIF(COUNT(*), 0) AS "paid_rate",
  COUNT(CASE WHEN "orders"."STATUS" = 'paid' THEN 1 END) AS "paid_orders",
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
GROUP BY
  1
ORDER BY
  "status"
LIMIT 1000001
