-- every area has its names, keys for search, a point and, where the country has regions and it counts, a region.
SELECT level, area_code, name_zh, name_en, pinyin, region FROM area
WHERE coalesce(name_zh, '') = '' OR coalesce(name_en, '') = '' OR coalesce(pinyin, '') = '' OR lon IS NULL OR lat IS NULL
   OR regexp_matches(name_en, '[一-龥]')
   OR (level <> 'country' AND is_applicable AND region IS NULL AND EXISTS (SELECT 1 FROM area WHERE region IS NOT NULL))
