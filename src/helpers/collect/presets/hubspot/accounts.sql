WITH
first_won AS (
    SELECT company_id, min(property_closedate) AS won_on
    FROM won_deals
    WHERE counts
    GROUP BY company_id
)
SELECT a.chosen_account_id AS account_id,
       CASE WHEN o.won_on = 'first_won' THEN w.won_on ELSE a.chosen_won_on END AS won_on,
       a.property_name AS name,
       a.chosen_churned_on AS churned_on,
       a.chosen_churn_reason AS churn_reason,
       a.chosen_account_type AS account_type,
       a.chosen_owner AS owner,
       p.chosen_account_id AS parent_id,
       k.* EXCLUDE (kept_id),
       list_filter([
           CASE WHEN coalesce(a.is_deleted, a.archived) THEN 'deleted' END,
           CASE WHEN a.id IN (SELECT old_id FROM survivors) THEN 'merged' END,
           CASE WHEN o.won_on = 'first_won' AND w.won_on IS NULL THEN 'won_on' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.deleted = 'keep' OR NOT coalesce(a.is_deleted, a.archived, false))
           AND (o.merged = 'keep' OR a.id NOT IN (SELECT old_id FROM survivors))
           AND (o.won_on <> 'first_won' OR w.won_on IS NOT NULL) AS counts
FROM company AS a
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = a.id
LEFT JOIN first_won AS w ON w.company_id = a.id
LEFT JOIN survivors AS v ON v.old_id = a.property_hs_parent_company_id
LEFT JOIN company AS p ON p.id = coalesce(v.new_id, a.property_hs_parent_company_id)
