"""Titles and sentences of the scoping step."""

from helpers.words import N_

SOURCE = N_("study file")

CHARTER = N_("The decision that this study serves")
STAKEHOLDERS = N_("Those who decide, or who work with the result")
DECIDED = N_("The study decides: **{decision}**")
NOT_DECIDED = N_("The study file does not say what is decided with the result.")

LIMITS = N_("The calendar and the limits of this run")
LIMITED = N_(
    "A segment has at most **{conditions:count} {conditions:one|condition|conditions}**, and a "
    "chance of {alpha:percent} of a "
    "false finding is accepted over the whole search."
)

HYPOTHESES = N_("The hypotheses that are tested")
NONE_DECLARED = N_("No hypothesis is stated.")
DECLARED = N_(
    "**{declared:count} {declared:one|hypothesis|hypotheses}** {declared:one|is|are} stated, on "
    "{attributes:count} {attributes:one|attribute|attributes} in all."
)
NOT_SHOWN_WHEN = N_(
    "Nothing shows that these hypotheses were on record before a report showed the data they are "
    "tested on: {names}. They are tested in a family of their own and prove nothing on these "
    "customers. “make declare” registers hypotheses; do it before the first report."
)
FIXED_LATER = N_(
    "These hypotheses were fixed after a report was out: {names}. They are tested on customers won "
    "since and on outcomes since; on older scores they are only seen in these data."
)

RULES = N_("The rules that leave accounts out")
FORMULA = N_("The quality score adds up in {money_of} per year")
RULED_BASE = N_(
    "**{rules:no} {rules:one|rule|rules}** {rules:one|leaves|leave} accounts out; the quality "
    "score is its base alone."
)
RULED = N_(
    "**{rules:no} {rules:one|rule|rules}** {rules:one|leaves|leave} accounts out, and "
    "**{lines:count} {lines:one|line|lines}** beside the base {lines:one|makes|make} the quality "
    "score."
)

ATTRIBUTES = N_("The attributes that may define segments")
VISIBLE_APART = N_(
    "**{external:none} of {attributes:count} attributes** can be seen before a sale; none is part "
    "of the score."
)
VISIBLE = N_(
    "**{external:none} of {attributes:count} attributes** can be seen before a sale; "
    "{shares:count} {shares:one|is|are} part of the score and {shares:one|proves|prove} nothing "
    "about it."
)

PLAN = N_("The work plan")
CHANGES = N_("Agreed changes of method")

NO_EARLIER_METHOD = N_("No earlier quarter is published to compare the method with.")
SAME_METHOD = N_("The method is the one of {previous}.")
CHANGED_AS_LOGGED = N_("The method changed since {previous}: {sections}; the change log says why.")
CHANGED_UNLOGGED = N_(
    "The method changed since {previous}: {sections}. No entry of the change log names {unnamed}, "
    "so that a difference between quarters may come from the method alone."
)
PROGRAM = N_("the program's own method")
PROGRAM_CHANGED = N_("What the program's own method changed since {previous}: {changes}")

OUTLINE = N_("The outline: steps, methods and timetable")
STEPS = {
    1: N_("Scoping"),
    2: N_("Customer list"),
    3: N_("Data collection"),
    4: N_("Segment analysis"),
    5: N_("Prioritization"),
}
METHODS = {
    1: N_("Charter, hypotheses and rules, put on record before the first report"),
    2: N_("CRM and billing reconciled; a quality score as a sum; review by stakeholders"),
    3: N_("Exports and research by hand, a part of it twice; coverage; health; churn"),
    4: N_("Declared hypotheses, then a search over all combinations, both corrected for all looks"),
    5: N_("Value, targetability and size; plays with owners; customers to act on"),
}
ROLLED_UP = N_("The work plan rolled up: hours of tasks, days of steps, weeks of the project")
PROJECT = N_("All steps")
PLANNED = N_(
    "The plan is **{hours:g} hours**, {days:.3g} days or {weeks:.3g} weeks of one "
    "person; {done:none} of {tasks:count} tasks {done:one|is|are} done."
)
DRIFT = N_(
    "What is done took {actual:g} hours against {estimate:g} estimated ({drift:percent} "
    "of the estimate); at that pace the whole takes **{forecast:.1f} weeks** of one person."
)
NO_HOURS = N_("The work plan has {tasks:count} tasks and no hours: nothing can be rolled up.")
NO_PLAN = N_("The study file has no work plan.")
LATE = N_(
    "**{late:count} {late:one|task or review|tasks or reviews} of the plan {late:one|was|were} "
    "late on {as_of:date}**: {tasks}."
)
LATE_FIRST = N_(
    "**{late:count} tasks or reviews of the plan were late on {as_of:date}**; the first of them: "
    "{tasks}."
)
LATE_REVIEW = N_("{task} (review by {who}, {on:date})")
LATE_TASK = N_("{task} (due {on:date})")

CASE = N_("The case for the executive team, on one page")
CASE_QUESTIONS = {
    "why": N_("Why choose segments?"),
    "method": N_("Why this way?"),
    "goes_in": N_("What goes in?"),
    "comes_out": N_("What comes out?"),
    "not_told": N_("What will it not tell?"),
}
CASE_WHY = N_(
    "Customers differ in what they bring and what they take. Who looks for more of the best, and "
    "serves them first, earns more with the same effort. What is decided: {decision}"
)
CASE_METHOD = N_(
    "Whoever looks long enough at data finds groups that only seem better. Here hypotheses "
    "({hypotheses:none} {hypotheses:one|is|are} stated) stand apart from what is explored, "
    "everything that is looked at is counted, and the chance of one false finding is "
    "{alpha:percent}. Each quarter repeats it with the same rules."
)
CASE_IN = N_(
    "{tables:count} kinds of export ({names}), the rules of this page, and {weeks} of work."
)
CASE_OUT = N_(
    "At most {segments:count} segments with what is different about them, how sure that is and "
    "what to do; customers to act on; or that nothing stands out, with what could have been seen."
)
CASE_NOT = N_(
    "Why a segment is better: it is a comparison, no experiment. What nobody recorded. What a "
    "group of fewer than {smallest} is like. Whether the past goes on."
)
SMALLEST = N_("{customers:count} customers")
SMALLEST_DEFAULT = N_("10 customers or 2 %")
NO_DECISION = N_("not said yet")
SOME_WEEKS = N_("{weeks:g} weeks")
UNKNOWN_WEEKS = N_("an unknown number of weeks")

DELIVERABLES = N_("What the charter promises, and what this run makes of it")
MADE = N_(
    "Going by their names, the run makes **{made:count} of {promised:count}** deliverables of the "
    "charter."
)
NOT_MADE = N_(
    "Going by their names, the run makes {made:count} of {promised:count} deliverables of the "
    "charter; somebody has to make: {names}."
)
NOT_BY_RUN = N_("not by this run")

TOLD = N_("What stakeholders were told")
TOLD_NOTHING = N_("nothing yet")
ALL_TOLD = N_("Each of the {all:count} stakeholders was told something of this study.")
NOBODY_TOLD = N_("What the {all:count} stakeholders were told is not recorded.")
NOT_TOLD = N_("Of {all:count} stakeholders, these were told nothing yet: {names}.")
APPROVED = N_("Every change of method was approved by somebody whom the charter names.")
NOT_APPROVED = N_("Changes of method that nobody whom the charter names approved: {changes}.")
BY_NOBODY = N_("{change} ({on:date}, by {who})")
NOBODY = N_("nobody")

MATRIX = N_(
    "Hypotheses, their fields, where these come from, who collects them and how they are tested"
)
FROM_EXPORT = N_("export of accounts")
BY_HAND = N_("research by hand")
SOMEBODY = N_("collectors: {names}")
OWNER_OF_EXPORT = N_("whoever owns the export")
TEST_MEAN = N_("permutation of the mean score, with all declared ones (Holm)")
TEST_OUTCOME = N_("permutation of {outcome}, with all declared ones (Holm)")

# ── parts that people do ─────────────────────────────────────────────────────────────────────────
NOT_GIVEN = N_(
    "What people do beside the exports, and what of it is **not collected** in this study: {parts}."
)
PART_PLAN = N_("a work plan")
PART_STAKEHOLDERS = N_("who decides or is affected")
PART_TOLD = N_("what stakeholders were told")
PART_DELIVERABLES = N_("what is to be delivered")
PART_HYPOTHESES = N_("hypotheses")
PART_SIGN_OFF = N_("who signed off the score")
PART_RESEARCH = N_("fields to look up")
PART_QUESTIONS = N_("questions for interviews")
PART_A_PRIORI = N_("by what customers are segmented today")
PART_TOUCHES = N_("the service of each group of needs")
PART_TRIALS = N_("a test of that service")
PART_FIXES = N_("what was mended after complaints")

# ── tables of the study file ─────────────────────────────────────────────────────────────────────
DECISION, OBJECTIVE = N_("Decision"), N_("Objective")
COMPANY_GOAL, SPONSOR = N_("Company goal"), N_("Sponsor")
IN_SCOPE, HANDED_OVER = N_("In scope"), N_("Deliverables")
WEEKS_PLANNED = N_("Weeks planned")
QUARTER, TRAILING_YEAR = N_("Quarter"), N_("Trailing year")
SMALLEST_SEGMENT = N_("Smallest segment")
OF_A_TABLE, OF_CUSTOMERS = N_("{share} of a table"), N_("{customers:count} customers")
BASE, ZERO = N_("Base"), N_("zero")
SEEN_BEFORE, SEEN_BY_US = N_("before a sale"), N_("customers only")
QUANTILE_BANDS = N_("{bands:count} quantile bands")
COST_LINE = N_("{kind} costs {span}{spread}")
PER_LINE = N_("{amount} per {counted} {span}")
COUNTED_ONE = {"tickets": N_("ticket"), "agent_touches": N_("agent touch")}
TYPES = {
    "category": N_("category"),
    "number": N_("number"),
    "boolean": N_("boolean"),
    "date": N_("date"),
}
# Headings of tables whose columns no data file declares, as `outputs.heading` makes them of names.
HEADINGS = (
    *(N_("Attribute"), N_("Cut-points"), N_("Visible"), N_("Department"), N_("Interest")),
    *(N_("Task"), N_("Inputs"), N_("Outputs"), N_("Review"), N_("Review on"), N_("Estimate hours")),
    *(N_("Actual hours"), N_("Date"), N_("Sections"), N_("Approved by"), N_("Declared on")),
    *(N_("Limit"), N_("Reads"), N_("Line"), N_("Sign"), N_("When unknown"), N_("Researched")),
    *(N_("Already known"), N_("Unreadable"), N_("Not a customer"), N_("Kendall τ"), N_("Costs")),
    *(N_("Surveys"), N_("Usage"), N_("Referrals"), N_("Needs"), N_("Cramér’s V")),
)
