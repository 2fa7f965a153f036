WITH
-- 5 is HubSpot's type of the association of a deal with its primary company.
companies AS (
    SELECT l.deal_id,
           CASE WHEN any_value(o.several_companies) = 'primary' OR count(DISTINCT l.company_id) = 1
               THEN arg_min(
                   l.company_id,
                   (coalesce(l.type_id, '') <> '5', length(l.company_id), l.company_id)
               ) END AS company_id
    FROM deal_company AS l
    CROSS JOIN options AS o
    GROUP BY l.deal_id
),
first_won AS (
    SELECT c.company_id, min(d.property_closedate) AS won_on
    FROM deal AS d
    JOIN deal_pipeline_stage AS s ON s.stage_id = d.deal_pipeline_stage_id AND s.closed_won
    JOIN companies AS c ON c.deal_id = d.deal_id
    WHERE NOT coalesce(d.is_deleted, false)
    GROUP BY c.company_id
)
SELECT a.chosen_account_id AS account_id,
       CASE WHEN o.won_on = 'first_won' THEN w.won_on ELSE a.chosen_won_on END AS won_on,
       a.property_name AS name,
       a.chosen_churned_on AS churned_on,
       a.chosen_account_type AS account_type,
       p.chosen_account_id AS parent_id,
       k.* EXCLUDE (kept_id)
FROM company AS a
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = a.id
LEFT JOIN first_won AS w ON w.company_id = a.id
LEFT JOIN company AS p ON p.id = a.property_hs_parent_company_id
WHERE (o.deleted = 'keep' OR NOT coalesce(a.is_deleted, false))
  AND (o.won_on <> 'first_won' OR w.won_on IS NOT NULL)
