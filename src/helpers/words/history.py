"""Titles and sentences about earlier claims, movement, mix and control charts."""

from helpers.words import N_

# ── why a claim is not looked at ─────────────────────────────────────────────────────────────────
METHOD_DIFFERS = N_("not about the same thing any more: {sections} changed since")
METHOD_ALSO_DIFFERS = N_("since then the method changed in {sections}")
WITHOUT_LINES = N_("on the score without {lines}, which young customers have not finished")
OF_A_YEAR = N_("of customers of a year or more")
REPORT_LACKS_SCORES = N_("its report holds no scores")
NO_RULE = N_("a relation, or a group without a rule: nobody else can be put into it")
COLUMNS_GONE = N_("its rule names what is not collected today: {columns}")
RULE_UNREADABLE = N_("its rule does not fit what is collected today")
NOBODY_LEFT = N_("its rule finds nobody today: the levels that it names are gone")
STATE_OF_THE_DAY = N_("a state of the day, which for the same customers is no news")
NOT_MEASURED = N_("not measured this quarter")

# ── claims and their fate ────────────────────────────────────────────────────────────────────────
CLAIMS = N_("What earlier reports said, and what became of it")
SCOREBOARD = N_("All claims ever published, and how often they came within what was promised")
CLAIMS_TOLD = N_(
    "**{held_up:count} of {claims:count} earlier claims held up** on customers and months that "
    "nobody had seen then, {faded:count} faded; of {too_early:count} it is too early to say."
)
NO_EARLIER_CLAIMS = N_(
    "**No earlier claim can be checked yet:** {reason}. This report makes {made:count} claims "
    "that the next ones will check."
)
NO_EARLIER_REPORT = N_("there is no earlier report")
NOTHING_CLAIMED = N_("no earlier report claimed anything")
INSIDE_TOLD = N_(
    "Of {looked:count} claims with enough news, **{inside:count} lie within their prediction "
    "interval** ({share:percent}; 95 % were promised, and {looked:count} claims alone would show "
    "anything from {low:percent} to {high:percent})."
)
TOO_EARLY_TOLD = N_(
    "With the customers won so far, a true claim had a chance of {power:percent} or less of being "
    "told as held up in half of the claims that are open."
)
METHOD_STOPS = N_("{claims:count} earlier claims cannot be compared any more; their notes say why.")
