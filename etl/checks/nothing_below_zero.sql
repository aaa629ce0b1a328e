-- no count, rate, population or area is below zero; counts are whole but for means of draws.
SELECT 'indicator_value' AS in_table, area_code, level, indicator AS what, value FROM indicator_value WHERE value < 0
UNION ALL
SELECT 'resource', area_code, level, resource, value FROM resource
WHERE value < 0 OR (value <> round(value) AND status <> 'modelled')
UNION ALL
SELECT 'population', area_code, level, method, people FROM population WHERE people < 0
UNION ALL
SELECT 'area', area_code, level, name_zh, area_km2 FROM area WHERE area_km2 <= 0 OR area_km2 IS NULL
