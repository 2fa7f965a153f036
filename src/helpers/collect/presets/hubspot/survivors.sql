-- Companies that were merged into others: HubSpot lists them at the one that goes on.
SELECT unnest(regexp_extract_all(property_hs_merged_object_ids, '[0-9]+')) AS old_id,
       id AS new_id
FROM company
WHERE property_hs_merged_object_ids IS NOT NULL AND NOT coalesce(is_deleted, archived, false)
