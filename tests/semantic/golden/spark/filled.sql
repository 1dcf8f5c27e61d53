WITH `orders_by_ordered_at_month` AS (
  SELECT
    CAST(DATE_TRUNC('month', `orders`.`ordered_at`) AS DATE) AS `ordered_at_month`,
    COUNT(*) AS `orders`
  FROM `orders`
  WHERE
    `orders`.`ordered_at` >= CAST('2023-05-01 00:00:00' AS TIMESTAMP_NTZ)
    AND `orders`.`ordered_at` < CAST('2030-01-01 00:00:00' AS TIMESTAMP_NTZ)
  GROUP BY
    1
), `periods` AS (
  SELECT
    CAST(`ordered_at_month` AS DATE) AS `ordered_at_month`
  FROM (
    SELECT
      EXPLODE(`periods`) AS `ordered_at_month`
    FROM (
      SELECT
        SEQUENCE(MIN(`ordered_at_month`), MAX(`ordered_at_month`), INTERVAL '1' MONTH) AS `periods`
      FROM `orders_by_ordered_at_month`
    ) AS `listed`
  ) AS `unfolded`
)
SELECT
  COALESCE(`periods`.`ordered_at_month`, `orders_by_ordered_at_month`.`ordered_at_month`) AS `ordered_at_month`,
  `orders_by_ordered_at_month`.`orders`
FROM `periods`
FULL JOIN `orders_by_ordered_at_month`
  ON `periods`.`ordered_at_month` IS NOT DISTINCT FROM `orders_by_ordered_at_month`.`ordered_at_month`
ORDER BY
  `ordered_at_month` NULLS LAST
LIMIT 1000001
