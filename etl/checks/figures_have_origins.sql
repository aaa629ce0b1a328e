-- every number leads to an origin.
SELECT 'indicator_value' AS in_table, v.area_code, v.level, v.indicator AS what, v.origin_id
FROM indicator_value v LEFT JOIN origin o USING (origin_id) WHERE v.value IS NOT NULL AND o.title IS NULL
UNION ALL
SELECT 'resource', r.area_code, r.level, r.resource, r.origin_id
FROM resource r LEFT JOIN origin o USING (origin_id) WHERE r.value IS NOT NULL AND o.title IS NULL
UNION ALL
SELECT 'population', p.area_code, p.level, p.method, p.origin_id
FROM population p LEFT JOIN origin o USING (origin_id) WHERE p.people IS NOT NULL AND o.title IS NULL
UNION ALL
SELECT 'benchmark', NULL, NULL, b.benchmark_id, b.source
FROM benchmark b LEFT JOIN origin o ON o.origin_id = b.source WHERE o.title IS NULL
