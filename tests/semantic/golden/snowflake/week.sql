SELECT
  DATEADD(
    DAY,
    -MOD(DAYOFWEEKISO("orders"."ORDERED_AT") + 7, 7),
    CAST("orders"."ORDERED_AT" AS DATE)
  ) AS "ordered_at_week",
  COUNT(*) AS "orders"
FROM "ORDERS" AS "orders"
GROUP BY
  1
ORDER BY
  "ordered_at_week"
LIMIT 1000001
