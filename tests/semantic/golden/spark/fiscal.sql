SELECT
  CAST(DATE_TRUNC('quarter', `orders`.`shipped_on` - INTERVAL '1' MONTH) AS DATE) + INTERVAL '1' MONTH AS `shipped_on_quarter`,
  COUNT(*) AS `orders`
FROM `orders`
GROUP BY
  1
ORDER BY
  `shipped_on_quarter` NULLS LAST
LIMIT 1000001
