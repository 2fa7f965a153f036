-- The same checks and the same numbers per account, as one would write them by hand for DuckDB.
-- `folder` is set by the caller. Left out: fingerprints of the raw files, the list of rejected rows
-- with their reasons, canonical files, roll-up to parent accounts, exclusion rules of a study.

SET VARIABLE as_of = DATE '2026-09-30';
SET VARIABLE quarter = DATE '2026-07-01';
SET VARIABLE before = DATE '2026-04-01';

-- ── checked rows ────────────────────────────────────────────────────────────────────────────────
CREATE TEMP TABLE accounts AS
SELECT account_id, won_on, CASE WHEN churned_on <= getvariable('as_of') THEN churned_on END AS churned_on
FROM read_parquet(getvariable('folder') || '/accounts.parquet')
WHERE won_on <= getvariable('as_of') AND account_id IS NOT NULL
  AND (churned_on IS NULL OR churned_on > getvariable('as_of') OR churned_on >= won_on)
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY won_on, churned_on) = 1;

-- A row repeated in every column counts once; ends after the as-of date are unknown to the rest.
CREATE TEMP TABLE contracts AS
SELECT account_id, starts_on, mrr::DECIMAL(28, 6) AS mrr,
       CASE WHEN ends_on <= getvariable('as_of') THEN ends_on END AS ends_on
FROM (SELECT DISTINCT * FROM read_parquet(getvariable('folder') || '/contracts.parquet')
      WHERE starts_on <= getvariable('as_of'))
WHERE account_id IS NOT NULL AND mrr >= 0
  AND (ends_on IS NULL OR ends_on > getvariable('as_of') OR ends_on >= starts_on);

CREATE TEMP TABLE known AS
SELECT account_id FROM accounts UNION SELECT account_id FROM contracts;

CREATE TEMP TABLE tickets AS
WITH seen AS (
    SELECT * REPLACE (
        CASE WHEN first_replied_at < getvariable('as_of') + 1 THEN first_replied_at END AS first_replied_at,
        CASE WHEN resolved_at < getvariable('as_of') + 1 THEN resolved_at END AS resolved_at,
        CASE WHEN resolved_at IS NULL OR resolved_at < getvariable('as_of') + 1 THEN csat END AS csat)
    FROM read_parquet(getvariable('folder') || '/tickets.parquet')
    WHERE opened_at < getvariable('as_of') + 1
)
SELECT account_id, opened_at, first_replied_at, resolved_at, agent_touches, reopens, escalated, csat
FROM seen SEMI JOIN known USING (account_id)
WHERE ticket_id IS NOT NULL AND agent_touches >= 0 IS NOT FALSE AND reopens >= 0 IS NOT FALSE
  AND csat BETWEEN 1 AND 5 IS NOT FALSE
  AND first_replied_at >= opened_at IS NOT FALSE AND resolved_at >= opened_at IS NOT FALSE
QUALIFY row_number() OVER (
    PARTITION BY ticket_id
    ORDER BY account_id, opened_at, first_replied_at, resolved_at, agent_touches, reopens, reason,
             escalated, csat) = 1;

CREATE TEMP TABLE usage AS
SELECT DISTINCT account_id, used_on, feature, quantity
FROM read_parquet(getvariable('folder') || '/usage.parquet') SEMI JOIN known USING (account_id)
WHERE used_on <= getvariable('as_of') AND quantity >= 0 IS NOT FALSE;

CREATE TEMP TABLE rows_used AS
SELECT 'accounts' AS table_name, count(*) AS rows_used FROM accounts UNION ALL
SELECT 'contracts', count(*) FROM contracts UNION ALL
SELECT 'tickets', count(*) FROM tickets UNION ALL
SELECT 'usage', count(*) FROM usage;

-- ── customers ───────────────────────────────────────────────────────────────────────────────────
CREATE MACRO in_force(starts_on, ends_on, on_day) AS
    starts_on <= on_day AND (ends_on IS NULL OR ends_on >= on_day);

CREATE TEMP TABLE customers AS
WITH paid AS (
    SELECT account_id, mrr, least(coalesce(ends_on, getvariable('as_of')),
                                  coalesce(churned_on, getvariable('as_of'))) AS until
    FROM contracts JOIN accounts USING (account_id)
    WHERE mrr > 0 AND starts_on <= least(coalesce(ends_on, getvariable('as_of')),
                                         coalesce(churned_on, getvariable('as_of')))
), last_paid AS (
    SELECT account_id, sum(mrr) AS last_mrr
    FROM (SELECT * FROM paid QUALIFY until = max(until) OVER (PARTITION BY account_id))
    GROUP BY account_id
), state AS (
    SELECT account_id,
           sum(mrr) FILTER (in_force(starts_on, ends_on, getvariable('as_of'))) AS mrr,
           sum(mrr) FILTER (in_force(starts_on, ends_on, DATE '2025-09-30')) AS mrr_year_ago,
           bool_or(in_force(starts_on, ends_on, getvariable('as_of'))) AS active,
           max(least(coalesce(ends_on, getvariable('as_of')), getvariable('as_of'))) AS last_in_force
    FROM contracts GROUP BY account_id
), listed AS (
    SELECT account_id, won_on, coalesce(s.mrr, 0) AS mrr, coalesce(s.mrr_year_ago, 0) AS mrr_year_ago,
           CASE WHEN churned_on IS NULL AND active THEN s.mrr ELSE last_mrr END AS revenue,
           CASE WHEN churned_on IS NOT NULL OR NOT active
                THEN coalesce(churned_on, last_in_force + 1) END AS left_on
    FROM accounts JOIN state AS s USING (account_id) JOIN last_paid USING (account_id)
)
SELECT *,
       greatest(least(coalesce(left_on, getvariable('as_of')), getvariable('as_of')) - won_on, 0)
           / (365.25 / 12) AS tenure_months,
       greatest(least(coalesce(left_on, getvariable('as_of') + 1), getvariable('as_of') + 1)
           - greatest(won_on, getvariable('quarter')), 0) * 3 / 92 AS exposure
FROM listed;

-- ── recurring revenue by month ──────────────────────────────────────────────────────────────────
CREATE TEMP TABLE bridge AS
WITH monthly AS (
    SELECT account_id, month,
           coalesce(sum(mrr) FILTER (in_force(starts_on, ends_on, month)), 0) AS closing,
           min(last_day(starts_on)) FILTER (mrr > 0 AND (ends_on IS NULL OR ends_on >= last_day(starts_on)))
               AS first_active
    FROM contracts,
         (SELECT last_day((DATE '2025-09-01' + to_months(i::INTEGER))::DATE) AS month
          FROM range(13) AS r(i))
    GROUP BY ALL
), moved AS (
    SELECT *, lag(closing) OVER (PARTITION BY account_id ORDER BY month) AS opening FROM monthly
)
SELECT account_id,
       sum(closing) AS revenue_12m,
       sum(closing) FILTER (late AND opening = 0 AND closing > 0 AND month = first_active) AS mrr_new,
       sum(closing) FILTER (late AND opening = 0 AND closing > 0 AND month <> first_active)
           AS mrr_reactivated,
       sum(closing - opening) FILTER (late AND opening > 0 AND closing > opening) AS mrr_expansion,
       sum(closing - opening) FILTER (late AND closing > 0 AND closing < opening) AS mrr_contraction,
       sum(closing - opening) FILTER (late AND closing = 0 AND opening > 0) AS mrr_churned
FROM (SELECT *, month > getvariable('quarter') AS late FROM moved WHERE opening IS NOT NULL)
GROUP BY account_id;

-- ── service ─────────────────────────────────────────────────────────────────────────────────────
CREATE TEMP TABLE service AS
SELECT account_id, count(*) AS tickets, count(first_replied_at) AS replied,
       sum(epoch(first_replied_at)::BIGINT - epoch(opened_at)::BIGINT) / 3600 AS reply_hours,
       median((epoch(first_replied_at)::BIGINT - epoch(opened_at)::BIGINT) / 3600) AS reply_median,
       count(resolved_at) AS resolved,
       sum(epoch(resolved_at)::BIGINT - epoch(opened_at)::BIGINT) / 3600 AS resolution_hours,
       median((epoch(resolved_at)::BIGINT - epoch(opened_at)::BIGINT) / 3600) AS resolution_median,
       count(agent_touches) AS touched, sum(agent_touches) AS touches,
       count(*) FILTER (agent_touches = 1 AND resolved_at IS NOT NULL) AS one_touch,
       count(agent_touches) FILTER (resolved_at IS NOT NULL) AS resolved_touched,
       count(reopens) AS reopens_known, count(*) FILTER (reopens > 0) AS reopened,
       count(escalated) AS escalation_known, count(*) FILTER (escalated) AS escalated,
       count(csat) AS rated, count(*) FILTER (csat >= 4) AS satisfied
FROM tickets WHERE opened_at >= getvariable('quarter') GROUP BY account_id;

-- ── usage ───────────────────────────────────────────────────────────────────────────────────────
CREATE TEMP TABLE used AS
WITH features AS (
    SELECT account_id, feature, count(DISTINCT used_on) FILTER (used_on >= getvariable('quarter')) AS now,
           count(DISTINCT used_on) FILTER (used_on < getvariable('quarter')) AS previously
    FROM usage WHERE used_on >= getvariable('before') AND quantity > 0 IS NOT FALSE
    GROUP BY ALL
), days AS (
    SELECT account_id, count(DISTINCT used_on) AS days FROM usage
    WHERE used_on >= getvariable('quarter') AND quantity > 0 IS NOT FALSE GROUP BY ALL
), by_account AS (
    SELECT account_id, sum(now) AS feature_days, sum(previously) AS feature_days_before,
           count(*) FILTER (now > 0) AS features,
           list(feature) FILTER (now > 0) AS named
    FROM features GROUP BY ALL
)
SELECT * FROM by_account LEFT JOIN days USING (account_id);

CREATE TEMP TABLE known_features AS SELECT DISTINCT feature FROM usage;

-- ── one row per account ─────────────────────────────────────────────────────────────────────────
CREATE TEMP TABLE account_metrics AS
SELECT account_id, 12 * mrr AS arr, 12 * revenue AS acv,
       coalesce(mrr_new, 0) AS mrr_new, coalesce(mrr_expansion, 0) AS mrr_expansion,
       coalesce(mrr_contraction, 0) AS mrr_contraction, coalesce(mrr_churned, 0) AS mrr_churned,
       coalesce(mrr_reactivated, 0) AS mrr_reactivated,
       mrr::DOUBLE / nullif(mrr_year_ago, 0) AS nrr,
       least(mrr, mrr_year_ago)::DOUBLE / nullif(mrr_year_ago, 0) AS grr,
       tenure_months, coalesce(revenue_12m, 0) AS revenue_12m,
       CASE WHEN exposure > 0 OR tickets > 0 THEN coalesce(tickets, 0) END AS tickets,
       CASE WHEN exposure > 0 OR tickets > 0 THEN coalesce(tickets - replied, 0) END
           AS unanswered_tickets,
       CASE WHEN exposure > 0 OR tickets > 0 THEN coalesce(tickets - resolved, 0) END
           AS open_tickets,
       coalesce(tickets, 0) / nullif(exposure, 0) AS tickets_per_customer_month,
       reply_hours / nullif(replied, 0) AS first_reply_hours_mean,
       reply_median AS first_reply_hours_median,
       resolution_hours / nullif(resolved, 0) AS resolution_hours_mean,
       resolution_median AS resolution_hours_median,
       touches / nullif(touched, 0) AS agent_touches_mean,
       one_touch / nullif(resolved_touched, 0) AS one_touch_rate,
       reopened / nullif(reopens_known, 0) AS reopen_rate,
       escalated / nullif(escalation_known, 0) AS escalation_rate,
       100 * satisfied / nullif(rated, 0) AS ticket_csat,
       CASE WHEN exposure > 0 THEN (coalesce(features, 0) > 0)::INTEGER END AS active_share,
       coalesce(days, 0) / nullif(exposure, 0) AS active_days_per_month,
       CASE WHEN left_on IS NULL AND won_on <= getvariable('before')
            THEN feature_days / nullif(feature_days_before, 0) END AS usage_trend,
       CASE WHEN exposure > 0
            THEN coalesce(features, 0) / (SELECT count(*) FROM known_features) END
           AS features_used_share,
       {activation}
FROM customers LEFT JOIN bridge USING (account_id) LEFT JOIN service USING (account_id)
LEFT JOIN used USING (account_id)
ORDER BY account_id;
