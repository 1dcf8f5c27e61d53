SELECT
  CAST(CAST(CONVERT_TIMEZONE('America/New_York', "orders"."PLACED_AT") AS TIMESTAMPNTZ) AS DATE) AS "placed_at_day",
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
GROUP BY
  1
ORDER BY
  "placed_at_day"
LIMIT 1000001
