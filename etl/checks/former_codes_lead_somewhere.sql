-- every former code leads to an area of today, one of them with its seat; every area bears its official name.
SELECT c.level, c.former_code AS code, c.former_name AS name
FROM area_change c
LEFT JOIN area a ON a.area_code = c.area_code AND a.level = c.level_now
GROUP BY ALL
HAVING count(a.area_code) < count(*) OR count(*) FILTER (c.is_main) <> CAST(any_value(c.kind) <> 'ceded' AS INTEGER)
UNION ALL
SELECT a.level, a.area_code, a.name_zh
FROM area a
LEFT JOIN area_name n ON n.area_code = a.area_code AND n.level = a.level AND n.name = a.name_zh AND n.kind = 'official'
WHERE n.name IS NULL
