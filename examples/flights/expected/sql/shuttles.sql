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
), shuttles_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (
        PARTITION BY aircraft_tail, airport_code
        ORDER BY event_time
        GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS excluded_before
  FROM shuttles_rows
), shuttles_step_2 AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time,
    step_2,
    step_1,
    excluded_before,
    excluded_until,
    LAST_VALUE(CASE WHEN step_1 = 1 THEN event_time END IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1
  FROM shuttles_counted
), shuttles_step_3 AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time,
    step_1,
    excluded_before,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '15' HOUR THEN event_time END IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_2,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '15' HOUR THEN end_1 END IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1_of_2,
    LAST_VALUE(CASE WHEN step_2 = 1 AND event_time <= end_1 + INTERVAL '15' HOUR THEN excluded_until END IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS seen_2
  FROM shuttles_step_2
  WHERE
    (
      step_2 = 1 AND event_time <= end_1 + INTERVAL '15' HOUR
    )
    OR (
      step_1 = 1 AND NOT end_1 IS NULL
    )
), shuttles_step_4 AS (
  SELECT
    aircraft_tail,
    airport_code,
    event_time,
    step_1,
    LAST_VALUE(
      CASE
        WHEN step_1 = 1
        AND event_time <= end_2 + INTERVAL '12' HOUR
        AND event_time <= end_1_of_2 + INTERVAL '15' HOUR
        AND excluded_before = seen_2
        THEN end_2
      END
     IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_2_of_3,
    LAST_VALUE(
      CASE
        WHEN step_1 = 1
        AND event_time <= end_2 + INTERVAL '12' HOUR
        AND event_time <= end_1_of_2 + INTERVAL '15' HOUR
        AND excluded_before = seen_2
        THEN end_1_of_2
      END
     IGNORE NULLS) OVER (
      PARTITION BY aircraft_tail, airport_code
      ORDER BY event_time
      GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS end_1_of_3
  FROM shuttles_step_3
  WHERE
    (
      step_1 = 1
      AND event_time <= end_2 + INTERVAL '12' HOUR
      AND event_time <= end_1_of_2 + INTERVAL '15' HOUR
      AND excluded_before = seen_2
    )
    OR (
      step_1 = 1 AND NOT end_2 IS NULL
    )
)
SELECT DISTINCT
  aircraft_tail
FROM shuttles_step_4
WHERE
  step_1 = 1
  AND event_time <= end_2_of_3 + INTERVAL '12' HOUR
  AND event_time <= end_1_of_3 + INTERVAL '15' HOUR
ORDER BY
  aircraft_tail
