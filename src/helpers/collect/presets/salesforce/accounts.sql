WITH
first_won AS (
    SELECT account_id, min(close_date) AS won_on
    FROM opportunity
    WHERE is_won AND NOT coalesce(is_deleted, false)
    GROUP BY account_id
)
SELECT a.chosen_account_id AS account_id,
       CASE WHEN o.won_on = 'first_won' THEN w.won_on ELSE a.chosen_won_on END AS won_on,
       a.name,
       a.chosen_churned_on AS churned_on,
       a.chosen_account_type AS account_type,
       p.chosen_account_id AS parent_id,
       k.* EXCLUDE (kept_id)
FROM account AS a
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = a.id
LEFT JOIN first_won AS w ON w.account_id = a.id
LEFT JOIN account AS p ON p.id = a.parent_id
WHERE (o.deleted = 'keep' OR NOT coalesce(a.is_deleted, false))
  AND (o.won_on <> 'first_won' OR w.won_on IS NOT NULL)
