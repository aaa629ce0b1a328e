-- areas that the country's statistics do not reach are not applicable and hold no number.
SELECT v.dataset_id, v.area_code, v.level, v.indicator, v.value, v.status
FROM indicator_value v JOIN area a ON a.level = v.level AND a.area_code = v.area_code
WHERE NOT a.is_applicable AND (v.status <> 'not_applicable' OR v.value IS NOT NULL)
