-- There and again, and again: after a flight to an airport, two more to the same one soon after.
-- segment shuttles of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH shuttles_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    flights.dest AS airport_code,
    flights."at" AS event_time,
    CASE WHEN flights.kind = 'departure' THEN 1 ELSE 0 END AS step_1,
    CASE WHEN flights.kind = 'arrival' THEN 1 ELSE 0 END AS step_2,
    CASE WHEN flights.kind = 'cancellation' THEN 1 ELSE 0 END AS excluded
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND NOT flights.dest IS NULL
    AND (
      flights.dest IN ('BOS', 'DCA')
    ) IS NOT TRUE
    AND flights."at" >= CAST('2013-01-01 05:00:00' AS TIMESTAMP)
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
    AND (
      flights.kind = 'departure' OR flights.kind = 'arrival' OR flights.kind = 'cancellation'
    )
), shuttles_step_1 AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time
  FROM shuttles_rows
  WHERE
    step_1 = 1
), shuttles_step_2 AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time
  FROM shuttles_rows
  WHERE
    step_2 = 1
), shuttles_until_2 AS (
  SELECT
    later.aircraft_tail,
    later.airport_code,
    later.event_time,
    earlier.event_time AS end_1_of_2
  FROM shuttles_step_2 AS later
  ASOF JOIN shuttles_step_1 AS earlier
    ON later.aircraft_tail = earlier.aircraft_tail
    AND later.airport_code = earlier.airport_code
    AND later.event_time > earlier.event_time
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '15' HOUR
), shuttles_excluded AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time
  FROM shuttles_rows
  WHERE
    excluded = 1
), shuttles_until_3 AS (
  SELECT
    later.aircraft_tail,
    later.airport_code,
    later.event_time,
    earlier.end_1_of_2 AS end_1_of_3,
    earlier.event_time AS end_2_of_3
  FROM shuttles_step_1 AS later
  ASOF JOIN shuttles_until_2 AS earlier
    ON later.aircraft_tail = earlier.aircraft_tail
    AND later.airport_code = earlier.airport_code
    AND later.event_time > earlier.event_time
  ASOF LEFT JOIN shuttles_excluded AS unwanted
    ON later.aircraft_tail = unwanted.aircraft_tail
    AND later.airport_code = unwanted.airport_code
    AND later.event_time > unwanted.event_time
  WHERE
    later.event_time <= earlier.event_time + INTERVAL '12' HOUR
    AND later.event_time <= earlier.end_1_of_2 + INTERVAL '15' HOUR
    AND (
      unwanted.aircraft_tail IS NULL OR unwanted.event_time <= earlier.event_time
    )
)
SELECT DISTINCT
  later.aircraft_tail AS aircraft_tail
FROM shuttles_step_1 AS later
ASOF JOIN shuttles_until_3 AS earlier
  ON later.aircraft_tail = earlier.aircraft_tail
  AND later.airport_code = earlier.airport_code
  AND later.event_time > earlier.event_time
WHERE
  later.event_time <= earlier.end_2_of_3 + INTERVAL '12' HOUR
  AND later.event_time <= earlier.end_1_of_3 + INTERVAL '15' HOUR
ORDER BY
  aircraft_tail
