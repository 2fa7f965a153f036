WITH
charges AS (
    SELECT g.id, g.customer_id, g.created, lower(g.currency) AS currency,
           coalesce(g.amount_captured, g.amount) AS amount
    FROM charge AS g
    CROSS JOIN options AS o
    WHERE g.status = 'succeeded' AND coalesce(g.captured, true)
      AND (o.test_mode = 'keep' OR coalesce(g.livemode, true))
),
payments AS (
    SELECT id, customer_id, created, currency, amount FROM charges
    UNION ALL
    SELECT r.id, g.customer_id,
           CASE WHEN o.refunds = 'charge_date' THEN g.created ELSE r.created END,
           g.currency, -r.amount
    FROM refund AS r
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    JOIN charges AS g ON g.id = r.charge_id
    WHERE o.refunds <> 'ignore' AND r.created < m.next_day
      AND coalesce(r.status, 'succeeded') = 'succeeded'
)
SELECT p.id AS order_id,
       CASE WHEN o.account_id = 'id' THEN p.customer_id ELSE c.chosen_account_id END AS account_id,
       p.created::DATE AS ordered_on,
       p.amount / CASE WHEN list_contains(o.zero_decimal, p.currency) THEN 1
                       WHEN list_contains(o.three_decimal, p.currency) THEN 1000
                       ELSE 100 END AS amount,
       upper(p.currency) AS currency
FROM payments AS p
CROSS JOIN options AS o
LEFT JOIN customer AS c ON c.id = p.customer_id
