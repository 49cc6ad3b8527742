-- The first purchase ever fell in June.
-- segment new_buyers of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
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
ORDER BY
  usr_id
