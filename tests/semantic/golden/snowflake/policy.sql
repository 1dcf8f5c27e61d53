SELECT
  "customers"."masked name" AS "name",
  COUNT(*) AS "customers"
FROM (
  SELECT
    "customers".*,
    LEFT("customers"."NAME", 1) || '…' AS "masked name"
  FROM "CUSTOMERS" AS "customers"
  WHERE
    "customers"."NATION_ID" IN (1, 2) AND "customers"."SEGMENT" = 'a\'b'
) AS "customers"
GROUP BY
  1
ORDER BY
  "name"
LIMIT 1000001
