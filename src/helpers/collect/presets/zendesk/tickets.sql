WITH
comments AS (
    SELECT c.ticket_id, c.created, c.public,
           coalesce(u.role IN ('agent', 'admin'), o.unknown_author = 'agent') AS by_agent,
           row_number() OVER (PARTITION BY c.ticket_id ORDER BY c.created, c.id) = 1 AS opening
    FROM ticket_comment AS c
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    LEFT JOIN "user" AS u ON u.id = c.user_id
    WHERE c.created < m.next_day
),
customers AS (
    SELECT ticket_id, min(created) AS first_said
    FROM comments
    WHERE public AND NOT by_agent
    GROUP BY ticket_id
),
answers AS (
    SELECT c.ticket_id,
           min(c.created) FILTER (
               c.by_agent AND c.public AND (
                   o.first_reply = 'opening_counts'
                   OR (o.first_reply = 'next_public' AND NOT c.opening)
                   OR (o.first_reply = 'after_customer' AND c.created > s.first_said)
               )
           ) AS first_replied_at,
           count(*) FILTER (
               c.by_agent
               AND (c.public OR o.touches = 'all_comments')
               AND (o.first_reply = 'opening_counts' OR NOT c.opening)
           ) AS agent_touches
    FROM comments AS c
    CROSS JOIN options AS o
    LEFT JOIN customers AS s USING (ticket_id)
    GROUP BY c.ticket_id
),
-- The statuses in their order; the same change may be exported twice.
statuses AS (
    SELECT DISTINCT h.ticket_id, h.updated, h.value AS status,
           h.value IN ('solved', 'closed') AS done,
           h.value = 'closed' OR (h.value = 'solved' AND o.resolved_by = 'solved') AS resolves
    FROM ticket_field_history AS h
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    WHERE h.field_name = 'status' AND h.value <> 'deleted' AND h.updated < m.next_day
),
steps AS (
    SELECT *,
           coalesce(lag(done) OVER in_order, false) AS was_done,
           coalesce(lag(resolves) OVER in_order, false) AS had_resolved
    FROM statuses
    WINDOW in_order AS (PARTITION BY ticket_id ORDER BY updated, resolves, done, status)
),
resolutions AS (
    SELECT ticket_id,
           max(updated) FILTER (resolves AND NOT had_resolved) AS resolved_at,
           count(*) FILTER (was_done AND NOT done) AS reopens,
           arg_max(resolves, (updated, resolves)) AS is_resolved
    FROM steps
    GROUP BY ticket_id
),
-- What the history says of each ticket; a field that it never mentions keeps the ticket's value.
fields AS (
    SELECT h.ticket_id,
           bool_or(h.field_name = 'status') AS has_status,
           arg_max(h.value, h.updated)
               FILTER (h.field_name = 'status' AND h.updated < m.next_day) = 'deleted' AS deleted,
           arg_max(h.value, h.updated) FILTER (
               h.field_name = 'satisfaction_score' AND h.updated < m.next_day
               AND lower(h.value) NOT IN ('offered', 'unoffered')
           ) AS rating,
           bool_or(h.field_name = o.reason) AS has_reason,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.reason AND h.updated < m.next_day) AS reason,
           bool_or(h.field_name = o.product_area) AS has_product_area,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.product_area AND h.updated < m.next_day) AS product_area,
           bool_or(h.field_name = o.complexity) AS has_complexity,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.complexity AND h.updated < m.next_day) AS complexity,
           bool_or(h.field_name = o.escalated) AS has_escalated,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.escalated AND h.updated < m.next_day) AS escalated,
           bool_or(h.field_name = o.sentiment) AS has_sentiment,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.sentiment AND h.updated < m.next_day) AS sentiment,
           bool_or(h.field_name = o.resolution_type) AS has_resolution_type,
           arg_max_null(h.value, h.updated) FILTER (
               h.field_name = o.resolution_type AND h.updated < m.next_day
           ) AS resolution_type
    FROM ticket_field_history AS h
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    GROUP BY h.ticket_id
)
SELECT t.id AS ticket_id,
       CASE WHEN o.account_id = 'id' THEN t.organization_id ELSE g.chosen_account_id END
           AS account_id,
       t.created_at AS opened_at,
       a.first_replied_at,
       CASE
           WHEN f.has_status AND (r.is_resolved OR o.reopened_open = 'last_resolved')
               THEN r.resolved_at
           WHEN f.has_status THEN NULL
           WHEN o.no_history = 'updated_at' AND (
               t.status = 'closed' OR (t.status = 'solved' AND o.resolved_by = 'solved')
           ) THEN t.updated_at
       END AS resolved_at,
       a.agent_touches,
       CASE WHEN f.has_status THEN coalesce(r.reopens, 0) END AS reopens,
       CASE WHEN f.has_reason THEN f.reason ELSE t.chosen_reason END AS reason,
       CASE WHEN f.has_product_area THEN f.product_area ELSE t.chosen_product_area END
           AS product_area,
       CASE WHEN f.has_complexity THEN f.complexity ELSE t.chosen_complexity END AS complexity,
       CASE WHEN f.has_escalated THEN f.escalated ELSE t.chosen_escalated END AS escalated,
       CASE WHEN f.has_sentiment THEN f.sentiment ELSE t.chosen_sentiment END AS sentiment,
       CASE WHEN f.has_resolution_type THEN f.resolution_type ELSE t.chosen_resolution_type END
           AS resolution_type,
       CASE
           WHEN o.csat_scale = 'good_bad' AND lower(f.rating) = 'good' THEN '5'
           WHEN o.csat_scale = 'good_bad' AND lower(f.rating) = 'bad' THEN '1'
           WHEN o.csat_scale = 'good_bad' THEN 'not good or bad: ' || f.rating
           ELSE f.rating
       END AS csat
FROM ticket AS t
CROSS JOIN options AS o
LEFT JOIN organization AS g ON g.id = t.organization_id
LEFT JOIN answers AS a ON a.ticket_id = t.id
LEFT JOIN resolutions AS r ON r.ticket_id = t.id
LEFT JOIN fields AS f ON f.ticket_id = t.id
WHERE o.deleted = 'keep'
   OR NOT CASE WHEN f.has_status THEN coalesce(f.deleted, false)
               ELSE coalesce(t.status = 'deleted', false) END
