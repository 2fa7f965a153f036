-- Whether each opportunity is won: by its stage where the study names those that are, else by IsWon.
-- IsWon follows from the stage, and Salesforce tracks the stage alone: of an opportunity that was in
-- another stage at the as-of date, IsWon is that of today's opportunities in that stage.
SELECT p.id,
       CASE
           WHEN len(o.won_stages) > 0 THEN coalesce(list_contains(o.won_stages, p.stage_name), false)
           WHEN NOT list_contains(o.past_states, 'opportunity.is_won')
                AND p.stage_name IS DISTINCT FROM t.stage_name
               THEN coalesce(s.is_won, p.is_won)
           ELSE p.is_won
       END AS is_won
FROM opportunity AS p
CROSS JOIN options AS o
LEFT JOIN opportunity_today AS t ON t.id = p.id
LEFT JOIN (
    SELECT stage_name, CASE WHEN bool_and(is_won) = bool_or(is_won) THEN bool_or(is_won) END AS is_won
    FROM opportunity_today
    GROUP BY stage_name
) AS s ON s.stage_name = p.stage_name
