SELECT
  COUNT(*) AS `orders`
FROM `orders`
WHERE
  (
    EXISTS(
      SELECT
        1
      FROM `refunds` AS `refunds_there`
      WHERE
        `refunds_there`.`customer_id` = `orders`.`customer_id`
        AND `refunds_there`.`amount` > 72
    )
    OR `orders`.`status` = 'paid'
  )
LIMIT 1000001
