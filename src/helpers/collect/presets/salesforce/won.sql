-- Won opportunities. Where only today's row says that one is won, it was on its close date: one
-- that closed after the as-of date was open then, wherever its contract starts.
SELECT CASE WHEN o.account_id = 'id' THEN coalesce(a.id, p.account_id) ELSE a.account_id END
           AS account_id,
       p.id AS deal_id,
       p.chosen_starts_on AS starts_on,
       p.chosen_ends_on AS given_end,
       p.chosen_amount AS amount,
       p.chosen_product AS product,
       upper(p.currency_iso_code) AS currency,
       p.type AS kind,
       list_filter([
           CASE WHEN p.is_deleted THEN 'deleted_deals' END,
           CASE WHEN a.was_merged THEN 'account_id' END,
           CASE WHEN len(o.types) > 0 AND NOT coalesce(list_contains(o.types, p.type), false)
                THEN 'types' END,
           CASE WHEN d.later THEN 'starts_on' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.deleted_deals = 'keep' OR NOT coalesce(p.is_deleted, false))
           AND (len(o.types) = 0 OR coalesce(list_contains(o.types, p.type), false))
           AND NOT d.later AS counts
FROM opportunity AS p
CROSS JOIN options AS o
CROSS JOIN moment AS m
CROSS JOIN LATERAL (
    SELECT NOT list_contains(o.past_states, CASE WHEN len(o.won_stages) > 0
                                 THEN 'opportunity.stage_name' ELSE 'opportunity.is_won' END)
           AND coalesce(p.close_date >= m.next_day::DATE AND p.chosen_starts_on < m.next_day::DATE,
                        false) AS later
) AS d
JOIN standing AS w ON w.id = p.id
LEFT JOIN owners AS a ON a.record_key = p.account_key
WHERE w.is_won
