-- Flew to a troubled airport in the last week of the quarter, and never to a high one.
-- segment into_trouble of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH troubled_airports AS (
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
), into_trouble_via_troubled_airports AS (
  SELECT DISTINCT
    flights.tailnum AS aircraft_tail
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND flights."at" >= CAST('2013-03-25 04:00:00' AS TIMESTAMP)
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
    AND EXISTS(
      SELECT
        1
      FROM troubled_airports
      WHERE
        troubled_airports.airport_code = flights.dest
    )
), into_trouble_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    CASE
      WHEN flights.kind = 'departure'
      AND (
        SELECT
          MIN(airports.alt)
        FROM (
          SELECT
            *
            REPLACE (CASE
              WHEN REGEXP_FULL_MATCH("alt", ' *([+-]?\d+(\.0*)?) *')
              THEN CAST("alt" AS BIGINT)
              WHEN NOT "alt" IS NULL
              THEN ERROR(CONCAT("alt", ' is no value of column `alt`'))
            END AS "alt")
          FROM READ_CSV(
            'data/airports.csv',
            header = TRUE,
            delim = ',',
            quote = '"',
            escape = '"',
            types = {'name': 'TEXT', 'alt': 'TEXT', 'tzone': 'TEXT'}
          )
        ) AS airports
        WHERE
          airports.faa = flights.dest
      ) > 3000
      AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
      THEN 1
      ELSE 0
    END AS rows_counted
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
), into_trouble_facts AS (
  SELECT
    aircraft_tail,
    SUM(rows_counted) AS rows_counted
  FROM into_trouble_rows
  GROUP BY
    aircraft_tail
)
SELECT
  into_trouble_facts.aircraft_tail
FROM into_trouble_facts
WHERE
  EXISTS(
    SELECT
      1
    FROM into_trouble_via_troubled_airports
    WHERE
      into_trouble_via_troubled_airports.aircraft_tail = into_trouble_facts.aircraft_tail
  )
  AND into_trouble_facts.rows_counted = 0
ORDER BY
  aircraft_tail
