-- Each account that a record may name, by the key of its identifier: an account that was merged into
-- another one is that one, or the one that this was merged into in its turn.
WITH RECURSIVE
followed AS (
    SELECT record_key, master_key FROM account WHERE is_deleted AND master_key IS NOT NULL
    UNION  -- of all pairs each once, so that a circle ends
    SELECT f.record_key, a.master_key
    FROM followed AS f
    JOIN account AS a ON a.record_key = f.master_key
    WHERE a.is_deleted AND a.master_key IS NOT NULL
)
SELECT a.record_key, coalesce(s.id, a.id) AS id, s.id IS NOT NULL AS was_merged,
       coalesce(s.chosen_account_id, a.chosen_account_id) AS account_id
FROM account AS a
LEFT JOIN (
    SELECT f.record_key, s.id, s.chosen_account_id
    FROM followed AS f
    JOIN account AS s ON s.record_key = f.master_key AND NOT coalesce(s.is_deleted, false)
) AS s ON s.record_key = a.record_key
