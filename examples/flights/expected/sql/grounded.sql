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
), grounded_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      0
    ) AS excluded_before
  FROM grounded_rows
), grounded_step_2 AS (
  SELECT
    aircraft_tail,
    event_time,
    step_2,
    excluded_before,
    MAX(CASE WHEN step_1 = 1 THEN event_time END) OVER (
      PARTITION BY aircraft_tail
      ORDER BY event_time
      RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1' DAY PRECEDING
    ) AS end_1,
    MAX(CASE WHEN step_1 = 1 THEN excluded_until END) OVER (
      PARTITION BY aircraft_tail
      ORDER BY event_time
      RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL '1' DAY PRECEDING
    ) AS seen_1
  FROM grounded_counted
)
SELECT DISTINCT
  aircraft_tail
FROM grounded_step_2
WHERE
  step_2 = 1 AND event_time <= end_1 + INTERVAL '3' DAY AND excluded_before = seen_1
ORDER BY
  aircraft_tail
