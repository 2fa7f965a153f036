WITH
first_won AS (
    SELECT a.id, min(p.close_date) AS won_on
    FROM opportunity AS p
    CROSS JOIN options AS o
    JOIN owners AS a ON a.record_key = p.account_key
    JOIN standing AS w ON w.id = p.id
    WHERE w.is_won
      AND (o.deleted_deals = 'keep' OR NOT coalesce(p.is_deleted, false))
    GROUP BY a.id
)
SELECT a.chosen_account_id AS account_id,
       CASE WHEN o.won_on = 'first_won' THEN w.won_on ELSE a.chosen_won_on END AS won_on,
       a.name,
       a.chosen_churned_on AS churned_on,
       a.chosen_churn_reason AS churn_reason,
       a.chosen_account_type AS account_type,
       a.chosen_owner AS owner,
       p.account_id AS parent_id,
       k.* EXCLUDE (kept_id),
       list_filter([
           CASE WHEN a.is_deleted THEN 'deleted' END,
           CASE WHEN o.won_on = 'first_won' AND w.won_on IS NULL THEN 'won_on' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.deleted = 'keep' OR NOT coalesce(a.is_deleted, false))
           AND (o.won_on <> 'first_won' OR w.won_on IS NOT NULL) AS counts
FROM account AS a
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = a.id
LEFT JOIN first_won AS w ON w.id = a.id
LEFT JOIN owners AS p ON p.record_key = a.parent_key AND p.id <> a.id
