"""Titles and sentences about what was collected, how complete it is and what it measures."""

from helpers.words import N_

COLLECTION = N_("Every table that was collected: rows read, used and set aside")
COLLECTED = N_(
    "**{collected:count} of {known:count} tables** were collected; {rejected:none} of "
    "{rows:count} rows {rejected:one|is|are} set aside."
)
HIDING = N_(
    "**{rows:count} {rows:one|row|rows}** of {tables} {rows:one|holds|hold} characters that "
    "no reader sees: control characters, marks without a width, or marks that turn the direction "
    "of writing round, so that a name reads as another. What people open is told without them."
)
NOT_COLLECTED = N_("Not collected: {tables}.")
NOTHING = N_("nothing")

PRESETS = N_("What the ready-made sources were told, and what that means")
PRESET_CHOICES = N_(
    "**{choices:count} choices** hold in the ready-made sources; {set:count} of them are the "
    "study's own."
)
NO_PRESETS = N_("No source is a ready-made one; each has a query of its own.")

REJECTED = N_("Rows set aside, by table and reason")
REFUSED = N_(
    "**{rows:no} {rows:one|row|rows}** {rows:one|is|are} set aside as a whole; {cells:no} single "
    "{cells:one|value|values} of other rows {cells:one|is|are} left blank."
)
NOTHING_REJECTED = N_("No row had to be set aside.")

FILLED = N_("Gaps filled by research")
RESEARCHED = N_("Research by hand filled **{filled:count} values** in {fields:count} fields.")
RECHECKED = N_("How often a second person found the same value")
NO_RESEARCH = N_("Nothing was researched by hand.")

BANDS = N_("The bands of every number among the attributes")
BANDED = N_(
    "**{banded:count} of {attributes:count} attributes** {banded:one|is a number|are numbers}, cut "
    "into bands; the others keep their levels."
)
NOTHING_BANDED = N_("No attribute is a number that had to be banded.")

METRICS = N_("The metrics of all customers analysed, after exclusions, with their intervals")
TWO_BRIDGES = N_("Monthly recurring revenue of the company and of the customers analysed")
TWO_BRIDGES_NOTE = N_(
    "The company: all accounts, before exclusions. Beside it accounts that are left out do not "
    "count, and accounts with a parent move together with it."
)
NEW_LEFT_OUT = N_(
    "New MRR of the company is **{company:money}**, that of the customers analysed "
    "**{analysed:money}**: the study leaves new accounts out, or counts them with their parent."
)
LEADING_FEATURES = N_(
    "**{named:count} of {features:count} features** of the product have a metric of their own: "
    "those that most customers used in this quarter and the one before (metrics.features of the "
    "study file). The others count in how much is used, and in the share of features in use."
)
MEASURED = N_(
    "**{known:count} of {metrics:count} metrics** have data; those without are blank, never zero."
)

# The first sentence says a figure: it is all that a slide may have room for.
ONE_CUSTOMER = N_(
    "**Without one customer, {customer}, {figure}.** If that customer is no slip of the pen, tell "
    "both figures."
)
ONE_CUSTOMER_MORE = N_(
    "**Without one customer, {customer}, {figure}.** Likewise: {others}. If that customer is no "
    "slip of the pen, tell both figures of each."
)
WITHOUT = N_("{metric} is {without} instead of {value}")

SERVICE = N_("What customers of like revenue cost to serve, and how many lie far from their peers")
QUARTILES = N_("Quartiles of those that took any, in {measure}.")
SERVED = N_(
    "Against customers of like revenue, **{over:none}** {over:one|takes|take} far more service "
    "and **{under:none}** far less; {none:count} took no service at all."
)
SERVICE_UNKNOWN = N_("What serving a customer took is not collected.")

HEALTH_INPUTS = N_("What health is made of, with the weight of each measurement when all are known")
HEALTH_MAP = N_("Current customers by value and health")
ONE_PART = N_(
    "**Health rests on {inputs} alone:** of use, of activation and of results only this part is "
    "collected. Who is told to be healthy or at risk is so by it, and by nothing else."
)
HEALTHY = N_(
    "Of {all:count} customers **{key:none} {key:one|is|are} key**, valuable and healthy; "
    "**{risk:none} {risk:one|is|are} at risk**: valuable and not healthy."
)
HEALTHY_UNPROVEN = N_(
    "Of {all:count} customers **{key:none} {key:one|is|are} key**, valuable and healthy; "
    "**{risk:none} {risk:one|is|are} at risk**: valuable and not healthy. Of {unproven:count} too "
    "little is known to say (unproven)."
)
HEALTH_MISSING = N_("Nothing that health could be measured by is collected.")
VALUE_OF_HEALTH = {
    "revenue": N_("monthly revenue"),
    "quality_score": N_("quality score"),
}

TENURE = N_("tenure")  # among what monthly churn is told by
CHURN_MONTHS = N_("Monthly churn of the customers analysed, month by month")
CHURN_REASONS = N_("ARR lost in twelve months, by the reason that the CRM gives")
LOST = N_(
    "In twelve months **{customers:count} customers** left, who last paid **{lost:money}** a year; "
    "the reason is known of {known:count}."
)
UNFINISHED = N_(
    "**The month that ends on {month} is not finished:** the exports end on {last:date}. Whoever "
    "leaves after that day is missing in it."
)
CHURN_BY = N_("Monthly churn by {by}, months with {least:count} customers and more")
COHORTS_KEPT = N_("Customers kept, by the quarter in which they were won")
COHORTS_ORDER = N_("Customers that order in a quarter, by the quarter in which they were won")
COHORTS_IN_PART = N_(
    "Not drawn: {cohorts}. Of the quarter of winning only a part is on record, to which a whole "
    "quarter cannot be compared."
)
COHORTS_PAID = N_("Revenue kept, by the quarter in which its customers were won")
NO_COHORT = N_("No quarter of winning has {least:count} customers and records from its first day.")
REASONS_OBSERVED = N_("Reasons for leaving as stated, and what was observed before leaving")
REASONS_ECHOED = N_(
    "Of {reasons:count} stated {reasons:one|reason|reasons} for leaving, **{echoed:count}** "
    "{echoed:one|goes|go} with something that differed in the quarter before: {named}."
)
REASONS_NOT_ECHOED = N_(
    "None of {reasons:count} stated {reasons:one|reason|reasons} for leaving goes with something "
    "that is shown to have differed in the quarter before."
)
REPEATS = N_("Customers that order again, and whose last order turns twelve months old, by month")
REPEAT_NOTE = N_(
    "A rule of the study leaves out who was won lately, so that the last months hold hardly any "
    "first order"
)
REPEAT_TOLD = N_(
    "In the last month **{share:percent} of {ordered:count} customers** with an order had ordered "
    "before."
)
LAPSE_TOLD = N_(
    "**{lapsed:count} of {customers:count} customers** lapsed in the last month: their last order "
    "turned twelve months old."
)
NO_REASONS_FOR_LEAVING = N_("Why customers leave is not collected (accounts.churn_reason).")
NOBODY_LEFT = N_("Nobody left in twelve months.")

HEALTH_CHECK = N_("Health on the eve of the quarter against what became of the customers in it")
HEALTH_CALIBRATION = N_("What became of the customers, by their health on the eve of the quarter")
HEALTH_TELLS = N_(
    "**Health tells who leaves**: of {customers:count} customers rated a quarter before "
    "{events:count} left, those in poor health more often than luck explains."
)
HEALTH_IS_OPEN = N_(
    "**Health is not shown to tell who leaves**: of {customers:count} customers rated a quarter "
    "before {events:count} left, and how that goes with health can be luck."
)
HEALTH_LEANS = N_(
    "**Health goes with leaving, but is not shown to tell who leaves**: of {customers:count} "
    "customers rated a quarter before {events:count} left. Taken alone, that these were the less "
    "healthy ones is more than luck explains; after all that was compared it is not."
)
HEALTH_LEANS_AWAY = N_(
    "**Health is not shown to tell who leaves**: of {customers:count} customers rated a quarter "
    "before {events:count} left. Taken alone, that these were the healthier ones is more than luck "
    "explains; after all that was compared it is not."
)
HEALTH_NOBODY_LEFT = N_(
    "**Health is not shown to tell who leaves**: of {customers:count} customers rated a quarter "
    "before none left."
)
HEALTH_MISLEADS = N_(
    "**Health does not tell who leaves**: of {customers:count} customers rated a quarter before "
    "{events:count} left, those in good health more often than those in poor health."
)
HEALTH_UNCHECKED = N_("Health cannot be held against outcomes: {reason}.")

IN_SILENCE = N_(
    "No day of leaving is on record: a customer leaves twelve months after its last order. Nobody "
    "can be seen to leave within a year of being won, so that staying is told of the second year."
)
YEAR_ENDED = N_(
    "**{ended:count} of the {left:count}** customers that left in their first year left on its "
    "last day or the day after."
)
SURVIVAL = N_("Share of customers that are still there, by months since they were won")
STAYED = N_(
    "**{left:none} of {customers:count} customers** {left:one|has|have} left since records begin."
)
LEFT_UNKNOWN = N_("**How many leave in a year is not known:** {reason}.")
HAZARD = N_("Customers that leave per month, by how long they have been customers")
BEFORE_LEAVING = N_("The quarter before leaving, beside customers won at the same time that stayed")
ASSOCIATION = N_("An association: who has decided to leave may act accordingly.")
LEAVING = N_(
    "**{different:count} of {metrics:count} {metrics:one|metric|metrics}** differed in the quarter "
    "before leaving, between {matched:count} customers that left and those beside them."
)
LEAVING_UNKNOWN = N_("Nothing can be said of the quarter before leaving: {reason}.")
TOO_FEW_LEFT = N_("too few customers left")

COVERAGE = N_("How completely each field is filled")
COVERED_WELL = N_(
    "**All {fields:count} fields** are filled well enough, and alike for poor and excellent "
    "customers."
)
COVERED = N_(
    "**{good:none} of {fields:count} fields** are filled well enough; {doubtful:count} are weak "
    "or filled unevenly between poor and excellent customers."
)

VARIABLES = N_("The variables of each hypothesis and how completely they are filled")
VARIABLES_FILLED = N_(
    "**{good:none} of {variables:count} variables** of the hypotheses are filled well enough to "
    "test them."
)
NO_VARIABLES = N_("No hypothesis names a variable.")

MARKET = N_("Shares among current customers and in the reachable market")
MARKET_KNOWN = N_(
    "**{companies:count} companies** of the reachable market stand beside {customers:count} "
    "current customers."
)
MARKET_LARGEST = N_(
    "**{companies:count} companies** of the reachable market stand beside {customers:count} "
    "current customers; they differ most in {attribute}: **{level}** is {ours:percent} of the "
    "customers and {theirs:percent} of the market."
)
NO_MARKET = N_("The reachable market is not collected.")
MARKET_OTHERWISE = N_(
    "**{attribute} cannot be compared with the market:** the table of prospects holds {theirs}, "
    "the customers hold {ours}, and no value is in both. No group is counted in the market by it; "
    "where these are the same things under other names, have the query of prospects write ours."
)
