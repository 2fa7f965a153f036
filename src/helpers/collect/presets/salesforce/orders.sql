-- A draft is no order: it counts from its activation on.
SELECT d.id AS order_id,
       CASE WHEN o.account_id = 'id' THEN coalesce(a.id, d.account_id) ELSE a.account_id END
           AS account_id,
       d.chosen_ordered_on AS ordered_on,
       CASE WHEN d.is_reduction_order AND o.reductions = 'negative' THEN -abs(d.total_amount)
            ELSE d.total_amount END AS amount,
       upper(d.currency_iso_code) AS currency,
       list_filter([
           CASE WHEN d.is_deleted THEN 'deleted_deals' END,
           CASE WHEN d.is_reduction_order THEN 'reductions' END
       ], lambda x: x IS NOT NULL) AS touched,
       o.deleted_deals = 'keep' OR NOT coalesce(d.is_deleted, false) AS counts
FROM "order" AS d
CROSS JOIN options AS o
CROSS JOIN moment AS m
LEFT JOIN owners AS a ON a.record_key = d.account_key
WHERE d.activated_date < m.next_day
