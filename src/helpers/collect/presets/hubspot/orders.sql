SELECT d.deal_id AS order_id,
       d.account_id,
       d.chosen_ordered_on AS ordered_on,
       d.chosen_amount AS amount,
       upper(d.property_deal_currency_code) AS currency,
       CASE WHEN len(o.types) = 0 OR coalesce(list_contains(o.types, d.property_dealtype), false)
            THEN d.touched ELSE list_append(d.touched, 'types') END AS touched,
       d.counts AND (len(o.types) = 0
                     OR coalesce(list_contains(o.types, d.property_dealtype), false)) AS counts
FROM won_deals AS d
CROSS JOIN options AS o
