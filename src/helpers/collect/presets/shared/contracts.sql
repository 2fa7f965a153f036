-- Contracts from won deals: `won` has account_id, deal_id, starts_on, given_end, amount, product,
-- currency, kind (the deal's type), touched and counts.
WITH RECURSIVE
rated AS (
    SELECT w.*,
           o.ends_on <> 'open' AND w.given_end IS NULL AS by_term,
           CASE WHEN o.ends_on <> 'open' THEN w.given_end END AS fixed_end,
           o.renewals <> 'add' AND len(list_filter(
               o.renewal_types, lambda r: contains(lower(coalesce(w.kind, '')), lower(r))
           )) > 0 AS is_renewal,
           CASE o.amount_period
               WHEN 'year' THEN w.amount / 12
               WHEN 'month' THEN w.amount
               ELSE w.amount / CASE
                   WHEN o.ends_on = 'open' THEN NULL
                   WHEN w.given_end IS NULL THEN o.term_months
                   ELSE nullif(round((w.given_end - w.starts_on + 1) / (365.25 / 12)), 0)
               END
           END AS monthly
    FROM won AS w
    CROSS JOIN options AS o
),
ordered AS (
    SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY starts_on, is_renewal, deal_id)
               AS place
    FROM rated
    WHERE counts AND account_id IS NOT NULL AND starts_on IS NOT NULL
      AND coalesce(monthly, 0) >= 0
),
-- One deal after the other: a renewal goes on from the contract whose end comes next, if possible
-- of the same product. A month from the 31st ends with the last day of a shorter month.
walk AS (
    SELECT account_id, CAST(0 AS BIGINT) AS place, NULL::VARCHAR AS deal_id,
           NULL::DATE AS begins_on, NULL::DATE AS stops_on, NULL::VARCHAR AS renews,
           CAST([] AS STRUCT(ends_on DATE, id VARCHAR, product VARCHAR)[]) AS running
    FROM ordered
    GROUP BY account_id
    UNION ALL
    SELECT account_id, place, deal_id, begins_on, stops_on, base.id AS renews,
           list_append(
               list_filter(running, lambda x: x.ends_on >= starts_on
                                              AND x.id <> coalesce(base.id, '')),
               {'ends_on': coalesce(stops_on, DATE '9999-12-31'), 'id': deal_id,
                'product': product}
           ) AS running
    FROM (
        SELECT *, CASE WHEN by_term THEN (begins_on + to_months(term))::DATE - CASE
                       WHEN day(begins_on + to_months(term)) < day(begins_on) THEN 0 ELSE 1 END
                       ELSE fixed_end END AS stops_on
        FROM (
            SELECT *, CASE WHEN base IS NULL OR how = 'replace'
                                OR base.ends_on = DATE '9999-12-31' OR fixed_end <= base.ends_on
                           THEN starts_on ELSE base.ends_on + 1 END AS begins_on
            FROM (
                SELECT n.account_id, n.place, n.deal_id, n.starts_on, n.fixed_end, n.by_term,
                       n.product, o.renewals AS how, o.term_months::INTEGER AS term, w.running,
                       CASE WHEN n.is_renewal THEN list_sort(list_transform(
                           list_filter(w.running, lambda x: x.ends_on >= n.starts_on),
                           lambda x: {'other': x.product IS DISTINCT FROM n.product,
                                      'ends_on': x.ends_on, 'id': x.id}
                       ))[1] END AS base
                FROM walk AS w
                JOIN ordered AS n ON n.account_id = w.account_id AND n.place = w.place + 1
                CROSS JOIN options AS o
            )
        )
    )
),
-- A contract ends at the latest when the one that renews it begins.
placed AS (
    SELECT r.*, w.begins_on, w.renews,
           least(w.stops_on, (SELECT min(x.begins_on) - 1 FROM walk AS x WHERE x.renews = r.deal_id))
               AS stops_on,
           coalesce(
               -- What is in force and renewed already is up for renewal when that ends. What has
               -- ended keeps its own day: past renewals are counted by it.
               (SELECT max(x.stops_on) FROM walk AS x
                JOIN ordered AS n ON n.deal_id = x.deal_id AND n.account_id = x.account_id
                CROSS JOIN moment AS m
                WHERE x.renews = r.deal_id AND n.starts_on < m.next_day::DATE
                 AND w.stops_on + 1 >= m.next_day::DATE),
               w.stops_on
           ) + 1 AS renews_on,
           len(w.running) > 1 AS beside_others
    FROM ordered AS r
    JOIN walk AS w ON w.account_id = r.account_id AND w.deal_id = r.deal_id
),
in_turn AS (
    SELECT p.*,
           -- Two contracts of the same day do not replace one another.
           min(begins_on) OVER (
               PARTITION BY account_id ORDER BY begins_on
               RANGE BETWEEN INTERVAL 1 DAY FOLLOWING AND UNBOUNDED FOLLOWING
           ) AS next_begins_on
    FROM placed AS p
),
contracts AS (
    SELECT i.account_id, i.deal_id, i.begins_on, i.product, i.currency, i.monthly, i.renews_on,
           CASE WHEN o.successive = 'add' OR i.next_begins_on IS NULL THEN i.stops_on
                ELSE least(i.stops_on, i.next_begins_on - 1) END AS stops_on,
           list_concat(i.touched, list_filter([
               CASE WHEN i.renews IS NOT NULL THEN 'renewals' END,
               CASE WHEN i.renews IS NULL AND i.beside_others THEN 'successive' END
           ], lambda x: x IS NOT NULL)) AS touched
    FROM in_turn AS i
    CROSS JOIN options AS o
),
-- A negative amount takes from the largest contract that is in force and holds it.
held AS (
    SELECT r.deal_id, r.starts_on, r.fixed_end, r.monthly, c.deal_id AS base_id, c.monthly AS whole
    FROM rated AS r
    CROSS JOIN options AS o
    JOIN contracts AS c
      ON c.account_id = r.account_id AND c.begins_on <= r.starts_on
     AND (c.stops_on IS NULL OR c.stops_on >= r.starts_on)
     AND c.currency IS NOT DISTINCT FROM r.currency AND c.monthly + r.monthly >= 0
    WHERE r.counts AND r.monthly < 0 AND o.negative_amounts = 'reduce'
    QUALIFY row_number() OVER (
        PARTITION BY r.deal_id
        ORDER BY c.product IS DISTINCT FROM r.product, c.monthly DESC, c.begins_on, c.deal_id
    ) = 1
),
taken AS (
    SELECT * FROM held
    QUALIFY whole + sum(monthly) OVER (PARTITION BY base_id ORDER BY starts_on, deal_id) >= 0
),
cuts AS (
    SELECT account_id, deal_id, begins_on AS cut FROM contracts
    UNION
    SELECT c.account_id, c.deal_id, t.cut
    FROM contracts AS c
    JOIN (SELECT base_id, unnest([starts_on, fixed_end + 1]) AS cut FROM taken) AS t
      ON t.base_id = c.deal_id AND t.cut > c.begins_on
     AND (c.stops_on IS NULL OR t.cut <= c.stops_on)
),
pieces AS (
    SELECT c.*, x.cut,
           coalesce(lead(x.cut) OVER (PARTITION BY c.account_id, c.deal_id ORDER BY x.cut) - 1,
                    c.stops_on) AS piece_end,
           (SELECT sum(t.monthly) FROM taken AS t
            WHERE t.base_id = c.deal_id AND t.starts_on <= x.cut
              AND (t.fixed_end IS NULL OR t.fixed_end >= x.cut)) AS less
    FROM contracts AS c
    JOIN cuts AS x ON x.account_id = c.account_id AND x.deal_id = c.deal_id
)
SELECT account_id,
       deal_id AS contract_id,
       cut AS starts_on,
       piece_end AS ends_on,
       round(monthly + coalesce(less, 0), 6) AS mrr,
       product,
       renews_on,
       currency,
       CASE WHEN less IS NULL THEN touched ELSE list_append(touched, 'negative_amounts') END
           AS touched,
       true AS counts
FROM pieces
UNION ALL
-- What is no contract: left out by a choice, to be rejected for what it lacks, or below zero.
SELECT account_id, deal_id, starts_on,
       CASE WHEN by_term THEN (starts_on + to_months((FROM (SELECT term_months FROM options))::INTEGER))::DATE - 1
            ELSE fixed_end END,
       round(monthly, 6), product, NULL, currency,
       CASE WHEN monthly < 0 THEN list_append(touched, 'negative_amounts') ELSE touched END,
       counts
FROM rated
WHERE (NOT counts OR account_id IS NULL OR starts_on IS NULL OR monthly < 0)
  AND deal_id NOT IN (SELECT deal_id FROM taken)
