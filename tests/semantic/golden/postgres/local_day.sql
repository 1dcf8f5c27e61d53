SELECT
  CAST("orders"."placed_at" AT TIME ZONE 'America/New_York' AS DATE) AS "placed_at_day",
  COUNT(*) AS "orders"
FROM "orders"
GROUP BY
  1
ORDER BY
  "placed_at_day"
LIMIT 1000001
