SELECT
  COUNT(*) AS `orders`
FROM `orders`
WHERE
  (
    STARTSWITH(LOWER(`orders`.`status`), LOWER('O'))
    OR STARTSWITH(LOWER(`orders`.`status`), LOWER('P'))
  )
  AND ENDSWITH(LOWER(`orders`.`status`), LOWER('n'))
LIMIT 1000001
