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
),
won AS (
    SELECT d.account_id,
           d.chosen_starts_on AS starts_on,
           CASE
               WHEN o.ends_on = 'open' THEN NULL
               ELSE coalesce(
                   d.chosen_ends_on,
                   (d.chosen_starts_on + to_months(o.term_months::INTEGER))::DATE - 1
               )
           END AS ends_on,
           d.chosen_amount AS amount,
           d.chosen_product AS product,
           upper(d.property_deal_currency_code) AS currency
    FROM won_deals AS d
    CROSS JOIN options AS o
),
measured AS (
    SELECT *,
           round((ends_on - starts_on + 1) / (365.25 / 12)) AS months,
           -- Two contracts of the same day do not replace one another.
           min(starts_on) OVER (
               PARTITION BY account_id ORDER BY starts_on
               RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING
           ) AS next_starts_on
    FROM won
)
SELECT m.account_id,
       m.starts_on,
       CASE
           WHEN o.successive = 'add' OR m.next_starts_on IS NULL THEN m.ends_on
           ELSE least(coalesce(m.ends_on, m.next_starts_on - 1), m.next_starts_on - 1)
       END AS ends_on,
       round(CASE o.amount_period
           WHEN 'year' THEN m.amount / 12
           WHEN 'month' THEN m.amount
           ELSE m.amount / nullif(m.months, 0)
       END, 6) AS mrr,
       m.product,
       m.ends_on + 1 AS renews_on,
       m.currency
FROM measured AS m
CROSS JOIN options AS o
