WITH `orders_by_ordered_at_quarter_and_customer_name` AS (
  SELECT
    CAST(DATE_TRUNC('quarter', `orders`.`ordered_at`) AS DATE) AS `ordered_at_quarter`,
    `customer`.`name` AS `customer_name`,
    SUM(`orders`.`amount`) AS `revenue`
  FROM `orders`
  LEFT JOIN `customers` AS `customer`
    ON `customer`.`customer_id` = `orders`.`customer_id`
  GROUP BY
    1,
    2
), `orders_by_customer_name` AS (
  SELECT
    `customer`.`name` AS `customer_name`,
    SUM(`orders`.`amount`) AS `revenue`
  FROM `orders`
  LEFT JOIN `customers` AS `customer`
    ON `customer`.`customer_id` = `orders`.`customer_id`
  GROUP BY
    1
), `placed` AS (
  SELECT
    `customer_name`,
    `revenue`,
    ROW_NUMBER() OVER (ORDER BY `revenue` DESC, `customer_name` NULLS LAST) AS `_place`
  FROM `orders_by_customer_name`
), `best` AS (
  SELECT
    `customer_name`
  FROM `placed`
  WHERE
    `_place` <= 1
)
SELECT
  `ordered_at_quarter`,
  `customer_name`,
  `revenue`
FROM `orders_by_ordered_at_quarter_and_customer_name`
WHERE
  EXISTS(
    SELECT
      1
    FROM `best` AS `best`
    WHERE
      `orders_by_ordered_at_quarter_and_customer_name`.`customer_name` IS NOT DISTINCT FROM `best`.`customer_name`
  )
ORDER BY
  `ordered_at_quarter` NULLS LAST,
  `customer_name` NULLS LAST
LIMIT 1000001
