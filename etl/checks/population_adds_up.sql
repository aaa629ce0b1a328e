-- where the people of all areas of a level are known, they sum to the country's.
SELECT q.level, q.year, whole.people, sum(q.people) AS in_parts
FROM population q
JOIN area a ON a.level = q.level AND a.area_code = q.area_code AND a.is_applicable
JOIN population whole ON whole.level = 'country' AND whole.year = q.year AND whole.people IS NOT NULL
GROUP BY ALL HAVING count(q.people) = count(*) AND sum(q.people) <> whole.people
