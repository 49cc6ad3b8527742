-- The very next thing after the cart was the checkout (among what shows a change of mind), and no purchase came of it.
-- segment straight_but_lost of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH straight_but_lost_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
    CASE WHEN rum.type = 'view' AND rum.view_url_path = '/cart' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN rum.type = 'action' AND rum.action_name = 'checkout' THEN 1 ELSE 0 END AS step_2,
    CASE WHEN rum.type = 'error' THEN 1 ELSE 0 END AS step_3,
    CASE
      WHEN rum.type = 'view'
      OR (
        rum.type = 'action' AND rum.action_name = 'add'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'checkout'
      )
      THEN 1
      ELSE 0
    END AS excluded
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
    AND rum."timestamp" >= CAST('2024-04-02 00:00:00' AS TIMESTAMP)
    AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    AND (
      (
        rum.type = 'view' AND rum.view_url_path = '/cart'
      )
      OR (
        rum.type = 'action' AND rum.action_name = 'checkout'
      )
      OR rum.type = 'error'
      OR rum.type = 'view'
      OR (
        rum.type = 'action' AND rum.action_name = 'add'
      )
    )
), straight_but_lost_rows_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    CASE WHEN step_2 = 1 THEN 1 WHEN step_1 = 1 THEN 3 ELSE 2 END AS turn
  FROM straight_but_lost_rows
  WHERE
    step_2 = 1 OR step_1 = 1 OR excluded = 1
), straight_but_lost_until_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    turn,
    LAG(CASE WHEN turn = 3 THEN event_time END) OVER (PARTITION BY usr_id ORDER BY event_time, event_id, turn) AS end_1
  FROM straight_but_lost_rows_2
), straight_but_lost_rows_3 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    3 AS turn,
    end_1
  FROM straight_but_lost_until_2
  WHERE
    turn = 1 AND event_time <= end_1 + INTERVAL '2' HOUR
  UNION ALL
  SELECT
    usr_id,
    event_time,
    event_id,
    1 AS turn,
    NULL AS end_1
  FROM straight_but_lost_rows
  WHERE
    step_3 = 1
), straight_but_lost_until_3 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    turn,
    LAG(end_1) OVER (PARTITION BY usr_id ORDER BY event_time, event_id, turn) AS end_1_of_2
  FROM straight_but_lost_rows_3
), straight_but_lost_steps AS (
  SELECT DISTINCT
    usr_id
  FROM straight_but_lost_until_3
  WHERE
    turn = 1 AND event_time <= end_1_of_2 + INTERVAL '2' HOUR
), straight_but_lost_facts AS (
  SELECT
    rum.usr_id AS usr_id,
    SUM(
      CASE
        WHEN rum.type = 'action'
        AND rum.action_name = 'purchase'
        AND rum."timestamp" >= CAST('2024-04-02 00:00:00' AS TIMESTAMP)
        AND rum."timestamp" < CAST('2024-07-01 00:00:00' AS TIMESTAMP)
        THEN 1
        ELSE 0
      END
    ) AS rows_counted
  FROM READ_PARQUET('data/events.parquet') AS rum
  WHERE
    NOT rum.usr_id IS NULL
  GROUP BY
    rum.usr_id
)
SELECT
  straight_but_lost_facts.usr_id
FROM straight_but_lost_facts
WHERE
  EXISTS(
    SELECT
      1
    FROM straight_but_lost_steps
    WHERE
      straight_but_lost_steps.usr_id = straight_but_lost_facts.usr_id
  )
  AND straight_but_lost_facts.rows_counted = 0
ORDER BY
  usr_id
