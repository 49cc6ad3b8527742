-- Sessions that are not known to come from Brazil: a missing country stays in, since `!=` keeps what is missing.
-- segment abroad_with_error of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
SELECT
  rum.session_id AS session_id
FROM READ_PARQUET('data/events.parquet') AS rum
WHERE
  NOT rum.session_id IS NULL
  AND rum.geo_country IS DISTINCT FROM 'Brazil'
  AND rum."timestamp" >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
  AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
  AND (
    rum.type = 'error'
    OR (
      rum.type = 'action' AND rum.action_name = 'support'
    )
    OR (
      rum.type = 'action' AND rum.action_name = 'purchase'
    )
  )
GROUP BY
  rum.session_id
HAVING
  SUM(CASE WHEN rum.type = 'error' THEN 1 ELSE 0 END) >= 1
  AND (
    SUM(CASE WHEN rum.type = 'action' AND rum.action_name = 'support' THEN 1 ELSE 0 END) >= 1
    OR SUM(CASE WHEN rum.type = 'action' AND rum.action_name = 'purchase' THEN 1 ELSE 0 END) >= 1
  ) IS NOT TRUE
ORDER BY
  session_id
