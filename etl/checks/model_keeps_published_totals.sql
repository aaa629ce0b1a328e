-- the modelled facilities and beds of a province are the published ones, without any range.
SELECT m.area_code, m.resource, m.lower, m.value, m.upper, p.value AS published
FROM resource m
JOIN dataset d ON d.dataset_id = m.dataset_id AND d.kind = 'modelled'
JOIN resource p ON p.level = m.level AND p.area_code = m.area_code AND p.year = m.year AND p.resource = m.resource
JOIN dataset e ON e.dataset_id = p.dataset_id AND e.kind = 'published'
WHERE m.level IN ('country', 'province') AND p.value IS NOT NULL
  AND NOT coalesce(m.lower = p.value AND m.value = p.value AND m.upper = p.value, false)
