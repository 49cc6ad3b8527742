-- Flew more than 100,000 miles for a single airline, mostly on long routes.
-- segment far_travelled of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.tailnum AS aircraft_tail
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.tailnum IS NULL AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
GROUP BY
  flights.tailnum
HAVING
  COALESCE(SUM(CASE WHEN flights.kind = 'departure' THEN flights.distance END), 0) >= 100000
  AND COUNT(DISTINCT flights.carrier) = 1
  AND (
    2 * SUM(CASE WHEN flights.kind = 'departure' AND flights.distance >= 2000 THEN 1 ELSE 0 END)
  ) > SUM(CASE WHEN flights.kind = 'departure' THEN 1 ELSE 0 END)
ORDER BY
  aircraft_tail
