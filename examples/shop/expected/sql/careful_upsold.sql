-- Compared products and read reviews, in either order, then bought for more than what was put into the cart before.
-- segment careful_upsold of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH careful_upsold_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/compare' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/reviews' THEN 1 ELSE 0 END AS step_2,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'add' THEN 1 ELSE 0 END AS step_3,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'purchase' THEN 1 ELSE 0 END AS step_4,
    rum.amount AS amount
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'view' AND rum.view_url_path = '/compare'
      )
      OR (
        rum.type = 'view' AND rum.view_url_path = '/reviews'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'add'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'purchase'
      )
    )
), careful_upsold_ordered AS (
  SELECT
    *,
    DENSE_RANK() OVER (PARTITION BY usr_id ORDER BY event_time, event_id) AS place
  FROM careful_upsold_rows
), careful_upsold_steps AS (
  SELECT DISTINCT
    step_1.usr_id AS usr_id
  FROM careful_upsold_ordered AS step_1
  INNER JOIN careful_upsold_ordered AS step_2
    ON step_2.usr_id = step_1.usr_id
    AND step_2.place > step_1.place
    AND step_2.step_2 = 1
    AND step_2.event_time <= step_1.event_time + INTERVAL '30' DAY
  INNER JOIN careful_upsold_ordered AS step_3
    ON step_3.usr_id = step_2.usr_id
    AND step_3.place > step_2.place
    AND step_3.step_3 = 1
    AND step_3.event_time <= step_1.event_time + INTERVAL '30' DAY
  INNER JOIN careful_upsold_ordered AS step_4
    ON step_4.usr_id = step_3.usr_id
    AND step_4.place > step_3.place
    AND step_4.step_4 = 1
    AND step_4.event_time <= step_3.event_time + INTERVAL '1' DAY
    AND step_4.event_time <= step_1.event_time + INTERVAL '30' DAY
    AND step_4.amount > step_3.amount
  WHERE
    step_1.step_1 = 1
  UNION
  SELECT DISTINCT
    step_1.usr_id AS usr_id
  FROM careful_upsold_ordered AS step_1
  INNER JOIN careful_upsold_ordered AS step_2
    ON step_2.usr_id = step_1.usr_id
    AND step_2.place > step_1.place
    AND step_2.step_1 = 1
    AND step_2.event_time <= step_1.event_time + INTERVAL '30' DAY
  INNER JOIN careful_upsold_ordered AS step_3
    ON step_3.usr_id = step_2.usr_id
    AND step_3.place > step_2.place
    AND step_3.step_3 = 1
    AND step_3.event_time <= step_1.event_time + INTERVAL '30' DAY
  INNER JOIN careful_upsold_ordered AS step_4
    ON step_4.usr_id = step_3.usr_id
    AND step_4.place > step_3.place
    AND step_4.step_4 = 1
    AND step_4.event_time <= step_3.event_time + INTERVAL '1' DAY
    AND step_4.event_time <= step_1.event_time + INTERVAL '30' DAY
    AND step_4.amount > step_3.amount
  WHERE
    step_1.step_2 = 1
)
SELECT
  usr_id
FROM careful_upsold_steps
ORDER BY
  usr_id
