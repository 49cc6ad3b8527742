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
), bad_spell_step_1 AS (
  SELECT
    aircraft_tail,
    event_time
  FROM bad_spell_rows
  WHERE
    step_1 = 1
), bad_spell_step_2 AS (
  SELECT
    aircraft_tail,
    event_time
  FROM bad_spell_rows
  WHERE
    step_2 = 1
), bad_spell_until_2 AS (
  SELECT
    later.aircraft_tail,
    later.event_time,
    earlier.event_time AS end_1_of_2
  FROM bad_spell_step_2 AS later
  ASOF JOIN bad_spell_step_1 AS earlier
    ON later.aircraft_tail = earlier.aircraft_tail AND later.event_time > earlier.event_time
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '3' DAY
), bad_spell_until_3 AS (
  SELECT
    later.aircraft_tail,
    later.event_time
  FROM bad_spell_step_2 AS later
  ASOF JOIN bad_spell_until_2 AS earlier
    ON later.aircraft_tail = earlier.aircraft_tail AND later.event_time > earlier.event_time
  WHERE
    later.event_time <= earlier.end_1_of_2 + INTERVAL '3' DAY
), bad_spell_excluded AS (
  SELECT
    aircraft_tail,
    event_time
  FROM bad_spell_rows
  WHERE
    excluded = 1
)
SELECT DISTINCT
  later.aircraft_tail AS aircraft_tail
FROM bad_spell_step_1 AS later
ASOF JOIN bad_spell_until_3 AS earlier
  ON later.aircraft_tail = earlier.aircraft_tail AND later.event_time > earlier.event_time
ASOF LEFT JOIN bad_spell_excluded AS unwanted
  ON later.aircraft_tail = unwanted.aircraft_tail AND later.event_time > unwanted.event_time
WHERE
  later.event_time <= earlier.event_time + INTERVAL '7' DAY
  AND (
    unwanted.aircraft_tail IS NULL OR unwanted.event_time <= earlier.event_time
  )
ORDER BY
  aircraft_tail
