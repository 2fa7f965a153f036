WITH
-- 26 is HubSpot's type of the association of a ticket with its primary company.
companies AS (
    SELECT l.ticket_id,
           CASE WHEN any_value(o.several_companies) = 'primary' OR count(DISTINCT l.company_id) = 1
               THEN arg_min(
                   l.company_id,
                   (coalesce(l.type_id, '') <> '26', length(l.company_id), l.company_id)
               ) END AS company_id
    FROM ticket_company AS l
    CROSS JOIN options AS o
    GROUP BY l.ticket_id
),
closed_stages AS (
    SELECT stage_id FROM ticket_pipeline_stage WHERE is_closed
),
stages AS (
    SELECT DISTINCT h.ticket_id, h.timestamp_instant AS entered_at,
           h.value IN (FROM closed_stages) AS closed
    FROM ticket_property_history AS h
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    WHERE o.history = 'use' AND h.name = 'hs_pipeline_stage'
      AND h.timestamp_instant < m.next_day
),
steps AS (
    SELECT *, coalesce(lag(closed) OVER (PARTITION BY ticket_id ORDER BY entered_at, closed), false)
               AS was_closed
    FROM stages
),
resolutions AS (
    SELECT ticket_id,
           max(entered_at) FILTER (closed AND NOT was_closed) AS resolved_at,
           count(*) FILTER (was_closed AND NOT closed) AS reopens,
           arg_max(closed, (entered_at, closed)) AS is_closed
    FROM steps
    GROUP BY ticket_id
)
SELECT t.id AS ticket_id,
       CASE WHEN o.account_id = 'id' THEN c.company_id ELSE a.chosen_account_id END AS account_id,
       t.property_createdate AS opened_at,
       t.property_first_agent_reply_date AS first_replied_at,
       CASE
           WHEN r.is_closed OR (r.is_closed IS NOT NULL AND o.reopened_open = 'last_resolved')
               THEN r.resolved_at
           WHEN r.is_closed IS NULL
                AND (o.reopened_open = 'last_resolved'
                     OR t.property_hs_pipeline_stage IN (FROM closed_stages))
               THEN t.property_closed_date
       END AS resolved_at,
       r.reopens,
       t.chosen_reason AS reason,
       t.chosen_product_area AS product_area,
       t.chosen_complexity AS complexity,
       t.chosen_escalated AS escalated,
       t.chosen_sentiment AS sentiment,
       t.chosen_resolution_type AS resolution_type
FROM ticket AS t
CROSS JOIN options AS o
LEFT JOIN companies AS c ON c.ticket_id = t.id
LEFT JOIN company AS a ON a.id = c.company_id
LEFT JOIN resolutions AS r ON r.ticket_id = t.id
WHERE NOT coalesce(t.is_deleted, false)
