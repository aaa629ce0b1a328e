-- the pack says which country this is: an id, a name, a name for the whole, levels, a note on borders, its own area.
SELECT wanted.key FROM (VALUES ('pack'), ('code'), ('levels'), ('names'), ('whole'), ('boundaries')) wanted (key)
WHERE NOT EXISTS (SELECT 1 FROM pack p WHERE p.key = wanted.key AND coalesce(p.value, '""') <> '""')
UNION ALL
SELECT p.value FROM pack p WHERE p.key = 'code'
  AND NOT EXISTS (SELECT 1 FROM area a WHERE a.level = 'country' AND a.area_code = json_extract_string(p.value, '$'))
