-- every area above a county holds at least one area of the level below.
SELECT a.level, a.area_code, a.name_zh FROM area a
WHERE a.level <> 'county'
  AND NOT EXISTS (SELECT 1 FROM area c WHERE c.parent_code = a.area_code AND c.parent_level = a.level)
