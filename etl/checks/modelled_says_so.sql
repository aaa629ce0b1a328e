-- every number of a modelled dataset has status modelled, and no other dataset has one.
SELECT v.dataset_id, d.kind, v.area_code, v.level, v.indicator AS what, v.value, v.status
FROM indicator_value v JOIN dataset d USING (dataset_id)
WHERE v.value IS NOT NULL AND (d.kind = 'modelled') <> (v.status = 'modelled')
UNION ALL
SELECT r.dataset_id, d.kind, r.area_code, r.level, r.resource, r.value, r.status
FROM resource r JOIN dataset d USING (dataset_id)
WHERE r.value IS NOT NULL AND (d.kind = 'modelled') <> (r.status = 'modelled')
