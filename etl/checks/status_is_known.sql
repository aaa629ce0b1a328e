-- every status is one of the six, in every table that has one.
SELECT 'resource' AS in_table, area_code, level, year, status FROM resource
WHERE status NOT IN ('reported', 'zero', 'not_reported', 'suppressed', 'not_applicable', 'modelled') OR status IS NULL
UNION ALL
SELECT 'indicator_value', area_code, level, year, status FROM indicator_value
WHERE status NOT IN ('reported', 'zero', 'not_reported', 'suppressed', 'not_applicable', 'modelled') OR status IS NULL
UNION ALL
SELECT 'population', area_code, level, year, status FROM population
WHERE status NOT IN ('reported', 'zero', 'not_reported', 'suppressed', 'not_applicable', 'modelled') OR status IS NULL
