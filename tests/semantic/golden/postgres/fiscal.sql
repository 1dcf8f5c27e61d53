SELECT
  CAST(CAST(DATE_TRUNC(
    'quarter',
    CAST(CAST("orders"."shipped_on" AS TIMESTAMP) - INTERVAL '1 MONTH' AS DATE)
  ) AS DATE) + INTERVAL '1 MONTH' AS DATE) AS "shipped_on_quarter",
  COUNT(*) AS "orders"
FROM "orders"
GROUP BY
  1
ORDER BY
  "shipped_on_quarter"
LIMIT 1000001
