SELECT
  `orders`.`order_id`,
  `orders`.`amount`,
  `customer`.`name` AS `customer_name`,
  CONVERT_TIMEZONE(CURRENT_TIMEZONE(), 'America/New_York', CAST(`orders`.`placed_at` AS TIMESTAMP_NTZ)) AS `placed_at`
FROM `orders`
LEFT JOIN `customers` AS `customer`
  ON `customer`.`customer_id` = `orders`.`customer_id`
WHERE
  `orders`.`amount` > 80
ORDER BY
  `orders`.`amount` DESC,
  `orders`.`order_id` NULLS LAST
LIMIT 7
