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
won_deals AS (
    SELECT d.*,
           CASE WHEN o.account_id = 'id' THEN c.company_id ELSE a.chosen_account_id END
               AS account_id
    FROM deal AS d
    CROSS JOIN options AS o
    LEFT JOIN companies AS c ON c.deal_id = d.deal_id
    LEFT JOIN company AS a ON a.id = c.company_id
    WHERE d.deal_pipeline_stage_id IN (SELECT stage_id FROM deal_pipeline_stage WHERE closed_won)
      AND NOT coalesce(d.is_deleted, false)
      AND (len(o.types) = 0 OR list_contains(o.types, d.property_dealtype))
)
SELECT d.deal_id AS order_id,
       d.account_id,
       d.chosen_ordered_on AS ordered_on,
       d.chosen_amount AS amount,
       upper(d.property_deal_currency_code) AS currency
FROM won_deals AS d
