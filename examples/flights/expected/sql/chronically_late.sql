-- Left more than an hour late at least five times in March.
-- segment chronically_late of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.tailnum AS aircraft_tail
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.tailnum IS NULL
  AND flights.kind = 'departure'
  AND flights.delay > 60
  AND flights."at" >= CAST('2013-03-01 05:00:00' AS TIMESTAMP)
  AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
GROUP BY
  flights.tailnum
HAVING
  COUNT(*) >= 5
ORDER BY
  aircraft_tail
