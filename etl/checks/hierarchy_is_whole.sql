-- every area but the country has its parent at the next level up, and a province of its own.
WITH ranks (level, rank) AS (VALUES ('country', 0), ('province', 1), ('prefecture', 2), ('county', 3)),
     used AS (SELECT level, lag(level) OVER (ORDER BY rank) AS upper FROM ranks WHERE level IN (SELECT level FROM area))
SELECT a.level, a.area_code, a.parent_code, a.province_code
FROM area a
JOIN used USING (level)
LEFT JOIN area p ON p.area_code = a.parent_code AND p.level = a.parent_level
LEFT JOIN area q ON q.area_code = a.province_code AND q.level = 'province'
WHERE a.level <> 'country' AND (p.area_code IS NULL OR q.area_code IS NULL OR a.parent_level <> used.upper)
