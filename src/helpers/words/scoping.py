"""Titles and sentences of the scoping step."""

from helpers.words import N_

SOURCE = N_("study file")

CHARTER = N_("The decision that this study serves")
STAKEHOLDERS = N_("Those who decide, or who work with the result")
DECIDED = N_("The study decides: **{decision}**")
NOT_DECIDED = N_("The study file does not say what is decided with the result.")

LIMITS = N_("The calendar and the limits of this run")
LIMITED = N_(
    "A segment has at most **{conditions:count} conditions**, and a chance of {alpha:percent} of a "
    "false finding is accepted over the whole search."
)

HYPOTHESES = N_("The hypotheses that are tested")
DECLARED = N_(
    "**{declared:count} hypotheses** are stated, on {attributes:count} attributes in all."
)
NOT_SHOWN_WHEN = N_(
    "Nothing shows that these hypotheses were fixed before anyone looked at the data: {names}. "
    "They are tested in a family of their own and prove nothing on these customers. `make declare` "
    "registers hypotheses; do it before the first report."
)
FIXED_LATER = N_(
    "These hypotheses were fixed after a report was out: {names}. They are tested on customers won "
    "since and on outcomes since; on older scores they are only seen in these data."
)

RULES = N_("The rules that leave accounts out")
FORMULA = N_("The quality score adds up in {money_of} per year")
RULED = N_(
    "**{rules:count} rules** leave accounts out, and **{lines:count} lines** beside the base make "
    "the quality score."
)

ATTRIBUTES = N_("The attributes that may define segments")
VISIBLE = N_(
    "**{external:count} of {attributes:count} attributes** can be seen before a sale; "
    "{shares:count} are part of the score and prove nothing about it."
)

PLAN = N_("The work plan")
CHANGES = N_("Agreed changes of method")

NO_EARLIER_METHOD = N_("No earlier quarter is published to compare the method with.")
SAME_METHOD = N_("The method is the one of {previous}.")
CHANGED_AS_LOGGED = N_("The method changed since {previous}: {sections}; the change log says why.")
CHANGED_UNLOGGED = N_(
    "The method changed since {previous}: {sections}. No entry of the change log names {unnamed}, "
    "so that a difference between the two quarters may come from the method alone."
)
PROGRAM = N_("the program's own method")
PROGRAM_CHANGED = N_("What the program's own method changed since {previous}: {changes}")
