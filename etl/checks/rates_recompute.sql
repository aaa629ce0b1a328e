-- every figure is what the registry says of its indicator, recomputed from counts, people and the draws of a model.
WITH RECURSIVE finest AS (SELECT level FROM area GROUP BY level ORDER BY count(*) DESC, level LIMIT 1),
-- whose people a figure is held against: of its year or, for an import, of the nearest year that has them
people_year AS (
    SELECT o.dataset_id, o.year, CASE d.kind WHEN 'imported' THEN p.year ELSE o.year END AS people_year
    FROM (SELECT DISTINCT dataset_id, year FROM indicator_offer) o
    JOIN dataset d USING (dataset_id)
    LEFT JOIN LATERAL (
        SELECT arg_min(q.year, abs(q.year - o.year) - q.year / 1e5) AS year
        FROM population q JOIN finest USING (level) WHERE q.people IS NOT NULL
    ) p ON true
),
-- counties and those without a facility: as published, or counted where it is known of every county of an import
absence AS (
    SELECT d.dataset_id, p.level, p.area_code, p.year, p.counties, p.counties_without_facility AS without
    FROM province_published p JOIN dataset d ON d.kind = 'published'
    UNION ALL
    SELECT r.dataset_id, h.level, h.area_code, r.year, count(*),
           CASE WHEN count(*) FILTER (r.status = 'not_reported') = 0 THEN count(*) FILTER (r.status = 'zero') END
    FROM resource r
    JOIN dataset d ON d.dataset_id = r.dataset_id AND d.kind = 'imported'
    JOIN area a ON a.level = r.level AND a.area_code = r.area_code
    JOIN area h ON h.level = 'country' OR (h.level = 'province' AND h.area_code = a.province_code)
    WHERE r.level = 'county' AND r.resource = 'facilities' AND r.status <> 'not_applicable'
    GROUP BY ALL
),
-- what each draw of a model counts of an area of the finest level
own AS (
    SELECT e.dataset_id, e.year, e.resource, a.level, e.area_code, a.parent_level, a.parent_code, e.draws, p.people
    FROM ensemble_count e
    JOIN area a ON a.area_code = e.area_code AND a.level = (FROM finest)
    LEFT JOIN population p ON p.level = a.level AND p.area_code = a.area_code AND p.year = e.year
),
drawn AS (
    SELECT * EXCLUDE (resource, people), resource AS quantity FROM own
    UNION ALL BY NAME
    SELECT * EXCLUDE (resource, people) REPLACE ([1] AS draws), 'counties' AS quantity
    FROM own WHERE resource = 'facilities'
    UNION ALL BY NAME
    SELECT * EXCLUDE (resource, people) REPLACE (list_transform(draws, lambda n: CAST(n = 0 AS INTEGER)) AS draws),
           'counties_without_facility' AS quantity
    FROM own WHERE resource = 'facilities'
    UNION ALL BY NAME
    SELECT * EXCLUDE (resource, people)
           REPLACE (list_transform(draws, lambda n: CASE n WHEN 0 THEN people ELSE 0 END) AS draws),
           'people without a facility in their county' AS quantity
    FROM own WHERE resource = 'facilities' AND people IS NOT NULL
),
-- the same of the areas above, draw by draw
parent AS (
    SELECT dataset_id, year, quantity, parent_level AS level, parent_code AS area_code,
           list_reduce(list(draws), lambda x, y: list_transform(list_zip(x, y), lambda n: n[1] + n[2])) AS draws
    FROM drawn GROUP BY ALL
),
holder AS (
    SELECT DISTINCT parent_level AS level, parent_code AS area_code, parent_level AS above, parent_code AS code FROM own
    UNION ALL
    SELECT h.level, h.area_code, a.parent_level, a.parent_code
    FROM holder h JOIN area a ON a.level = h.above AND a.area_code = h.code WHERE a.parent_code IS NOT NULL
),
above AS (
    SELECT p.dataset_id, h.above AS level, h.code AS area_code, p.year, p.quantity,
           list_reduce(list(p.draws), lambda x, y: list_transform(list_zip(x, y), lambda n: n[1] + n[2])) AS draws
    FROM parent p JOIN holder h USING (level, area_code) GROUP BY ALL
),
-- of each quantity of an area a list: its draws, or the one number it has
listed (dataset_id, level, area_code, year, quantity, draws) AS (
    SELECT r.dataset_id, r.level, r.area_code, r.year, r.resource, [r.value]
    FROM resource r JOIN dataset d USING (dataset_id) WHERE d.kind <> 'modelled'
    UNION ALL
    SELECT dataset_id, level, area_code, year, 'counties', [counties] FROM absence
    UNION ALL
    SELECT dataset_id, level, area_code, year, 'counties_without_facility', [without] FROM absence
    UNION ALL
    SELECT y.dataset_id, p.level, p.area_code, y.year, 'people', [p.people]
    FROM people_year y JOIN population p ON p.year = y.people_year
    UNION ALL
    SELECT dataset_id, level, area_code, year, 'draws', [len(draws)] FROM own WHERE resource = 'facilities'
    UNION ALL
    SELECT dataset_id, level, area_code, year, 'draws without a facility', [len(list_filter(draws, lambda n: n = 0))]
    FROM own WHERE resource = 'facilities'
    UNION ALL
    SELECT dataset_id, level, area_code, year, quantity, draws FROM drawn
    UNION ALL
    SELECT dataset_id, level, area_code, year, quantity, draws FROM above
),
-- those asked for; one number to divide by leaves the order of the draws as it is
part AS MATERIALIZED (
    SELECT *, CASE WHEN list_count(draws) = len(draws) THEN list_sort(draws) END AS ordered FROM listed
    WHERE quantity = 'people' OR (level, quantity) IN (
        SELECT unnest(string_split(i.levels, ';')), q.quantity
        FROM indicator i, LATERAL (SELECT unnest([i.numerator, i.denominator]) AS quantity) q
    )
),
again AS (
    SELECT v.*, i.denominator, people.draws[1] AS counted_people, CASE
        WHEN i.denominator IS NULL THEN top.ordered
        WHEN len(bottom.draws) = 1 THEN list_transform(top.ordered, lambda n: n * i.scale / nullif(bottom.draws[1], 0))
        ELSE list_sort(list_transform(list_zip(top.draws, bottom.draws), lambda n: n[1] * i.scale / nullif(n[2], 0)))
    END AS draws
    FROM indicator_value v
    JOIN indicator i USING (indicator)
    LEFT JOIN part top ON top.dataset_id = v.dataset_id AND top.level = v.level AND top.area_code = v.area_code
      AND top.year = v.year AND top.quantity = i.numerator
    LEFT JOIN part bottom ON bottom.dataset_id = v.dataset_id AND bottom.level = v.level
      AND bottom.area_code = v.area_code AND bottom.year = v.year AND bottom.quantity = i.denominator
    LEFT JOIN part people ON people.dataset_id = v.dataset_id AND people.level = v.level
      AND people.area_code = v.area_code AND people.year = v.year AND people.quantity = 'people'
),
-- the 5 % quantile, the mean and the 95 % quantile; unknown where any draw is
result AS (
    SELECT * EXCLUDE draws, CASE WHEN len(draws) > 0 AND list_count(draws) = len(draws) THEN [
        draws[(len(draws) * 5 + 99) // 100], list_avg(draws), draws[(len(draws) * 95 + 99) // 100]] END AS recomputed
    FROM again
)
SELECT dataset_id, area_code, level, year, indicator, lower, value, upper, recomputed, people, counted_people
FROM result
WHERE (value IS NULL) <> (recomputed IS NULL) OR abs(value - recomputed[2]) > 1e-9 * abs(value)
   OR people IS DISTINCT FROM counted_people
   -- the range of a probability is over weightings, of which the file has the draws of one
   OR (denominator IS DISTINCT FROM 'draws' AND (abs(lower - recomputed[1]) > 1e-9 * abs(lower)
                                              OR abs(upper - recomputed[3]) > 1e-9 * abs(upper)))
