WITH
first_subscription AS (
    SELECT s.customer_id,
           min(CASE WHEN o.trials = 'not_revenue' THEN greatest(s.chosen_starts_on, s.trial_end)
                    ELSE s.chosen_starts_on END)::DATE AS won_on
    FROM subscription AS s
    CROSS JOIN options AS o
    WHERE coalesce(s.status, '') NOT IN ('incomplete', 'incomplete_expired')
      AND (o.trials = 'revenue' OR s.ended_at IS NULL OR s.trial_end IS NULL
           OR s.ended_at > s.trial_end)
      AND (o.test_mode = 'keep' OR coalesce(s.livemode, true))
    GROUP BY s.customer_id
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
    WHERE o.test_mode = 'keep' OR coalesce(c.livemode, true)
)
SELECT d.chosen_account_id AS account_id,
       d.won_on,
       coalesce(d.name, d.description) AS name,
       k.* EXCLUDE (kept_id)
FROM dated AS d
CROSS JOIN options AS o
JOIN kept AS k ON k.kept_id = d.id
WHERE d.won_on IS NOT NULL OR o.won_on NOT IN ('first_subscription', 'first_charge')
