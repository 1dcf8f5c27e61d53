WITH `orders_by_ordered_at_month` AS (
  SELECT
    CAST(DATE_TRUNC('month', `orders`.`ordered_at`) AS DATE) AS `ordered_at_month`,
    COUNT(*) FILTER(WHERE
      `orders`.`status` = 'paid') AS `paid_orders`,
    COUNT(*) AS `orders`,
    AVG(CAST(`orders`.`weight` AS DOUBLE)) AS `mean_weight`,
    SUM(`orders`.`weight`) AS `mean_weight sum`,
    COUNT(`orders`.`weight`) AS `mean_weight count`
  FROM `orders`
  WHERE
    `orders`.`ordered_at` >= CAST('2023-01-01 00:00:00' AS TIMESTAMP_NTZ)
    AND `orders`.`ordered_at` < CAST('2024-03-01 00:00:00' AS TIMESTAMP_NTZ)
  GROUP BY
    1
), `current` AS (
  SELECT
    `ordered_at_month`,
    CAST(`paid_orders` AS DOUBLE) / NULLIF(`orders`, 0) AS `paid_rate`,
    `mean_weight`,
    CAST(SUM(`paid_orders`) OVER (
      PARTITION BY CAST(DATE_TRUNC('year', `ordered_at_month`) AS DATE)
      ORDER BY `ordered_at_month` NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS DOUBLE) / NULLIF(
      SUM(`orders`) OVER (
        PARTITION BY CAST(DATE_TRUNC('year', `ordered_at_month`) AS DATE)
        ORDER BY `ordered_at_month` NULLS LAST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ),
      0
    ) AS `paid_rate_cumulative`,
    CAST(SUM(`mean_weight sum`) OVER (
      PARTITION BY CAST(DATE_TRUNC('year', `ordered_at_month`) AS DATE)
      ORDER BY `ordered_at_month` NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS DOUBLE) / NULLIF(
      SUM(`mean_weight count`) OVER (
        PARTITION BY CAST(DATE_TRUNC('year', `ordered_at_month`) AS DATE)
        ORDER BY `ordered_at_month` NULLS LAST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ),
      0
    ) AS `mean_weight_cumulative`
  FROM `orders_by_ordered_at_month`
)
SELECT
  `ordered_at_month`,
  `paid_rate`,
  `paid_rate_cumulative`,
  `mean_weight`,
  `mean_weight_cumulative`
FROM `current`
WHERE
  `ordered_at_month` >= CAST('2023-03-01' AS DATE)
  AND `ordered_at_month` < CAST('2024-03-01' AS DATE)
ORDER BY
  `ordered_at_month` NULLS LAST
LIMIT 1000001
