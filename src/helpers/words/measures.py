"""What is said about health, leaving, features and service, and the values of their verdicts."""

from helpers.words import N_

CANNOT_BE_JUDGED_FEWER_THAN = N_("cannot be judged: fewer than {least} customers {side}")
NO_INTERVAL_SEPARATES_COMPLETELY_OR = N_("no interval: separates completely, or not at all")
SEPARATES_WRONG_WAY_ROUND = N_("separates the wrong way round")
DOES_NOT_SEPARATE = N_("does not separate")
BETTER_THAN_REVENUE_RANK = N_(", better than revenue rank")
WORSE_THAN_REVENUE_RANK = N_(", worse than revenue rank")
NOT_SHOWN_BE_BETTER_THAN = N_(", not shown to be better than revenue rank")
# how values of an input of health become points
SCALES = (N_("absolute"), N_("relative"), N_("no values"), N_("not collected"))
APPLIES, LEFT_OUT = N_("applies"), N_("left out")  # a rule of exclusion
OF_HEALTH = (  # as code joins them
    *(N_("separates, better than revenue rank"), N_("separates, worse than revenue rank")),
    N_("separates, not shown to be better than revenue rank"),
    N_("separates the wrong way round, better than revenue rank"),
    N_("separates the wrong way round, worse than revenue rank"),
    N_("separates the wrong way round, not shown to be better than revenue rank"),
    N_("does not separate, better than revenue rank"),
    N_("does not separate, worse than revenue rank"),
    N_("does not separate, not shown to be better than revenue rank"),
)
NOBODY_WAS_CUSTOMER_ON_DAY = N_("nobody was a customer on the day before the quarter")
OPENING_UNKNOWN = N_("who of the customers of the day before the quarter has left is not known")
NO_INPUT_HEALTH_COLLECTED = N_("no input of health is collected")
NO_CUSTOMER_ENOUGH_WAS_KNOWN = N_("of no customer enough was known for a health score")
DID_NOT_EXPAND = N_("did not expand")
NOBODY_WHO_STAYED_WAS_WON = N_("nobody who stayed was won at about the same time as those who left")
TICKETS_PER_MONTH = N_("Tickets per month")
ESCALATED_TICKETS_PER_MONTH = N_("Escalated tickets per month")
REOPENED_TICKETS_PER_MONTH = N_("Reopened tickets per month")
DAYS_USE_PER_MONTH = N_("Recorded days of use per month")
NO_DIFFERENCE_SHOWN = N_("no difference shown")
HIGHER_BEFORE_LEAVING = N_("higher before leaving")
LOWER_BEFORE_LEAVING = N_("lower before leaving")
NOBODY_LEFT_IN_TRAILING_YEAR = N_("nobody left in the trailing year")
EVERYBODY_WHO_LEFT_IN_TRAILING = N_(
    "everybody who left in the trailing year did so within the first quarter"
)
TOO_FEW_TEST = N_("too few to test")
MONTHS_OR_LONGER = N_("{months} months or longer")
MONTHS_FROM_TO = N_("{low} to {high} months")
NPS_ANSWER = N_("Answer to the NPS question")
NEITHER_TICKETS_NOR_USAGE_NOR = N_("neither tickets nor usage nor surveys are collected")
HIGHER_WHERE_USED = N_("higher where used")
LOWER_WHERE_USED = N_("lower where used")
USAGE_NOT_COLLECTED = N_("usage is not collected")
NO_CUSTOMER_QUARTER_S_START = N_("no customer of the quarter's start used a feature in {previous}")
TOO_FEW_PEERS = N_("too few peers")
COST_TWELVE_MONTHS = N_("cost of twelve months")
AGENT_TOUCHES_QUARTER = N_("agent touches of the quarter")
TICKETS_QUARTER = N_("tickets of the quarter")
ROWS_LEVEL_ROWS_WHOSE_LEVEL = N_("100 × rows of the level ÷ rows whose level is known.")
TIMES_THREE_SIGNIFICANT_DIGITS = N_("times to three significant digits")

WILSON_LIMITS_CARRIED_OVER = N_("Wilson limits carried over")
KAPLAN_MEIER_LOG_LOG = N_("Kaplan–Meier, log-log")
NO_SPREAD_BETWEEN_CUSTOMERS = N_("no spread between customers")
FEWER_THAN_CUSTOMERS = N_("fewer than {least} customers")

# ── health ───────────────────────────────────────────────────────────────────────────────────────
TICKETS_OF_COMPLEXITY = N_("Tickets of complexity {level}")
SHARE_OF_COMPLEXITY = N_(
    "Tickets of complexity {level} ÷ tickets opened in the quarter whose complexity is known."
)
HEALTH_GROUP = N_("Health group: {group}")
HEALTH_GROUP_SHARE = N_("Current customers in this group ({meaning}) ÷ current customers.")
HEALTH_GROUPS = {
    "key": (N_("Key"), N_("high value, healthy")),
    "high_potential": (N_("High potential"), N_("low value, healthy")),
    "low_potential": (N_("Low potential"), N_("low value, not healthy")),
    "at_risk": (N_("At risk"), N_("high value, not healthy")),
    "unproven": (N_("Unproven"), N_("too little is known of their health or value")),
}

BOOTSTRAP_T_OVER_CUSTOMERS_AT = N_("bootstrap-t over customers, at this number of customers")
CLUSTERED = N_("no interval: customers of one cluster are not independent")
BOOTSTRAP_T_OVER_CUSTOMERS = N_("bootstrap-t over customers")
WILSON_AT_EFFECTIVE_NUMBER_ROWS = N_("Wilson at the effective number of rows")
WILSON_AT_EFFECTIVE_NUMBER_CUSTOMERS = N_("Wilson at the effective number of customers")
KEPT_GROWN_BY_THEMSELVES_SQUARE = N_("kept and grown by themselves, square and add")
SQUARE_ADD_ITS_PARTS = N_("square and add of its parts")

DRAWN_TOWARDS_COMPANY_WILSON_LIMITS = N_("drawn towards the company; Wilson limits carried over")

TICKET_CSAT, FEATURES_USED = N_("Ticket CSAT"), N_("Features used")
NO_DATA, NOT_DEFINED = N_("no data"), N_("not defined")
FROM_TO_MONTHS = N_("{low}–{high} months")
CUSTOMERS_RESAMPLED, NO_INTERVAL = N_("customers resampled"), N_("no interval")

# ── metrics whose names depend on the data ───────────────────────────────────────────────────────
OF_COMPLEXITY = N_("{label}, complexity {level}")
DEFINED_OF_COMPLEXITY = N_("{definition}, of complexity {level}.")
AT_MOMENT = N_("{label}, {moment}")
DEFINED_AT_MOMENT = N_("{definition}, of the moment {moment}.")
USES = N_("Uses {feature}")
DEFINED_USES = N_(
    "Customers that used {feature} in the quarter ÷ customers at any time in the quarter."
)
USED_BY_CUSTOMER = N_("1 where the customer used the feature {feature} in the window, else 0")
AROUND_THE_CLOCK = N_("Hours around the clock.")  # of `study.service`
