"""What few customers can and cannot show."""

from helpers.words import N_

NOT_SEARCHED = N_("**No segment could be looked for:** {reason}.")
NO_ATTRIBUTES = N_("the study names no attribute that a search may use")
NONE_ALLOWED = N_(
    "every attribute of the study is part of the score, tells of leaving, or is left out of the "
    "search"
)
TOO_FEW = N_(
    "with {customers}, no group of {smallest:count} can be set against {smallest:count} others"
)
SMALL_LEVELS = N_(
    "no combination of levels holds at least {smallest:count} customers and leaves as many; "
    "{attribute} has {levels}, the largest of {largest:count} customers, and could be grouped"
)
ONE_LEVEL = N_(
    "no combination of levels holds at least {smallest:count} customers and leaves as many, "
    "because nearly all customers share theirs"
)
EQUAL_SCORES = N_("every customer has the same quality score, so that no group can be better")

NOTHING_SHOWS = N_("No lift could have shown, because no segment could be looked for.")
ONLY_LARGE = N_(
    "With **{all:count} customers** only very large differences can show: even a segment of "
    "{size:count} would have had to be better by about {least:short_money}, {times:points} times "
    "what counts as a large difference. What is smaller stays open; it is not refuted."
)
ANSWER = N_("No segment could be looked for: {reason}.")
NO_CONCENTRATION = N_(
    "No current customer brings revenue, so that there is no concentration to tell."
)
NO_PRODUCT = N_("what names no product")
NO_BANDS = N_(
    "The scores of {customers:count} customers do not part into excellent, average and poor ones: "
    "they are too few, or too much alike."
)
