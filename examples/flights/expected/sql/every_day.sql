-- In the air on at least 28 days of March, as New York's calendar has them, although the clocks changed on the 10th.
-- segment every_day of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.tailnum AS aircraft_tail
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.tailnum IS NULL
  AND flights.kind = 'departure'
  AND flights."at" >= CAST('2013-03-01 05:00:00' AS TIMESTAMP)
  AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
  AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
GROUP BY
  flights.tailnum
HAVING
  COUNT(DISTINCT CAST(TIMEZONE('America/New_York', TIMEZONE('UTC', flights."at")) AS DATE)) >= 28
ORDER BY
  aircraft_tail
