WITH
-- Plans and recurring prices share their identifiers; a plan is the older form of a price.
tariffs AS (
    SELECT id, amount, lower(currency) AS currency, "interval" AS unit, interval_count AS units,
           usage_type, nickname, product_id, transform_usage_divide_by AS package,
           transform_usage_round AS rounding
    FROM plan
    UNION ALL
    SELECT id, coalesce(unit_amount_decimal, unit_amount), lower(currency), recurring_interval,
           recurring_interval_count, recurring_usage_type, nickname, product_id,
           transform_quantity_divide_by, transform_quantity_round
    FROM price
    WHERE id NOT IN (SELECT id FROM plan)
),
periods AS (
    SELECT s.id, s.customer_id,
           CASE WHEN o.trials = 'not_revenue' THEN greatest(s.chosen_starts_on, s.trial_end)
                ELSE s.chosen_starts_on END AS begins,
           CASE WHEN o.cancelled = 'request' AND s.canceled_at IS NOT NULL
                THEN least(s.canceled_at, s.ended_at)
                ELSE coalesce(
                    s.ended_at, s.cancel_at,
                    CASE WHEN s.cancel_at_period_end THEN s.current_period_end END
                ) END AS stops
    FROM subscription AS s
    CROSS JOIN options AS o
    WHERE coalesce(s.status, '') NOT IN ('incomplete', 'incomplete_expired')
      AND (o.unpaid = 'in_force' OR coalesce(s.status, '') <> 'unpaid')
      AND (o.test_mode = 'keep' OR coalesce(s.livemode, true))
),
-- The day on which service stops belongs to what comes next.
days AS (
    SELECT id, customer_id, begins::DATE AS starts_on,
           CASE WHEN stops IS NOT NULL THEN greatest(begins::DATE, stops::DATE - 1) END AS ends_on
    FROM periods
    WHERE stops IS NULL OR begins IS NULL OR stops > begins
),
-- Monthly list price of each item. A year has 365.25 days where a plan is billed by week or day.
items AS (
    SELECT i.id, i.subscription_id, t.currency, coalesce(p.name, t.nickname, i.plan_id) AS product,
           t.amount * CASE
               WHEN t.package IS NULL THEN coalesce(i.quantity, 1)
               WHEN t.rounding = 'up' THEN ceil(coalesce(i.quantity, 1) / t.package)
               ELSE floor(coalesce(i.quantity, 1) / t.package)
           END / x.months / y.minor_units AS monthly,
           x.months * y.minor_units AS divisor
    FROM subscription_item AS i
    CROSS JOIN options AS o
    LEFT JOIN tariffs AS t ON t.id = i.plan_id
    LEFT JOIN product AS p ON p.id = t.product_id
    CROSS JOIN LATERAL (
        SELECT t.units * CASE t.unit
            WHEN 'year' THEN 12 WHEN 'month' THEN 1
            WHEN 'week' THEN 7 * 12 / 365.25 WHEN 'day' THEN 12 / 365.25
        END AS months
    ) AS x
    CROSS JOIN LATERAL (
        SELECT CASE WHEN list_contains(o.zero_decimal, t.currency) THEN 1
                    WHEN list_contains(o.three_decimal, t.currency) THEN 1000
                    ELSE 100 END AS minor_units
    ) AS y
    WHERE o.metered = 'reject' OR coalesce(t.usage_type, '') <> 'metered'
),
-- Discounts of a subscription or of its customer, not of a single invoice.
reductions AS (
    SELECT DISTINCT d.id, s.id AS subscription_id, d.start::DATE AS starts_on,
           d."end"::DATE AS stops_on, c.percent_off, c.amount_off,
           c.percent_off IS NULL AND c.amount_off IS NULL AS unknown
    FROM (
        SELECT * FROM discount UNION ALL BY NAME SELECT * FROM subscription_discount
    ) AS d
    CROSS JOIN options AS o
    LEFT JOIN coupon AS c ON c.id = d.coupon_id
    JOIN days AS s
      ON s.id = d.subscription_id
      OR (d.subscription_id IS NULL AND s.customer_id = d.customer_id)
    WHERE o.discounts = 'deduct' AND coalesce(c.duration, '') <> 'once'
      AND d.invoice_id IS NULL AND d.invoice_item_id IS NULL
),
-- A contract for every stretch of days with the same discounts.
cuts AS (
    SELECT id, starts_on AS cut FROM days
    UNION
    SELECT s.id, c.cut
    FROM days AS s
    JOIN (
        SELECT subscription_id, unnest([starts_on, stops_on]) AS cut FROM reductions
    ) AS c ON c.subscription_id = s.id
    WHERE c.cut > s.starts_on AND (s.ends_on IS NULL OR c.cut <= s.ends_on)
),
stretches AS (
    SELECT s.id, s.customer_id, c.cut AS starts_on,
           coalesce(lead(c.cut) OVER (PARTITION BY s.id ORDER BY c.cut) - 1, s.ends_on) AS ends_on
    FROM days AS s
    JOIN cuts AS c ON c.id = s.id
),
priced AS (
    SELECT s.customer_id, s.starts_on, s.ends_on, i.id, i.product, i.currency, i.monthly,
           i.divisor,
           sum(i.monthly) OVER (PARTITION BY s.id, s.starts_on) AS subscription_monthly,
           r.share, r.off, r.unknown
    FROM stretches AS s
    JOIN items AS i ON i.subscription_id = s.id
    LEFT JOIN (
        SELECT s.id, s.starts_on,
               product(1 - coalesce(r.percent_off, 0) / 100) AS share,
               sum(r.amount_off) AS off,
               bool_or(r.unknown) AS unknown
        FROM stretches AS s
        JOIN reductions AS r
          ON r.subscription_id = s.id AND r.starts_on <= s.starts_on
         AND (r.stops_on IS NULL OR r.stops_on > s.starts_on)
        GROUP BY s.id, s.starts_on
    ) AS r ON r.id = s.id AND r.starts_on = s.starts_on
)
SELECT CASE WHEN o.account_id = 'id' THEN p.customer_id ELSE c.chosen_account_id END AS account_id,
       p.starts_on,
       p.ends_on,
       -- An amount off is spread over the items by their list price.
       CASE
           WHEN p.unknown OR p.monthly IS NULL THEN NULL
           ELSE round(greatest(0, p.monthly * coalesce(p.share, 1) - CASE
               WHEN p.off IS NULL OR p.subscription_monthly = 0 THEN 0
               ELSE p.off / p.divisor * p.monthly / p.subscription_monthly
           END), 6)
       END AS mrr,
       p.product,
       upper(p.currency) AS currency
FROM priced AS p
CROSS JOIN options AS o
LEFT JOIN customer AS c ON c.id = p.customer_id
