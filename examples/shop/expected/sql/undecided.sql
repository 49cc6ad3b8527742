-- Put something into the cart last month, and has never bought anything.
-- segment undecided of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
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
ORDER BY
  usr_id
