WITH `balances_by_account_region` AS (
  SELECT
    `account`.`region` AS `account_region`
  FROM `balances`
  LEFT JOIN `accounts` AS `account`
    ON `account`.`account_id` = `balances`.`account_id`
  GROUP BY
    1
), `last_of_each_moments` AS (
  SELECT
    `balances`.`account_id` AS `_by_2`,
    MAX(`balances`.`day`) AS `_moment`
  FROM `balances`
  GROUP BY
    1
), `last_of_each_then` AS (
  SELECT
    `account`.`region` AS `account_region`,
    SUM(`balances`.`balance`) AS `last_of_each`
  FROM `balances`
  LEFT JOIN `accounts` AS `account`
    ON `account`.`account_id` = `balances`.`account_id`
  JOIN `last_of_each_moments` AS `moments`
    ON `balances`.`account_id` IS NOT DISTINCT FROM `moments`.`_by_2`
    AND `balances`.`day` = `moments`.`_moment`
  GROUP BY
    1
), `closing_moments` AS (
  SELECT
    MAX(`balances`.`day`) AS `_moment`
  FROM `balances`
), `closing_then` AS (
  SELECT
    `account`.`region` AS `account_region`,
    SUM(`balances`.`balance`) AS `closing`
  FROM `balances`
  LEFT JOIN `accounts` AS `account`
    ON `account`.`account_id` = `balances`.`account_id`
  JOIN `closing_moments` AS `moments`
    ON `balances`.`day` = `moments`.`_moment`
  GROUP BY
    1
)
SELECT
  `balances_by_account_region`.`account_region`,
  `last_of_each_then`.`last_of_each`,
  `closing_then`.`closing`
FROM `balances_by_account_region`
LEFT JOIN `last_of_each_then`
  ON `balances_by_account_region`.`account_region` IS NOT DISTINCT FROM `last_of_each_then`.`account_region`
LEFT JOIN `closing_then`
  ON `balances_by_account_region`.`account_region` IS NOT DISTINCT FROM `closing_then`.`account_region`
ORDER BY
  `account_region` NULLS LAST
LIMIT 1000001
