-- From a product to the purchase in one session, quickly and without an error between checkout and purchase.
-- segment smooth_buyers of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH smooth_buyers_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum.session_id AS session_id,
    rum."timestamp" AS event_time,
    ROW(rum."timestamp", rum.event_id) AS place,
    CASE WHEN rum.type = 'view' AND rum.view_url_path LIKE '/product/%' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'add' THEN 1 ELSE 0 END AS step_2,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'checkout' THEN 1 ELSE 0 END AS step_3,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'purchase' THEN 1 ELSE 0 END AS step_4,
    CASE WHEN rum.type = 'error' THEN 1 ELSE 0 END AS excluded
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND NOT rum.session_id IS NULL
    AND rum."timestamp" >= CAST('2024-03-03 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'view' AND rum.view_url_path LIKE '/product/%'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'add'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'checkout'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'purchase'
      )
      OR rum.type = 'error'
    )
), smooth_buyers_step_1 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    place
  FROM smooth_buyers_rows
  WHERE
    step_1 = 1
), smooth_buyers_step_2 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    place
  FROM smooth_buyers_rows
  WHERE
    step_2 = 1
), smooth_buyers_until_2 AS (
  SELECT
    later.usr_id,
    later.session_id,
    later.event_time,
    later.place,
    earlier.event_time AS end_1_of_2
  FROM smooth_buyers_step_2 AS later
  ASOF JOIN smooth_buyers_step_1 AS earlier
    ON later.usr_id = earlier.usr_id
    AND later.session_id = earlier.session_id
    AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '15' MINUTE
), smooth_buyers_step_3 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    place
  FROM smooth_buyers_rows
  WHERE
    step_3 = 1
), smooth_buyers_until_3 AS (
  SELECT
    later.usr_id,
    later.session_id,
    later.event_time,
    later.place,
    earlier.end_1_of_2 AS end_1_of_3
  FROM smooth_buyers_step_3 AS later
  ASOF JOIN smooth_buyers_until_2 AS earlier
    ON later.usr_id = earlier.usr_id
    AND later.session_id = earlier.session_id
    AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.end_1_of_2 + INTERVAL '1' HOUR
), smooth_buyers_step_4 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    place
  FROM smooth_buyers_rows
  WHERE
    step_4 = 1
), smooth_buyers_excluded AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    place
  FROM smooth_buyers_rows
  WHERE
    excluded = 1
)
SELECT DISTINCT
  later.usr_id AS usr_id
FROM smooth_buyers_step_4 AS later
ASOF JOIN smooth_buyers_until_3 AS earlier
  ON later.usr_id = earlier.usr_id
  AND later.session_id = earlier.session_id
  AND later.place > earlier.place
ASOF LEFT JOIN smooth_buyers_excluded AS unwanted
  ON later.usr_id = unwanted.usr_id
  AND later.session_id = unwanted.session_id
  AND later.place > unwanted.place
WHERE
  later.event_time <= earlier.event_time + INTERVAL '20' MINUTE
  AND later.event_time <= earlier.end_1_of_3 + INTERVAL '1' HOUR
  AND (
    unwanted.usr_id IS NULL OR unwanted.place <= earlier.place
  )
ORDER BY
  usr_id
