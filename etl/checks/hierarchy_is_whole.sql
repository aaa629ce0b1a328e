-- every area but the country has its parent one level up, and a province of its own.
SELECT a.level, a.area_code, a.parent_code, a.province_code
FROM area a
LEFT JOIN area p ON p.area_code = a.parent_code AND p.level = a.parent_level
LEFT JOIN area q ON q.area_code = a.province_code AND q.level = 'province'
WHERE a.level <> 'country' AND (p.area_code IS NULL OR q.area_code IS NULL
   OR a.parent_level <> CASE a.level WHEN 'county' THEN 'prefecture' WHEN 'prefecture' THEN 'province' ELSE 'country' END)
