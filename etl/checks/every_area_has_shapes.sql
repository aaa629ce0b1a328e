-- every area has a shape at each tolerance.
SELECT a.level, a.area_code, t.tolerance
FROM area a CROSS JOIN (SELECT DISTINCT tolerance FROM area_shape) t
LEFT JOIN area_shape s ON s.level = a.level AND s.area_code = a.area_code AND s.tolerance = t.tolerance
WHERE s.geometry IS NULL OR octet_length(s.geometry) < 50
