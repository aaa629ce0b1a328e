-- a map finds its projection (two parallels, a centre), its window and, where it has an inset, that one's (four degrees).
SELECT wanted.key, wanted.numbers AS expected, setting.value AS published
FROM (VALUES ('map.standard_parallels', 2), ('map.centre', 2), ('map.view', 4), ('map.inset', 4)) wanted (key, numbers)
LEFT JOIN setting ON setting.key = wanted.key
WHERE (setting.value IS NULL AND wanted.key <> 'map.inset')
   OR (setting.value IS NOT NULL AND json_array_length(setting.value) IS DISTINCT FROM wanted.numbers)
