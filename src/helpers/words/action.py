"""Sentences about groups that are worked with, what is done for them, and lists to act on."""

from helpers.words import N_

# ── groups ───────────────────────────────────────────────────────────────────────────────────────
OVER_SERVED = N_("Take far more service than customers of like revenue")
UNDER_SERVED = N_("Take far less service than customers of like revenue")
OVER_SERVED_HEALTHY = N_("Healthy, and take far more service than customers of like revenue")
WON_BACK = N_("Former customers")
WON_BACK_REASON = N_("Former customers that left for: {reason}")
TIER = N_("Engagement tier: {tier}")
TIERS = (N_("one to one"), N_("pooled"), N_("automated"))  # those of a study that names none
CEASED = N_("Former customers that are not there any more: {reason}")
NOBODY_LEFT = N_("former customers that nobody can win back, on no list: {customers} ({reason})")
NOT_WORTH_IT = N_(
    "former customers that cost more than they paid in the twelve months, on no list: {customers}"
)
REASON_UNKNOWN = N_("a reason that is not known")
SIZE = N_("Size: {tier}")
NO_CHURN_REASON = N_("reasons for leaving: accounts.churn_reason was not collected")
NO_SERVICE_VALUE = N_("over- and under-served: service was not collected")
NO_SIZES = N_("size tiers: the study file declares no “sizes”")

# ── why a step ───────────────────────────────────────────────────────────────────────────────────
COMPARED = N_("{metric} {own} ({others})")
OTHERS = N_("others {value}")
PAST = N_("a quarter ago {value}")
NOT_KNOWN = N_("not known")
LEADING = N_("the segment that comes first {value}")
NOT_YET = N_("{compared}; not shown")
NO_CAUSE = N_(
    "{compared}; shown, adjusted p {p:p}; that what is done there makes the difference is not shown"
)
NOT_COLLECTED = N_("not collected: {metrics}")
SHOWN = N_("{compared}; shown, adjusted p {p:p}")
WORTH_MORE_OPEN = N_(
    "its customers are shown to be worth more than all others; by how much is open"
)
WORTH_MORE = N_(
    "its customers are shown to be worth {lift} more a year each than all others ({low} to {high})"
)
TRIAL = N_(
    "{standing}, so it is tried first: {arm} customers with it and as many without it, by lot, "
    "would show a change to {target} in four of five trials, and the group has {customers}"
)
TRIAL_OPEN = N_(
    "{standing}; how many customers a trial takes cannot be said without an interval "
    "and a target beyond today's value"
)
TRIAL_TOO_LARGE = N_(
    "{standing}; a trial that shows a change to {target} in four of five cases takes "
    "{arm} customers with it and as many without it, and the group has {customers}: none here can "
    "tell"
)
NOT_SHOWN = N_("met by the numbers, and not shown after correction")
INGREDIENT = N_(
    "what {metrics} is made of also makes the group, or the score that it was found by, so that a "
    "difference says nothing"
)
BLANK = N_("{metrics}: no data")
SMALL = N_("too few customers for statistics")
LOSES_MONEY = N_("by the score these customers lose money on average: more of them would lose more")
NOT_TARGETABLE = N_("nothing that is visible before a sale tells these companies")
NOT_VISIBLE = N_("what defines these companies cannot be seen before a sale")
NEAREST_ONLY = N_(
    "what defines these companies cannot be seen before a sale; of those that the nearest filter "
    "finds, {right:percent} are of this kind"
)
NONE_IN_MARKET = N_("no company of the reachable market is like them")

BUILT_IN = N_("built-in play {at} ({group})")
BUILT_IN_FOR = N_("built-in play ({what})")
NO_GROUPS = N_("none of the groups that the playbook names has a customer")

# ── plays that come with the program ─────────────────────────────────────────────────────────────
CUSTOMER_SUCCESS, SUPPORT, SALES, PRODUCT = (
    N_("Customer success"), N_("Support"), N_("Sales"), N_("Product"),
)  # fmt: skip
DO_RENEW = N_("Agree the renewal in person before the day, with what the customer got out of it.")
CHECK_RENEW = N_("Share of these contracts in force the day after they came up.")
DO_RISK = N_("Find out what went wrong, agree one remedy, and come back within a month.")
CHECK_RISK = N_(
    "How many of them are customers a year later, and what they pay, by whether the remedy was "
    "agreed."
)
DO_ONBOARD = N_("Lead the customer to its first result, and ask how it went.")
CHECK_ONBOARD = N_("Share of these customers that use the product in the weeks after.")
DO_UNDER = N_("Offer the help that customers of like revenue take, and ask whether it is missed.")
CHECK_UNDER = N_("Whether they take it, and whether health follows.")
DO_OVER = N_("Move simple requests to self-service, and settle the commonest cause for good.")
CHECK_OVER = N_("Service that these customers take against customers of like revenue.")
DO_WIN_BACK = N_("Ask why they left, and write to those whose reason no longer holds.")
CHECK_WIN_BACK = N_("How many of them are customers again next quarter.")

DO_PROTECT = N_(
    "Protect and expand: a named contact, a yearly review of what the customer got out of it, and "
    "an offer where it has outgrown what it holds."
)
CHECK_PROTECT = N_("Revenue of these customers a year later, by whether the review took place.")
DO_REFER = N_("Ask for a reference, and to be introduced to a company like theirs.")
CHECK_REFER = N_("References given and companies named, and how many of these became customers.")
DO_REASON = N_(
    "Bring the contact reason that this group has more often than others to product, with its "
    "tickets: {top_reason}."
)
CHECK_REASON = N_("Share of this reason among the group's tickets after it was mended.")
DO_ACTIVATE = N_("Show each customer the next feature that fits its work, and set it up with them.")
CHECK_ACTIVATE = N_(
    "Features that these customers use; whether that keeps them is an association that the table "
    "of features tells."
)
DO_ROUTE = N_(
    "Route this tier's tickets to a desk that keeps its promise, or promise what can be kept."
)
CHECK_ROUTE = N_("Share of the tier's tickets answered as promised.")
DO_SELF_SERVICE = N_(
    "Offer self-service for simple requests: an article and a form for each of the commonest, at "
    "the place where customers ask."
)
CHECK_SELF_SERVICE = N_("Share of simple tickets, and whether satisfaction holds.")
DO_CARRY_SERVICE = N_(
    "Carry over how tickets of {leading} are handled. That can help only where these customers ask "
    "about the same things, the team has the time, and it is the handling that makes the "
    "difference."
)
DO_CARRY_USE = N_(
    "Carry over how customers of {leading} are led to use the product. That can help only where "
    "these customers have the same work to do with it, and it is the guidance that makes the "
    "difference."
)
CHECK_CARRY = N_("Customers with it against those without, drawn by lot.")

# ── prospects ────────────────────────────────────────────────────────────────────────────────────
NO_FILTER = N_("nothing that is visible before a sale tells these companies")
FILTER_OPEN = N_("too few customers to say whether anything visible before a sale tells them")
NO_RAW = N_("its definition cannot be written over attributes as a CRM holds them")
FILTERS = N_("Filters to find companies like those of each segment")
FILTERED = N_(
    "**{filters:count} of {segments:count} segments** can be looked for before a sale; the filters "
    "below can be pasted into a CRM."
)
FILTERED_PART = N_(
    "**{filters:count} of {segments:count} segments** can be looked for before a sale. Of "
    "{nearest:count} more, what defines the segment cannot be seen then: the nearest filter finds "
    "other companies, too, and is no ground for a list. The filters below can be pasted into a CRM."
)
FILTERED_NEAREST = N_(
    "No segment can be looked for before a sale. Of {nearest:count}, the nearest filter finds "
    "other companies, too, and is no ground for a list."
)
NOT_FILTERED = N_("No segment can be looked for before a sale.")

# ── messages to customers ────────────────────────────────────────────────────────────────────────
WRITE_RENEW = N_(
    "Dear team of {name}, your contract comes up on {renews_on}. We would like to talk about what "
    "you got out of it, and about what you need next. When would it suit you?"
)
WRITE_RISK = N_(
    "Dear team of {name}, we have the impression that not everything works for you as it should. "
    "May we call, and find out what stands in your way?"
)
WRITE_ONBOARD = N_(
    "Dear team of {name}, welcome. What would you like to have achieved with us in a month? We "
    "would like to help you get there."
)
WRITE_UNDER = N_(
    "Dear team of {name}, others of your kind use our help more often than you do. Is anything "
    "missing that we could give you?"
)
WRITE_WIN_BACK = N_(
    "Dear team of {name}, {parting} We would like to hear what we could have done better; and if "
    "something has changed since then, we would be glad to talk."
)
WRITE_REFER = N_(
    "Dear team of {name}, you use what we make with success. May others hear of it from you, and "
    "do you know a company that has the same work to do?"
)
WRITE_ACTIVATE = N_(
    "Dear team of {name}, there is more in the product than you use today. May we show you what "
    "fits your work, and set it up together?"
)

# What a message says of how a former customer left; what its row of the list says of it.
PARTED_FOR = N_("you left us in {month}; the reason that we have noted: {reason}.")
PARTED = N_("you left us in {month}, and we do not know what the reason was.")
PARTED_SOMETIME_FOR = N_("you left us; the reason that we have noted: {reason}.")
PARTED_SOMETIME = N_("you left us, and we do not know what the reason was.")
BEFORE_PRESENTED = N_("at once: its contract comes up before the report is presented")
LEFT_FOR = N_("{group}; left on {day} for: {reason}")
LEFT_ON = N_("{group}; left on {day}")
LEFT_SOMETIME_FOR = N_("{group}; left for: {reason}")

# Why a customer is not asked for what only content customers are asked for.
NPS_NEGATIVE = N_("its NPS is {value}")
CSAT_LOW = N_("its CSAT is {value} %")
TICKET_CSAT_LOW = N_("its ticket CSAT is {value} %")
OUTCOMES_LOW = N_("its outcomes are {value} of 100")
ACTIVATION_LOW = N_("its activation is {value} of 100")
CONSUMPTION_LOW = N_("its consumption is {value} of 100")
NOT_HEALTHY = N_("it is at risk")
ASKED_TO_RENEW = N_("its renewal is to be agreed first")
MEND_FIRST = N_("it is at risk: what went wrong comes before any offer")
WRITTEN_ELSEWHERE = N_("it is written to about what went wrong, and not about this, too")

WRITTEN = N_(
    "**{messages:count} messages** are drafted for {plays:count} {plays:one|play|plays} (data "
    "file messages); a play's own wording is its “message” in the study file."
)

# ── savings ──────────────────────────────────────────────────────────────────────────────────────
NO_SAVING_KNOWN = N_("service or health was not collected")
NOBODY_OVER_SERVED = N_("no healthy customer takes far more service than customers of like revenue")
SAVING_MONEY = N_(
    "between them {excess:short_money} more service in the twelve months than the median of "
    "customers of like revenue ({low:short_money} to {high:short_money}): the most that could be "
    "saved, for part of it is chance"
)
SAVING = N_(
    "between them {excess:count} more than the median of customers of like revenue ({low:count} to "
    "{high:count}; {measure}): the most that could be saved, for part of it is chance"
)
SAVINGS = N_("What could be saved where healthy customers take far more service than their peers")
SAVED = N_("Healthy customers that take far more service than their peers take {told}.")
NOT_SAVED = N_("No saving is told: {reason}.")

# ── criteria, measure by measure ─────────────────────────────────────────────────────────────────
LIFT = N_("Honest lift")
LEVEL = N_("Mean score")
FOUND_RIGHTLY = N_("Rightly found by the best rule of what is visible before a sale")
FOUND_AT_ALL = N_("Found at all by that rule")
COVERED = N_("Filled: the attributes of its definition")
CONCENTRATED = N_("Most frequent: {attribute}")
CUSTOMERS_NOW = N_("Current customers")
SHARE_OF_CUSTOMERS = N_("Share of all customers")
SHARE_OF_ARR = N_("Share of ARR")
SHARE_OF_MARKET = N_("Share of the reachable market")
MARKET_UNKNOWN = N_("Share of that market of which it is not known")
WON = N_("Already won, of customers and reachable companies")
NOT_MEASURED = N_("not collected")
VALUE_OPEN = N_("not collected, or too few customers")
NOBODY_PICKED = N_("nothing that is visible before a sale picks anybody")
NO_ARR = N_("nobody's ARR is known")
NO_MARKET = N_("the reachable market is not collected, or does not hold what tells the segment")
LEVEL_UNKNOWN = N_("not filled for any of its customers")
MEASURES = N_("What speaks for each segment, measure by measure")

# ── the page of lists ────────────────────────────────────────────────────────────────────────────
NOBODY_NAMED = N_("Nobody named")
NO_OWNER_YET = N_(
    "{open:count} {open:one|customer|customers} of the lists {open:one|has|have} no owner: name "
    "one before the step begins."
)
NO_OWNER_PROPOSED = N_(
    "{open:count} {open:one|customer|customers} of the lists {open:one|has|have} no owner: name "
    "one before the step begins; the plan of who looks after whom (books) proposes one for "
    "{proposed:count} of them."
)
WAITING = N_(
    "On the lists and not to be asked now: {waiting:count} {waiting:one|customer|customers}, each "
    "with what speaks against it."
)
WAITING_ALL = N_(
    "On the lists, and by every step that lists them not to be asked now: {waiting:count} "
    "{waiting:one|customer|customers}, each with what speaks against it."
)
WHO_DOES_WHAT = N_("Who does what")
FIND = N_("Find a customer, an owner, a group, a day")
ON_LIST = N_("customers on the list: {customers:count}")
ACTION_HOLDS = N_("Customers: {customers:count}; annual revenue: {stake:short_money}.")
ACTION_PART = N_(
    "Customers: {customers:count}; annual revenue: {stake:short_money}, without {open:count} of "
    "whom it is not known."
)
ACTION_OPEN = N_("Customers: {customers:count}; their annual revenue is not known.")
FOR_ALL = N_("Because, for all of them: {reason}.")
RENEWS_IN = N_("{day}, {left:count} {left:one|day|days} after the quarter")
WRITTEN_TO = N_("A message to each is drafted, such as: “{message}” All {messages:count} of them:")
WRITTEN_TO_SOME = N_(
    "A message is drafted, such as: “{message}” It is not for {withheld:count} of the customers, "
    "of whom something speaks against it, which stands with each of them. "
    "The {messages:count} others:"
)
WRITTEN_TO_NONE = N_(
    "No message is drafted: what is known of each of these customers speaks against it."
)
WITHHELD = N_(
    "Not now for {withheld:count} of the customers, who stand last, each with what speaks against "
    "it."
)
WRITTEN_ONE = N_("A message is drafted: “{message}” It stands in")
NOT_SEARCHED = N_(
    "Not found here, as lists are cut short: {left:count} {left:one|row|rows}. All of them:"
)
OF_LIST = N_("{shown} of {every} rows fit; the line above counts the whole list")
FIRST_OF = N_(
    "Not shown here: {left:count}, unless the field above finds them; all customers of the list:"
)
CUSTOMER, AT_STAKE, RENEWS_ON, BY_WHEN, HEALTH, LOOKED_AFTER, WHY, NOT_NOW = (
    N_("Customer"), N_("Annual revenue"), N_("Renews on"), N_("By"), N_("Health"), N_("Owner"),
    N_("Because"), N_("Not now, because"),
)  # fmt: skip

# ── lists ────────────────────────────────────────────────────────────────────────────────────────
ACT_ON = N_("Customers to act on, the largest annual revenue first")
LISTED = N_(
    "**{customers:count} customers** are on a list, {rows:count} entries in all; {arr:money} of "
    "annual revenue stand behind the customers."
)
LISTED_BOTH = N_(
    "**{customers:count} customers** are on a list, {rows:count} entries in all; {arr:money} of "
    "annual revenue stand behind the {today:count} that are customers today, {gone:count} have "
    "left."
)
LISTED_PART = N_(
    "**{customers:count} customers** are on a list, {rows:count} entries in all; {arr:money} of "
    "annual revenue stand behind the customers, without {open:count} current ones of whom it is "
    "not known."
)
LISTED_OPEN = N_(
    "**{customers:count} customers** are on a list, {rows:count} entries in all; what they pay is "
    "not known."
)
LISTED_FORMER = N_(
    "**{customers:count} customers** are on a list, {rows:count} entries in all; none of them pays "
    "today."
)
NOBODY = N_("No customer is on a list: {reason}.")
GROUPS = N_("Groups that are worked with")
GROUPS_LARGE = N_("**{groups:count} groups** have customers, each enough of them for statistics.")
GROUPS_TOLD = N_(
    "**{groups:count} groups** have customers; {small:count} of them {small:one|is|are} too small "
    "for statistics and counted only."
)
LEFT_PAYS_NOTHING = N_("Who has left pays nothing: what they last paid stands in the lists.")
KEEP = N_("keep")
NO_GROUP = N_("No group has a customer.")
HEALTH_TOLD = N_("{group}; {driver}")
WEAKEST = N_("{part} lowest, {points} of 100")
HEALTH_PARTS = {
    "consumption": N_("consumption"),
    "activation": N_("activation"),
    "outcomes": N_("outcomes"),
}
BECAUSE = N_("{group}: {reason}")

# ── the landing page ─────────────────────────────────────────────────────────────────────────────
AT_STAKE_IS = N_(
    "Annual revenue is what these customers pay in a year or, where there are no contracts, "
    "ordered in the last twelve months; of those who left what they paid last, where that is "
    "known. It is no forecast of what is lost. A customer can be on several lists."
)
LIST_OF = N_("{action} {customers}, annual revenue {stake:short_money}.")
LIST_PART = N_(
    "{action} {customers}, annual revenue {stake:short_money}, without {open:count} of whom it is "
    "not known."
)
LIST_OPEN = N_("{action} {customers}; their annual revenue is not known.")
WHO_DOES = N_("{who}: {action}")
ALERT = N_("Alert: {group}, {metric}: {value}, {against} {reference}.")
ALERT_BEHIND = N_("Alert: {group}, {metric}: {value}, {against} {reference}. Behind it: {behind}.")
RISEN = N_("{group}: {level}, {value} % of tickets, a quarter ago {past_value} %")
RISEN_LINE = N_(
    "More than a quarter ago: {group}: {level}, {value} % of tickets, then {past_value} %."
)
RISEN_MORE = N_(
    "More than a quarter ago: {number:count} more {number:one|reason|reasons} of groups to contact "
    "us."
)
COUNTED_GROUP = N_("{group}: customers {customers:count}")
WAS = N_("a quarter ago {before:count}")
JOINED = N_("joined since {joined:count}")
RISKS = N_("at risk {at_risk:count}")
ESCALATIONS = N_("with an escalated ticket {escalated:count}")
COMMONEST = N_("commonest reason {reason}, tickets {of_reason:count}")
COMMONEST_THEN = N_(
    "commonest reason {reason}, tickets {of_reason:count} (a quarter ago {past:count})"
)
COUNTED_LINE = N_("Too few for statistics, in counts: {told}.")

# ── the slide of alerts ──────────────────────────────────────────────────────────────────────────
ALERTS_TITLE = N_(
    "{count} {n:one|figure is|figures are} worse than luck explains, in {groups} "
    "{several:one|group|groups}"
)
ALERTS_AMONG = N_(
    "{count} figures are worse than luck explains, in {groups} groups; among them {metric} of "
    "“{group}”"
)
ALERTS_ONE = N_("One figure is worse than luck explains: {metric} of “{group}”")
ALERTS_ONE_GROUP = N_("{count} figures are worse than luck explains, all in one group: {group}")
SAME = N_("{metric} {value}, others {reference}")
ONE_FACT = N_(
    "The data file alerts has {alerts:count} rows: promoters and detractors have rows of their "
    "own, and are one fact with NPS."
)
NOTHING_BEHIND = N_("no cause stands out")
RISEN_TITLE = N_("{group} contact us more often about {level} than a quarter ago")
AGAINST = N_("{against}: {value}")
GROUP, METRIC, NOW, COMPARED_WITH, BEHIND = (
    N_("Group"), N_("Metric"), N_("Now"), N_("Compared with"), N_("Behind it"),
)  # fmt: skip
MORE_ALERTS = N_("{number:count} more in the data file alerts.")
MORE_THAN_BEFORE = N_("More often than a quarter ago")
ONLY_COUNTED = N_("Too few for statistics, in counts")
ALERT_NOTES = N_(
    "Every comparison that was made is corrected for. What stands behind an alert is arithmetic "
    "on the same rows and proves no cause; the document splits each alert by reasons, areas and "
    "customers."
)

# ── books of business ────────────────────────────────────────────────────────────────────────────
NO_BOOKS = N_("the study file declares no “books”")
NO_CURRENT = N_("there is no current customer")
TOO_MANY = N_(
    "{customers} customers do not fit: {managers} managers can hold {room}, {lack} too few"
)
TOO_MUCH = N_("the customers pay {arr} a year, and the managers can hold {room}")
TOO_LARGE = N_("no manager can hold {customers}: the most that one can hold is {room} a year")
NO_PLAN_FITS = N_(
    "no plan was found that keeps every manager within capacity, though the sums would fit"
)
NO_OWNER = N_("who looks after a customer today: accounts.owner was not collected")
WITHOUT_OWNER = N_("current customers without a manager today: {customers}")
WITHOUT_ARR = N_(
    "current customers whose revenue is not known, counted as customers alone: {customers}"
)
BOOKS = N_("Books of business: today, as proposed, and in other shapes")
BOOK_MANAGERS = N_("What each manager holds, today and as proposed")
PLANNED = N_(
    "A plan holds all {customers:count} current customers within the capacity of {managers:count} "
    "managers. The largest book is {most:short_money} a year, the smallest {least:short_money}; "
    "{moved:count} customers change their manager."
)
NOT_PLANNED = N_("**No books are proposed:** {reason}.")

# ── renewals ─────────────────────────────────────────────────────────────────────────────────────
NO_RENEWS_ON = N_("contracts.renews_on was not collected")
NONE_RENEWS = N_("no paid contract comes up within {window} days")
NO_PAST_RENEWALS = N_("no past quarter shows what becomes of renewals")
ONLY_LOST_RENEWALS = N_(
    "past contracts that came up show only what was lost: the source does not keep the days of "
    "those that were renewed"
)
TOO_FEW_QUARTERS = N_(
    "past quarters with renewals: {quarters}, too few to say how far the loss may be from that"
)
RENEWAL_UNKNOWN = N_("the day of renewal is not known of {arr} a year (customers: {customers})")
RENEWAL_PASSED = N_("the day of renewal has passed of {arr} a year (customers: {customers})")
RENEWALS = N_("Renewals that come up, by day")
RENEWAL_GROUPS = N_("Renewals by health and segment, the most at stake first")
RENEWAL_HISTORY = N_("What past renewals lost, and what the other quarters would have foretold")
RENEW = N_(
    "Contracts of **{customers:count} customers** worth {stake:short_money} a year come up within "
    "{window:count} days."
)
RENEW_ALL = N_(
    "With all of their contracts, the customers whose renewals come up pay {every:short_money} a "
    "year, which is what lists and steps count."
)
RENEW_OPEN = N_("Neither counted nor foretold: {told}.")
LAST_LOST = N_(
    "Of {stake:short_money} that came up in the {window:count} days after {day:date} "
    "{lost:short_money} was lost ({share:percent})."
)
LAST_LOST_OUTSIDE = N_(
    "Of {stake:short_money} that came up in the {window:count} days after {day:date} "
    "{lost:short_money} was lost ({share:percent}), outside of what the other quarters foretold."
)
LOSS = N_(
    "If it goes as in {quarters:count} past quarters, about {expected:short_money} of it is lost: "
    "in four of five such quarters between {low:short_money} and {high:short_money}."
)
LOSS_OPEN = N_(
    "If it goes as in the past, about {expected:short_money} of it is lost; no interval is told: "
    "{reason}."
)
LOSS_RISING = N_(
    "The share that renewals lose has **risen** over these quarters, by more than chance explains: "
    "what is expected from all of them is likely too low."
)
LOSS_FALLING = N_(
    "The share that renewals lose has fallen over these quarters, by more than chance explains: "
    "what is expected from all of them is likely too high."
)
LOSS_UNKNOWN = N_("How much of it will be lost is not known: {reason}.")
NO_RENEWALS = N_("No renewals are listed: {reason}.")

# ── engagement ───────────────────────────────────────────────────────────────────────────────────
NO_PROMISE = N_("what each tier promises: the study file declares no “engagement.tiers”")
CADENCE_NOT_COLLECTED = N_(
    "how often somebody got in touch: contacts with customers are not collected"
)
NO_TICKETS = N_("how well promises were kept: tickets were not collected")
NO_FIRST_REPLIES = N_("how well promises were kept: tickets.first_replied_at was not collected")
PENDING = N_("tickets that are not answered and still have time, counted for neither: {tickets}")
ENGAGEMENT = N_("How close to work with whom, and how well promises were kept")
TIERED = N_(
    "**{first:none} of {customers:count} current customers** {first:one|falls|fall} into the tier "
    "to work with most closely; what they pay a year: {arr:short_money}."
)
TIERED_COUNT = N_(
    "**{first:none} of {customers:count} current customers** {first:one|falls|fall} into the tier "
    "to work with most closely."
)
KEPT = N_(
    "Of their tickets, {share:percent} were answered as promised ({low:percent} to {high:percent})."
)
NO_TIERS = N_("No customer has a tier: there is no current customer.")

# ── distinct segments ────────────────────────────────────────────────────────────────────────────
LEFT_OVER = N_("In none of them")
FEW_OF_ITS_OWN = N_(
    "{before} of its {members} customers belong to segments before it; fewer than {least} are left"
)
NO_BETTER_ALONE = N_(
    "its {own} customers that belong to no segment before it score no better than those in none"
)
DISTINCT = N_("The segments as groups that exclude one another, and who is left over")
OVERLAPS = N_("How many customers two segments have in common")
HELD = N_(
    "Between them the segments hold **{customers:count} of {all:count} current customers** "
    "({share:percent})."
)
HELD_ARR = N_(
    "Between them the segments hold **{customers:count} of {all:count} current customers** "
    "({share:percent}) and {arr:percent} of ARR."
)
ALIKE = N_(
    "Of the spread of scores between customers, {explained:percent} lies between these groups "
    "(beyond chance), and the rest within them."
)
NOT_ALIKE = N_("These groups tell customers' scores apart no better than groups made by chance.")
NOTHING_DISTINCT = N_("No segment is validated, so none holds a customer.")

# ── cross-sell ───────────────────────────────────────────────────────────────────────────────────
NO_PRODUCT = N_("contracts.product was not collected")
NO_SEGMENT_TO_SELL = N_("no segment is validated")
NOTHING_TO_ADD = N_("no product is held beside another one")
TOO_FEW_TO_SELL = N_("no validated segment has enough current customers to compare")
ALONE = N_("products of which a customer has one, so that there is nothing to add: {products}")
OFFERS = N_("Products that segments hold, beside like customers")
LACKING = N_("Customers without a product that their segment holds more often")
SELL = N_(
    "In **{pairs:count} of {compared:count} comparisons** (corrected) a validated segment holds a "
    "product more often than like customers; {customers:count} of its customers have none. That is "
    "an association: whom to ask first, not what they want."
)
SELL_NOTHING = N_(
    "No validated segment is shown to hold a product more often than like customers do "
    "({compared:count} comparisons, corrected)."
)
NOT_SOLD = N_("What segments hold is not compared: {reason}.")
