WITH
won AS (
    SELECT CASE WHEN o.account_id = 'id' THEN p.account_id ELSE a.chosen_account_id END
               AS account_id,
           p.chosen_starts_on AS starts_on,
           CASE
               WHEN o.ends_on = 'open' THEN NULL
               ELSE coalesce(
                   p.chosen_ends_on,
                   (p.chosen_starts_on + to_months(o.term_months::INTEGER))::DATE - 1
               )
           END AS ends_on,
           p.chosen_amount AS amount,
           p.chosen_product AS product,
           upper(p.currency_iso_code) AS currency
    FROM opportunity AS p
    CROSS JOIN options AS o
    LEFT JOIN account AS a ON a.id = p.account_id
    WHERE p.is_won AND NOT coalesce(p.is_deleted, false)
      AND (len(o.types) = 0 OR list_contains(o.types, p.type))
),
measured AS (
    SELECT *,
           round((ends_on - starts_on + 1) / (365.25 / 12)) AS months,
           -- Two contracts of the same day do not replace one another.
           min(starts_on) OVER (
               PARTITION BY account_id ORDER BY starts_on
               RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING
           ) AS next_starts_on
    FROM won
)
SELECT m.account_id,
       m.starts_on,
       CASE
           WHEN o.successive = 'add' OR m.next_starts_on IS NULL THEN m.ends_on
           ELSE least(coalesce(m.ends_on, m.next_starts_on - 1), m.next_starts_on - 1)
       END AS ends_on,
       round(CASE o.amount_period
           WHEN 'year' THEN m.amount / 12
           WHEN 'month' THEN m.amount
           ELSE m.amount / nullif(m.months, 0)
       END, 6) AS mrr,
       m.product,
       m.ends_on + 1 AS renews_on,
       m.currency
FROM measured AS m
CROSS JOIN options AS o
