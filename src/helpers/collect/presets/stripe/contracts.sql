WITH
-- Plans and recurring prices share their identifiers; a plan is the older form of a price, which
-- may leave out its tiers and fractions of the smallest unit.
tariffs AS (
    SELECT t.id, coalesce(t.amount, u.unit_amount_decimal, u.unit_amount) AS amount,
           lower(t.currency) AS currency, t."interval" AS unit, t.interval_count AS units,
           t.usage_type, t.nickname, t.product_id, t.transform_usage_divide_by AS package,
           t.transform_usage_round AS rounding, coalesce(t.tiers, u.tiers) AS tiers,
           coalesce(t.tiers_mode, u.tiers_mode) AS tiers_mode
    FROM plan AS t
    LEFT JOIN price AS u ON u.id = t.id
    UNION ALL
    SELECT id, coalesce(unit_amount_decimal, unit_amount), lower(currency), recurring_interval,
           recurring_interval_count, recurring_usage_type, nickname, product_id,
           transform_quantity_divide_by, transform_quantity_round, tiers, tiers_mode
    FROM price
    WHERE id NOT IN (SELECT id FROM plan)
),
-- What each item was, from when to when: by its history, else by the day of its creation.
versions AS (
    SELECT id, subscription_id, plan_id, quantity, version_start::DATE AS from_on,
           version_end::DATE AS to_on
    FROM subscription_item_versions
    UNION ALL
    SELECT id, subscription_id, plan_id, quantity, created::DATE, NULL
    FROM subscription_item
    WHERE id NOT IN (SELECT id FROM subscription_item_versions)
),
-- The earliest that is known of a subscription is carried back to its begin, where so chosen.
spans AS (
    SELECT v.id, v.subscription_id, v.plan_id, v.quantity, v.to_on,
           CASE WHEN v.from_on > b.begins_on
                     AND (o.earlier_price = 'unknown' OR v.from_on > k.known_from)
                THEN v.from_on ELSE b.begins_on END AS from_on,
           v.from_on > b.begins_on + 1 AND v.from_on = k.known_from AS carried
    FROM versions AS v
    CROSS JOIN options AS o
    JOIN (SELECT DISTINCT id, begins_on FROM periods) AS b ON b.id = v.subscription_id
    JOIN (
        SELECT subscription_id,
               CASE WHEN bool_or(from_on IS NULL) THEN DATE '0001-01-01' ELSE min(from_on) END
                   AS known_from
        FROM versions
        WHERE to_on IS NULL OR from_on IS NULL OR to_on > from_on
        GROUP BY subscription_id
    ) AS k ON k.subscription_id = v.subscription_id
    WHERE v.to_on IS NULL OR v.from_on IS NULL OR v.to_on > v.from_on
),
-- Steps of a tiered price: above how many units, up to how many, for how much.
steps AS (
    SELECT id, tiers_mode, up_to,
           coalesce(lag(up_to) OVER (PARTITION BY id ORDER BY up_to), 0) AS above, unit, flat
    FROM (
        SELECT id, tiers_mode, coalesce(s.up_to, 'infinity'::DOUBLE) AS up_to,
               coalesce(s.unit_amount_decimal, s.unit_amount, s.amount, 0) AS unit,
               coalesce(s.flat_amount_decimal, s.flat_amount, 0) AS flat
        FROM (
            SELECT id, tiers_mode, unnest(from_json(tiers, '[{"up_to":"DOUBLE",
                "unit_amount":"DOUBLE", "unit_amount_decimal":"DOUBLE", "amount":"DOUBLE",
                "flat_amount":"DOUBLE", "flat_amount_decimal":"DOUBLE"}]')) AS s
            FROM tariffs
            WHERE amount IS NULL AND tiers IS NOT NULL
        )
    )
),
-- Volume: all units at the price of the step that their number reaches. Graduated: the units of
-- each step at its price. A flat amount comes with each step that is reached.
tiered AS (
    SELECT s.id, n.units, CASE any_value(s.tiers_mode)
        WHEN 'volume' THEN
            sum(n.units * s.unit + s.flat) FILTER (n.units > s.above AND n.units <= s.up_to)
        WHEN 'graduated' THEN
            sum((least(n.units, s.up_to) - s.above) * s.unit + s.flat) FILTER (n.units > s.above)
        END AS amount
    FROM steps AS s
    JOIN (SELECT DISTINCT plan_id, coalesce(quantity, 1) AS units FROM versions) AS n
      ON n.plan_id = s.id
    GROUP BY s.id, n.units
),
-- What the latest whole invoice line of an item was, among those of the same price.
billed AS (
    SELECT i.id, i.from_on, i.plan_id, arg_max(l.amount, (l.period_start, l.id)) AS amount
    FROM spans AS i
    CROSS JOIN moment AS m
    JOIN invoice_line_item AS l
      ON l.subscription_item_id = i.id AND coalesce(l.plan_id, i.plan_id) = i.plan_id
     AND (i.to_on IS NULL OR l.period_start::DATE < i.to_on)
    WHERE l.type = 'subscription' AND NOT coalesce(l.proration, false)
      AND l.period_start < m.next_day
    GROUP BY ALL
),
-- Monthly list price of each item. A year has 365.25 days where a plan is billed by week or day.
items AS (
    SELECT i.id, i.subscription_id, i.from_on, i.to_on, i.carried, t.currency,
           coalesce(p.name, t.nickname, i.plan_id) AS product,
           CASE WHEN t.amount IS NOT NULL THEN t.amount * CASE
               WHEN t.package IS NULL THEN coalesce(i.quantity, 1)
               WHEN t.rounding = 'up' THEN ceil(coalesce(i.quantity, 1) / t.package)
               ELSE floor(coalesce(i.quantity, 1) / t.package)
           END
               WHEN coalesce(t.usage_type, '') <> 'metered'
                   THEN CASE o.no_amount WHEN 'by_tier' THEN r.amount
                                         WHEN 'by_invoice' THEN b.amount END
           END / x.months / y.minor_units AS monthly,
           t.id IS NOT NULL AND t.amount IS NULL AND coalesce(t.usage_type, '') <> 'metered'
               AS no_amount,
           x.months * y.minor_units AS divisor,
           coalesce(t.usage_type, '') = 'metered' AS is_metered
    FROM spans AS i
    CROSS JOIN options AS o
    LEFT JOIN tariffs AS t ON t.id = i.plan_id
    LEFT JOIN product AS p ON p.id = t.product_id
    LEFT JOIN tiered AS r ON r.id = i.plan_id AND r.units = coalesce(i.quantity, 1)
    LEFT JOIN billed AS b
      ON b.id = i.id AND b.plan_id = i.plan_id AND b.from_on IS NOT DISTINCT FROM i.from_on
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
),
currencies AS (
    SELECT subscription_id, any_value(currency) AS currency FROM items GROUP BY subscription_id
),
-- Discounts of an item, of a subscription or of its customer, not of a single invoice. An amount
-- in another currency than the subscription's is none of it.
reductions AS (
    SELECT DISTINCT d.id, s.id AS subscription_id, d.subscription_item_id AS item_id,
           CASE WHEN d.subscription_item_id IS NOT NULL THEN 'item'
                WHEN d.subscription_id IS NOT NULL THEN 'subscription'
                ELSE 'customer' END AS level,
           d.start::DATE AS starts_on,
           coalesce(
               d."end",
               CASE WHEN c.duration = 'repeating'
                    THEN d.start + to_months(c.duration_in_months::INTEGER) END
           )::DATE AS stops_on,
           c.percent_off,
           CASE WHEN coalesce(lower(c.currency), u.currency) = u.currency THEN c.amount_off END
               AS amount_off,
           c.percent_off IS NULL AND c.amount_off IS NULL AS unknown
    FROM (
        SELECT * FROM discount UNION ALL BY NAME SELECT * FROM subscription_discount
    ) AS d
    CROSS JOIN options AS o
    LEFT JOIN coupon AS c ON c.id = d.coupon_id
    JOIN (SELECT DISTINCT id, customer_id FROM periods) AS s
      ON s.id = d.subscription_id
      OR (d.subscription_id IS NULL AND s.customer_id = d.customer_id)
    LEFT JOIN currencies AS u ON u.subscription_id = s.id
    WHERE o.discounts = 'deduct' AND coalesce(c.duration, '') <> 'once'
      AND d.invoice_id IS NULL AND d.invoice_item_id IS NULL
),
-- A contract for every stretch of days with the same items and the same discounts.
cuts AS (
    SELECT id, starts_on AS piece, starts_on AS cut FROM periods
    UNION
    SELECT s.id, s.starts_on, c.cut
    FROM periods AS s
    JOIN (
        SELECT subscription_id, unnest([starts_on, stops_on]) AS cut FROM reductions
        UNION ALL
        SELECT subscription_id, unnest([from_on, to_on]) FROM items
    ) AS c ON c.subscription_id = s.id
    WHERE c.cut > s.starts_on AND (s.ends_on IS NULL OR c.cut <= s.ends_on)
),
stretches AS (
    SELECT s.id, s.customer_id, c.cut AS starts_on,
           coalesce(
               lead(c.cut) OVER (PARTITION BY s.id, s.starts_on ORDER BY c.cut) - 1, s.ends_on
           ) AS ends_on,
           s.counts, s.undated, s.touched
    FROM periods AS s
    JOIN cuts AS c ON c.id = s.id AND c.piece IS NOT DISTINCT FROM s.starts_on
),
-- A discount of the subscription takes the place of one of its customer.
running AS (
    SELECT s.id, s.starts_on, r.item_id, r.percent_off, r.amount_off, r.unknown,
           o.several_discounts = 'override' AND r.level = 'customer'
               AND bool_or(r.level = 'subscription') OVER (PARTITION BY s.id, s.starts_on)
               AS overridden
    FROM stretches AS s
    CROSS JOIN options AS o
    JOIN reductions AS r
      ON r.subscription_id = s.id AND r.starts_on <= s.starts_on
     AND (r.stops_on IS NULL OR r.stops_on > s.starts_on)
),
discounted AS (
    SELECT id, starts_on, item_id,
           product(1 - coalesce(percent_off, 0) / 100) FILTER (NOT overridden) AS share,
           sum(amount_off) FILTER (NOT overridden) AS off,
           bool_or(unknown) FILTER (NOT overridden) AS unknown,
           bool_or(overridden) AS overridden
    FROM running
    GROUP BY ALL
),
priced AS (
    SELECT s.id AS subscription_id, s.customer_id, s.starts_on, s.ends_on, i.id, i.product,
           i.currency, i.divisor, i.is_metered, i.no_amount, i.carried, s.counts, s.undated, s.touched,
           CASE WHEN i.monthly IS NOT NULL THEN greatest(
               0, i.monthly * coalesce(d.share, 1) - coalesce(d.off, 0) / i.divisor
           ) END AS monthly,
           d.share IS NOT NULL AS item_discount, coalesce(d.unknown, false) AS unknown
    FROM stretches AS s
    JOIN items AS i
      ON i.subscription_id = s.id
     AND (i.from_on IS NULL OR s.starts_on IS NULL OR i.from_on <= s.starts_on)
     AND (i.to_on IS NULL OR i.to_on > s.starts_on)
    LEFT JOIN discounted AS d
      ON d.id = s.id AND d.starts_on = s.starts_on AND d.item_id = i.id
),
rated AS (
    SELECT p.customer_id, p.id, p.starts_on, p.ends_on, p.product, upper(p.currency) AS currency,
           p.counts AND (o.metered = 'reject' OR NOT p.is_metered) AS counts,
           -- An amount off is spread over the items by their list price.
           CASE
               WHEN p.undated OR p.unknown OR d.unknown OR p.monthly IS NULL THEN NULL
               ELSE round(greatest(0, p.monthly * coalesce(d.share, 1) - CASE
                   WHEN d.off IS NULL OR total.monthly = 0 THEN 0
                   ELSE d.off / p.divisor * p.monthly / total.monthly
               END), 6)
           END AS mrr,
           list_concat(p.touched, list_filter([
               CASE WHEN p.is_metered THEN 'metered' END,
               CASE WHEN p.carried THEN 'earlier_price' END,
               CASE WHEN p.no_amount THEN 'no_amount' END,
               CASE WHEN d.share IS NOT NULL OR p.item_discount THEN 'discounts' END,
               CASE WHEN d.overridden THEN 'several_discounts' END
           ], lambda x: x IS NOT NULL)) AS touched
    FROM priced AS p
    CROSS JOIN options AS o
    LEFT JOIN discounted AS d
      ON d.id = p.subscription_id AND d.starts_on = p.starts_on AND d.item_id IS NULL
    LEFT JOIN (
        SELECT subscription_id, starts_on, sum(monthly) AS monthly
        FROM priced
        WHERE NOT is_metered
        GROUP BY ALL
    ) AS total ON total.subscription_id = p.subscription_id AND total.starts_on = p.starts_on
),
-- What changes on no day is one contract, whatever was cut for its neighbours.
marked AS (
    SELECT *, coalesce(
               lag(ends_on) OVER item = starts_on - 1 AND lag(counts) OVER item = counts
               AND lag(mrr) OVER item IS NOT DISTINCT FROM mrr
               AND lag(product) OVER item IS NOT DISTINCT FROM product
               AND lag(currency) OVER item IS NOT DISTINCT FROM currency, false
           ) AS goes_on
    FROM rated
    WINDOW item AS (PARTITION BY id, customer_id ORDER BY starts_on)
),
numbered AS (
    SELECT *, count(*) FILTER (NOT goes_on) OVER (
               PARTITION BY id, customer_id ORDER BY starts_on ROWS UNBOUNDED PRECEDING
           ) AS place
    FROM marked
),
joined AS (
    SELECT id, customer_id, min(starts_on) AS starts_on,
           CASE WHEN bool_or(ends_on IS NULL) THEN NULL ELSE max(ends_on) END AS ends_on,
           any_value(mrr) AS mrr, any_value(product) AS product, any_value(currency) AS currency,
           any_value(counts) AS counts, flatten(list(touched)) AS touched
    FROM numbered
    GROUP BY id, customer_id, place
)
SELECT CASE WHEN o.account_id = 'id' THEN p.customer_id ELSE c.chosen_account_id END AS account_id,
       p.id AS contract_id,
       p.starts_on,
       p.ends_on,
       p.mrr,
       p.product,
       p.currency,
       p.touched AS touched,
       p.counts AS counts
FROM joined AS p
CROSS JOIN options AS o
LEFT JOIN customer AS c ON c.id = p.customer_id
