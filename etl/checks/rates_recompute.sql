-- a published rate is its count over people, by its scale, recomputed here from the tables.
SELECT v.area_code, v.level, v.year, v.indicator, v.value, r.value / p.people * 100000 AS recomputed
FROM indicator_value v
JOIN dataset d ON d.dataset_id = v.dataset_id AND d.kind = 'published'
JOIN resource r ON r.dataset_id = v.dataset_id AND r.level = v.level AND r.area_code = v.area_code AND r.year = v.year
               AND v.indicator = r.resource || '_per_100k'
JOIN population p ON p.level = v.level AND p.area_code = v.area_code AND p.year = v.year
WHERE (v.value IS NULL) <> (r.value IS NULL OR p.people IS NULL OR p.people = 0)
   OR abs(v.value - r.value / p.people * 100000) > 1e-9 * v.value
