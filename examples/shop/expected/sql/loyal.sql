-- Bought within 90 days; on mobile or through a campaign; paying; and not one of the new ones.
-- segment loyal of shop.seg (duckdb)
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
), loyal_via_premium AS (
  SELECT DISTINCT
    rum.usr_id AS usr_id
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-04-02 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND EXISTS(
      SELECT
        1
      FROM premium
      WHERE
        premium.usr_email = rum.usr_email
    )
), new_buyers AS (
  SELECT
    rum.usr_id AS usr_id
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum.type = 'action'
    AND rum.action_name = 'purchase'
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    rum.usr_id
  HAVING
    MIN(rum."timestamp") >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
    AND MIN(rum."timestamp") < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND MIN(rum."timestamp") < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
), loyal_plans AS (
  SELECT DISTINCT
    rum.usr_id AS usr_id
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-04-02 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND EXISTS(
      SELECT
        1
      FROM READ_CSV(
        'data/plans.csv',
        header = TRUE,
        delim = ',',
        quote = '"',
        escape = '"',
        types = {'tier': 'TEXT', 'arr': 'TEXT'}
      ) AS plans
      WHERE
        plans.email = rum.usr_email
        AND plans.tier IN ('pro', 'premium')
        AND (
          plans.valid_from IS NULL OR plans.valid_from <= CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        )
        AND (
          plans.valid_to IS NULL OR plans.valid_to > CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        )
    )
), loyal_facts AS (
  SELECT
    rum.usr_id AS usr_id,
    SUM(CASE WHEN rum.type = 'action' AND rum.action_name = 'purchase' THEN 1 ELSE 0 END) AS rows_counted,
    COUNT(
      DISTINCT CASE WHEN rum.type = 'view' AND rum.device_type = 'mobile' THEN CAST(rum."timestamp" AS DATE) END
    ) AS days_counted,
    SUM(CASE WHEN rum.type = 'view' AND rum.acquisition_channel IN ('email', 'social') THEN 1 ELSE 0 END) AS rows_counted_2,
    COUNT(DISTINCT rum.session_id) AS count_value,
    SUM(CASE WHEN rum.type = 'error' AND rum.error_message = 'payment refused' THEN 1 ELSE 0 END) AS rows_counted_3
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-04-02 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    rum.usr_id
)
SELECT
  loyal_facts.usr_id
FROM loyal_facts
WHERE
  loyal_facts.rows_counted >= 1
  AND (
    loyal_facts.days_counted >= 2
    OR (
      loyal_facts.rows_counted_2 >= 1 AND loyal_facts.count_value >= 3
    )
    OR EXISTS(
      SELECT
        1
      FROM loyal_via_premium
      WHERE
        loyal_via_premium.usr_id = loyal_facts.usr_id
    )
  )
  AND (
    EXISTS(
      SELECT
        1
      FROM new_buyers
      WHERE
        new_buyers.usr_id = loyal_facts.usr_id
    )
    OR loyal_facts.rows_counted_3 >= 2
  ) IS NOT TRUE
  AND EXISTS(
    SELECT
      1
    FROM loyal_plans
    WHERE
      loyal_plans.usr_id = loyal_facts.usr_id
  )
ORDER BY
  usr_id
