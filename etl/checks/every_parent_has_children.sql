-- every area above the smallest holds at least one area of the level below.
WITH ranks (level, rank) AS (VALUES ('country', 0), ('province', 1), ('prefecture', 2), ('county', 3)),
     finest AS (SELECT level FROM ranks WHERE level IN (SELECT level FROM area) ORDER BY rank DESC LIMIT 1)
SELECT a.level, a.area_code, a.name_zh FROM area a
WHERE a.level <> (SELECT level FROM finest)
  AND NOT EXISTS (SELECT 1 FROM area c WHERE c.parent_code = a.area_code AND c.parent_level = a.level)
