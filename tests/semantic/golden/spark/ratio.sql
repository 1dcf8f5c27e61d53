SELECT
  `orders`.`status`,
  CAST(COUNT(*) FILTER(WHERE
    `orders`.`status` = 'paid') AS DOUBLE) / NULLIF(COUNT(*), 0) AS `paid_rate`,
  COUNT(*) FILTER(WHERE
    `orders`.`status` = 'paid') AS `paid_orders`,
  COUNT(*) AS `orders`
FROM `orders`
GROUP BY
  1
ORDER BY
  `status` NULLS LAST
LIMIT 1000001
