"""How many of what, and the small words that stand between values."""

from helpers.words.spoken import N_

# What is counted: ``told`` is the number, in words or digits, ``n`` the number itself.
COUNTED = {
    "account": N_("{told} {n:one|account|accounts}"),
    "caution": N_("{told} {n:one|caution|cautions}"),
    "customer": N_("{told} {n:one|customer|customers}"),
    "further group": N_("{told} {n:one|further group|further groups}"),
    "further segment": N_("{told} {n:one|further segment|further segments}"),
    "further test": N_("{told} {n:one|further test|further tests}"),
    "group": N_("{told} {n:one|group|groups}"),
    "hypothesis": N_("{told} {n:one|hypothesis|hypotheses}"),
    "kind": N_("{told} {n:one|kind|kinds}"),
    "metric": N_("{told} {n:one|metric|metrics}"),
    "month": N_("{told} {n:one|month|months}"),
    "more field": N_("{told} more fields"),
    "more group": N_("{told} {n:one|more group|more groups}"),
    "raw row": N_("{told} {n:one|raw row|raw rows}"),
    "row": N_("{told} {n:one|row|rows}"),
    "segment": N_("{told} {n:one|segment|segments}"),
    "step": N_("{told} {n:one|step|steps}"),
    "table": N_("{told} {n:one|table|tables}"),
    "test": N_("{told} {n:one|test|tests}"),
}
CUSTOMER, CUSTOMERS = N_("customer"), N_("customers")  # of `wording.plural`
FROM_TO = N_("{low} to {high}")
A_YEAR_BETTER = N_("{told} a year better")
A_YEAR_WORSE = N_("{told} a year worse")
POINTS = N_("{told}\u00a0points")
SOURCE = N_("Source: {source}")
AS_OF = N_("as of {day}")
OWN_FAMILY = N_(
    "The adjusted p is corrected over all that this table looks at: tables that look at more or at "
    "fewer comparisons tell another one of the same difference."
)
WITHIN = N_(" within {name}")
OF_REST = N_("{value} (rest {rest})")
COLLECT = N_("Collect {what}")
KEEP_AT = N_("keep {name} at {value}")
RANGE = N_("{what} from {low} to {high}.")
LARGEST = N_("Largest: {told}.")
