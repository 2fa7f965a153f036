"""What axes, keys and empty charts say: once, for the drawn charts and for the native ones."""

from helpers.words import numbers as fmt

# ── axes ─────────────────────────────────────────────────────────────────────────────────────────
LIFT = "lift per customer and year"
DIFFERENCE = "difference"
SCORE = "quality score per year"
PRIORITY = "priority score"
RANK = "rank and its range"
STAYED = "customers that stayed"
MRR = "monthly recurring revenue"
NOT_FROM_ZERO = "(axis does not start at zero)"
ACCOUNTS = "accounts"
MONTHLY_REVENUE = "monthly revenue"
BEFORE = "the quarter before"
NOW = "this quarter"

# ── keys ─────────────────────────────────────────────────────────────────────────────────────────
VALIDATED = "validated, 95 % interval"
NOT_PROVEN = "not proven"
NAIVE = "naive lift"
SUPPORTED = "supported, 95 % interval"
NOT_SUPPORTED = "not supported"
IN_SCORE = "part of the score"
EXPLORATORY = "exploratory"
UNSEEN = "too small to be seen"
BETTER = "better than the rest"
WORSE = "worse than the rest"
EQUAL_SHARES = "equal shares"
EVERYBODY = "all customers"
TOTAL = "quality score"

# ── instead of a chart ───────────────────────────────────────────────────────────────────────────
NO_LIFT = "No segment is large enough to estimate a lift."
NO_HYPOTHESIS = "No hypothesis could be tested."
NO_ORDER = "No segment is validated, so there is nothing to put in order."
NO_HISTORY = "No customer has a history to follow."
NOTHING_SHARED = "There is no revenue to share out."
NOBODY_LEFT = "No customer has left yet, so that there is no curve to draw."


def more(left: int, table: str) -> str:
    """What is appended where not all rows are drawn."""
    return f" · {fmt.number(left)} more in the data file {table}" if left > 0 else ""


def best_to_worst(n: int) -> str:
    return f"customers from best to worst (n = {fmt.number(n)})"


def largest_first(n: int) -> str:
    return f"customers, largest first (n = {fmt.number(n)})"


def share_of(what: str) -> str:
    return f"share of {what}"


def top_share(top: int, n: int, share: float) -> str:
    """What the largest customers hold.

    >>> top_share(1, 5, 0.5)
    'largest 1 of 5 customers: 50\\xa0%'
    """
    return f"largest {fmt.number(top)} of {fmt.number(n)} customers: {fmt.percent(share)}"


def since_won(unit: str = "months") -> str:
    return f"{unit} since the customer was won"


def first_in(share: float) -> str:
    return f"first in {fmt.percent(share)}"


def with_n(label: str, n: int) -> str:
    """The entry of a key with the number of customers behind it."""
    return f"{label} (n = {fmt.number(n)})"
