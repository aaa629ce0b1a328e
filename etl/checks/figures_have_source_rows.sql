-- every published count and census figure has a row of a table that says the same, and each row leads to an origin.
WITH entered AS (
    SELECT area_level, area_code, year, quantity, TRY_CAST(coalesce(used, entered) AS DOUBLE) AS value FROM source_row
    WHERE area_level IS NOT NULL
)
SELECT r.level, r.area_code, CAST(r.year AS VARCHAR) AS year, r.resource AS what, r.value
FROM resource r JOIN dataset d USING (dataset_id)
WHERE d.kind = 'published' AND r.value IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entered e WHERE e.area_level = r.level AND e.area_code = r.area_code AND e.year = r.year
    AND e.quantity = r.resource AND e.value = r.value
)
UNION ALL
SELECT p.level, p.area_code, CAST(p.year AS VARCHAR), 'people', p.people
FROM population p
WHERE p.status = 'reported' AND NOT starts_with(p.method, 'Sum of') AND p.level <> 'country' AND NOT EXISTS (
    SELECT 1 FROM entered e WHERE e.area_level = p.level AND e.area_code = p.area_code AND e.year = p.year
    AND e.quantity = 'people' AND e.value = p.people
)
UNION ALL
SELECT NULL, s.file, CAST(s.line AS VARCHAR), s.origin_id, NULL
FROM source_row s LEFT JOIN origin o USING (origin_id) WHERE o.title IS NULL
