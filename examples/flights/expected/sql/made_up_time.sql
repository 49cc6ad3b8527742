-- Left late and landed early: the very next thing after a late departure was that flight's early arrival.
-- segment made_up_time of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH made_up_time_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    flights."at" AS event_time,
    CASE WHEN flights.kind = 'departure' AND flights.delay >= 30 THEN 1 ELSE 0 END AS step_1,
    CASE WHEN flights.kind = 'arrival' AND flights.delay < 0 THEN 1 ELSE 0 END AS step_2,
    1 AS excluded,
    flights.flight AS flight
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
), made_up_time_counted AS (
  SELECT
    *,
    SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS excluded_until,
    COALESCE(
      SUM(excluded) OVER (PARTITION BY aircraft_tail ORDER BY event_time GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      0
    ) AS excluded_before
  FROM made_up_time_rows
), made_up_time_ordered AS (
  SELECT
    *,
    DENSE_RANK() OVER (PARTITION BY aircraft_tail ORDER BY event_time) AS place
  FROM made_up_time_counted
)
SELECT DISTINCT
  step_1.aircraft_tail AS aircraft_tail
FROM made_up_time_ordered AS step_1
INNER JOIN made_up_time_ordered AS step_2
  ON step_2.aircraft_tail = step_1.aircraft_tail
  AND step_2.place > step_1.place
  AND step_2.step_2 = 1
  AND step_2.event_time <= step_1.event_time + INTERVAL '12' HOUR
  AND step_2.excluded_before = step_1.excluded_until
  AND step_2.flight = step_1.flight
WHERE
  step_1.step_1 = 1
ORDER BY
  aircraft_tail
