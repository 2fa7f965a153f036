"""Titles and sentences about order, next steps, alerts and change."""

from helpers.words import N_

CRITERIA = N_("The validated segments on the three criteria")
RANKED = N_("**{segments:count} validated segments** are put in order on three criteria.")
ONE_RANKED = N_("**One validated segment** is measured on the three criteria.")

ORDER = N_("Priority of the validated segments, and how far their ranks may move")
FIRST = N_("**{segment}** comes first, in {share:percent} of the draws.")
NO_ORDER = N_("**There is no order:** {reason}.")

REPRESENTATIVES = N_("Representative customers of each segment")
REPRESENTED = N_("**{customers:count} customers** represent {segments:count} segments.")
NOBODY = N_("There is no validated segment for customers to represent.")

STEPS = N_("Recommended next steps")
RECOMMENDED = N_(
    "**{steps:count} next steps** are recommended, each with an owner and a number to watch."
)
NO_STEPS = N_("Nothing is recommended: {reason}.")

TAGGED = N_(
    "**{tagged:count} current customers** carry tags; {inside:count} are in a validated segment."
)

ALERTS = N_("Valued segments that fare worse than chance explains")
BEHIND = N_("Who stands behind each alert")
RAISED = N_(
    "**{raised:count} alerts** among {compared:count} comparisons of valued segments with the "
    "other customers and with the quarter before."
)

MOVEMENT = N_("Changes since the quarter before")
MOVEMENT_BANDS = N_("Customers by band, in the quarter before and now")
MOVED = N_("**{changes:count} changes** are listed since the quarter before.")
NOT_MOVED = N_("**No changes** are listed since the quarter before: {reason}.")
