WITH
-- 26 is HubSpot's type of the association of a ticket with its primary company.
links AS (
    SELECT l.ticket_id, coalesce(v.new_id, l.company_id) AS company_id,
           bool_or(l.type_id = '26' AND coalesce(l.category, 'HUBSPOT_DEFINED') = 'HUBSPOT_DEFINED')
               AS is_primary
    FROM ticket_company AS l
    LEFT JOIN survivors AS v ON v.old_id = l.company_id
    GROUP BY ALL
),
companies AS (
    SELECT l.ticket_id, count(*) > 1 AS several,
           CASE WHEN any_value(o.several_companies) = 'primary' OR count(*) = 1
               THEN arg_min(
                   l.company_id,
                   (NOT coalesce(l.is_primary, false), length(l.company_id), l.company_id)
               ) END AS company_id
    FROM links AS l
    CROSS JOIN options AS o
    GROUP BY l.ticket_id
),
stale AS (
    SELECT unnest(regexp_extract_all(property_hs_merged_object_ids, '[0-9]+')) AS id FROM ticket
    WHERE property_hs_merged_object_ids IS NOT NULL
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
-- Emails that went out to the customer; of those that came in nothing is asked.
replies AS (
    SELECT l.ticket_id, count(*) AS touches,
           min(e.property_hs_timestamp) FILTER (e.property_hs_timestamp > t.property_createdate)
               AS first_at
    FROM ticket_engagement AS l
    JOIN engagement_email AS e ON e.engagement_id = l.engagement_id
    JOIN ticket AS t ON t.id = l.ticket_id
    CROSS JOIN moment AS m
    WHERE upper(coalesce(e.property_hs_email_direction, e.type)) = 'EMAIL'
      AND e.property_hs_timestamp < m.next_day
    GROUP BY l.ticket_id
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
       CASE o.first_replied_at WHEN 'property' THEN t.property_first_agent_reply_date
                               WHEN 'emails' THEN w.first_at END AS first_replied_at,
       CASE
           WHEN r.is_closed OR (r.is_closed IS NOT NULL AND o.reopened_open = 'last_resolved')
               THEN r.resolved_at
           WHEN r.is_closed IS NULL
                AND (o.reopened_open = 'last_resolved'
                     OR t.property_hs_pipeline_stage IN (FROM closed_stages))
               THEN t.property_closed_date
       END AS resolved_at,
       coalesce(w.touches, 0) AS agent_touches,
       r.reopens,
       t.chosen_reason AS reason,
       t.chosen_product AS product,
       t.chosen_product_area AS product_area,
       t.chosen_complexity AS complexity,
       t.chosen_escalated AS escalated,
       t.chosen_sentiment AS sentiment,
       t.chosen_resolution_type AS resolution_type,
       list_filter([
           CASE WHEN coalesce(t.is_deleted, t.archived) THEN 'deleted' END,
           CASE WHEN t.id IN (FROM stale) THEN 'merged' END,
           CASE WHEN c.several THEN 'several_companies' END,
           CASE WHEN r.reopens > 0 AND NOT r.is_closed THEN 'reopened_open' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.deleted = 'keep' OR NOT coalesce(t.is_deleted, t.archived, false))
           AND (o.merged = 'keep' OR t.id NOT IN (FROM stale)) AS counts
FROM ticket AS t
CROSS JOIN options AS o
LEFT JOIN companies AS c ON c.ticket_id = t.id
LEFT JOIN company AS a ON a.id = c.company_id
LEFT JOIN resolutions AS r ON r.ticket_id = t.id
LEFT JOIN replies AS w ON w.ticket_id = t.id
