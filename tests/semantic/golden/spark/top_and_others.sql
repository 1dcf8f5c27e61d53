WITH `orders_by_customer_name` AS (
  SELECT
    `customer`.`name` AS `customer_name`,
    COUNT(*) AS `orders`,
    SUM(`orders`.`amount`) AS `revenue`
  FROM `orders`
  LEFT JOIN `customers` AS `customer`
    ON `customer`.`customer_id` = `orders`.`customer_id`
  GROUP BY
    1
), `placed` AS (
  SELECT
    `customer_name`,
    `orders`,
    `revenue`,
    ROW_NUMBER() OVER (ORDER BY `orders` DESC, `customer_name` NULLS LAST) AS `_place`
  FROM `orders_by_customer_name`
), `with_others` AS (
  SELECT
    `customer_name`,
    `orders`,
    `revenue`,
    0 AS `_others`
  FROM `placed`
  WHERE
    `_place` <= 2
  UNION ALL
  SELECT
    'Others' AS `customer_name`,
    SUM(`placed`.`orders`) AS `orders`,
    SUM(`placed`.`revenue`) AS `revenue`,
    1 AS `_others`
  FROM `placed`
  WHERE
    `placed`.`_place` > 2
  HAVING
    COUNT(*) > 0
)
SELECT
  `customer_name`,
  `orders`,
  `revenue`,
  `_others`
FROM `with_others`
ORDER BY
  `_others` NULLS LAST,
  `orders` DESC,
  `customer_name` NULLS LAST
LIMIT 1000001
