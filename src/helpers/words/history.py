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
NO_DIRECTION = N_("a metric of which neither more nor less is good, or that is kept no more")

# ── claims and their fate ────────────────────────────────────────────────────────────────────────
CLAIMS = N_("What earlier reports said, and what became of it")
CLAIMS_CHART = N_("Earlier claims against what came")
SCOREBOARD = N_("All claims ever published, and how often they came within what was promised")
CLAIMS_TOLD = N_(
    "**{held_up:count} of {claims:count} earlier {claims:one|claim|claims} held up** on customers "
    "and months that nobody had seen then, {faded:count} faded or did not come true; of "
    "{too_early:count} it is too early to say."
)
CLAIMS_TOLD_SOME = N_(
    "**{held_up:count} of {claims:count} earlier {claims:one|claim|claims} held up** on customers "
    "and months that nobody had seen then, {faded:count} faded or did not come true; of "
    "{too_early:count} it is too early to say, and {not_comparable:count} cannot be compared."
)
NO_EARLIER_CLAIMS = N_(
    "**No earlier claim can be checked yet:** {reason}. This report makes {made:no} "
    "{made:one|claim|claims} for the next ones to check."
)
NO_EARLIER_REPORT = N_("there is no earlier report")
NOTHING_CLAIMED = N_("no earlier report claimed anything")
INSIDE_TOLD = N_(
    "Of {looked:count} {looked:one|claim|claims} with enough news, **{inside:count} "
    "{inside:one|lies within its|lie within their} prediction interval** ({share:percent}; 95 % "
    "were promised, and so few or many alone would show anything from {low:percent} to "
    "{high:percent})."
)
TOO_EARLY_TOLD = N_(
    "With the customers won so far, a true claim had a chance of {power:percent} or less of being "
    "told as held up in half of the claims that are open."
)
BELOW_TOLD = N_(
    "**{below:count} open {below:one|claim|claims}** came out below what was predicted: {named}. "
    "That is a sign of fading, and not shown yet over all looks."
)
METHOD_STOPS = N_("{claims:count} earlier claims cannot be compared today; their notes say why.")

MISSED_TOLD = N_(
    "{missed:count} {missed:one|forecast or target|forecasts and targets} of earlier reports did "
    "not come true."
)

# ── steps of the quarter before ──────────────────────────────────────────────────────────────────
STEPS_FOLLOWED = N_("What became of the steps of the quarter before")
STEPS_TOLD = N_(
    "Of {steps:count} {steps:one|step|steps} of {previous}, **{done:count}** {done:one|is|are} "
    "done by the work plan and {unplanned:count} {unplanned:one|is|are} in no plan; the target is "
    "reached in {reached:count} of {measured:count} that can be measured."
)
STEPS_UNMEASURED = N_(
    "Of {steps:count} {steps:one|step|steps} of {previous}, **{done:count}** {done:one|is|are} "
    "done by the work plan and {unplanned:count} {unplanned:one|is|are} in no plan; of none can it "
    "be measured whether its target is reached."
)
STEPS_OBSERVED = N_(
    "Customers who were treated stand beside others of like value before. Unless they were drawn "
    "by lot this is an observation: what made somebody choose them is in the difference."
)
SHARES_DAYS = N_("its window shares days with that of the quarter before: too early to say")
NOT_YET_DUE = N_("its day is still to come: too early to say")
SPELLED_OTHERWISE = N_(
    "the work plan names a play “{named}” that no step has: if it is this one, write it as the step"
)
TREATED_ELSEWHERE = N_("nobody of this group is among those who were treated: no comparison")
NOBODY_ALIKE = N_("too few others with values like those of treated customers: no comparison")
NOT_BY_CUSTOMER = N_("the metric is not kept by customer, or nobody is named: no comparison")
TOO_FEW_TREATED = N_(
    "fewer than {least:count} treated customers or others with data: no comparison"
)

# ── what moved, and why ──────────────────────────────────────────────────────────────────────────
CHANGED_FROM_TO = N_("{what}: {before} → {after}")
OTHERS_MOVED = N_("its own score stayed: others moved")
LEFT = N_("it left")
CAME_BACK = N_("it came back")
TIME_PASSED = N_("time since it was won")
RULE_MOVED = N_("none of the attributes in its rule changed")

# ── mix and rate, control charts ─────────────────────────────────────────────────────────────────
MIX_AND_RATE = N_("Changes since the quarter before, in mix and rate")
CHANGES_SPLIT = N_(
    "Of {metrics:count} main metrics **{shown:count} changed** since the quarter before by more "
    "than chance explains."
)
NOTHING_CHANGED = N_(
    "None of {metrics:count} main metrics changed since the quarter before by more than chance "
    "explains."
)
NO_PARTS = N_("**Changes cannot be split in mix and rate yet:** {reason}.")
REPORT_LACKS_PARTS = N_(
    "the quarter before has no report that was measured the same way and holds what metrics are "
    "made of"
)
BY_MIX = N_(
    "**{metric} went from {before} to {now} by a change of mix:** other customers, by {dimension}, "
    "not others values. Mix accounts for {mix}, change among like customers for {rate}."
)
BY_REVERSAL = N_(
    "**{metric} went from {before} to {now}, and the other way among like customers:** mix, by "
    "{dimension}, accounts for {mix}, change among like customers for {rate}."
)
FLOWS = N_("Moves between groups, and because of what")
LINEAGE = N_("Every segment that ever was a finding, and where it stands today")
LINEAGE_TOLD = N_(
    "Of {ever:count} {ever:one|segment|segments} that any report told as a finding, "
    "**{found:count}** {found:one|is|are} told today, {followed:count} "
    "{followed:one|is|are} still followed, {gone:count} {gone:one|goes|go} on under another rule."
)
RISING = N_("**{segment} rises from place {before:count} to {now:count}**, and its place is firm.")
RISING_OPEN = N_(
    "{segment} rises from place {before:count} to {now:count}; the draws do not hold it there."
)
SERIES = N_("Lift of segments over all quarters")
SERIES_TABLE = N_("Size, lift and main metrics of segments over all quarters")
DRIFT = N_("How far attributes and metrics are spread otherwise than a quarter ago")
DRIFT_TOLD = N_(
    "**{unusual:count} of {fields:count} attributes and metrics** are spread otherwise than a "
    "quarter ago by more than in any quarter before: {named}."
)
NO_DRIFT = N_(
    "None of {fields:count} attributes and metrics is spread otherwise than a quarter ago by more "
    "than is usual here."
)
DRIFT_OPEN = N_(
    "What drift is usual here is not known before {needed:count} earlier reports hold it; the "
    "largest index is {most:number} ({named}), where 0.1 is often taken for little."
)
KEPT_NEW_LOST = N_("customers kept, won and lost")
RENEWALS_AFTER = N_("ARR lost at the renewals that come up")
OWN_PAST = N_("its own past")
CONTROL = N_("Metrics that leave the range of their own past")
CHARTS_TOLD = N_(
    "**{signals:count} of {charts:count} control charts** leave the range of their past; of noise "
    "alone one would in more than twenty quarters."
)
NO_CHARTS = N_(
    "**No control charts yet:** they need eight earlier windows, and there "
    "{most:one|is|are} {most:none}."
)

# ── what a change of method did ──────────────────────────────────────────────────────────────────
METHOD_EFFECT = N_("The quarter before, under the method of then and of now")
METHOD_COMPARED = N_(
    "The method changed. Under today's, {previous} would have analysed **{customers_now:count}** "
    "customers ({customers_then:count} as published) and validated **{validated_now:count}** "
    "segments ({validated_then:count} as published): that much of any difference is method."
)
METHOD_NOT_COMPARED = N_(
    "The method changed, and {previous} could not be computed under today's: {reason}"
)
