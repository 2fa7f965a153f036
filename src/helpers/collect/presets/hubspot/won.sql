SELECT d.account_id,
       d.deal_id,
       d.chosen_starts_on AS starts_on,
       d.chosen_ends_on AS given_end,
       d.chosen_amount AS amount,
       d.chosen_product AS product,
       upper(d.property_deal_currency_code) AS currency,
       d.property_dealtype AS kind,
       CASE WHEN len(o.types) = 0 OR coalesce(list_contains(o.types, d.property_dealtype), false)
            THEN d.touched ELSE list_append(d.touched, 'types') END AS touched,
       d.counts AND (len(o.types) = 0
                     OR coalesce(list_contains(o.types, d.property_dealtype), false)) AS counts
FROM won_deals AS d
CROSS JOIN options AS o
