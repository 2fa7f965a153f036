"""What charts say: titles that are findings, units, axes, labels, and why there is no chart."""

from helpers.words import N_, say

# ── what each group is worth ─────────────────────────────────────────────────────────────────────
TOO_SMALL_GROUPS = N_("{small:count} {small:one|group is|groups are} too small to be compared.")
WITHOUT_A_LIFT = N_(
    "{unknown:count} {unknown:one|group|groups} that the search lists without accepting "
    "{unknown:one|it has|them have} no worth and {unknown:one|is|are} not drawn."
)
GROUPS_SHOWN = N_(
    "{shown:count} of {judged:count} groups {shown:one|is|are} shown to be worth more than all "
    "others"
)
NO_GROUP_SHOWN = N_("None of {judged:count} groups is shown to be worth more than all others")
WORTH_UNIT = N_(
    "Worth per customer and year above (right) or below (left) all others. Line: 95 % range. "
    "Filled: shown; hollow: can be luck, or cannot be judged."
)
SHOWN = N_("Shown to be better")
TYPICAL = N_("A typical member is better, money open")
MAY_BE = N_("May be better, not shown")
NOT_BETTER = N_("Not shown to be better")
CANNOT_BE = N_("Cannot be judged: picked by people who know the revenue")
CONFOUNDED = N_("Better as a whole, but explained by something else")
NO_EVIDENCE = N_("Better by definition or only within another group: no evidence")
FIRST_OF = N_("the first {drawn:count} of {every:count}")
FIRST_ONE_OF = N_("the first of {every:count}")
NO_LIFT = N_("No group is large enough to say what it is worth.")

# ── hypotheses ───────────────────────────────────────────────────────────────────────────────────
HELD = N_("{held:count} of {every:count} hypotheses on record beforehand are supported")
NONE_FIXED = N_("No hypothesis was on record beforehand; all of this is exploratory")
EFFECT_UNIT = N_(
    "Difference, {unit}. Line: 95 % range. Filled: supported. Grey band: too small to be seen with "
    "so many customers."
)
PER_YEAR = N_("{money} per customer and year")
FIXED = N_("On record beforehand")
EXPLORED = N_("Looked at afterwards")
IN_SCORE = N_("part of the score")
NO_HYPOTHESIS = N_("No hypothesis could be tested.")

# ── order ────────────────────────────────────────────────────────────────────────────────────────
FIRST_OPEN = N_("Highest priority: {first}; its place is not firm")
FIRST_HOLDS = N_("{first} comes first, and its place holds")
PRIORITY_UNIT = N_(
    "Worth, recognition before a sale and size together, from 0 to 1; and the place with its range"
)
PRIORITY = N_("priority")
RANK = N_("place and its range")
PLACE = N_("place {low:count}")
PLACES = N_("place {low:count} to {high:count}")
NO_ORDER = N_("No group is shown to be better, so there is nothing to put in order.")

# ── market ───────────────────────────────────────────────────────────────────────────────────────
MARKET_LEFT = N_(
    "{name}: {market:percent} of the market, and {own:percent} of the customers analysed"
)
MARKET_LEFT_KNOWN = N_(
    "{name}: {market:percent} of the market as far as it is known, and {own:percent} of the "
    "customers analysed"
)
NONE_IN_MARKET = N_(
    "{name}: {own:percent} of the customers analysed, and no company of the reachable market"
)
MARKET_UNIT = N_(
    "Share of the companies in the reachable market of which it is known, and of all customers "
    "analysed, past ones too"
)
OF_MARKET = N_("of the market")
OF_CUSTOMERS = N_("of the customers analysed")
NO_MARKET = N_("No group can be counted in the market.")

# ── shares ───────────────────────────────────────────────────────────────────────────────────────
SHARES_APART = N_("{shown:count} of {every:count} shares differ from those of all others")
NO_SHARE_APART = N_("None of {every:count} shares is shown to differ from those of all others")
SHARES_UNIT = N_(
    "Difference from all other customers, percentage points. Line: 95 % range of each by itself. "
    "Filled: shown after everything that was compared."
)
AGAINST_REST = N_("{value}, others {rest}")
NO_SEGMENT_HAS_ENOUGH_CUSTOMERS = N_("No segment has enough customers with data to compare.")

# ── groups side by side ──────────────────────────────────────────────────────────────────────────
METRIC = N_("Metric")
APART = N_(
    "{better:no} {better:one|difference is|differences are} shown to be better and "
    "{worse:none} worse, of {every:count} compared"
)
NOTHING_APART = N_("None of {every:count} differences from all others is shown")
APART_UNIT = N_(
    "Value of the group, and of all other customers. ▲ better, ▼ worse, after everything that was "
    "compared; without a sign it can be luck, or is part of what made the score."
)
REST = N_("others {rest}")
NO_METRIC_HAS_VALUE_FOR = N_("No metric has a value for these segments.")

# ── scores ───────────────────────────────────────────────────────────────────────────────────────
SCORE = N_("Quality score per year, each mark a customer")
SCORES_APART = N_(
    "The best {best:count} customers score {high} or more, the poorest {poor:count} {low} or less"
)
NO_SCORE = N_("No customer has a score.")
BANDS = {
    "excellent": N_("excellent"),
    "average": N_("average"),
    "poor": N_("poor"),
    "not a customer": N_("not a customer"),
}
OUTSIDE = "not a customer"  # the key of BANDS for who is in one quarter only
ADDS_UP = N_("From {base} to a score of {total}, line by line")
ADDS_UP_UNIT = N_(
    "One customer near the middle of the ranking, per year; each line starts where the one before "
    "ends"
)
TOTAL = N_("quality score")

# ── who was analysed ─────────────────────────────────────────────────────────────────────────────
LEFT_OUT = N_("{left:none} of {known:count} known accounts {left:one|is|are} left out")
NOBODY_LEFT_OUT = N_("No known account is left out.")
LEFT_OUT_UNIT = N_("What each rule takes out, in the order in which rules apply")
ACCOUNTS = N_("accounts")
MONTHLY_REVENUE = N_("monthly revenue")
FILLED_WELL = N_("{firm:count} of {every:count} fields are filled well enough to lean on")
CUSTOMERS_WITH_VALUE = N_("Share of {number} customers with a value, the least filled first")
NOTHING_WAS_COLLECTED_BESIDE_CUSTOMER = N_("Nothing was collected beside the customer list.")

# ── revenue ──────────────────────────────────────────────────────────────────────────────────────
TOP_HOLD = N_(
    "The largest {top:count} of {n:count} customers bring {share:percent} of {total} ({what})"
)
TOP_SHARE = N_("largest {top:count} of {n:count}: {share:percent}")
LARGEST_FIFTH = N_("largest fifth")
SHARE_HELD = N_("share held")
EQUAL_SHARES = N_("if all were equal")
SHARE_OF = N_("Share of {what} that the largest customers bring together")
LARGEST_FIRST = N_("customers, largest first (n = {n:count})")
THERE_NO_SHARE_OUT = N_("There is no {what} to share out.")
GREW = N_("Monthly recurring revenue grew from {before} to {after} in the quarter ({net})")
SHRANK = N_("Monthly recurring revenue shrank from {before} to {after} in the quarter ({net})")
NOT_OF_QUARTER = N_(
    "Monthly recurring revenue as last known, {after}: no export speaks of the quarter"
)
NO_OPENING = N_(
    "Monthly recurring revenue is {after}: what it was before the quarter is not recorded"
)
NO_BRIDGE_KNOWN = N_("What moved it is not known, and so nothing is drawn; it is not zero.")
STAYED_AT = N_("Monthly recurring revenue stayed at {after} in the quarter ({net})")
BRIDGE_UNIT = N_("Changes from {before} at the opening to {after} at the close, from zero")
NET = N_("together")
BRIDGE_STEPS = (  # of the data file; `charts.parts.readable` tells them
    *(N_("opening"), N_("closing"), N_("new"), N_("expansion"), N_("contraction")),
    *(N_("churned"), N_("reactivated")),
)
NO_BRIDGE = N_("Recurring revenue is not known at both ends of the quarter.")

# ── who stays ────────────────────────────────────────────────────────────────────────────────────
STAYED = N_("Share of customers that stayed; shaded: 95 % range")
SINCE_WON = N_("months since the customer was won")
EVERYBODY = N_("all customers")
NO_HISTORY = N_("Nothing can be drawn of how long customers stay.")
NOBODY_LEFT = N_("No customer has left yet, so that there is no curve to draw.")
LEAVE = N_(
    "{low:percent} to {high:percent} of customers leave in a month, by how long they are one"
)
LEAVE_NOBODY = N_(
    "Nobody has left so far; that up to {most:percent} leave in a month is not ruled out"
)
LEAVE_ALIKE = N_("{share:percent} of customers leave in a month, however long they are one")
LEAVE_UNIT = N_("Customers that leave per month, with 95 % range, by time since they were won")

# ── months and cohorts ───────────────────────────────────────────────────────────────────────────
MONTHS_LEFT = N_(
    "{left:count} {left:one|customer|customers} left in {months:count} months: {share:percent} a "
    "month"
)
MONTHS_NOBODY = N_("No customer left in {months:count} months")
MONTHS_UNIT = N_("Share of customers that left in each month; shaded: 95 % range")
UNFINISHED = N_("month not finished")
UNFINISHED_OPEN = N_("The hollow mark is a month that is not finished.")
NO_MONTHS = N_("Fewer than two finished months have enough customers to show a share.")
WON_IN = N_("Won in")
COHORTS_KEPT = N_(
    "Four quarters after the one they were won in, {share:percent} of customers of {won} are still "
    "there"
)
COHORTS_ALL_KEPT = N_("All customers of these quarters are still there.")
COHORTS_PAID = N_(
    "Four quarters after the one they were won in, customers of {won} pay {share:percent} of what "
    "they paid at first"
)
COHORTS_UNIT = N_("Share of customers still there, by quarters since the one they were won in")
COHORTS_ORDERED = N_(
    "Four quarters after the one they were won in, {share:percent} of customers of {won} order"
)
COHORTS_ORDERED_UNIT = N_(
    "Share of customers that order in a quarter, by quarters since the one they were won in; one "
    "without an order is no leaving"
)
COHORTS_PAID_UNIT = N_(
    "Revenue as a share of that in the quarter of winning, by quarters since; what was sold since "
    "counts"
)
NO_COHORTS = N_("No quarter of winning has enough customers.")

# ── movement ─────────────────────────────────────────────────────────────────────────────────────
MOVED = N_(
    "{moved:count} of {every:count} customers {moved:one|is|are} in another band than a quarter ago"
)
NO_CLAIM_LOOKED_AT = N_("No earlier claim has enough news yet.")
CLAIMS_INSIDE = N_(
    "{inside:count} of {looked:count} earlier {looked:one|claim|claims} came within what was "
    "predicted"
)
CLAIMS_UNIT = N_(
    "What came, in halves of each claim's own prediction interval: 0 is what was expected, the "
    "grey band is what was predicted. Filled: held up, or less than was said; hollow: too early "
    "to say."
)
NOBODY_MOVED = N_("Nobody moved between groups since the quarter before.")
FEW_MOVED = N_("{moved:count} customers moved, and no move is of {least:count} of them or more.")
FROM_TO = N_("{before} → {after}")
NO_REASON = N_("nothing that is recorded")
OTHER_REASONS = N_("other reasons")
FLOWED = N_("{moved:count} customers moved in {moves:count} {moves:one|way|ways} between groups")
FLOWED_UNIT = N_("Customers by what changed most for them; each heading is a move, then → now")
ONE_QUARTER = N_("There is one quarter so far: nothing can be followed.")
LIFTS_OVER = N_("{segments:count} {segments:one|segment|segments} over {quarters:count} quarters")
LIFTS_OF_FIRST = N_(
    "The first {segments:count} of {known:count} segments over {quarters:count} quarters"
)
LIFTS_OVER_UNIT = N_(
    "Lift as each quarter published it; shaded: 95 % range of that quarter by itself. Quarters "
    "share most of their customers, and move less than the bands are wide."
)
MOVED_UNIT = N_("Customers by band in the quarter before (rows) and now (columns)")
BEFORE_NOW = N_("before ↓   now →")
THERE_NO_EARLIER_QUARTER_COMPARE = N_(
    "There is no earlier quarter to compare with, or nothing changed."
)

# ── health ───────────────────────────────────────────────────────────────────────────────────────
AT_RISK = N_("{count:count} of {known:count} current customers are at risk: worth much, unhealthy")
HEALTH_AXIS = N_("health, 0 to 100")
FACTORS = N_("{value}; each step of the scale is a factor")
UNPROVEN = N_("{count:count} customers, of whom too little is known, are not drawn.")
NO_CUSTOMER_ENOUGH_KNOWN_FOR = N_("Of no customer enough is known for a health score.")
LEFT_IN_QUARTER = N_("left in the quarter")
EXPANDED_IN_QUARTER = N_("expanded in the quarter")
HEALTH_FROM = N_("health {low:count} to {high:count}")
HEALTH_AT = N_("health {low:count}")
BECAME = N_("{outcome}: {worst:percent} of the least healthy, {best:percent} of the healthiest")
BECAME_NONE = N_("{outcome}: no customer")
NOTHING_BECAME = N_("No customer left or expanded in the quarter.")
BECAME_UNIT = N_("Share of customers with 95 % range, by health before the quarter")
THERE_NO_HEALTH_QUARTER_BEFORE = N_(
    "There is no health of the quarter before to hold against outcomes."
)

# ── what a screen reader says ────────────────────────────────────────────────────────────────────
BAR_CHART = N_("Bar chart")
DOTS = N_("Dots with their ranges")
LINE_CHART = N_("Line chart")
SCATTER_CHART = N_("Scatter chart")
GRID = N_("Table with colours")
EMPTY = N_("Nothing to draw")
LATE = N_("{name}, looked at afterwards")

# ── of every chart ───────────────────────────────────────────────────────────────────────────────
N = N_("n = {n:count}")
WITH_N = N_("{label} (n = {n:count})")
MORE = N_("{left:count} more in the data file {table}")
MORE_ROWS = N_("{left:count} more")
BEST_TO_WORST = N_("customers from best to worst (n = {n:count})")
SCORES_BEYOND = N_(
    "Not drawn: {beyond:count} {beyond:one|customer|customers} above {top}, up to {most}."
)
ONE_MARK_FOR_EVERY_CUSTOMERS = N_("One mark for every {number} customers.")
TABLE_ROWS = N_("Table: {about}. {rows} rows.")
SUPPORTING_ANALYSIS = N_("Supporting analysis: {proof}.")
SUPPORTING_ANALYSIS_SHOWS_ALL_ROWS = N_("The supporting analysis shows all rows")
DIFFERENCES_TABLE_S_ROWS_FROM = N_("Differences of the table's rows from the rest. {kind}.")


def more(left: int, table: str) -> str:
    """What is said where not all rows are drawn."""
    if left <= 0:
        return ""
    return say(MORE, left=left, table=table) if table else say(MORE_ROWS, left=left)


def best_to_worst(n: int) -> str:
    """The axis of customers in the order of their score."""
    return say(BEST_TO_WORST, n=n)


def largest_first(n: int) -> str:
    """The axis of customers in the order of their revenue."""
    return say(LARGEST_FIRST, n=n)


def share_of(what: str) -> str:
    """What a curve of shares measures."""
    return say(SHARE_OF, what=what)


def since_won() -> str:
    """The axis of tenure."""
    return say(SINCE_WON)


def places(low: int, high: int) -> str:
    """Which places a segment may have: the range holds, a share of orders tried does not.

    >>> places(1, 1), places(1, 3)
    ('place 1', 'place 1 to 3')
    """
    if low == high:
        return say(PLACE, low=int(low))
    return say(PLACES, low=int(low), high=int(high))
