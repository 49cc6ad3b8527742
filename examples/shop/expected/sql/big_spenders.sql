-- Spent at least 300 since April, with no single purchase above 240, at more than 100 a time.
-- segment big_spenders of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
SELECT
  rum.usr_id AS usr_id
FROM READ_PARQUET('data/events.parquet') AS rum
WHERE
  NOT rum.usr_id IS NULL
  AND rum.type = 'action'
  AND rum.action_name = 'purchase'
  AND rum."timestamp" >= CAST('2024-04-01 00:00:00' AS TIMESTAMP)
  AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
GROUP BY
  rum.usr_id
HAVING
  COALESCE(SUM(rum.amount), 0) >= 300
  AND MAX(rum.amount) <= 240
  AND (
    CAST(SUM(rum.amount) AS DOUBLE) / NULLIF(COUNT(rum.amount), 0)
  ) > CAST(100.0 AS DOUBLE)
ORDER BY
  usr_id
