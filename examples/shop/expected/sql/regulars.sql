-- Comes back often, looks a lot before clicking, and has put things into the cart more than once.
-- segment regulars of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
SELECT
  rum.usr_id AS usr_id
FROM READ_PARQUET('data/events.parquet') AS rum
WHERE
  NOT rum.usr_id IS NULL
  AND rum."timestamp" >= CAST('2024-05-02 00:00:00' AS TIMESTAMP)
  AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
  AND (
    rum.type = 'view'
    OR (
      rum.type = 'action' AND rum.action_name = 'add' AND rum.amount > 20
    )
    OR (
      rum.type = 'action' AND rum.action_type = 'click'
    )
  )
GROUP BY
  rum.usr_id
HAVING
  COUNT(DISTINCT CASE WHEN rum.type = 'view' THEN CAST(rum."timestamp" AS DATE) END) >= 4
  AND SUM(CASE WHEN rum.type = 'action' AND rum.action_name = 'add' AND rum.amount > 20 THEN 1 ELSE 0 END) >= 2
  AND SUM(CASE WHEN rum.type = 'view' THEN 1 ELSE 0 END) > (
    3 * SUM(CASE WHEN rum.type = 'action' AND rum.action_type = 'click' THEN 1 ELSE 0 END)
  )
ORDER BY
  usr_id
