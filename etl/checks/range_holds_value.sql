-- a modelled number lies within its range, and a published one has no range.
SELECT dataset_id, area_code, level, indicator AS what, lower, value, upper, status FROM indicator_value
WHERE (status = 'modelled' AND NOT coalesce(lower <= value AND value <= upper, false))
   OR (status <> 'modelled' AND (lower IS NOT NULL OR upper IS NOT NULL))
UNION ALL
SELECT dataset_id, area_code, level, resource, lower, value, upper, status FROM resource
WHERE (status = 'modelled' AND NOT coalesce(lower <= value AND value <= upper, false))
   OR (status <> 'modelled' AND (lower IS NOT NULL OR upper IS NOT NULL))
