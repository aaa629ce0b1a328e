-- every indicator of the registry has rows, at just its levels, and every row's indicator is in the registry.
SELECT coalesce(i.indicator, o.indicator) AS indicator, i.level AS registered, o.level AS published
FROM (SELECT indicator, unnest(string_split(levels, ';')) AS level FROM indicator) i
FULL JOIN (SELECT DISTINCT indicator, level FROM indicator_offer) o ON o.indicator = i.indicator AND o.level = i.level
WHERE i.level IS NULL OR o.level IS NULL
