-- Days on which subscriptions are in force: one row for each stretch without a trial or a pause.
-- `counts` is false for what the choices leave out, `touched` names the choices that concern it,
-- `undated` marks a cancellation whose day nothing says.
WITH
state_days AS (
    SELECT id, status, version_start::DATE AS from_on, version_end::DATE AS to_on,
           min(version_start) OVER (PARTITION BY id, status) AS first_seen
    FROM subscription_versions
    WHERE status IN ('paused', 'unpaid', 'canceled')
),
states AS (
    SELECT s.*, coalesce(s.status, '') AS state,
           s.chosen_starts_on AS begins,
           (SELECT min(d.first_seen) FROM state_days AS d
            WHERE d.id = s.id AND d.status = s.status) AS state_since
    FROM subscription AS s
),
dated AS (
    SELECT s.*,
           CASE
               WHEN o.cancelled = 'request' AND s.canceled_at IS NOT NULL
                   THEN least(s.canceled_at, s.ended_at)
               WHEN s.ended_at IS NOT NULL THEN s.ended_at
               WHEN s.state = 'canceled' THEN coalesce(
                   CASE WHEN s.cancel_at_period_end THEN s.current_period_end END,
                   s.cancel_at, s.canceled_at, s.state_since, s.current_period_end
               )
               WHEN s.cancel_at IS NOT NULL THEN s.cancel_at
               -- Without the column that says so, a cancellation of what still runs is one for the
               -- end of the period that is paid.
               WHEN s.cancel_at_period_end
                    OR (s.cancel_at_period_end IS NULL AND s.canceled_at IS NOT NULL)
                   THEN s.current_period_end
           END AS stops,
           -- From when on a state is out of force that lasts until today; null: nothing says.
           CASE
               WHEN s.state NOT IN ('paused', 'unpaid') THEN NULL
               WHEN s.state_since IS NOT NULL THEN s.state_since
               WHEN s.state = 'paused' THEN coalesce(s.trial_end, s.current_period_end)
           END AS out_since,
           (s.state = 'paused' AND o.paused = 'not_in_force')
               OR (s.state = 'unpaid' AND o.unpaid = 'leave_out') AS is_out
    FROM states AS s
    CROSS JOIN options AS o
),
days AS (
    SELECT d.*, d.begins::DATE AS starts_on,
           CASE
               WHEN d.stops IS NULL THEN NULL
               WHEN o.same_day = 'one_day' AND d.stops > d.begins
                   THEN greatest(d.begins::DATE, d.stops::DATE - 1)
               ELSE d.stops::DATE - 1  -- the day on which service stops belongs to what comes next
           END AS ends_on,
           d.state = 'canceled' AND d.stops IS NULL AS undated,
           list_filter([
               CASE WHEN d.state IN ('incomplete', 'incomplete_expired') THEN 'incomplete' END,
               CASE WHEN NOT coalesce(d.livemode, true) THEN 'test_mode' END,
               CASE WHEN d.state IN ('paused', 'unpaid', 'past_due') THEN d.state END,
               CASE WHEN d.pause_collection_behavior IS NOT NULL THEN 'collection_paused' END,
               CASE WHEN d.trial_end > d.begins THEN 'trials' END,
               CASE WHEN d.stops::DATE = d.begins::DATE THEN 'same_day' END,
               CASE WHEN d.canceled_at < coalesce(d.ended_at, d.stops) THEN 'cancelled' END,
               CASE WHEN d.state = 'canceled' AND d.ended_at IS NULL THEN 'cancelled' END
           ], lambda x: x IS NOT NULL) AS touched,
           (o.incomplete = 'in_force' OR d.state <> 'incomplete')
               AND d.state <> 'incomplete_expired'
               AND (o.test_mode = 'keep' OR coalesce(d.livemode, true))
               AND (o.past_due = 'in_force' OR d.state <> 'past_due')
               AND (o.collection_paused = 'in_force' OR d.pause_collection_behavior IS NULL)
               AND NOT (d.is_out AND d.out_since IS NULL) AS counts
    FROM dated AS d
    CROSS JOIN options AS o
),
-- Windows out of force; a window that begins and ends on one day is none at the day's end.
windows AS (
    SELECT d.id, greatest(d.starts_on, coalesce(d.trial_start, d.begins)::DATE) AS from_on,
           d.trial_end::DATE AS to_on
    FROM days AS d
    CROSS JOIN options AS o
    WHERE o.trials = 'not_revenue' AND d.trial_end IS NOT NULL AND d.counts
    UNION ALL
    SELECT d.id, v.from_on, v.to_on
    FROM days AS d
    CROSS JOIN options AS o
    JOIN state_days AS v ON v.id = d.id
    WHERE d.counts AND ((v.status = 'paused' AND o.paused = 'not_in_force')
                        OR (v.status = 'unpaid' AND o.unpaid = 'leave_out'))
    UNION ALL
    SELECT id, out_since::DATE, NULL FROM days WHERE counts AND is_out AND state_since IS NULL
),
cuts AS (
    SELECT id, starts_on AS cut FROM days
    UNION
    SELECT d.id, w.cut
    FROM days AS d
    JOIN (SELECT id, unnest([from_on, to_on]) AS cut FROM windows) AS w ON w.id = d.id
    WHERE w.cut > d.starts_on AND (d.ends_on IS NULL OR w.cut <= d.ends_on)
),
stretches AS (
    SELECT d.id, d.customer_id, d.starts_on AS begins_on, c.cut AS starts_on,
           coalesce(lead(c.cut) OVER (PARTITION BY d.id ORDER BY c.cut) - 1, d.ends_on) AS ends_on,
           d.counts, d.undated, d.touched
    FROM days AS d
    -- A subscription without its day is no stretch; its row is rejected for want of it.
    JOIN cuts AS c ON c.id = d.id
)
SELECT s.id, s.customer_id, s.begins_on, s.starts_on, s.ends_on, s.undated, s.touched,
       s.counts AND (s.ends_on IS NULL OR s.starts_on IS NULL OR s.ends_on >= s.starts_on) AS counts
FROM stretches AS s
WHERE NOT EXISTS (
    SELECT 1 FROM windows AS w
    WHERE w.id = s.id AND w.from_on <= s.starts_on AND (w.to_on IS NULL OR w.to_on > s.starts_on)
)
