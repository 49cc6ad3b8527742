-- Usually on time, but its bad days are very bad: the average delay is far above the median.
-- segment moody of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.tailnum AS aircraft_tail
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.tailnum IS NULL
  AND flights.kind = 'arrival'
  AND flights."at" >= CAST('2013-01-01 05:00:00' AS TIMESTAMP)
  AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
GROUP BY
  flights.tailnum
HAVING
  COUNT(*) >= 20
  AND (
    (
      CAST(SUM(flights.delay) AS DOUBLE) / NULLIF(COUNT(flights.delay), 0)
    ) - (
      CAST(QUANTILE_DISC(flights.delay, 0.5) - QUANTILE_DISC(-flights.delay, 0.5) AS DOUBLE) / 2
    )
  ) > CAST(20.0 AS DOUBLE)
  AND CAST(MAX(flights.delay) AS DOUBLE) > (
    6 * (
      CAST(SUM(CASE WHEN flights.delay > 0 THEN flights.delay END) AS DOUBLE) / NULLIF(COUNT(CASE WHEN flights.delay > 0 THEN flights.delay END), 0)
    )
  )
ORDER BY
  aircraft_tail
