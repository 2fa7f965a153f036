"""Titles and sentences about order, next steps, alerts and change."""

from helpers.words import N_

CRITERIA = N_("The validated segments on the three criteria")
RANKED = N_("**{segments:count} validated segments** are put in order on three criteria.")
RANKED_BY = N_(
    "Of **{segments:count} validated segments**, **{worth}** comes first by worth (the middle of "
    "its range), **{seen}** by how well it is recognised before a sale, and **{size}** by size."
)
RANKED_ALL = N_(
    "Of **{segments:count} validated segments**, **{first}** comes first on all three criteria: "
    "worth (the middle of its range), how well it is recognised before a sale, and size."
)
ONE_RANKED = N_("**One validated segment** is measured on the three criteria.")

MARKET_SHARES = N_("The reachable market that is left")
ORDER = N_("Priority of the validated segments, and how far their ranks may move")
FIRST = N_("**{segment}** comes first.")
MAY_BE_FIRST = N_(
    "The highest priority is **{segment}**; its place may be any from {low:count} to {high:count}."
)
STUDY = N_("The study")
PAYS = N_("pays {arr:short_money} a year")
CUSTOMER_FOR = N_("months as a customer: {months:count}")
HEALTH_IS = N_("health: {group}")
RENEWS = N_("renews on {day}")
FEEDBACK = N_("What stakeholders said of earlier reports, and what was answered")
REMARKS = N_("Stakeholders' remarks: {remarks:count}; without an answer: {open:count}.")
OTHER_WEIGHTS = N_("The weights nearest to the study's under which each segment would come first")
HIDDEN = N_(
    "**{segment}** cannot be told before a sale: no rule of attributes that are visible then picks "
    "its companies more often than chance (rightly {precision:percent}, of it {recall:percent})."
)
HIDDEN_ALL = N_(
    "**{segment}** cannot be told before a sale: no attribute that is visible then tells it."
)
BY_STAKEHOLDER = N_("The order under each stakeholder's weights")
NO_ORDER = N_("**There is no order:** {reason}.")

REPRESENTATIVES = N_("Representative customers of each segment")
REPRESENTED = N_(
    "**{customers:count} customers** represent {segments:count} {segments:one|segment|segments}."
)
NOBODY = N_("There is no validated segment for customers to represent.")

STEPS = N_("Recommended next steps")
RECOMMENDED = N_(
    "**{steps:count} next {steps:one|step|steps}** {steps:one|is|are} recommended, "
    "{steps:one|with|each with} an owner and a way to know whether it helped."
)
RECOMMENDED_PARTLY = N_(
    "**{steps:count} next {steps:one|step|steps}** {steps:one|is|are} recommended; without an "
    "owner: {alone:count}, without a way to know whether it helped: {blind:count}."
)
LEFT_OUT = N_("Plays that the numbers call for, or may, and that are not recommended, and why")
LEFT_OUT_ROWS = N_(
    "Each action stands once for each group, with all that speaks against it; the data file has "
    "{rows:count} rows, one for each figure that calls for it."
)
NO_STEPS = N_("Nothing is recommended: {reason}.")

TAGGED = N_(
    "**{tagged:count} current customers** carry tags; {inside:none} {inside:one|is|are} in a "
    "validated segment."
)

ALERTS = N_("Groups that fare worse than chance explains")
BEHIND = N_("Who stands behind each alert")
NOT_RAISED = N_(
    "**No alert** among {compared:count} comparisons of groups with the other customers and with "
    "the quarter before: none is worse than chance explains."
)
RAISED = N_(
    "**{raised:count} {raised:one|alert|alerts}** among {compared:count} comparisons of groups "
    "with the other customers and with the quarter before; of those raised, at most {rate:percent} "
    "are expected to be false (false discovery rate)."
)
RISING = N_(
    "**{rising:count} contact reasons and product areas** have become more of a group's tickets "
    "since the quarter before, of {compared:count} compared: {first}."
)
RISEN = N_("{group}: {level}, {value} % of tickets, a quarter ago {past_value} %")
REASON_CHANGES = N_("What groups contact us about, now and a quarter ago: what has risen")
DRIVERS = N_("What each alert is made of: other contacts (mix), or the same faring worse (rate)")
COUNTS = N_("Groups too small for statistics, in counts")
COUNTED = N_(
    "**{groups:count} {groups:one|group|groups}** of current customers {groups:one|is|are} too "
    "small for statistics; their customers are counted below, and named in the data file "
    "group_members."
)
DRIVEN_BY = N_("{metric} of {group}, against {against}")

MOVEMENT = N_("Changes since the quarter before")
MOVEMENT_BANDS = N_("Customers by band, in the quarter before and now")
MOVED = N_("**{changes:count} changes** are listed since the quarter before.")
NOT_MOVED = N_("**No changes** are listed since the quarter before: {reason}.")

QUARTER_BEFORE = N_("the quarter before")
THERE_NO_REPORT_QUARTER_BEFORE = N_("there is no report of the quarter before")
NO_VALUED_SEGMENT_HAS_METRIC = N_("no group has a metric that could be compared")
REPORT_QUARTER_BEFORE_HAS_NONE = N_("the report of the quarter before has none of the groups")
NOTHING_WORSE_THAN_CHANCE_EXPLAINS = N_("nothing is worse than chance explains")
TICKETS_OTHERS = N_("{level}: {value} % of tickets, others {rest_value} %")
TICKETS_BEFORE = N_("{level}: {value} % of tickets, a quarter ago {past_value} %")
NO_SEGMENT_VALIDATED_SO_THERE = N_("no segment is validated, so there is nothing to put in order")
NO_CONDITION_PLAYBOOK_HOLDS_FOR = N_("no condition of the playbook holds for a validated segment")
NO_SEGMENT_VALIDATED_SO_NOTHING = N_("no segment is validated")
STUDY_FILE_HAS_NO_PLAYBOOK = N_("the study file has no playbook")
SCORE_AGAINST_MEDIAN = N_("score {own:money} against a median of {middle:money}")
TYPICAL_ON_OTHER_ATTRIBUTES = N_("typical on {alike} of {others} other attributes")
TYPICAL_BY_SCORE = N_("typical by score")
OTHER_CUSTOMERS = N_("other customers")
