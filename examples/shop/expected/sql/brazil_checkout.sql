-- Saw the cart, then clicked checkout within the hour, from one country.
-- segment brazil_checkout of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH brazil_checkout_rows_2 AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
    CASE
      WHEN rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'checkout'
      THEN 1
      ELSE 3
    END AS turn
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum.geo_country = 'Brazil'
    AND rum."timestamp" >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'checkout'
      )
      OR (
        rum.type = 'view' AND rum.view_url_path = '/cart'
      )
    )
), brazil_checkout_until_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    turn,
    LAG(CASE WHEN turn = 3 THEN event_time END) OVER (PARTITION BY usr_id ORDER BY event_time, event_id, turn) AS end_1
  FROM brazil_checkout_rows_2
)
SELECT DISTINCT
  usr_id
FROM brazil_checkout_until_2
WHERE
  turn = 1 AND event_time <= end_1 + INTERVAL '1' HOUR
ORDER BY
  usr_id
