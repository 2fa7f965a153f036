WITH
first_subscription AS (
    SELECT customer_id, min(starts_on) AS won_on FROM periods WHERE counts GROUP BY customer_id
),
first_charge AS (
    SELECT g.customer_id, min(g.created)::DATE AS won_on
    FROM charge AS g
    CROSS JOIN options AS o
    WHERE g.status = 'succeeded' AND coalesce(g.captured, true)
      AND (o.test_mode = 'keep' OR coalesce(g.livemode, true))
    GROUP BY g.customer_id
),
dated AS (
    SELECT c.*,
           CASE o.won_on
               WHEN 'first_subscription' THEN s.won_on
               WHEN 'first_charge' THEN g.won_on
               ELSE c.chosen_won_on
           END AS won_on
    FROM customer AS c
    CROSS JOIN options AS o
    LEFT JOIN first_subscription AS s ON s.customer_id = c.id
    LEFT JOIN first_charge AS g ON g.customer_id = c.id
)
SELECT d.chosen_account_id AS account_id,
       d.won_on,
       coalesce(d.name, d.description) AS name,
       k.* EXCLUDE (kept_id),
       list_filter([
           CASE WHEN NOT coalesce(d.livemode, true) THEN 'test_mode' END,
           CASE WHEN d.is_deleted THEN 'deleted' END,
           CASE WHEN d.won_on IS NULL THEN 'won_on' END
       ], lambda x: x IS NOT NULL) AS touched,
       (d.won_on IS NOT NULL OR o.won_on NOT IN ('first_subscription', 'first_charge'))
           AND (o.test_mode = 'keep' OR coalesce(d.livemode, true))
           AND (o.deleted = 'keep' OR NOT coalesce(d.is_deleted, false)) AS counts
FROM dated AS d
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = d.id
