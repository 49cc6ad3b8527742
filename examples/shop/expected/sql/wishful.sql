-- Two wishes soon after the catalogue, then a purchase of more than 20 within three days of them, or of a look at the
-- reviews in the week between.
-- segment wishful of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH wishful_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    ROW(rum."timestamp", rum.event_id) AS place,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/catalog' THEN 1 ELSE 0 END AS step_1,
    CASE
      WHEN rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'wishlist'
      THEN 1
      ELSE 0
    END AS step_2,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/reviews' THEN 1 ELSE 0 END AS step_3,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'purchase' AND rum.amount > 20 THEN 1 ELSE 0 END AS step_4
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-03-03 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'view' AND rum.view_url_path = '/catalog'
      )
      OR (
        rum.type = 'action' AND rum.action_type = 'click' AND rum.action_name = 'wishlist'
      )
      OR (
        rum.type = 'view' AND rum.view_url_path = '/reviews'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'purchase' AND rum.amount > 20
      )
    )
), wishful_step_1 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM wishful_rows
  WHERE
    step_1 = 1
), wishful_step_2 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM wishful_rows
  WHERE
    step_2 = 1
), wishful_until_2 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place,
    earlier.event_time AS end_1_of_2
  FROM wishful_step_2 AS later
  ASOF JOIN wishful_step_1 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '1' DAY
), wishful_until_3 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place
  FROM wishful_step_2 AS later
  ASOF JOIN wishful_until_2 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.end_1_of_2 + INTERVAL '1' DAY
), wishful_step_3 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM wishful_rows
  WHERE
    step_3 = 1
), wishful_until_4 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place
  FROM wishful_step_3 AS later
  ASOF JOIN wishful_until_3 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '7' DAY
), wishful_step_4 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM wishful_rows
  WHERE
    step_4 = 1
), wishful_until_2_2 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place,
    earlier.event_time AS end_1_of_2_2
  FROM wishful_step_2 AS later
  ASOF JOIN wishful_step_1 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '1' DAY
), wishful_until_3_2 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place
  FROM wishful_step_2 AS later
  ASOF JOIN wishful_until_2_2 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.end_1_of_2_2 + INTERVAL '1' DAY
), wishful_steps AS (
  SELECT DISTINCT
    later.usr_id AS usr_id
  FROM wishful_step_4 AS later
  ASOF JOIN wishful_until_4 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '3' DAY
  UNION
  SELECT DISTINCT
    later.usr_id AS usr_id
  FROM wishful_step_4 AS later
  ASOF JOIN wishful_until_3_2 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '3' DAY
)
SELECT
  usr_id
FROM wishful_steps
ORDER BY
  usr_id
