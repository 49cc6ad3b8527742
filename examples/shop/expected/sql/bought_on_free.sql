-- Bought while on the free plan: the plan that was valid at the time of the purchase, whatever it is today.
-- segment bought_on_free of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH bought_on_free_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    1 AS rows_counted
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum.type = 'action'
    AND rum.action_name = 'purchase'
    AND (
      SELECT
        MIN(plans.tier)
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
        AND (
          plans.valid_from IS NULL OR plans.valid_from <= rum."timestamp"
        )
        AND (
          plans.valid_to IS NULL OR plans.valid_to > rum."timestamp"
        )
    ) = 'free'
    AND rum.amount > 0
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
), bought_on_free_facts AS (
  SELECT
    usr_id,
    SUM(rows_counted) AS rows_counted
  FROM bought_on_free_rows
  GROUP BY
    usr_id
)
SELECT
  bought_on_free_facts.usr_id
FROM bought_on_free_facts
WHERE
  bought_on_free_facts.rows_counted >= 1
ORDER BY
  usr_id
