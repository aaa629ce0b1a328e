-- neighbours are areas of the same level, each is the other's neighbour over a border of the same length.
SELECT n.level, n.area_code, n.neighbour_code, n.border_km
FROM neighbour n
LEFT JOIN neighbour back
  ON back.level = n.level AND back.area_code = n.neighbour_code AND back.neighbour_code = n.area_code
LEFT JOIN area one ON one.level = n.level AND one.area_code = n.area_code
LEFT JOIN area two ON two.level = n.level AND two.area_code = n.neighbour_code
WHERE back.area_code IS NULL OR abs(back.border_km - n.border_km) > 1e-9 OR one.area_code IS NULL
   OR two.area_code IS NULL OR n.area_code = n.neighbour_code OR n.border_km < 0
