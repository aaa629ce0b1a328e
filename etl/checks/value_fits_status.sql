-- a number where the status says it is known, none where it is not, and zero where and only where the status is zero.
SELECT 'resource' AS in_table, dataset_id, area_code, level, year, resource AS what, value, status FROM resource
WHERE (status IN ('reported', 'zero', 'modelled')) <> (value IS NOT NULL) OR (status = 'zero' AND value <> 0)
   OR (status = 'reported' AND value = 0)
UNION ALL
SELECT 'indicator_value', dataset_id, area_code, level, year, indicator, value, status FROM indicator_value
WHERE (status IN ('reported', 'zero', 'modelled')) <> (value IS NOT NULL) OR (status = 'zero' AND value <> 0)
   OR (status = 'reported' AND value = 0)
UNION ALL
SELECT 'population', NULL, area_code, level, year, method, people, status FROM population
WHERE (status IN ('reported', 'zero', 'modelled')) <> (people IS NOT NULL)
