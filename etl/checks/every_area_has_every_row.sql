-- for each dataset, indicator, level and year that is offered below the country, every area has a row.
SELECT o.dataset_id, o.indicator, o.level, o.year, o.n, count(*) AS areas
FROM indicator_offer o JOIN area a ON a.level = o.level
GROUP BY ALL HAVING o.n <> count(*)
