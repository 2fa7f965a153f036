-- A draft is no order: it counts from its activation on.
SELECT d.id AS order_id,
       CASE WHEN o.account_id = 'id' THEN d.account_id ELSE a.chosen_account_id END AS account_id,
       d.chosen_ordered_on AS ordered_on,
       CASE WHEN d.is_reduction_order AND o.reductions = 'negative' THEN -abs(d.total_amount)
            ELSE d.total_amount END AS amount,
       upper(d.currency_iso_code) AS currency
FROM "order" AS d
CROSS JOIN options AS o
CROSS JOIN moment AS m
LEFT JOIN account AS a ON a.id = d.account_id
WHERE d.activated_date < m.next_day AND NOT coalesce(d.is_deleted, false)
