-- Two wishes soon after the catalogue, then a purchase of more than 20 within three days of them, or of a look at the
-- reviews in the week between.
-- segment wishful of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
WITH wishful_rows AS (
  SELECT
    rum.usr_id AS usr_id,
    rum."timestamp" AS event_time,
    rum.event_id AS event_id,
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
), wishful_step_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_2,
    step_3,
    step_4,
    LAST_VALUE(CASE WHEN step_1 = 1 THEN event_time END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1
  FROM wishful_rows
), wishful_step_3 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_2,
    step_3,
    step_4,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '1' DAY THEN end_1 END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1_of_2
  FROM wishful_step_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1 + INTERVAL '1' DAY
    )
    OR (
      (
        step_2 = 1 OR step_3 = 1 OR step_4 = 1
      ) AND NOT end_1 IS NULL
    )
), wishful_step_4 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_3,
    step_4,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' DAY THEN event_time END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_3
  FROM wishful_step_3
  WHERE
    (
      step_2 = 1 AND event_time <= end_1_of_2 + INTERVAL '1' DAY
    )
    OR (
      (
        step_3 = 1 OR step_4 = 1
      ) AND NOT end_1_of_2 IS NULL
    )
), wishful_step_5 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_4,
    LAST_VALUE(CASE WHEN step_3 = 1 AND event_time <= end_3 + INTERVAL '7' DAY THEN event_time END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_4
  FROM wishful_step_4
  WHERE
    (
      step_3 = 1 AND event_time <= end_3 + INTERVAL '7' DAY
    ) OR (
      step_4 = 1 AND NOT end_3 IS NULL
    )
), wishful_step_2_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_2,
    step_4,
    LAST_VALUE(CASE WHEN step_1 = 1 THEN event_time END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1_2
  FROM wishful_rows
), wishful_step_3_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_2,
    step_4,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1_2 + INTERVAL '1' DAY THEN end_1_2 END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1_of_2_2
  FROM wishful_step_2_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1_2 + INTERVAL '1' DAY
    )
    OR (
      (
        step_2 = 1 OR step_4 = 1
      ) AND NOT end_1_2 IS NULL
    )
), wishful_step_4_2 AS (
  SELECT
    usr_id,
    event_time,
    event_id,
    step_4,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1_of_2_2 + INTERVAL '1' DAY THEN event_time END IGNORE NULLS) OVER (PARTITION BY usr_id ORDER BY event_time, event_id GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_3_2
  FROM wishful_step_3_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1_of_2_2 + INTERVAL '1' DAY
    )
    OR (
      step_4 = 1 AND NOT end_1_of_2_2 IS NULL
    )
), wishful_steps AS (
  SELECT DISTINCT
    usr_id
  FROM wishful_step_5
  WHERE
    step_4 = 1 AND event_time <= end_4 + INTERVAL '3' DAY
  UNION
  SELECT DISTINCT
    usr_id
  FROM wishful_step_4_2
  WHERE
    step_4 = 1 AND event_time <= end_3_2 + INTERVAL '3' DAY
)
SELECT
  usr_id
FROM wishful_steps
ORDER BY
  usr_id
