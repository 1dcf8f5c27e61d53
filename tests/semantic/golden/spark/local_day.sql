SELECT
  CAST(CONVERT_TIMEZONE(CURRENT_TIMEZONE(), 'America/New_York', CAST(`orders`.`placed_at` AS TIMESTAMP_NTZ)) AS DATE) AS `placed_at_day`,
  COUNT(*) AS `orders`
FROM `orders`
GROUP BY
  1
ORDER BY
  `placed_at_day` NULLS LAST
LIMIT 1000001
