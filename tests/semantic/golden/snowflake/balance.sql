WITH "balances_by_account_region" AS (
  SELECT
    "account"."REGION" AS "account_region"
  FROM "BALANCES" AS "balances"
  LEFT JOIN "ACCOUNTS" AS "account"
    ON "account"."ACCOUNT_ID" = "balances"."ACCOUNT_ID"
  GROUP BY
    1
), "last_of_each_moments" AS (
  SELECT
    "balances"."ACCOUNT_ID" AS "_by_2",
    MAX("balances"."DAY") AS "_moment"
  FROM "BALANCES" AS "balances"
  GROUP BY
    1
), "last_of_each_then" AS (
  SELECT
    "account"."REGION" AS "account_region",
    SUM("balances"."BALANCE") AS "last_of_each"
  FROM "BALANCES" AS "balances"
  LEFT JOIN "ACCOUNTS" AS "account"
    ON "account"."ACCOUNT_ID" = "balances"."ACCOUNT_ID"
  JOIN "last_of_each_moments" AS "moments"
    ON "balances"."ACCOUNT_ID" IS NOT DISTINCT FROM "moments"."_by_2"
    AND "balances"."DAY" = "moments"."_moment"
  GROUP BY
    1
), "closing_moments" AS (
  SELECT
    MAX("balances"."DAY") AS "_moment"
  FROM "BALANCES" AS "balances"
), "closing_then" AS (
  SELECT
    "account"."REGION" AS "account_region",
    SUM("balances"."BALANCE") AS "closing"
  FROM "BALANCES" AS "balances"
  LEFT JOIN "ACCOUNTS" AS "account"
    ON "account"."ACCOUNT_ID" = "balances"."ACCOUNT_ID"
  JOIN "closing_moments" AS "moments"
    ON "balances"."DAY" = "moments"."_moment"
  GROUP BY
    1
)
SELECT
  "balances_by_account_region"."account_region",
  "last_of_each_then"."last_of_each",
  "closing_then"."closing"
FROM "balances_by_account_region"
LEFT JOIN "last_of_each_then"
  ON "balances_by_account_region"."account_region" IS NOT DISTINCT FROM "last_of_each_then"."account_region"
LEFT JOIN "closing_then"
  ON "balances_by_account_region"."account_region" IS NOT DISTINCT FROM "closing_then"."account_region"
ORDER BY
  "account_region"
LIMIT 1000001
