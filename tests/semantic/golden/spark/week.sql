SELECT
  CAST(DATE_TRUNC('week', `orders`.`ordered_at` + INTERVAL '1' DAY) AS DATE) - INTERVAL '1' DAY AS `ordered_at_week`,
  COUNT(*) AS `orders`
FROM `orders`
GROUP BY
  1
ORDER BY
  `ordered_at_week` NULLS LAST
LIMIT 1000001
