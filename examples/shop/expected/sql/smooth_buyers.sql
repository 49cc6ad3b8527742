-- From a product to the purchase in one session, quickly and without an error between checkout and purchase.
-- segment smooth_buyers of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH smooth_buyers_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum.session_id AS session_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
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
), smooth_buyers_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (
        PARTITION BY usr_id, session_id
        ORDER BY event_time, event_id
        GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS excluded_before
  FROM smooth_buyers_rows
), smooth_buyers_step_2 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    step_2,
    step_3,
    step_4,
    excluded_before,
    excluded_until,
    MAX(CASE WHEN step_1 = 1 THEN event_time END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1
  FROM smooth_buyers_counted
), smooth_buyers_step_3 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    step_3,
    step_4,
    excluded_before,
    excluded_until,
    MAX(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '15' MINUTE THEN event_time END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_2,
    MAX(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '15' MINUTE THEN end_1 END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1_of_2
  FROM smooth_buyers_step_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1 + INTERVAL '15' MINUTE
    )
    OR (
      (
        step_3 = 1 OR step_4 = 1
      ) AND NOT end_1 IS NULL
    )
), smooth_buyers_step_4 AS (
  SELECT
    usr_id,
    session_id,
    event_time,
    event_id,
    step_4,
    excluded_before,
    MAX(CASE WHEN step_3 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' HOUR THEN event_time END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_3,
    MAX(CASE WHEN step_3 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' HOUR THEN end_1_of_2 END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1_of_3,
    MAX(CASE WHEN step_3 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' HOUR THEN excluded_until END) OVER (
      PARTITION BY usr_id, session_id
      ORDER BY event_time, event_id
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS seen_3
  FROM smooth_buyers_step_3
  WHERE
    (
      step_3 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' HOUR
    )
    OR (
      step_4 = 1 AND NOT end_2 IS NULL
    )
)
SELECT DISTINCT
  usr_id
FROM smooth_buyers_step_4
WHERE
  step_4 = 1
  AND event_time <= end_3 + INTERVAL '20' MINUTE
  AND event_time <= end_1_of_3 + INTERVAL '1' HOUR
  AND excluded_before = seen_3
ORDER BY
  usr_id
