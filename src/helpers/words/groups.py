"""Notes, names and definitions of segments and hypotheses."""

from collections.abc import Iterable
from functools import reduce

from helpers.words import N_, name

REPORT_QUARTER_BEFORE_LACKS = N_("the report of the quarter before lacks {missing}")
THERE_NO_REPORT_QUARTER_BEFORE = N_("there is no report of the quarter before")
WAS_NOT_COLLECTED = N_("{what} was not collected")
SAME_FOR_ALL = N_("{what} is the same for all")
FIRST_REVENUE = N_("the first 80 % of revenue")
NEXT_REVENUE = N_("the next 15 % of revenue")
LAST_REVENUE = N_("the last 5 % of revenue")
REVENUE_CLASS_CURRENT_CUSTOMERS_MAKE = N_(
    "Revenue class {name}: current customers that make {told}"
)
LIST_ANOTHER_TEAM = N_("List of another team: {name}")
NO_CURRENT_CUSTOMER_HAS_REVENUE = N_("no current customer has revenue: no ABC classes")
HEALTH_GROUPS_NO_INPUT_HEALTH = N_("health groups: no input of health is collected")
ACCOUNTS_LIST_NOT_INCLUDED_CUSTOMERS = N_(
    "{others} accounts of the list are not included customers"
)
ONBOARDING_FIRST_DAYS = N_("Onboarding, the first {onboarding} days")
DAY_END_FIRST_DAYS = N_("Day {first} to the end of the first {first_year} days")
CUSTOMER_FOR_DAYS_OR_LONGER = N_("Customer for {year} days or longer")
RENEWAL_WINDOW_CONTRACTS_RENEWS_ON = N_("renewal window: contracts.renews_on was not collected")
CONTRACT_RENEWS_WITHIN_DAYS = N_("Contract renews within {window} days")
CUSTOMERS_WERE_INTERVIEWED = N_("{interviewed} of {customers} customers were interviewed")
NEEDS_NO_INTERVIEWS_WERE_COLLECTED = N_("needs: no interviews were collected")
PRIORITY_EXCELLENT_QUALITY_SCORE_OR = N_(
    "priority: an excellent quality score, or revenue class A and either at risk or a member of a "
    "validated segment; self_service: revenue class C with a poor quality score; standard: all "
    "others"
)
PERMUTATION_WITHIN_STRATA = N_("permutation within strata")
PERMUTATION_LEVELS_WITHIN_STRATA = N_("permutation of levels within strata")
WON_ON_OR_AFTER = N_("won on or after {date}")

SHOWN_UNDER_HYPOTHESIS_DECLARES_THEM = N_(
    "shown under the hypothesis that declares them: {segments}"
)
ITS_HYPOTHESIS_NOT_ABOUT_SCORE = N_("its hypothesis is not about the score")
NO_STRATUM_HAS_BOTH_MEMBERS = N_("no stratum has both members and others")
ALL_OTHER_CUSTOMERS = N_("all other customers")
OTHER_CURRENT_CUSTOMERS = N_("other current customers")
OTHER_INTERVIEWED_CUSTOMERS = N_("other interviewed customers")
RELATED_QUALITY_SCORE = N_("{label} is related to the quality score")
THERE_DIFFERENCE_BUT_NOT_OUTCOME = N_("there is a difference, but not a {direction} outcome")
RANKS_OPPOSE = N_("by ranks it runs the other way: a few customers carry the mean")
DOES_NOT_HOLD_ON_SCORE = N_("does not hold on the score without the lines that it shares")
PERMUTATION_CHI_SQUARE = N_("permutation chi-square")
MEMBERS_MINUS_OTHERS = N_("members minus others{within}")
FEWER_THAN_CUSTOMERS_ON_ONE = N_("fewer than {minimum} customers on one side")
TOO_FEW_CLUSTERS = N_("fewer than {fewest} clusters on one side")
FEWER_THAN_CUSTOMERS = N_("fewer than {minimum} customers")
DOES_NOT_VARY_WITHIN_STRATA = N_("{label} does not vary within strata")
MEMBERS_WITHOUT_VALUE = N_("members without a value")
CUSTOMERS_WITHOUT_VALUE = N_("customers without a value")
CUSTOMERS_IN_LEVELS_UNDER = N_("customers in levels of under {smallest_level}")
YES_MINUS_NO = N_("yes minus no")

NEARLY_SAME_CUSTOMERS_AS = N_("nearly the same customers as {other} ({same})")
ALSO_DISCOVERED_AS = N_("also discovered as {name}")

STUDENTISED_PERMUTATION_TREND = N_("studentised permutation of the trend")
STUDENTISED_PERMUTATION_LEVELS = N_("studentised permutation of levels")

WON_SINCE = N_("customers won after {day}, when it was declared: a report was out already")
OUTCOMES_SINCE = N_("what happened after {day}, when it was declared: a report was out already")
NOTHING_NEW_YET = N_(
    "declared on {day}, after a report: what was known then may have given it away, and nothing is "
    "known yet that was not"
)
NOTHING_CHANGED = N_("nothing changed")

# ── how rules and definitions read ───────────────────────────────────────────────────────────────
ATTRIBUTE_IS = N_("{attribute}: {level}")
AND = N_("{first} and {second}")
NOT = N_("not {value}")
MORE_THAN = N_("more than {value}")
AT_LEAST = N_("at least {value}")
LESS_THAN = N_("less than {value}")
AT_MOST = N_("at most {value}")
BETWEEN = N_("{low} to {high}")
TO_UNDER = N_("{low} to under {high}")
OR = N_("{first} or {second}")
FIRST_DAYS = N_("First {days} days")
ON_TRIAL = N_("On trial")
LEFT_OUT = N_("{count} {what} left out")
WITHIN = N_(", within {name}")
SAME_AS = N_("same as {name}")
THE_SAME = N_(" ({same} the same)")
SCORE_BAND = N_("Quality score: {band}")
HEALTH_GROUP = N_("Health group: {group} ({meaning})")
REQUIRED_OUTCOME = N_("Required outcome: {outcome}")
THE_OUTCOME = N_("the outcome")
LEVELS = N_("{n} levels")
ONE_CUSTOMER = N_("one customer")
CUSTOMERS = N_("{n} customers")
ABOVE_MINUS = N_("above {cut} minus at most {cut}")
FROM_MINUS = N_("from {cut} minus below {cut}")
MINUS = N_("{first} minus {second}")
WITHIN_STRATA = N_("{name} within strata")
RANK_CORRELATION, ETA_SQUARED = N_("rank correlation"), N_("eta squared")
STUDENTISED_PERMUTATION = N_("studentised permutation")


def together(parts: Iterable[str]) -> str:
    """Conditions that all hold, as one name.

    >>> together(["Region: North", "Industry: Retail"]), together(["Region: North"])
    ('Region: North and Industry: Retail', 'Region: North')
    """
    return reduce(lambda first, second: name(AND, first=first, second=second), parts)


def of(attribute: str, level: object) -> str:
    """One level of an attribute."""
    return name(ATTRIBUTE_IS, attribute=attribute, level=str(level))
