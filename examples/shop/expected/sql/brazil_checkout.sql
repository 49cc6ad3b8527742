-- Saw the cart, then clicked checkout within the hour, from one country.
-- segment brazil_checkout of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH brazil_checkout_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    ROW(rum."timestamp", rum.event_id) AS place,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/cart' THEN 1 ELSE 0 END AS step_1,
    CASE
      WHEN rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'checkout'
      THEN 1
      ELSE 0
    END AS step_2
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum.geo_country = 'Brazil'
    AND rum."timestamp" >= CAST('2024-06-01 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'view' AND rum.view_url_path = '/cart'
      )
      OR (
        rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'checkout'
      )
    )
), brazil_checkout_step_1 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM brazil_checkout_rows
  WHERE
    step_1 = 1
), brazil_checkout_step_2 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM brazil_checkout_rows
  WHERE
    step_2 = 1
)
SELECT DISTINCT
  later.usr_id AS usr_id
FROM brazil_checkout_step_2 AS later
ASOF JOIN brazil_checkout_step_1 AS earlier
  ON later.usr_id = earlier.usr_id AND later.place > earlier.place
WHERE
  later.event_time <= earlier.event_time + INTERVAL '1' HOUR
ORDER BY
  usr_id
