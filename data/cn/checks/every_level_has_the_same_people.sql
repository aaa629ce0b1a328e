-- in each year people sum to the same total at every level, though some counties have no figure.
SELECT year, count(DISTINCT total) AS totals, min(total) AS least, max(total) AS most
FROM (SELECT year, level, sum(people) AS total FROM population GROUP BY year, level)
GROUP BY year HAVING count(DISTINCT total) > 1
