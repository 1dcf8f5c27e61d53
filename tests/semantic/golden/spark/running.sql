WITH `orders_by_ordered_at_quarter_and_is_large` AS (
  SELECT
    CAST(DATE_TRUNC('quarter', `orders`.`ordered_at`) AS DATE) AS `ordered_at_quarter`,
    (
      `orders`.`quantity` >= 5
    ) AS `is_large`,
    SUM(`orders`.`amount`) AS `revenue`
  FROM `orders`
  WHERE
    (
      `orders`.`ordered_at` >= CAST('2023-01-01 00:00:00' AS TIMESTAMP_NTZ)
      AND `orders`.`ordered_at` < CAST('2024-04-01 00:00:00' AS TIMESTAMP_NTZ)
    )
    AND `orders`.`status` = 'paid'
  GROUP BY
    1,
    2
), `orders_by_ordered_at_quarter_and_is_large_2` AS (
  SELECT
    `ordered_at_quarter`,
    `is_large`
  FROM `orders_by_ordered_at_quarter_and_is_large`
  WHERE
    `ordered_at_quarter` >= CAST('2023-04-01' AS DATE)
    AND `ordered_at_quarter` < CAST('2024-04-01' AS DATE)
), `periods_shown` AS (
  SELECT
    `ordered_at_quarter`
  FROM `orders_by_ordered_at_quarter_and_is_large_2`
  GROUP BY
    1
), `groups` AS (
  SELECT DISTINCT
    `is_large`
  FROM `orders_by_ordered_at_quarter_and_is_large`
), `every_period` AS (
  SELECT
    `periods_shown`.`ordered_at_quarter`,
    `groups`.`is_large`
  FROM `periods_shown`
  CROSS JOIN `groups` AS `groups`
  WHERE
    NOT `periods_shown`.`ordered_at_quarter` IS NULL
), `orders_by_ordered_at_quarter_and_is_large_3` AS (
  SELECT
    `ordered_at_quarter`,
    `is_large`,
    `revenue`,
    1 AS `_rows`
  FROM `orders_by_ordered_at_quarter_and_is_large`
), `periods_and_groups` AS (
  SELECT
    COALESCE(
      `every_period`.`ordered_at_quarter`,
      `orders_by_ordered_at_quarter_and_is_large_3`.`ordered_at_quarter`
    ) AS `ordered_at_quarter`,
    COALESCE(
      `every_period`.`is_large`,
      `orders_by_ordered_at_quarter_and_is_large_3`.`is_large`
    ) AS `is_large`,
    `orders_by_ordered_at_quarter_and_is_large_3`.`revenue`,
    `orders_by_ordered_at_quarter_and_is_large_3`.`_rows`
  FROM `every_period`
  FULL JOIN `orders_by_ordered_at_quarter_and_is_large_3`
    ON `every_period`.`ordered_at_quarter` IS NOT DISTINCT FROM `orders_by_ordered_at_quarter_and_is_large_3`.`ordered_at_quarter`
    AND `every_period`.`is_large` IS NOT DISTINCT FROM `orders_by_ordered_at_quarter_and_is_large_3`.`is_large`
), `running` AS (
  SELECT
    `ordered_at_quarter`,
    `is_large`,
    `revenue`,
    `_rows`,
    SUM(`revenue`) OVER (
      PARTITION BY `is_large`, CAST(DATE_TRUNC('year', `ordered_at_quarter`) AS DATE)
      ORDER BY `ordered_at_quarter` NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `revenue_year_to_date`,
    SUM(`_rows`) OVER (
      PARTITION BY `is_large`, CAST(DATE_TRUNC('year', `ordered_at_quarter`) AS DATE)
      ORDER BY `ordered_at_quarter` NULLS LAST
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS `_seen`
  FROM `periods_and_groups`
), `revenue_year_to_date_run` AS (
  SELECT
    `ordered_at_quarter`,
    `is_large`,
    `revenue_year_to_date`
  FROM `running`
  WHERE
    NOT `_seen` IS NULL
), `revenue_year_to_date_run_2` AS (
  SELECT
    `ordered_at_quarter`,
    `is_large`,
    `revenue_year_to_date`
  FROM `revenue_year_to_date_run`
  WHERE
    EXISTS(
      SELECT
        1
      FROM `periods_shown` AS `shown`
      WHERE
        `revenue_year_to_date_run`.`ordered_at_quarter` IS NOT DISTINCT FROM `shown`.`ordered_at_quarter`
    )
)
SELECT
  COALESCE(
    `orders_by_ordered_at_quarter_and_is_large_2`.`ordered_at_quarter`,
    `revenue_year_to_date_run_2`.`ordered_at_quarter`
  ) AS `ordered_at_quarter`,
  COALESCE(
    `orders_by_ordered_at_quarter_and_is_large_2`.`is_large`,
    `revenue_year_to_date_run_2`.`is_large`
  ) AS `is_large`,
  `revenue_year_to_date_run_2`.`revenue_year_to_date`
FROM `orders_by_ordered_at_quarter_and_is_large_2`
FULL JOIN `revenue_year_to_date_run_2`
  ON `orders_by_ordered_at_quarter_and_is_large_2`.`ordered_at_quarter` IS NOT DISTINCT FROM `revenue_year_to_date_run_2`.`ordered_at_quarter`
  AND `orders_by_ordered_at_quarter_and_is_large_2`.`is_large` IS NOT DISTINCT FROM `revenue_year_to_date_run_2`.`is_large`
ORDER BY
  `ordered_at_quarter` NULLS LAST,
  `is_large` NULLS LAST
LIMIT 1000001
