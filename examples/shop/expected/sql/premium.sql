-- Customers whose plan is premium today, from the CRM's table alone.
-- segment premium of shop.seg (duckdb)
-- now is 2024-07-01 00:00:00 UTC
SELECT DISTINCT
  plans.email AS usr_email
FROM READ_CSV(
  'data/plans.csv',
  header = TRUE,
  delim = ',',
  quote = '"',
  escape = '"',
  types = {'tier': 'TEXT', 'arr': 'TEXT'}
) AS plans
WHERE
  NOT plans.email IS NULL
  AND plans.tier = 'premium'
  AND (
    (
      plans.valid_from IS NULL OR plans.valid_from <= CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    )
    AND (
      plans.valid_to IS NULL OR plans.valid_to > CAST('2024-07-01 00:00:00' AS TIMESTAMP)
    )
  )
ORDER BY
  usr_email
