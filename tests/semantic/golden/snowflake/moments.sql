WITH "orders_by_ordered_at_month_and_status" AS (
  SELECT
    CAST(DATE_TRUNC('month', "orders"."ORDERED_AT") AS DATE) AS "ordered_at_month",
    "orders"."STATUS" AS "status"
  FROM "ORDERS" AS "orders"
  WHERE
    "orders"."ORDERED_AT" >= CAST('2023-11-01 00:00:00' AS TIMESTAMPNTZ)
    AND "orders"."ORDERED_AT" < CAST('2024-03-01 00:00:00' AS TIMESTAMPNTZ)
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
    DATEADD(MONTH, 1, "ordered_at_month") AS "_until"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_so_far_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."STATUS" AS "status",
    COUNT(DISTINCT "orders"."CUSTOMER_ID") AS "buyers_so_far"
  FROM "ORDERS" AS "orders"
  JOIN "ends" AS "moments"
    ON "orders"."ORDERED_AT" < "moments"."_until"
  WHERE
    "orders"."ORDERED_AT" < CAST('2024-03-01 00:00:00' AS TIMESTAMPNTZ)
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
        "buyers_so_far_up_to"."ordered_at_month" IS NOT DISTINCT FROM "shown"."ordered_at_month"
    )
), "moments" AS (
  SELECT
    "ordered_at_month",
    DATEADD(MONTH, 1, "ordered_at_month") AS "_until",
    DATEADD(MONTH, -3, DATEADD(MONTH, 1, "ordered_at_month")) AS "_from"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_three_months_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."STATUS" AS "status",
    COUNT(DISTINCT "orders"."CUSTOMER_ID") AS "buyers_three_months"
  FROM "ORDERS" AS "orders"
  JOIN "moments" AS "moments"
    ON "orders"."ORDERED_AT" < "moments"."_until"
    AND "orders"."ORDERED_AT" >= "moments"."_from"
  WHERE
    "orders"."ORDERED_AT" >= CAST('2023-08-01 00:00:00' AS TIMESTAMPNTZ)
    AND "orders"."ORDERED_AT" < CAST('2024-03-01 00:00:00' AS TIMESTAMPNTZ)
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
        "buyers_three_months_up_to"."ordered_at_month" IS NOT DISTINCT FROM "shown"."ordered_at_month"
    )
), "moments_2" AS (
  SELECT
    "ordered_at_month",
    DATEADD(MONTH, 1, "ordered_at_month") AS "_until",
    CAST(DATE_TRUNC('year', DATEADD(DAY, -1, DATEADD(MONTH, 1, "ordered_at_month"))) AS DATE) AS "_from"
  FROM "periods_shown"
  WHERE
    NOT "ordered_at_month" IS NULL
), "buyers_year_to_date_up_to" AS (
  SELECT
    "moments"."ordered_at_month",
    "orders"."STATUS" AS "status",
    COUNT(DISTINCT "orders"."CUSTOMER_ID") AS "buyers_year_to_date"
  FROM "ORDERS" AS "orders"
  JOIN "moments_2" AS "moments"
    ON "orders"."ORDERED_AT" < "moments"."_until"
    AND "orders"."ORDERED_AT" >= "moments"."_from"
  WHERE
    "orders"."ORDERED_AT" >= CAST('2023-01-01 00:00:00' AS TIMESTAMPNTZ)
    AND "orders"."ORDERED_AT" < CAST('2024-03-01 00:00:00' AS TIMESTAMPNTZ)
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
        "buyers_year_to_date_up_to"."ordered_at_month" IS NOT DISTINCT FROM "shown"."ordered_at_month"
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
  ON "orders_by_ordered_at_month_and_status"."ordered_at_month" IS NOT DISTINCT FROM "buyers_so_far_up_to_2"."ordered_at_month"
  AND "orders_by_ordered_at_month_and_status"."status" IS NOT DISTINCT FROM "buyers_so_far_up_to_2"."status"
FULL JOIN "buyers_three_months_up_to_2"
  ON COALESCE(
    "orders_by_ordered_at_month_and_status"."ordered_at_month",
    "buyers_so_far_up_to_2"."ordered_at_month"
  ) IS NOT DISTINCT FROM "buyers_three_months_up_to_2"."ordered_at_month"
  AND COALESCE("orders_by_ordered_at_month_and_status"."status", "buyers_so_far_up_to_2"."status") IS NOT DISTINCT FROM "buyers_three_months_up_to_2"."status"
FULL JOIN "buyers_year_to_date_up_to_2"
  ON COALESCE(
    "orders_by_ordered_at_month_and_status"."ordered_at_month",
    "buyers_so_far_up_to_2"."ordered_at_month",
    "buyers_three_months_up_to_2"."ordered_at_month"
  ) IS NOT DISTINCT FROM "buyers_year_to_date_up_to_2"."ordered_at_month"
  AND COALESCE(
    "orders_by_ordered_at_month_and_status"."status",
    "buyers_so_far_up_to_2"."status",
    "buyers_three_months_up_to_2"."status"
  ) IS NOT DISTINCT FROM "buyers_year_to_date_up_to_2"."status"
ORDER BY
  "ordered_at_month",
  "status"
LIMIT 1000001
