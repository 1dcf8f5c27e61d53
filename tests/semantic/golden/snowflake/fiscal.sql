SELECT
  DATEADD(
    MONTH,
    1,
    CAST(DATE_TRUNC('quarter', DATEADD(MONTH, -1, "orders"."SHIPPED_ON")) AS DATE)
  ) AS "shipped_on_quarter",
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
GROUP BY
  1
ORDER BY
  "shipped_on_quarter"
LIMIT 1000001
