-- Built before 1990 and still on a route of more than 1,000 miles; or of an unknown year, for an airline called Envoy.
-- segment old_hands of flights.seg (duckdb)
-- now is 2013-04-01 04:00:00 UTC
WITH old_hands_rows AS (
  SELECT
    flights.tailnum AS aircraft_tail,
    CASE
      WHEN (
        SELECT
          MIN(planes."year")
        FROM (
          SELECT
            *
            REPLACE (CASE
              WHEN REGEXP_FULL_MATCH("year", ' *([+-]?\d+(\.0*)?) *')
              THEN CAST("year" AS BIGINT)
              WHEN NOT "year" IS NULL
              THEN ERROR(CONCAT("year", ' is no value of column `year`'))
            END AS "year")
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
          planes.tailnum = flights.tailnum
      ) < 1990
      AND flights.distance > 1000
      THEN 1
      ELSE 0
    END AS rows_counted,
    CASE
      WHEN (
        SELECT
          MIN(planes."year")
        FROM (
          SELECT
            *
            REPLACE (CASE
              WHEN REGEXP_FULL_MATCH("year", ' *([+-]?\d+(\.0*)?) *')
              THEN CAST("year" AS BIGINT)
              WHEN NOT "year" IS NULL
              THEN ERROR(CONCAT("year", ' is no value of column `year`'))
            END AS "year")
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
          planes.tailnum = flights.tailnum
      ) IS NULL
      AND CONTAINS(
        (
          SELECT
            MIN(airlines.name)
          FROM READ_CSV('data/airlines.csv', header = TRUE, delim = ',', quote = '"', escape = '"', types = {'name': 'TEXT'}) AS airlines
          WHERE
            airlines.carrier = flights.carrier
        ),
        'Envoy'
      )
      THEN 1
      ELSE 0
    END AS rows_counted_2
  FROM READ_PARQUET('data/flights.parquet') AS flights
  WHERE
    NOT flights.tailnum IS NULL
    AND flights.kind = 'departure'
    AND flights."at" < CAST('2013-04-01 04:00:00' AS TIMESTAMP)
    AND (
      (
        (
          SELECT
            MIN(planes."year")
          FROM (
            SELECT
              *
              REPLACE (CASE
                WHEN REGEXP_FULL_MATCH("year", ' *([+-]?\d+(\.0*)?) *')
                THEN CAST("year" AS BIGINT)
                WHEN NOT "year" IS NULL
                THEN ERROR(CONCAT("year", ' is no value of column `year`'))
              END AS "year")
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
            planes.tailnum = flights.tailnum
        ) < 1990
        AND flights.distance > 1000
      )
      OR (
        (
          SELECT
            MIN(planes."year")
          FROM (
            SELECT
              *
              REPLACE (CASE
                WHEN REGEXP_FULL_MATCH("year", ' *([+-]?\d+(\.0*)?) *')
                THEN CAST("year" AS BIGINT)
                WHEN NOT "year" IS NULL
                THEN ERROR(CONCAT("year", ' is no value of column `year`'))
              END AS "year")
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
            planes.tailnum = flights.tailnum
        ) IS NULL
        AND CONTAINS(
          (
            SELECT
              MIN(airlines.name)
            FROM READ_CSV('data/airlines.csv', header = TRUE, delim = ',', quote = '"', escape = '"', types = {'name': 'TEXT'}) AS airlines
            WHERE
              airlines.carrier = flights.carrier
          ),
          'Envoy'
        )
      )
    )
), old_hands_facts AS (
  SELECT
    aircraft_tail,
    SUM(rows_counted) AS rows_counted,
    SUM(rows_counted_2) AS rows_counted_2
  FROM old_hands_rows
  GROUP BY
    aircraft_tail
)
SELECT
  old_hands_facts.aircraft_tail
FROM old_hands_facts
WHERE
  (
    old_hands_facts.rows_counted >= 1 OR old_hands_facts.rows_counted_2 >= 50
  )
ORDER BY
  aircraft_tail
