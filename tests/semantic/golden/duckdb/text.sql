SELECT
  COUNT(*) AS "orders"
FROM "orders"
WHERE
  (
    STARTS_WITH(LOWER("orders"."status"), LOWER('O'))
    OR STARTS_WITH(LOWER("orders"."status"), LOWER('P'))
  )
  AND ENDS_WITH(LOWER("orders"."status"), LOWER('n'))
LIMIT 1000001
