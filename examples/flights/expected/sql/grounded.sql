-- Cancelled, and seen again only after more than a day, yet within three.
-- segment grounded of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH grounded_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    flights."at" AS event_time,
    CASE WHEN flights.kind = 'cancellation' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN flights.kind = 'departure' THEN 1 ELSE 0 END AS step_2,
    CASE WHEN flights.kind = 'departure' OR flights.kind = 'cancellation' THEN 1 ELSE 0 END AS excluded
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND flights.origin IN ('JFK', 'LGA')
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
    AND (
      flights.kind = 'cancellation' OR flights.kind = 'departure'
    )
), grounded_step_1 AS (
  SELECT
    aircraft_tail,
    event_time
  FROM grounded_rows
  WHERE
    step_1 = 1
), grounded_step_2 AS (
  SELECT
    aircraft_tail,
    event_time
  FROM grounded_rows
  WHERE
    step_2 = 1
), grounded_excluded AS (
  SELECT
    aircraft_tail,
    event_time
  FROM grounded_rows
  WHERE
    excluded = 1
)
SELECT DISTINCT
  later.aircraft_tail AS aircraft_tail
FROM grounded_step_2 AS later
ASOF JOIN grounded_step_1 AS earlier
  ON later.aircraft_tail = earlier.aircraft_tail
  AND later.event_time - INTERVAL '1' DAY >= earlier.event_time
ASOF LEFT JOIN grounded_excluded AS unwanted
  ON later.aircraft_tail = unwanted.aircraft_tail AND later.event_time > unwanted.event_time
WHERE
  later.event_time <= earlier.event_time + INTERVAL '3' DAY
  AND (
    unwanted.aircraft_tail IS NULL OR unwanted.event_time <= earlier.event_time
  )
ORDER BY
  aircraft_tail
