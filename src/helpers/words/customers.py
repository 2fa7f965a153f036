"""Titles and sentences about the customer list, its revenue and its scores."""

from helpers.words import N_

RAW = N_("raw extracts")
BOTH = N_("CRM and billing")

READ = N_("Rows read, used, set aside and later than the quarter")
ROWS = N_(
    "**{used:count} of {rows:count} rows** are used; {rejected:count} are set aside, and "
    "{later:count} are later than the quarter."
)

MRR_BY_PRODUCT = N_("Monthly recurring revenue in force on the as-of date, by product")
LARGEST_ORDERS = N_("The accounts with the largest orders over the whole history")
MRR = N_(
    "On the as-of date **{mrr:money}** of monthly recurring revenue is in force; {product} brings "
    "**{share:percent}** of it."
)
NO_MRR = N_("On the as-of date no monthly recurring revenue is in force.")
ORDERED = N_(
    "Over the whole history **{buyers:count} accounts** ordered for **{gross:money}** and returned "
    "{returned:money}; the largest, {top}, ordered for {most:money}."
)
NO_ORDERS = N_("No account has ordered anything.")
BRIDGE = N_("Monthly recurring revenue from the quarter's opening to its close")
N_WITH_CONTRACT = N_("n = accounts with a contract.")

RECONCILED = N_("Accounts on which CRM and billing do not agree")
EXCLUSIONS = N_("What each rule takes out, in accounts and in monthly revenue")
N_KNOWN = N_("n = accounts known to CRM or billing.")
INCLUDED = N_(
    "**{included:count} customers** are analysed, of {known:count} known accounts: {current:count} "
    "current and {former:count} former ones."
)

STRIP = N_("Every customer by quality score")
BANDS = N_(
    "The **{excellent:count} excellent** customers score {high:money} on average, the "
    "**{poor:count} poor** ones {low:money}; {imputed:count} of all had a line of the score that "
    "was unknown and assumed."
)
BANDS_ALL_KNOWN = N_(
    "The **{excellent:count} excellent** customers score {high:money} on average, the "
    "**{poor:count} poor** ones {low:money}; none of all had a line of the score that was unknown "
    "and assumed."
)

EXAMPLE = N_("The score of {name}, line by line")
MIDDLE = N_(
    "The customer in the middle of the ranking scores **{score:money}**, from a base of "
    "{base:money}."
)

AGREEMENT = N_("Agreement of the score with each stakeholder's own view")
AGREED = N_(
    "The rank correlation with the stakeholders' views runs from **{low:number}** to "
    "**{high:number}**; where they gave bands, {same:percent} agree with the score."
)
AGREED_RANKS = N_(
    "The rank correlation with the stakeholders' views runs from **{low:number}** to "
    "**{high:number}**."
)
AGREED_BANDS = N_("Of the bands that stakeholders gave, **{same:percent}** agree with the score.")
REVIEWED_TOO_FEW = N_(
    "The customers that stakeholders reviewed are too few to say whether they agree with the score."
)
NOT_AGREED = N_("No stakeholder has reviewed the ranking: the score is not agreed.")

CONCENTRATION = N_("Share of monthly revenue held by the largest customers")
CONCENTRATED = N_(
    "The top fifth of the customers bring **{share:percent}** of the revenue (Gini {gini:number})."
)
