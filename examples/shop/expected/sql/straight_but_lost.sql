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
    END AS excluded,
    CASE WHEN rum.type = 'error' THEN 1 ELSE 0 END AS step_4
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
      OR rum.type = 'view'
      OR (
        rum.type = 'action' AND rum.action_name = 'add'
      )
      OR rum.type = 'error'
    )
), straight_but_lost_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (PARTITION BY usr_id ORDER BY event_time, event_id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      0
    ) AS excluded_before
  FROM straight_but_lost_rows
), straight_but_lost_step_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_2,
    step_4,
    excluded_before,
    MAX(CASE WHEN step_1 = 1 THEN event_time END) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1,
    MAX(CASE WHEN step_1 = 1 THEN excluded_until END) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen_1
  FROM straight_but_lost_counted
), straight_but_lost_step_3 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_4,
    MAX(
      CASE
        WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '2' HOUR AND excluded_before = seen_1
        THEN event_time
      END
    ) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_2,
    MAX(
      CASE
        WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '2' HOUR AND excluded_before = seen_1
        THEN end_1
      END
    ) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1_of_2
  FROM straight_but_lost_step_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1 + INTERVAL '2' HOUR AND excluded_before = seen_1
    )
    OR (
      step_4 = 1 AND NOT end_1 IS NULL
    )
), straight_but_lost_steps AS (
  SELECT DISTINCT
    usr_id
  FROM straight_but_lost_step_3
  WHERE
    step_4 = 1 AND event_time <= end_1_of_2 + INTERVAL '2' HOUR
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
