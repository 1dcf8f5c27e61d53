WITH `visits_total` AS (
  SELECT
    COUNT(*) AS `visits`
  FROM `visits`
), `conversions` AS (
  SELECT
    `orders`.`customer_id` AS `_other_0`,
    `orders`.`product_id` AS `_other_1`,
    `orders`.`ordered_at` AS `_at`
  FROM `orders`
  WHERE
    `orders`.`status` = 'paid'
), `conversions_2` AS (
  SELECT
    `_other_0`,
    `_other_1`,
    `_at`,
    ROW_NUMBER() OVER (ORDER BY `_at` NULLS LAST) AS `_row`
  FROM `conversions`
), `base` AS (
  SELECT DISTINCT
    `visits`.`customer_id` AS `_by_1`,
    `visits`.`product_id` AS `_by_2`,
    `visits`.`visited_at` AS `_then`
  FROM `visits`
), `pairs` AS (
  SELECT
    `base`.`_then`,
    `conversions_2`.`_row`
  FROM `conversions_2`
  JOIN `base` AS `base`
    ON `conversions_2`.`_other_0` = `base`.`_by_1`
    AND `conversions_2`.`_other_1` = `base`.`_by_2`
    AND `base`.`_then` <= `conversions_2`.`_at`
    AND `conversions_2`.`_at` < (
      `base`.`_then` + INTERVAL '30' DAY
    )
), `visit_product_rate_by_base` AS (
  SELECT
    `_then`,
    `_row`,
    ROW_NUMBER() OVER (PARTITION BY `_row` ORDER BY `_then` DESC) AS `_place`
  FROM `pairs`
), `visit_product_rate_converted` AS (
  SELECT
    COUNT(*) AS `visit_product_rate`
  FROM `visit_product_rate_by_base`
  WHERE
    `_place` = 1
)
SELECT
  CAST(COALESCE(
    `visit_product_rate_converted`.`visit_product_rate`,
    CASE WHEN `visits_total`.`visits` IS NULL THEN NULL ELSE 0 END
  ) AS DOUBLE) / NULLIF(`visits_total`.`visits`, 0) AS `visit_product_rate`
FROM `visits_total`
CROSS JOIN `visit_product_rate_converted`
LIMIT 1000001
