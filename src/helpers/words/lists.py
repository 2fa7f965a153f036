"""What is said about the customer list, its rules and the limits of a study."""

from helpers.words import N_

BILLED_BUT_ACCOUNT_REJECTED = N_("billed, but its row among the accounts was rejected")
IN_BILLING_REJECTED = N_("in billing; its row among the accounts was rejected")
WAS_REJECTED = N_(" is in the CRM, and its row was rejected")
BILLED_BUT_WON_LATER = N_("billed, but won after the quarter by the CRM")
IN_BILLING_WON_LATER = N_("in billing, won on {day} by the CRM, after the quarter")
BILLED_RETURNS_ONLY = N_("returns alone: what was bought lies before the export, or is not in it")
BILLED_BUT_NOT_IN_CRM = N_("billed, but not in the CRM")
IN_CRM_BUT_NEVER_BILLED = N_("in the CRM, but never billed")
COUNTED_WITH_PARENT_ACCOUNT = N_("counted with the parent account")
IN_BILLING_NOT_IN_CRM = N_("in billing, not in the CRM")
IN_CRM_NOT_IN_BILLING = N_("in the CRM, not in billing")
CHURNED_IN_CRM_BUT_CONTRACT = N_("churned in the CRM, but a contract is in force")
NOT_IN_CRM = N_(" is not in the CRM")
SQL_RULE_WHERE_CUSTOMER_LIST = N_("the SQL of a rule `where` of customer_list.exclude")
MONTHLY_REVENUE_ABOVE_TIMES_SECOND = N_(
    "monthly revenue above {times_second} times the second-largest"
)
MONTHLY_REVENUE_BELOW = N_("monthly revenue below {monthly} {value}")
ACCOUNTS_RESEARCH = N_("accounts and research")
WON_LATER_THAN = N_("won later than {day}")
WON_EARLIER_THAN = N_("won earlier than {day}")
WON_LATER_BEFORE_END = N_("won later than {months} months before the quarter's end")
WON_EARLIER_BEFORE_END = N_("won earlier than {months} months before the quarter's end")
RULES = (  # names of rules, as tables tell them
    *(N_("account type"), N_("where"), N_("revenue outlier"), N_("revenue below")),
    *(N_("won after"), N_("won before")),
)
OUT_SCOPE = N_("Out of scope")
AS_DATE = N_("As-of date")
MOST_CONDITIONS_SEGMENT = N_("Most conditions of a segment")
ACCEPTED_RISK_FALSE_FINDING = N_("Accepted risk of a false finding")
RANDOM_REASSIGNMENTS_PER_TEST = N_("Random reassignments per test")
HYPOTHESES_AT_MOST = N_("Hypotheses at most")
SEGMENTS_PRESENTED_AT_MOST = N_("Segments presented at most")
REJECTED_ROWS_AT_MOST = N_("Rejected rows at most")
SMALLEST_GROUP_SHOWN = N_("Smallest group shown")
END_DAY_IN = N_("{as_of}, end of day in {timezone}")
PART_SCORE = N_("part of the score")
OVER_WHOLE_HISTORY = N_("over the whole history")
IN_TRAILING_YEAR = N_("in the trailing year")
ANNUAL_CONTRACT_VALUE = N_("annual contract value")
REVENUE_TRAILING_TWELVE_MONTHS = N_("revenue of the trailing twelve months")
AVERAGE_KNOWN = N_("average of the known")
ACCOUNT_TYPE = N_("account type is {types}")
REVENUE_ABOVE_TIMES_SECOND_LARGEST = N_(
    "revenue above {times_second} times that of the second-largest"
)
SPREAD_OVER_MONTHS = N_(", spread over {spread_months} months")
TIMES_GROWTH_RATE_OVER_PAST = N_("{amount} times the growth rate over the past year")
TIMES_GROWTH_OVER_PAST_YEAR = N_("{weight} times the growth over the past year")
AMOUNT_WHERE, TIMES_COLUMN = N_("{amount} where {where}"), N_("{weight} times {column}")
AT_LEAST, AT_MOST = N_("{text}, at least {least}"), N_("{text}, at most {most}")

NO_VALUE = N_("missing")
NOT_DATE_SUCH_AS = N_("not a date such as 2026-01-31")
NOT_DATE_TIME_SUCH_AS = N_("not a date and time such as 2026-01-31 14:05:00")
NOT_WHOLE_NUMBER = N_("not a whole number")
NOT_TRUE_OR_FALSE = N_("not true or false")
DUPLICATE_ANOTHER_ROW = N_("duplicate of another row")
OUTSIDE_SCALE_ITS_KIND = N_("outside the scale of its kind ({told})")
NOT_ONE = N_("not one of {listed}")
NOT_KNOWN_ACCOUNT = N_("not a known account")

HAS_NO_DAY_ANSWER = N_("has no day of answer")
WITHOUT_DAY_ANSWER_TAKEN_AS = N_("0 without a day of answer, taken as not answered")
MEND_FILE_OR_QUERY_TABLE = N_(
    "mend the file, or the query of the table, or raise sources.{name}.max_rejected_share with a "
    "reason in the change log"
)
SAY_HOW_FILE_WRITES_NUMBERS = N_(
    "say how the file writes numbers, such as sources.{name}.decimal: ',' and thousands: '.'"
)
NUMBERS_IN_THOUSANDS = N_(
    'say how the file writes numbers: sources.{name}.thousands: "{thousands}"'
)
NUMBERS_EITHER_WAY = N_(
    "say how the file writes numbers: sources.{name}.thousands: ',' where 1,200 is twelve hundred, "
    "sources.{name}.decimal: ',' where it is a little more than one"
)
NUMBERS_WITH_SIGNS = N_(
    "take what is no number ({signs}) out in the query of {name}, as in {sql}; where it says the "
    "currency, a column currency keeps that"
)
CONFLICT_ROWS_SHARE_KEY_DIFFER = N_("conflict: rows that share the key differ")
CURRENT_OR_FORMER = N_("current or former")
DAY_ON_WHICH_CUSTOMER_LEFT = N_("the day on which the customer left")
WHAT_CUSTOMER_PAYS_PER_MONTH = N_("what the customer pays per month")
HOW_LONG_CUSTOMER_HAS_STAYED = N_("how long the customer has stayed")

YEAR_OF_TWO_DIGITS = N_("of the years 2 to 99: a year of two digits, read as it stands")
READ_YEARS_OF_TWO_DIGITS = N_(
    "read years of two digits as such, as in strptime({column}, '%d.%m.%y') in the query of "
    "{name}: %y instead of %Y"
)
BRING_TO_SCALE = N_(
    "if they were asked on another scale, bring them to this one in the query of {name}; those of "
    "another scale that fit into this one count, too, so do not raise max_rejected_share for them"
)
ERROR_OF_A_SPREADSHEET = N_("an error of a spreadsheet, not a value")
PLACEHOLDER_NOT_DAY_ON_WHICH = N_("a placeholder, not a day on which something happened")
IN_YEAR_OR_LATER = N_("in the year {year} or later")
BILLED_BUT_EVERY_ROW_ITS = N_("billed, but every row of its revenue was rejected")

OR_DECLARE_DAY_EXPORT_SOURCES = N_(
    "or declare the day of the export (sources.{name}.extracted_on) if nothing happened"
)

FIXED_BEFORE = N_("{day}, before the first report")
FIXED_AFTER = N_("{day}, after the first report")
FIXED_UNKNOWN = N_("nothing shows when")

# ── rows that are not what they should be ────────────────────────────────────────────────────────
BELOW, ABOVE, BEFORE = N_("below {value}"), N_("above {value}"), N_("before {earlier}")
WHOLE_ROW = N_("whole row")
KNOWN_ACCOUNTS, INCLUDED = N_("known accounts"), N_("included")
ROLLED_UP = N_("rolled up")  # a step of the exclusions
COUNTED_WITH = N_("counted with {customer}")
PARENT_GONE = N_("parent {parent}{why}")
CONTRACT_REJECTED = N_("contract rejected (row {row}: {column} {reason}{amount})")
ORDER_REJECTED = N_("order rejected (row {row}: {column} {reason}{amount})")
AMOUNT = N_("; amount {amount}")
OF_ACCOUNT_TYPE = N_("account type {types}")
WON_AFTER, WON_BEFORE = N_("won after {day:date}"), N_("won before {day:date}")
