"""Headlines, cautions and footers of pages and slides."""

from helpers.words import N_

ANALYSED = N_("{number} of {counted} are analysed")
ALL_ANALYSED = N_("All {counted} are analysed")
LEFT_OUT = N_("{told}; {n:count} {n:one|is|are} left out.")
CUSTOMERS_STILL_THERE_AFTER = N_("{share} of the customers are still there after {counted}")
AT_MOST_STILL_THERE_AFTER = N_(
    "at most {share} of the customers are still there after {counted}: who left before "
    "{first:date} is not on record"
)
CONTRACTS_NO_RECURRING_REVENUE = N_("contracts (no recurring revenue)")
ORDERS_NO_ORDER_VALUES = N_("orders (no order values)")
COSTS_BY_ACCOUNT_NO_MARGIN = N_("costs by account (no margin, no cost to serve)")
HELPDESK_TICKETS_NOTHING_ON_SERVICE = N_("helpdesk tickets (nothing on service)")
NPS_CSAT_SURVEYS_NOTHING_ON = N_("NPS and CSAT surveys (nothing on satisfaction)")
PRODUCT_USAGE_NOTHING_ON_ACTIVATION = N_("product usage (nothing on activation or health)")
NEEDS_INTERVIEWS_NOTHING_ON_WHAT = N_("needs interviews (nothing on what customers need)")
REACHABLE_MARKET_SIZE_COUNTS_OWN = N_("the reachable market (size counts own customers only)")
LISTS_OTHER_TEAMS_USE = N_("lists that other teams use")
STAKEHOLDERS_VIEW_RANKING_SCORE_NOT = N_(
    "the stakeholders' view of the ranking (the score is not agreed)"
)
ATTRIBUTES_RESEARCHED_BY_HAND = N_("attributes researched by hand")
WEAKLY_OR_UNEVENLY_FILLED_RESULTS = N_(
    "{told} {n:one|is|are} weakly or unevenly filled; results that rest on them are uncertain."
)
THEM_FORMER_CUSTOMERS = N_(", {number} of them former customers")
ARE_TODAY = N_("{count:count} of them {count:one|is a customer|are customers} today.")
LOSES = N_("By the score each of them loses {loss} a year on average; the others lose more")
# By what the base of a former customer counts.
LEFT_OF = {
    "last_contract": N_(
        "{share:percent} have left, of all others {rest:percent}; what they last paid counts in "
        "the score."
    ),
    "pays_now": N_("{share:percent} have left, of all others {rest:percent}."),
}
ONLY_VALIDATED_SEGMENT = N_("{name} is the only validated segment.")
COMES_FIRST = N_("{name} comes first")
MAY_COME_FIRST = N_("Highest priority: {name}; its place may be any from {low} to {high}")
LUCK_ABOUT = N_("about 1 in {one:count}")
LUCK_LESS = N_("less than 1 in {one:count}")
NO_PLACE_CHANGES = N_("no place changes.")
PLACES_MAY_CHANGE_WITHIN_RANGES = N_("places may change within the ranges shown.")
NEW_ON_LIST_NO_LONGER = N_(
    "{capital} {n:one|is|are} new on the list, {gone:count} {gone:one|is|are} no longer on it."
)
CHANGED_THEIR_BAND_FOR_BETTER = N_(
    "{counted} changed their band: {number} for the better, {others} for the worse."
)
BEFORE_NOW = N_("{name}: {was} before, {now} now.")
MORE_SEGMENTS_CHANGED_THEIR_VERDICT = N_("{number} more segments changed their verdict.")
LOOKED_AT_FOR_FIRST_TIME = N_(
    "{counted} {n:one|is|are} looked at for the first time, {number} no longer."
)
SET_ASIDE_AS_UNUSABLE = N_("{count} of {tables} {n:one|was|were} set aside as unusable.")
THERE_NO_PUBLISHED_REPORT_COMPARE = N_("There is no published report of {before} to compare with.")
FIRST_REPORT = N_("This is the first report of the study: there is nothing to compare it with yet.")
FIRST_REPORT_CLAIMS = N_(
    "This is the first report of the study: there is nothing to compare it with yet. It makes "
    "{claims:count} {claims:one|claim|claims} that the next reports check."
)
SCORES_CUSTOMERS_HOLD_AT_LEAST = N_(
    "The scores of {number} of {others} customers hold at least one assumed value in place of "
    "an unknown one."
)
NOTHING_FOLLOWED_CHANGED_SINCE = N_("Nothing that is followed changed since {before}.")
FIRST_ROWS_DATA_FILES_HOLD = N_("first {shown} of {every} rows; the data files hold all")
WITHOUT_VALUE = N_("Without a value in any row, and so left out: {columns}.")
WHAT_METRICS_MEAN = N_("What the {metrics} metrics mean")
VALUES_FEWER_THAN_NOT_SHOWN = N_(
    "Values of {groups} of fewer than {number} {customers} are left out."
)
METHOD_CHANGED = N_("Method, {on:date}: {change}.")
