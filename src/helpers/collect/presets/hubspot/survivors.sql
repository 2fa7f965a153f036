-- Companies that were merged into others: HubSpot lists them at the one that goes on, which may have
-- been merged into another one itself. What ends at a company that is gone belongs to none.
WITH RECURSIVE
listed AS (
    SELECT unnest(regexp_extract_all(property_hs_merged_object_ids, '[0-9]+')) AS old_id,
           id AS new_id
    FROM company
    WHERE property_hs_merged_object_ids IS NOT NULL
),
followed AS (
    SELECT old_id, new_id FROM listed
    UNION  -- of all pairs each once, so that a circle ends
    SELECT f.old_id, l.new_id
    FROM followed AS f
    JOIN listed AS l ON l.old_id = f.new_id
)
SELECT f.old_id, min(f.new_id) AS new_id
FROM followed AS f
JOIN company AS c ON c.id = f.new_id
WHERE NOT coalesce(c.is_deleted, c.archived, false)
  AND f.new_id NOT IN (SELECT old_id FROM listed)
GROUP BY f.old_id
