-- No view in the last three weeks; nothing but negatives, so it starts from everyone the shop has ever seen.
-- segment gone_quiet of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH undecided AS (
  SELECT
    rum.usr_id AS usr_id
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum.type = 'action'
    AND (
      (
        rum.action_name = 'add'
        AND rum."timestamp" >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
        AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
      )
      OR (
        rum.action_name = 'purchase' AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
      )
    )
  GROUP BY
    rum.usr_id
  HAVING
    SUM(
      CASE
        WHEN rum.action_name = 'add'
        AND rum."timestamp" >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
        AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        THEN 1
        ELSE 0
      END
    ) >= 1
    AND SUM(
      CASE
        WHEN rum.action_name = 'purchase' AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        THEN 1
        ELSE 0
      END
    ) = 0
), gone_quiet_facts AS (
  SELECT
    rum.usr_id AS usr_id,
    SUM(
      CASE
        WHEN rum.type = 'view'
        AND rum."timestamp" >= CAST('2024-06-10 00:00:00' AS TIMESTAMP)
        AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        THEN 1
        ELSE 0
      END
    ) AS rows_counted
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
  GROUP BY
    rum.usr_id
)
SELECT
  gone_quiet_facts.usr_id
FROM gone_quiet_facts
WHERE
  gone_quiet_facts.rows_counted = 0
  AND NOT EXISTS(
    SELECT
      1
    FROM undecided
    WHERE
      undecided.usr_id = gone_quiet_facts.usr_id
  )
ORDER BY
  usr_id
