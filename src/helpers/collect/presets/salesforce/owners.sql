-- Each account that a record may name, by the key of its identifier: an account that was merged
-- into another one is that one.
SELECT a.record_key, coalesce(s.id, a.id) AS id, s.id IS NOT NULL AS was_merged,
       coalesce(s.chosen_account_id, a.chosen_account_id) AS account_id
FROM account AS a
LEFT JOIN account AS s
  ON a.is_deleted AND s.record_key = a.master_key AND NOT coalesce(s.is_deleted, false)
