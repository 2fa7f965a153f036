-- Won deals with their company. 5 is HubSpot's own type of the association of a deal with its
-- primary company.
WITH
links AS (
    SELECT l.deal_id, coalesce(v.new_id, l.company_id) AS company_id,
           bool_or(l.type_id = '5' AND coalesce(l.category, 'HUBSPOT_DEFINED') = 'HUBSPOT_DEFINED')
               AS is_primary
    FROM deal_company AS l
    LEFT JOIN survivors AS v ON v.old_id = l.company_id
    GROUP BY ALL
),
companies AS (
    SELECT l.deal_id, count(*) > 1 AS several,
           CASE WHEN any_value(o.several_companies) = 'primary' OR count(*) = 1
               THEN arg_min(
                   l.company_id,
                   (NOT coalesce(l.is_primary, false), length(l.company_id), l.company_id)
               ) END AS company_id
    FROM links AS l
    CROSS JOIN options AS o
    GROUP BY l.deal_id
),
-- A stage is won where its probability is the whole; closed alone may be lost.
stages AS (
    SELECT s.stage_id,
           CASE
               WHEN len(o.won_stages) > 0
                   THEN list_contains(o.won_stages, s.stage_id)
                        OR coalesce(list_contains(o.won_stages, s.label), false)
               WHEN s.probability IS NOT NULL
                   THEN coalesce(s.is_closed, s.closed_won, true)
                        AND s.probability >= CASE WHEN x.top > 1 THEN 100 ELSE 1 END
               WHEN s.is_closed = false THEN false
               ELSE s.closed_won
           END AS is_won
    FROM deal_pipeline_stage AS s
    CROSS JOIN options AS o
    CROSS JOIN (SELECT max(probability) AS top FROM deal_pipeline_stage) AS x
),
stale AS (
    SELECT merged_deal_id AS id FROM merged_deal
    UNION
    SELECT unnest(regexp_extract_all(property_hs_merged_object_ids, '[0-9]+')) FROM deal
    WHERE property_hs_merged_object_ids IS NOT NULL
)
SELECT d.*, c.company_id,
       CASE WHEN o.account_id = 'id' THEN c.company_id ELSE a.chosen_account_id END AS account_id,
       list_filter([
           CASE WHEN coalesce(d.is_deleted, d.archived) THEN 'deleted_deals' END,
           CASE WHEN d.deal_id IN (FROM stale) THEN 'merged' END,
           CASE WHEN c.several THEN 'several_companies' END,
           CASE WHEN s.is_won IS NULL THEN 'won_stages' END
       ], lambda x: x IS NOT NULL) AS touched,
       (o.deleted_deals = 'keep' OR NOT coalesce(d.is_deleted, d.archived, false))
           AND (o.merged = 'keep' OR d.deal_id NOT IN (FROM stale)) AS counts
FROM deal AS d
CROSS JOIN options AS o
LEFT JOIN stages AS s ON s.stage_id = d.deal_pipeline_stage_id
LEFT JOIN companies AS c ON c.deal_id = d.deal_id
LEFT JOIN company AS a ON a.id = c.company_id
WHERE coalesce(s.is_won, d.property_hs_is_closed_won, false)
