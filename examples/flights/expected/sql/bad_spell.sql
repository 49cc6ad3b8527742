-- Cancelled; then two departures more than an hour late, both within three days of it; then cancelled again
-- within a week, without a flight that landed early in between.
-- segment bad_spell of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH bad_spell_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    flights."at" AS event_time,
    CASE WHEN flights.kind = 'cancellation' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN flights.kind = 'departure' AND flights.delay > 60 THEN 1 ELSE 0 END AS step_2,
    CASE WHEN flights.kind = 'arrival' AND flights.delay < (
      -20
    ) THEN 1 ELSE 0 END AS excluded
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
    AND (
      flights.kind = 'cancellation'
      OR (
        flights.kind = 'departure' AND flights.delay > 60
      )
      OR (
        flights.kind = 'arrival' AND flights.delay < (
          -20
        )
      )
    )
), bad_spell_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      0
    ) AS excluded_before
  FROM bad_spell_rows
), bad_spell_step_2 AS (
  SELECT
    aircraft_tail,
    event_time,
    step_2,
    step_1,
    excluded_before,
    excluded_until,
    LAST_VALUE(CASE WHEN step_1 = 1 THEN event_time END IGNORE NULLS) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1
  FROM bad_spell_counted
), bad_spell_step_3 AS (
  SELECT
    aircraft_tail,
    event_time,
    step_2,
    step_1,
    excluded_before,
    excluded_until,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '3' DAY THEN end_1 END IGNORE NULLS) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_1_of_2
  FROM bad_spell_step_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1 + INTERVAL '3' DAY
    )
    OR (
      (
        step_2 = 1 OR step_1 = 1
      ) AND NOT end_1 IS NULL
    )
), bad_spell_step_4 AS (
  SELECT
    aircraft_tail,
    event_time,
    step_1,
    excluded_before,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1_of_2 + INTERVAL '3' DAY THEN event_time END IGNORE NULLS) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS end_3,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1_of_2 + INTERVAL '3' DAY THEN excluded_until END IGNORE NULLS) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS seen_3
  FROM bad_spell_step_3
  WHERE
    (
      step_2 = 1 AND event_time <= end_1_of_2 + INTERVAL '3' DAY
    )
    OR (
      step_1 = 1 AND NOT end_1_of_2 IS NULL
    )
)
SELECT DISTINCT
  aircraft_tail
FROM bad_spell_step_4
WHERE
  step_1 = 1 AND event_time <= end_3 + INTERVAL '7' DAY AND excluded_before = seen_3
ORDER BY
  aircraft_tail
