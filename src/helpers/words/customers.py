"""Titles and sentences about the customer list, its revenue and its scores."""

from helpers.words import N_

LINES_LEFT_OUT = N_(
    "**The score knows nothing of {lines}:** {table} tell nothing of this quarter ({reason}). "
    "The score counts 0 there for everybody, which is no finding."
)
RAW = N_("raw extracts")
BOTH = N_("CRM and billing")

READ = N_("Rows read, used, set aside and later than the quarter")
ROWS_ALL = N_(
    "All **{rows:count} rows** are used: none is set aside, and none is later than the quarter."
)
ROWS = N_(
    "**{used:none} of {rows:count} rows** {used:one|is|are} used; {rejected:none} "
    "{rejected:one|is|are} set aside, and {later:none} {later:one|is|are} later than the quarter."
)

MRR_BY_PRODUCT = N_(
    "The company's monthly recurring revenue in force on the as-of date, by product: all accounts, "
    "before exclusions"
)
LARGEST_ORDERS = N_("The accounts with the largest orders over the whole history")
MRR = N_(
    "On the as-of date the company's monthly recurring revenue is **{mrr:money}**, of all accounts "
    "and before anyone is left out; {product} brings **{share:percent}** of it."
)
MRR_ALONE = N_(
    "On the as-of date the company's monthly recurring revenue is **{mrr:money}**, of all accounts "
    "and before anyone is left out; of which products is not collected (contracts.product)."
)
NO_MRR = N_("On the as-of date no monthly recurring revenue is in force.")
ORDERED = N_(
    "Over the whole history **{buyers:count} accounts** ordered for **{gross:money}** and returned "
    "{returned:money}; the largest, {top}, ordered for {most:money}."
)
NO_ORDERS = N_("No account has ordered anything.")
BRIDGE = N_(
    "The company's monthly recurring revenue from the quarter's opening to its close: all "
    "accounts, before exclusions"
)
N_WITH_CONTRACT = N_("n = accounts with a contract.")

RECONCILED = N_("Accounts on which CRM and billing do not agree")
EXCLUSIONS = N_(
    "What each rule takes out, in accounts and in the monthly revenue that the company has on the "
    "as-of date"
)
N_KNOWN = N_(
    "n = accounts known to CRM or billing; what former customers last paid is no revenue of today."
)
INCLUDED_CURRENT = N_(
    "**{included:count} customers** are analysed, of {known:count} known accounts; all of them are "
    "customers today."
)
INCLUDED_FORMER = N_(
    "**{included:count} customers** are analysed, of {known:count} known accounts; all of them "
    "have left."
)
INCLUDED = N_(
    "**{included:count} customers** are analysed, of {known:count} known accounts: {current:count} "
    "current and {former:count} former ones."
)

ANALYSED_ALL = {
    "subscription": N_(
        "The customers analysed bring all of the company's **{whole:money}** of monthly recurring "
        "revenue. What former customers last paid is not in it."
    ),
    "transactional": N_(
        "The customers analysed brought all of the **{whole:money}** a month that accounts ordered "
        "in twelve months."
    ),
}
ANALYSED_REVENUE = {
    "subscription": N_(
        "Of the company's **{whole:money}** of monthly recurring revenue, the customers analysed "
        "bring **{analysed:money}** ({share:percent}); the rest is that of the accounts left out. "
        "What former customers last paid is in neither."
    ),
    "transactional": N_(
        "Of the **{whole:money}** a month that all accounts ordered in twelve months, the "
        "customers analysed brought **{analysed:money}** ({share:percent}); the rest is that of "
        "the accounts left out."
    ),
}

STRIP = N_("Every customer by quality score")
BANDS = N_(
    "The **{excellent:count} excellent** customers score {high:money} on average, the "
    "**{poor:count} poor** ones {low:money}; {imputed:count} of all had a line of the score that "
    "was unknown and assumed."
)
BANDS_ALL_KNOWN = N_(
    "The **{excellent:count} excellent** customers score {high:money} on average, the "
    "**{poor:count} poor** ones {low:money}; no line of a score was unknown and assumed."
)

EXAMPLE = N_("The score of {name}, line by line")
MIDDLE_BASE = N_(
    "A customer near the middle of the ranking scores **{score:money}**: the base alone, for the "
    "score has no other line."
)
MIDDLE = N_(
    "A customer near the middle of the ranking scores **{score:money}**, from a base of "
    "{base:money}."
)

CONCENTRATION = N_(
    "Share of the monthly revenue of the current customers analysed that the largest of them hold"
)
CONCENTRATED = N_(
    "The top fifth of the **{customers:count} current customers** analysed bring "
    "**{share:percent}** of their {revenue:money} a month (Gini {gini:percent})."
)
CONCENTRATED_OF = N_(
    "The top fifth of **{customers:count} of the {all:count} current customers** analysed bring "
    "**{share:percent}** of their {revenue:money} a month (Gini {gini:percent}); of the others "
    "revenue is below zero or not known."
)
NOT_CONCENTRATED = N_(
    "Left out: {left:count} {left:one|customer|customers} whose revenue is below zero (more "
    "returned than bought) or not known."
)
