-- Airports where, over the quarter, one arrival in six came more than 45 minutes late.
-- segment troubled_airports of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.dest AS airport_code
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.dest IS NULL
  AND flights.kind = 'arrival'
  AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
GROUP BY
  flights.dest
HAVING
  COUNT(*) >= 100 AND (
    6 * SUM(CASE WHEN flights.delay > 45 THEN 1 ELSE 0 END)
  ) > COUNT(*)
ORDER BY
  airport_code
