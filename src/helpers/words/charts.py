"""What axes, keys and empty charts say: once, for the drawn charts and for the native ones."""

from helpers.words import N_, say

# ── axes ─────────────────────────────────────────────────────────────────────────────────────────
LIFT = N_("worth more than all others, per customer and year")
DIFFERENCE = N_("difference")
SCORE = N_("quality score per year")
PRIORITY = N_("worth, recognition and size together")
RANK = N_("place and its range")
STAYED = N_("customers that stayed")
MRR = N_("monthly recurring revenue")
NOT_FROM_ZERO = N_("(axis does not start at zero)")
ACCOUNTS = N_("accounts")
MONTHLY_REVENUE = N_("monthly revenue")
BEFORE = N_("the quarter before")
NOW = N_("this quarter")

# ── keys ─────────────────────────────────────────────────────────────────────────────────────────
VALIDATED = N_("shown, 95 % range")
NOT_PROVEN = N_("not shown")
NAIVE = N_("before allowing for the search")
SUPPORTED = N_("supported, 95 % range")
NOT_SUPPORTED = N_("not supported")
IN_SCORE = N_("part of the score")
EXPLORATORY = N_("exploratory")
UNSEEN = N_("too small to be seen")
BETTER = N_("better than the rest")
WORSE = N_("worse than the rest")
EQUAL_SHARES = N_("equal shares")
EVERYBODY = N_("all customers")
TOTAL = N_("quality score")

# ── instead of a chart ───────────────────────────────────────────────────────────────────────────
NO_LIFT = N_("No group is large enough to say what it is worth.")
NO_HYPOTHESIS = N_("No hypothesis could be tested.")
NO_ORDER = N_("No segment is validated, so there is nothing to put in order.")
NO_HISTORY = N_("No customer has a history to follow.")
NOTHING_SHARED = N_("There is no revenue to share out.")
NOBODY_LEFT = N_("No customer has left yet, so that there is no curve to draw.")


MORE = N_(" · {left:count} more in the data file {table}")
BEST_TO_WORST = N_("customers from best to worst (n = {n:count})")
LARGEST_FIRST = N_("customers, largest first (n = {n:count})")
SHARE_OF = N_("share of {what}")
TOP_SHARE = N_("largest {top:count} of {n:count} customers: {share:percent}")
SINCE_WON = N_("{unit} since the customer was won")
PLACE = N_("place {low:count}")
PLACES = N_("place {low:count} to {high:count}")
WITH_N = N_("{label} (n = {n:count})")


def more(left: int, table: str) -> str:
    """What is appended where not all rows are drawn."""
    return say(MORE, left=left, table=table) if left > 0 else ""


def best_to_worst(n: int) -> str:
    """The axis of customers in the order of their score."""
    return say(BEST_TO_WORST, n=n)


def largest_first(n: int) -> str:
    """The axis of customers in the order of their revenue."""
    return say(LARGEST_FIRST, n=n)


def share_of(what: str) -> str:
    """The axis of a share."""
    return say(SHARE_OF, what=what)


def top_share(top: int, n: int, share: float) -> str:
    """What the largest customers hold.

    >>> top_share(1, 5, 0.5)
    'largest 1 of 5 customers: 50\xa0%'
    """
    return say(TOP_SHARE, top=top, n=n, share=share)


def since_won(unit: str = "months") -> str:
    """The axis of tenure."""
    return say(SINCE_WON, unit=unit)


def places(low: int, high: int) -> str:
    """Which places a segment may have: the range holds, a share of orders tried does not.

    >>> places(1, 1), places(1, 3)
    ('place 1', 'place 1 to 3')
    """
    if low == high:
        return say(PLACE, low=int(low))
    return say(PLACES, low=int(low), high=int(high))


def with_n(label: str, n: int) -> str:
    """The entry of a key with the number of customers behind it."""
    return say(WITH_N, label=label, n=n)


LEFT_IN_QUARTER = N_("left in the quarter")
EXPANDED_IN_QUARTER = N_("expanded in the quarter")
CUSTOMERS_LEAVE_PER_MONTH_INTERVAL = N_("customers that leave per month, 95 % interval")
NO_CUSTOMER_ENOUGH_KNOWN_FOR = N_("Of no customer enough is known for a health score.")
THERE_NO_HEALTH_QUARTER_BEFORE = N_(
    "There is no health of the quarter before to hold against outcomes."
)
HEALTH_BEFORE_QUARTER = N_("health before the quarter")
THERE_NO_EARLIER_QUARTER_COMPARE = N_(
    "There is no earlier quarter to compare with, or nothing changed."
)
CUSTOMERS_WITH_VALUE = N_("customers with a value, of {number}")
THERE_NO_SHARE_OUT = N_("There is no {what} to share out.")
NOTHING_WAS_COLLECTED_BESIDE_CUSTOMER = N_("Nothing was collected beside the customer list.")
NO_METRIC_HAS_VALUE_FOR = N_("No metric has a value for these segments.")
NO_DIFFERENCE_SHOWN = N_("no difference shown")
RELATED = N_(" is related to ")
DIFFERENCE_FROM_ALL_OTHER_CUSTOMERS = N_("difference from all other customers, points")
NO_SEGMENT_HAS_ENOUGH_CUSTOMERS = N_("No segment has enough customers with data to compare.")
INTERVAL_LEAVES_OUT = N_("95 % interval leaves out 0")
ONE_MARK_FOR_EVERY_CUSTOMERS = N_("One mark for every {number} customers.")
GOOD_OR_USABLE = N_("good or usable")
WEAK_OR_BIASED = N_("weak or biased")
KNOWN_INCLUDED = N_("known and included")
NO_DIRECTION_OR_NOT_SHOWN = N_("no direction, or not shown")
SUPPORTING_ANALYSIS_SHOWS_ALL_ROWS = N_("The supporting analysis shows all rows")
TEXT_CHART = N_("Text and chart")
TABLE_ROWS = N_("Table: {about}. {rows} rows.")
DIFFERENCES_TABLE_S_ROWS_FROM = N_("Differences of the table's rows from the rest. {kind}.")
SUPPORTING_ANALYSIS = N_("Supporting analysis: {proof}.")
