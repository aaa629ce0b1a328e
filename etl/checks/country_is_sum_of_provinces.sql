-- where every province reports a resource, the provinces add up to the country's own figure.
SELECT c.dataset_id, c.year, c.resource, c.value AS country, sum(p.value) AS provinces
FROM resource c
JOIN resource p ON p.dataset_id = c.dataset_id AND p.year = c.year AND p.resource = c.resource AND p.level = 'province'
JOIN area a ON a.area_code = p.area_code AND a.level = 'province' AND a.is_applicable
WHERE c.level = 'country' AND c.status = 'reported'
GROUP BY ALL
HAVING count(p.value) = count(*) AND sum(p.value) <> c.value
