-- every benchmark has a value, a unit, a statistic, a year, a definition and words on how it compares.
SELECT * FROM benchmark
WHERE value IS NULL OR coalesce(unit, '') = '' OR coalesce(statistic, '') = '' OR coalesce(year, '') = ''
   OR coalesce(definition, '') = '' OR coalesce(comparability, '') = ''
   OR (is_listed AND (coalesce(label_zh, '') = '' OR coalesce(label_en, '') = '' OR rank IS NULL))
