-- Premium customers, as users: an e-mail address that any of their recent rows carries is one of `premium`.
-- segment premium_users of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH premium AS (
  SELECT DISTINCT
    plans.email AS usr_email
  FROM READ_CSV(
    'data/plans.csv',
    header = TRUE,
    delim = ',',
    quote = '"',
    escape = '"',
    types = {'tier': 'TEXT', 'arr': 'TEXT'}
  ) AS plans
  WHERE
    NOT plans.email IS NULL
    AND plans.tier = 'premium'
    AND (
      (
        plans.valid_from IS NULL OR plans.valid_from <= CAST('2024-07-01 00:00:00' AS TIMESTAMP)
      )
      AND (
        plans.valid_to IS NULL OR plans.valid_to > CAST('2024-07-01 00:00:00' AS TIMESTAMP)
      )
    )
), premium_users_via_premium AS (
  SELECT DISTINCT
    rum.usr_id AS usr_id
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-05-02 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND EXISTS(
      SELECT
        1
      FROM premium
      WHERE
        premium.usr_email = rum.usr_email
    )
)
SELECT
  premium_users_via_premium.usr_id
FROM premium_users_via_premium
ORDER BY
  usr_id
