-- The very next thing after the cart was the checkout (among what shows a change of mind), and no purchase came of it.
-- segment straight_but_lost of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH straight_but_lost_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    ROW(rum."timestamp", rum.event_id) AS place,
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
), straight_but_lost_step_1 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM straight_but_lost_rows
  WHERE
    step_1 = 1
), straight_but_lost_step_2 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM straight_but_lost_rows
  WHERE
    step_2 = 1
), straight_but_lost_excluded AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM straight_but_lost_rows
  WHERE
    excluded = 1
), straight_but_lost_until_2 AS (
  SELECT
    later.usr_id,
    later.event_time,
    later.place,
    earlier.event_time AS end_1_of_2
  FROM straight_but_lost_step_2 AS later
  ASOF JOIN straight_but_lost_step_1 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  ASOF LEFT JOIN straight_but_lost_excluded AS unwanted
    ON later.usr_id = unwanted.usr_id AND later.place > unwanted.place
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '2' HOUR
    AND (
      unwanted.usr_id IS NULL OR unwanted.place <= earlier.place
    )
), straight_but_lost_step_3 AS (
  SELECT
    usr_id,
    event_time,
    place
  FROM straight_but_lost_rows
  WHERE
    step_3 = 1
), straight_but_lost_steps AS (
  SELECT DISTINCT
    later.usr_id AS usr_id
  FROM straight_but_lost_step_3 AS later
  ASOF JOIN straight_but_lost_until_2 AS earlier
    ON later.usr_id = earlier.usr_id AND later.place > earlier.place
  WHERE
    later.event_time <= earlier.end_1_of_2 + INTERVAL '2' HOUR
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
