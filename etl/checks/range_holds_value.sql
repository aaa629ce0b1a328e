-- a modelled number has a range, and a published one has none. A mean adds up over areas but may lie beyond the 5-95 %
-- of its draws (a county with a bed in one draw of fifty); rates_recompute works it out again. A range over weightings
-- holds its number, and where all draws agree so do mean and range.
SELECT v.dataset_id, v.area_code, v.level, v.indicator AS what, v.lower, v.value, v.upper, v.status
FROM indicator_value v JOIN indicator i USING (indicator)
WHERE (v.status = 'modelled' AND NOT coalesce(v.lower <= v.upper AND v.value >= 0, false))
   OR (v.status = 'modelled' AND i.denominator = 'draws' AND NOT coalesce(v.lower <= v.value AND v.value <= v.upper, false))
   OR (v.status <> 'modelled' AND (v.lower IS NOT NULL OR v.upper IS NOT NULL))
UNION ALL
SELECT dataset_id, area_code, level, resource, lower, value, upper, status FROM resource
WHERE (status = 'modelled' AND NOT coalesce(lower <= upper AND value >= 0, false))
   OR (status <> 'modelled' AND (lower IS NOT NULL OR upper IS NOT NULL))
UNION ALL
-- the counts of the finest areas, from their draws
SELECT r.dataset_id, r.area_code, r.level, r.resource, r.lower, r.value, r.upper, r.status
FROM resource r JOIN ensemble_count e USING (dataset_id, area_code, resource, year)
WHERE r.level = 'county' AND NOT coalesce(
    abs(r.value - list_avg(e.draws)) <= 1e-9 * r.value
    AND r.lower = list_sort(e.draws)[(len(e.draws) * 5 + 99) // 100]
    AND r.upper = list_sort(e.draws)[(len(e.draws) * 95 + 99) // 100], false)
