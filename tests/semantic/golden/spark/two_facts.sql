WITH `refunds_by_ordered_at_month` AS (
  SELECT
    CAST(DATE_TRUNC('month', `refunds`.`refunded_on`) AS DATE) AS `ordered_at_month`,
    SUM(`refunds`.`amount`) AS `refunded`
  FROM `refunds`
  GROUP BY
    1
), `orders_by_ordered_at_month` AS (
  SELECT
    CAST(DATE_TRUNC('month', `orders`.`ordered_at`) AS DATE) AS `ordered_at_month`,
    SUM(`orders`.`amount`) AS `revenue`
  FROM `orders`
  GROUP BY
    1
)
SELECT
  COALESCE(
    `refunds_by_ordered_at_month`.`ordered_at_month`,
    `orders_by_ordered_at_month`.`ordered_at_month`
  ) AS `ordered_at_month`,
  CAST(`refunds_by_ordered_at_month`.`refunded` AS DOUBLE) / NULLIF(`orders_by_ordered_at_month`.`revenue`, 0) AS `refund_rate`
FROM `refunds_by_ordered_at_month`
FULL JOIN `orders_by_ordered_at_month`
  ON `refunds_by_ordered_at_month`.`ordered_at_month` IS NOT DISTINCT FROM `orders_by_ordered_at_month`.`ordered_at_month`
ORDER BY
  `ordered_at_month` NULLS LAST
LIMIT 1000001
