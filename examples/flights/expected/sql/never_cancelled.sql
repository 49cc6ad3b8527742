-- Never cancelled: nothing but a negative, so it starts from every aircraft there is.
-- segment never_cancelled of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
SELECT
  flights.tailnum AS aircraft_tail
FROM READ_PARQUET('data/flights.parquet') AS flights
WHERE
  NOT flights.tailnum IS NULL
GROUP BY
  flights.tailnum
HAVING
  SUM(
    CASE
      WHEN flights.kind = 'cancellation' AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
      THEN 1
      ELSE 0
    END
  ) = 0
ORDER BY
  aircraft_tail
