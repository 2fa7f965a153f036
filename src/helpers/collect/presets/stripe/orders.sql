WITH
-- Invoices of a subscription, and what they hold that is none of it: lines of their own that no
-- proration made.
subscription_invoices AS (
    SELECT i.id, i.charge_id, i.payment_intent_id,
           least(coalesce(x.once, 0), 1) AS once
    FROM invoice AS i
    LEFT JOIN (
        SELECT invoice_id,
               sum(amount) FILTER (type = 'invoiceitem' AND NOT coalesce(proration, false))
                   / nullif(sum(amount), 0) AS once
        FROM invoice_line_item
        GROUP BY invoice_id
    ) AS x ON x.invoice_id = i.id
    WHERE i.subscription_id IS NOT NULL OR starts_with(i.billing_reason, 'subscription')
),
paid_invoices AS (
    SELECT g.id AS charge_id, max(i.once) AS once
    FROM charge AS g
    JOIN subscription_invoices AS i
      ON i.id = g.invoice_id OR i.charge_id = g.id OR i.payment_intent_id = g.payment_intent_id
    GROUP BY g.id
),
charges AS (
    SELECT g.id, g.customer_id, g.created, lower(g.currency) AS currency,
           coalesce(g.amount_captured, g.amount) AS amount,
           coalesce(g.amount_refunded, 0) AS refunded,
           -- The share of the payment that is an order.
           CASE o.subscription_payments
               WHEN 'leave_out' THEN coalesce(s.once, CASE WHEN s.charge_id IS NULL THEN 1 ELSE 0 END)
               WHEN 'leave_out_invoiced' THEN CASE WHEN g.invoice_id IS NULL THEN 1 ELSE 0 END
               ELSE 1
           END AS share,
           CASE WHEN o.subscription_payments = 'leave_out_invoiced' THEN g.invoice_id IS NOT NULL
                ELSE s.charge_id IS NOT NULL END AS of_subscription,
           coalesce(g.livemode, true) AS is_live,
           coalesce(g.disputed, false) AS is_disputed
    FROM charge AS g
    CROSS JOIN options AS o
    LEFT JOIN paid_invoices AS s ON s.charge_id = g.id
    WHERE g.status = 'succeeded' AND coalesce(g.captured, true)
),
payments AS (
    SELECT id, customer_id, created, currency, share, of_subscription, is_live,
           amount - CASE WHEN o.refunds = 'charge_amount' THEN refunded ELSE 0 END AS amount,
           true AS counts,
           list_filter([
               CASE WHEN o.refunds = 'charge_amount' AND refunded > 0 THEN 'refunds' END,
               CASE WHEN o.disputes = 'ignore' AND is_disputed THEN 'disputes' END
           ], lambda x: x IS NOT NULL) AS touched
    FROM charges
    CROSS JOIN options AS o
    UNION ALL
    SELECT r.id, g.customer_id,
           CASE WHEN o.refunds = 'charge_date' THEN g.created ELSE r.created END,
           g.currency, g.share, g.of_subscription, g.is_live, -r.amount,
           o.refunds IN ('refund_date', 'charge_date'), ['refunds']
    FROM refund AS r
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    JOIN charges AS g ON g.id = r.charge_id
    WHERE r.created < m.next_day AND coalesce(r.status, 'succeeded') = 'succeeded'
    UNION ALL
    -- The bank takes the amount back when a payment is disputed, and returns it with a case won.
    SELECT d.id, g.customer_id, d.created, coalesce(lower(d.currency), g.currency), g.share,
           g.of_subscription, g.is_live, -d.amount,
           o.disputes = 'lost_and_open' OR (o.disputes = 'lost' AND d.status = 'lost'),
           ['disputes']
    FROM dispute AS d
    CROSS JOIN options AS o
    CROSS JOIN moment AS m
    JOIN charges AS g ON g.id = d.charge_id
    WHERE d.created < m.next_day
      AND (d.status = 'lost' OR d.status IN ('needs_response', 'under_review'))
)
SELECT p.id AS order_id,
       CASE WHEN o.account_id = 'id' THEN p.customer_id ELSE c.chosen_account_id END AS account_id,
       p.created::DATE AS ordered_on,
       p.amount * CASE WHEN p.share > 0 THEN p.share ELSE 1 END
           / CASE WHEN list_contains(o.zero_decimal, p.currency) THEN 1
                  WHEN list_contains(o.three_decimal, p.currency) THEN 1000
                  ELSE 100 END AS amount,
       upper(p.currency) AS currency,
       list_concat(p.touched, list_filter([
           CASE WHEN p.of_subscription THEN 'subscription_payments' END,
           CASE WHEN NOT p.is_live THEN 'test_mode' END
       ], lambda x: x IS NOT NULL)) AS touched,
       p.counts AND p.share > 0 AND (o.test_mode = 'keep' OR p.is_live) AS counts
FROM payments AS p
CROSS JOIN options AS o
LEFT JOIN customer AS c ON c.id = p.customer_id
