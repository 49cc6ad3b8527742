-- From a product to the purchase in one session, quickly and without an error between checkout and purchase.
-- segment smooth_buyers of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH smooth_buyers_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum.session_id AS session_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
    CASE
      WHEN rum.type = 'view' AND rum.view_url_path LIKE '/product/%'
      THEN 1
      WHEN rum.type = 'action' AND rum.action_name = 'add'
      THEN 2
      WHEN rum.type = 'action' AND rum.action_name = 'checkout'
      THEN 3
      WHEN rum.type = 'action' AND rum.action_name = 'purchase'
      THEN 4
      ELSE 5
    END AS part
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
), smooth_buyers_rows_2 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    CASE WHEN part = 2 THEN 1 ELSE 3 END AS turn
  FROM smooth_buyers_rows
  WHERE
    part = 2 OR part = 1
), smooth_buyers_until_2 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    turn,
    LAG(CASE WHEN turn = 3 THEN event_time END) OVER (PARTITION BY usr_id, session_id ORDER BY event_time, event_id, turn) AS end_1
  FROM smooth_buyers_rows_2
), smooth_buyers_rows_3 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    3 AS turn,
    end_1
  FROM smooth_buyers_until_2
  WHERE
    turn = 1 AND event_time <= end_1 + INTERVAL '15' MINUTE
  UNION ALL
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    1 AS turn,
    NULL AS end_1
  FROM smooth_buyers_rows
  WHERE
    part = 3
), smooth_buyers_until_3 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    turn,
    LAST_VALUE(end_1 IGNORE NULLS) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id, turn
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1_of_2
  FROM smooth_buyers_rows_3
), smooth_buyers_rows_4 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    3 AS turn,
    end_1_of_2
  FROM smooth_buyers_until_3
  WHERE
    turn = 1 AND event_time <= end_1_of_2 + INTERVAL '1' HOUR
  UNION ALL
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    CASE WHEN part = 4 THEN 1 ELSE 2 END AS turn,
    NULL AS end_1_of_2
  FROM smooth_buyers_rows
  WHERE
    part = 4 OR part = 5
), smooth_buyers_until_4 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    turn,
    LAG(end_1_of_2) OVER (PARTITION BY usr_id, session_id ORDER BY event_time, event_id, turn) AS end_1_of_3,
    LAG(CASE WHEN turn = 3 THEN event_time END) OVER (PARTITION BY usr_id, session_id ORDER BY event_time, event_id, turn) AS end_3
  FROM smooth_buyers_rows_4
)
SELECT DISTINCT
  usr_id
FROM smooth_buyers_until_4
WHERE
  turn = 1
  AND event_time <= end_3 + INTERVAL '20' MINUTE
  AND event_time <= end_1_of_3 + INTERVAL '1' HOUR
ORDER BY
  usr_id
