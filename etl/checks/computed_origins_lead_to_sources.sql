-- every part of a computed origin is a source itself.
SELECT p.origin_id, p.part_id FROM origin_part p
LEFT JOIN origin o ON o.origin_id = p.part_id
WHERE o.origin_id IS NULL OR EXISTS (SELECT 1 FROM origin_part q WHERE q.origin_id = p.part_id)
