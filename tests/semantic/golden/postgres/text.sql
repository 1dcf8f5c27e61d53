SELECT
  COUNT(*) AS "orders"
FROM "orders"
WHERE
  (
    STARTS_WITH(LOWER("orders"."status"), LOWER('O'))
    OR STARTS_WITH(LOWER("orders"."status"), LOWER('P'))
  )
  AND RIGHT(LOWER("orders"."status"), LENGTH(LOWER('n'))) = LOWER('n')
LIMIT 1000001
