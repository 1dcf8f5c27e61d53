WITH "orders_by_ordered_at_month_and_status" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ordered_at") AS DATE) AS "ordered_at_month",
    "orders"."status"
  FROM "orders"
  WHERE
    "orders"."ordered_at" >= CAST('2023-11-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2024-03-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1,
    2
), "periods_shown" AS (
  SELECT
    "ordered_at_month"
  FROM "orders_by_ordered_at_month_and_status"
  GROUP BY
    1
), "ends" AS (
  SELECT
    "ordered_at_month",
    CAST("ordered_at_month" + INTERVAL '1 MONTH' AS DATE) AS "_until"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_so_far_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."status",
    COUNT(DISTINCT "orders"."customer_id") AS "buyers_so_far"
  FROM "orders"
  JOIN "ends" AS "moments"
    ON "orders"."ordered_at" < "moments"."_until"
  WHERE
    "orders"."ordered_at" < CAST('2024-03-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1,
    2
), "buyers_so_far_up_to_2" AS (
  SELECT
    "ordered_at_month",
    "status",
    "buyers_so_far"
  FROM "buyers_so_far_up_to"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "periods_shown" AS "shown"
      WHERE
        ARRAY["buyers_so_far_up_to"."ordered_at_month"] = ARRAY["shown"."ordered_at_month"]
    )
), "moments" AS (
  SELECT
    "ordered_at_month",
    CAST("ordered_at_month" + INTERVAL '1 MONTH' AS DATE) AS "_until",
    CAST(CAST("ordered_at_month" + INTERVAL '1 MONTH' AS DATE) - INTERVAL '3 MONTH' AS DATE) AS "_from"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_three_months_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."status",
    COUNT(DISTINCT "orders"."customer_id") AS "buyers_three_months"
  FROM "orders"
  JOIN "moments" AS "moments"
    ON "orders"."ordered_at" < "moments"."_until"
    AND "orders"."ordered_at" >= "moments"."_from"
  WHERE
    "orders"."ordered_at" >= CAST('2023-08-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2024-03-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1,
    2
), "buyers_three_months_up_to_2" AS (
  SELECT
    "ordered_at_month",
    "status",
    "buyers_three_months"
  FROM "buyers_three_months_up_to"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "periods_shown" AS "shown"
      WHERE
        ARRAY["buyers_three_months_up_to"."ordered_at_month"] = ARRAY["shown"."ordered_at_month"]
    )
), "moments_2" AS (
  SELECT
    "ordered_at_month",
    CAST("ordered_at_month" + INTERVAL '1 MONTH' AS DATE) AS "_until",
    CAST(DATE_TRUNC(
      'year',
      CAST(CAST(CAST("ordered_at_month" + INTERVAL '1 MONTH' AS DATE) - INTERVAL '1 DAY' AS DATE) AS TIMESTAMP)
    ) AS DATE) AS "_from"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_year_to_date_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."status",
    COUNT(DISTINCT "orders"."customer_id") AS "buyers_year_to_date"
  FROM "orders"
  JOIN "moments_2" AS "moments"
    ON "orders"."ordered_at" < "moments"."_until"
    AND "orders"."ordered_at" >= "moments"."_from"
  WHERE
    "orders"."ordered_at" >= CAST('2023-01-01 00:00:00' AS TIMESTAMP)
    AND "orders"."ordered_at" < CAST('2024-03-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    1,
    2
), "buyers_year_to_date_up_to_2" AS (
  SELECT
    "ordered_at_month",
    "status",
    "buyers_year_to_date"
  FROM "buyers_year_to_date_up_to"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "periods_shown" AS "shown"
      WHERE
        ARRAY["buyers_year_to_date_up_to"."ordered_at_month"] = ARRAY["shown"."ordered_at_month"]
    )
)
SELECT
  COALESCE(
    "orders_by_ordered_at_month_and_status"."ordered_at_month",
    "buyers_so_far_up_to_2"."ordered_at_month",
    "buyers_three_months_up_to_2"."ordered_at_month",
    "buyers_year_to_date_up_to_2"."ordered_at_month"
  ) AS "ordered_at_month",
  COALESCE(
    "orders_by_ordered_at_month_and_status"."status",
    "buyers_so_far_up_to_2"."status",
    "buyers_three_months_up_to_2"."status",
    "buyers_year_to_date_up_to_2"."status"
  ) AS "status",
  "buyers_so_far_up_to_2"."buyers_so_far",
  "buyers_three_months_up_to_2"."buyers_three_months",
  "buyers_year_to_date_up_to_2"."buyers_year_to_date"
FROM "orders_by_ordered_at_month_and_status"
FULL JOIN "buyers_so_far_up_to_2"
  ON ARRAY["orders_by_ordered_at_month_and_status"."ordered_at_month"] = ARRAY["buyers_so_far_up_to_2"."ordered_at_month"]
  AND ARRAY["orders_by_ordered_at_month_and_status"."status"] = ARRAY["buyers_so_far_up_to_2"."status"]
FULL JOIN "buyers_three_months_up_to_2"
  ON ARRAY[
    COALESCE(
      "orders_by_ordered_at_month_and_status"."ordered_at_month",
      "buyers_so_far_up_to_2"."ordered_at_month"
    )
  ] = ARRAY["buyers_three_months_up_to_2"."ordered_at_month"]
  AND ARRAY[
    COALESCE("orders_by_ordered_at_month_and_status"."status", "buyers_so_far_up_to_2"."status")
  ] = ARRAY["buyers_three_months_up_to_2"."status"]
FULL JOIN "buyers_year_to_date_up_to_2"
  ON ARRAY[
    COALESCE(
      "orders_by_ordered_at_month_and_status"."ordered_at_month",
      "buyers_so_far_up_to_2"."ordered_at_month",
      "buyers_three_months_up_to_2"."ordered_at_month"
    )
  ] = ARRAY["buyers_year_to_date_up_to_2"."ordered_at_month"]
  AND ARRAY[
    COALESCE(
      "orders_by_ordered_at_month_and_status"."status",
      "buyers_so_far_up_to_2"."status",
      "buyers_three_months_up_to_2"."status"
    )
  ] = ARRAY["buyers_year_to_date_up_to_2"."status"]
ORDER BY
  "ordered_at_month",
  COALESCE(
    "orders_by_ordered_at_month_and_status"."status",
    "buyers_so_far_up_to_2"."status",
    "buyers_three_months_up_to_2"."status",
    "buyers_year_to_date_up_to_2"."status"
  ) COLLATE "C"
LIMIT 1000001
