SELECT
  "customers"."masked name" AS "name",
  COUNT(*) AS "customers"
FROM (
  SELECT
    "customers".*,
    LEFT("customers"."name", 1) || '…' AS "masked name"
  FROM "customers"
  WHERE
    "customers"."nation_id" IN (1, 2) AND "customers"."segment" = 'a''b'
) AS "customers"
GROUP BY
  1
ORDER BY
  "customers"."masked name" COLLATE "C"
LIMIT 1000001
