WITH `orders_by_ordered_at_month` AS (
  SELECT
    CAST(DATE_TRUNC('month', `orders`.`ordered_at`) AS DATE) AS `ordered_at_month`,
    COUNT(*) FILTER(WHERE
      `orders`.`status` = 'paid') AS `paid_orders`,
    COUNT(*) AS `orders`
  FROM `orders`
  WHERE
    `orders`.`ordered_at` >= CAST('2023-01-01 00:00:00' AS TIMESTAMP_NTZ)
    AND `orders`.`ordered_at` < CAST('2023-06-01 00:00:00' AS TIMESTAMP_NTZ)
  GROUP BY
    1
), `current` AS (
  SELECT
    `ordered_at_month`,
    CAST(`paid_orders` AS DOUBLE) / NULLIF(`orders`, 0) AS `paid_rate`,
    CASE
      WHEN (
        `ordered_at_month` - INTERVAL '1' MONTH
      ) >= MIN(`ordered_at_month`) OVER ()
      THEN CAST(SUM(`paid_orders`) OVER (
        ORDER BY `ordered_at_month` NULLS LAST
        RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW
      ) AS DOUBLE) / NULLIF(
        SUM(`orders`) OVER (
          ORDER BY `ordered_at_month` NULLS LAST
          RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW
        ),
        0
      )
    END AS `paid_rate_rolling`
  FROM `orders_by_ordered_at_month`
)
SELECT
  `ordered_at_month`,
  `paid_rate`,
  `paid_rate_rolling`
FROM `current`
WHERE
  `ordered_at_month` >= CAST('2023-02-01' AS DATE)
  AND `ordered_at_month` < CAST('2023-06-01' AS DATE)
ORDER BY
  `ordered_at_month` NULLS LAST
LIMIT 1000001
