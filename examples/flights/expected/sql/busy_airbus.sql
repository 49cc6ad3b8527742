-- Made by Airbus, whatever name the registry has for it, and busy in February.
-- segment busy_airbus of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH busy_airbus_facts AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    COUNT(*) AS rows_counted
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND flights.kind = 'departure'
    AND flights."at" >= CAST('2013-02-01 05:00:00' AS TIMESTAMP)
    AND flights."at" < CAST('2013-03-01 05:00:00' AS TIMESTAMP)
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
  GROUP BY
    flights.tailnum
)
SELECT
  busy_airbus_facts.aircraft_tail
FROM busy_airbus_facts
WHERE
  busy_airbus_facts.rows_counted >= 20
  AND EXISTS(
    SELECT
      1
    FROM (
      SELECT
        *
        REPLACE (CASE
          WHEN REGEXP_FULL_MATCH("seats", ' *([+-]?\d+(\.0*)?) *')
          THEN CAST("seats" AS BIGINT)
          WHEN NOT "seats" IS NULL
          THEN ERROR(CONCAT("seats", ' is no value of column `seats`'))
        END AS "seats")
      FROM READ_CSV(
        'data/planes.csv',
        header = TRUE,
        delim = ',',
        quote = '"',
        escape = '"',
        types = {'year': 'TEXT', 'manufacturer': 'TEXT', 'model': 'TEXT', 'engines': 'TEXT', 'seats': 'TEXT'}
      )
    ) AS planes
    WHERE
      planes.tailnum = busy_airbus_facts.aircraft_tail
      AND (
        STARTS_WITH(planes.manufacturer, 'AIRBUS') AND planes.seats > 150
      )
  )
ORDER BY
  aircraft_tail
