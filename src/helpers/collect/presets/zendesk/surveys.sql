WITH
ratings AS (
    SELECT h.ticket_id,
           min(h.updated) FILTER (h.field_name = 'satisfaction_score') AS asked_at,
           max(h.updated) FILTER (
               h.field_name = 'satisfaction_score'
               AND lower(h.value) NOT IN ('offered', 'unoffered')
           ) AS answered_at,
           arg_max(h.value, h.updated) FILTER (
               h.field_name = 'satisfaction_score'
               AND lower(h.value) NOT IN ('offered', 'unoffered')
           ) AS rating,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = 'satisfaction_reason_code') AS reason,
           arg_max_null(h.value, h.updated)
               FILTER (h.field_name = 'satisfaction_comment') AS comment
    FROM ticket_field_history AS h
    CROSS JOIN moment AS m
    WHERE h.updated < m.next_day AND lower(coalesce(h.value, '')) <> 'unoffered'
    GROUP BY h.ticket_id
)
SELECT CASE WHEN o.account_id = 'id' THEN t.organization_id ELSE g.chosen_account_id END
           AS account_id,
       -- One person may rate several tickets on one day.
       t.id AS survey_id,
       'after a ticket' AS moment,
       t.chosen_product AS product,
       t.requester_id AS contact,
       'csat' AS kind,
       CASE
           WHEN o.csat_scale = 'good_bad' AND lower(r.rating) = 'good' THEN '5'
           WHEN o.csat_scale = 'good_bad' AND lower(r.rating) = 'bad' THEN '1'
           WHEN o.csat_scale = 'good_bad' THEN 'not good or bad: ' || r.rating
           ELSE r.rating
       END AS score,
       r.asked_at::DATE AS asked_on,
       r.answered_at::DATE AS responded_on,
       r.reason,
       r.comment
FROM ratings AS r
CROSS JOIN options AS o
JOIN ticket AS t ON t.id = r.ticket_id
LEFT JOIN organization AS g ON g.id = t.organization_id
WHERE r.asked_at IS NOT NULL
