WITH
-- Who worked for the company, whatever the role is today: former agents are turned into end users to
-- free a seat. Only agents are assigned tickets; an internal note may also be the answer of somebody
-- who was not asked, so that it speaks only for those who never asked for anything.
agents AS (
    SELECT id FROM "user" WHERE role IN ('agent', 'admin')
    UNION
    SELECT e.id
    FROM (
        SELECT assignee_id AS id FROM ticket
        UNION ALL
        SELECT h.value FROM ticket_field_history AS h CROSS JOIN moment AS m
        WHERE h.field_name = 'assignee_id' AND h.updated < m.next_day
        UNION ALL
        SELECT c.user_id FROM ticket_comment AS c CROSS JOIN moment AS m
        WHERE NOT c.public AND c.created < m.next_day
          AND c.user_id NOT IN (SELECT requester_id FROM ticket WHERE requester_id IS NOT NULL)
    ) AS e
    CROSS JOIN options AS o
    WHERE e.id IS NOT NULL AND o.former_agents <> 'customers'
    UNION
    SELECT u.id
    FROM "user" AS u
    CROSS JOIN options AS o
    WHERE o.former_agents = 'domain'
      AND split_part(lower(u.email), '@', 2) IN (
          SELECT split_part(lower(a.email), '@', 2) FROM "user" AS a
          WHERE a.role IN ('agent', 'admin') AND contains(a.email, '@')
      )
),
known_users AS (SELECT id, role FROM "user"),
comments AS (
    SELECT c.ticket_id, c.created, c.public,
           CASE
               WHEN g.id IS NULL THEN u.id IS NULL AND o.unknown_author = 'agent'
               -- A former agent who asks is a customer.
               WHEN u.role NOT IN ('agent', 'admin') AND c.user_id = t.requester_id THEN false
               ELSE true
           END AS by_agent,
           g.id IS NOT NULL AND u.role NOT IN ('agent', 'admin') AS by_former,
           u.id IS NULL AND g.id IS NULL AS by_unknown,
           list_contains(o.automatic_authors, c.user_id)
               OR coalesce(c.via_source_rel = 'merge', false) AS automatic,
           -- Times of comments have no fractions of a second, those of tickets may.
           date_trunc('second', c.created) < date_trunc('second', t.created_at) AS before_ticket,
           row_number() OVER (PARTITION BY c.ticket_id ORDER BY c.created, c.id) = 1 AS opening
    FROM ticket_comment AS c
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    JOIN ticket AS t ON t.id = c.ticket_id
    LEFT JOIN known_users AS u ON u.id = c.user_id
    LEFT JOIN agents AS g ON g.id = c.user_id
    WHERE c.created < m.next_day
),
customers AS (
    SELECT ticket_id, min(created) AS first_said
    FROM comments
    WHERE public AND NOT by_agent AND NOT automatic
    GROUP BY ticket_id
),
answers AS (
    SELECT c.ticket_id,
           min(c.created) FILTER (
               c.by_agent AND c.public AND NOT c.automatic AND (
                   o.first_reply = 'opening_counts'
                   OR (o.first_reply = 'next_public' AND NOT c.opening)
                   OR (o.first_reply = 'after_customer' AND c.created > s.first_said)
               )
           ) AS first_replied_at,
           count(*) FILTER (
               c.by_agent AND NOT c.automatic
               AND (c.public OR o.touches = 'all_comments')
               AND (o.first_reply = 'opening_counts' OR NOT c.opening)
           ) AS agent_touches,
           min(c.created) FILTER (c.public AND NOT c.automatic) AS first_said,
           bool_or(c.before_ticket) AS imported,
           bool_or(c.by_former) AS by_former,
           bool_or(c.by_unknown AND NOT c.automatic) AS by_unknown,
           bool_or(c.automatic) AS automatic
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
           arg_max(resolves, (updated, resolves)) AS is_resolved,
           arg_max(done, (updated, done)) AS is_done
    FROM steps
    GROUP BY ticket_id
),
-- Hours in which the ticket waited for its customer, until it was last resolved.
waits AS (
    SELECT s.ticket_id,
           sum(epoch(least(s.until, r.resolved_at) - s.updated)) FILTER (
               s.status = 'pending' AND s.updated < r.resolved_at
           ) / 3600 AS hours
    FROM (
        SELECT ticket_id, updated, status,
               lead(updated) OVER (PARTITION BY ticket_id ORDER BY updated, resolves, done, status)
                   AS until
        FROM statuses
    ) AS s
    JOIN resolutions AS r ON r.ticket_id = s.ticket_id
    GROUP BY s.ticket_id
),
-- Tickets that were merged into another one. Zendesk closes them and says so by a tag.
merged AS (
    SELECT ticket_id FROM ticket_tag WHERE tag = 'closed_by_merge'
    UNION
    SELECT unnest(regexp_extract_all(merged_ticket_ids, '[0-9]+')) FROM ticket
    WHERE merged_ticket_ids IS NOT NULL
    UNION
    SELECT h.ticket_id FROM ticket_field_history AS h
    WHERE h.field_name = 'tags' AND contains(h.value, 'closed_by_merge')
),
-- What the history says of each ticket; a field that it never mentions keeps the ticket's value.
fields AS (
    SELECT h.ticket_id,
           bool_or(h.field_name = 'status') AS has_status,
           bool_or(h.field_name = 'status' AND h.value = 'deleted') AS has_deletion,
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
           bool_or(h.field_name = o.product) AS has_product,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = o.product AND h.updated < m.next_day) AS product,
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
),
shown AS (
    SELECT t.id AS ticket_id,
           CASE WHEN o.account_id = 'id' THEN t.organization_id ELSE g.chosen_account_id END
               AS account_id,
           CASE WHEN o.imported = 'first_comment' THEN least(t.created_at, a.first_said)
                ELSE t.created_at END AS opened_at,
           CASE
               WHEN o.imported = 'first_comment'
                    OR date_trunc('second', a.first_replied_at) < date_trunc('second', t.created_at)
                   THEN CASE o.imported WHEN 'first_comment' THEN a.first_replied_at
                                        WHEN 'at_opening' THEN t.created_at END
               ELSE greatest(a.first_replied_at, CASE WHEN a.first_replied_at IS NOT NULL
                                                      THEN t.created_at END)
           END AS first_replied_at,
           CASE
               WHEN f.has_status AND (r.is_resolved OR o.reopened_open = 'last_resolved')
                   THEN r.resolved_at
               WHEN f.has_status THEN NULL
               WHEN o.no_history = 'updated_at' AND (
                   t.status = 'closed' OR (t.status = 'solved' AND o.resolved_by = 'solved')
               ) THEN t.updated_at
           END AS resolved_at,
           a.agent_touches,
           CASE WHEN f.has_status AND r.is_resolved THEN coalesce(w.hours, 0) END AS waiting_hours,
           CASE WHEN f.has_status THEN coalesce(r.reopens, 0) END AS reopens,
           CASE WHEN f.has_reason THEN f.reason ELSE t.chosen_reason END AS reason,
           CASE WHEN f.has_product_area THEN f.product_area ELSE t.chosen_product_area END
               AS product_area,
           CASE WHEN f.has_product THEN f.product ELSE t.chosen_product END AS product,
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
           END AS csat,
           a.imported, a.by_former, a.by_unknown, a.automatic, f.has_status,
           -- Merged by then: what was merged later was closed later.
           x.ticket_id IS NOT NULL AND (
               CASE WHEN f.has_status THEN coalesce(r.is_done, false)
                    ELSE t.status IN ('solved', 'closed') END
           ) AS is_merged,
           -- Where no history says when, a deletion was the last that happened to the ticket.
           CASE WHEN f.has_deletion THEN coalesce(f.deleted, false)
                ELSE coalesce(t.status IN ('deleted', 'suspended'), false)
                     AND coalesce(t.updated_at < m.next_day, true) END AS is_deleted,
           coalesce(t.via_channel = 'side_conversation', false) AS is_side,
           coalesce(q.suspended AND q.role = 'end-user' AND z.id IS NULL, false) AS is_suspended
    FROM ticket AS t
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    LEFT JOIN organization AS g ON g.id = t.organization_id
    LEFT JOIN answers AS a ON a.ticket_id = t.id
    LEFT JOIN resolutions AS r ON r.ticket_id = t.id
    LEFT JOIN waits AS w ON w.ticket_id = t.id
    LEFT JOIN fields AS f ON f.ticket_id = t.id
    LEFT JOIN merged AS x ON x.ticket_id = t.id
    LEFT JOIN "user" AS q ON q.id = t.requester_id
    LEFT JOIN agents AS z ON z.id = q.id
)
SELECT s.* EXCLUDE (imported, by_former, by_unknown, automatic, has_status,
                    is_merged, is_deleted, is_side, is_suspended),
       list_filter([
           CASE WHEN s.is_merged THEN 'merged' END,
           CASE WHEN s.is_deleted THEN 'deleted' END,
           CASE WHEN s.is_side THEN 'side_conversations' END,
           CASE WHEN s.is_suspended THEN 'suspended_requesters' END,
           CASE WHEN s.imported THEN 'imported' END,
           CASE WHEN s.by_former THEN 'former_agents' END,
           CASE WHEN s.by_unknown THEN 'unknown_author' END,
           CASE WHEN s.automatic THEN 'automatic_authors' END,
           CASE WHEN s.has_status IS NULL THEN 'no_history' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.merged = 'keep' OR NOT s.is_merged)
           AND (o.deleted = 'keep' OR NOT s.is_deleted)
           AND (o.side_conversations = 'keep' OR NOT s.is_side)
           AND (o.suspended_requesters = 'keep' OR NOT s.is_suspended) AS counts
FROM shown AS s
CROSS JOIN options AS o
