"""Sentences of the slides."""

from helpers.words import N_

LOSES = N_("Each loses {loss} a year; the others lose more.")
WORTH_DRIFTS = N_("Worth more: {drifts}.")
WHAT_COULD_BE_WRONG_WHAT = N_("{cautions} to keep in mind, and {absent} of data not collected")
WHAT_COULD_BE_WRONG = N_(
    "{cautions} to keep in mind; every kind of table that a study can give was read"
)
NO_NEXT_STEP_FOLLOWS_FROM = N_("No next step follows from the playbook this quarter")
MORE_ON_INDEX_PAGE = N_("{number} more on the index page")
SCOPING_DECISION_LIMITS_HYPOTHESES_FIXED = N_(
    "Scoping: decision, limits and hypotheses are written down."
)
SCOPING_LIMITS_FIXED = N_("Scoping: the limits of the analysis are written down.")
CUSTOMER_LIST_CRM_BILLING_RECONCILED = N_(
    "Customer list: CRM and billing are reconciled; each customer gets a score in {value} per "
    "year: revenue minus costs, plus bonuses, minus penalties."
)
DATA_COLLECTION_ATTRIBUTES_MEASUREMENTS_CHECKED = N_(
    "Data collection: attributes and measurements are checked, and for how many customers each is "
    "known is shown."
)
SEGMENT_ANALYSIS_EACH_SEGMENT_COMPARED = N_(
    "Segment analysis: each group is compared with all other customers{within}; how likely luck "
    "is takes everything that was tried into account."
)
PRIORITIZATION_VALIDATED_SEGMENTS_ORDERED_BY = N_(
    "Prioritization: groups that stand out are ordered by worth, by how well they can be "
    "recognised before a sale, and by size, with the uncertainty of that order."
)
DONE_SO = N_(
    "{customers:count} {customers:one|customer was|customers were} scored and {groups:count} "
    "{groups:one|group|groups} compared, with luck allowed for in all that was tried"
)
DIFFERENCES_ASSOCIATIONS_AMONG_CUSTOMERS_NOT = N_(
    "Differences are associations among customers, not effects of what we do."
)
MORE_IN_NEXT_STEPS = N_("{number} more in the data file next_steps.")
NO_PLAY_PLAYBOOK_HAS_CONDITION = N_(
    "No play of the playbook has a condition that a group that stands out meets."
)
NEXT_STEPS_FOR_VALIDATED_SEGMENTS = N_(
    "Next steps are for groups that stand out, and there is none."
)
AGREE_ON_OWNER_DATE_FOR = N_(
    "Agree on owner and date for each; the metric is recomputed next quarter."
)
FILL_FOR_MORE_CUSTOMERS = N_("Fill {joined} for more customers")
WHAT_CHANGED_SINCE = N_("What changed since {previous}")
CHART_ADDS_UP_SCORE_ONE = N_(
    "The chart adds up the score of one customer near the middle of the ranking. The appendix of "
    "the supporting analysis gives formulas, tests and versions."
)
APPENDIX_HOLDS = N_("The appendix of the supporting analysis gives formulas, tests and versions.")
NOT_COLLECTED = N_("Not collected")
CAUTIONS = N_("Cautions")
CUSTOMERS_WITH_VALUE = N_("Customers with a value")
WEAKLY_OR_UNEVENLY_FILLED = N_("Weakly or unevenly filled")
WHAT_WOULD_SHOW_MORE = N_("What would show more")
DATA_FILE_MOVEMENT_LISTS_EACH = N_("The data file movement lists each customer and segment.")
MORE_IN_COVERAGE = N_("{number} more in the data file coverage.")
KNOWN_FOR_FEWER_THAN_CUSTOMERS = N_(
    "{capital} known for fewer than {number} customers {n:one|is|are} left out."
)
APART = N_("Where the best groups are shown to differ from others: {told}")
APART_BETTER = N_("{metric} is better in {number:count} of {groups:count}")
APART_WORSE = N_("{metric} is worse in {number:count} of {groups:count}")
APART_EITHER = N_("{metric} is better in {better:count}, worse in {worse:count} of {groups:count}")
NO_METRIC_SHOWS_VALIDATED_SEGMENTS = N_(
    "Nothing shows the best groups to be served better or worse than the rest"
)
MAY_BE_BETTER_BUT_NOT = N_("{capital} may be better, but {n:one|is|are} not shown to be")
LIFT_INTERVAL = N_("Worth more, 95 % range")
NONE_THIS_FINDING_WHAT_WAS = N_(
    "None of this is a finding: what was not on record beforehand can look good by chance, and "
    "where the range includes 0 there may be no difference at all."
)
RULE_PROOF_SEGMENTS_SEGMENT_METRICS = N_(
    "Rule: {row_rule}. Proof: segments, segment_metrics and representatives, segment_id {id}."
)
WHAT_THEY_NEED_INTERVIEWED = N_("What they need, of {number} interviewed")
AGAINST_REST = N_("Against the rest")
EACH_CRITERION_FROM = N_("Each criterion from 0 to 1 (weight in the order)")
SHARED_WITH_VALIDATED_SEGMENT_HOLDS = N_(
    "Shared with: the group shown to be better that holds most of its customers, whose next steps "
    "reach them, too."
)
MORE_LISTED_IN_SEGMENTS = N_("{number} more are listed in segments.")
IDEAS_TEST_NOT_SEGMENTS_ACT = N_(
    "Ideas to test, not segments to act on. What helps the validated segments may carry over."
)
COMPARE_ALONG_ROW_WHAT_SERVED = N_(
    "Signs are under a false discovery rate over all segments and metrics. "
    "Compare along a row: what is served well in one segment and badly in another is where the "
    "next steps differ."
)
WHERE_RANGES_OVERLAP_ORDER_MAY = N_(
    "Where ranges overlap, the order may be changed for reasons outside the data."
)
FEWER_THAN_WERE_INTERVIEWED = N_("Fewer than {number} were interviewed.")
ALSO_FIRST = N_("The same group comes first under the weights of {names}.")
OTHER_FIRST = N_("Under the weights of {names} another group comes first.")
RANGE_OF_ORDER = N_("The range of a place comes from drawing customers and weights anew.")
WEIGHED = N_("{criterion} ({share:percent})")
BETTER_WORSE_THAN_REST_WITHOUT = N_(
    "▲ better, ▼ worse than all other customers, by more than luck explains; without a sign no "
    "difference is shown, neither direction is good, or it is part of what made the score."
)
APART_ALL_HELD = N_("The data file segment_metrics holds all metrics.")
APART_MORE_HELD = N_(
    "The data file segment_metrics holds all metrics, and {left:count} more "
    "{left:one|segment|segments}, which the title counts."
)
NO_DIFFERENCE_SHOWN = N_("no difference shown")

STILL_THERE = N_(
    "After {number} months {percent} are still there ({low} to {high}); {n:count} customers are "
    "known for as long."
)
NO_MORE_THAN_WERE_ALLOWED = N_("{capital} (no more than {number} were allowed)")
AT_MOST_CARRIED_FORWARD = N_("At most {counted} are carried forward")
CHANCE_BEING_WRONG_ACCEPTED_OVER = N_(
    "A chance of {percent} of anything false is accepted, over all declared hypotheses and the "
    "search together"
)
NO_DECISION_WRITTEN = N_("What is to be decided is not written down; the limits are")
TO_BE_DECIDED = N_("To be decided: {decision}")
FIXED_BEFOREHAND_SUPPORTED_BY_DATA = N_(
    "{capital} of {counted} on record beforehand {n:one|is|are} supported by the data"
)
NOT_TESTED_YET = N_("; {n:count} of {every:count} could not be tested")
NO_HYPOTHESIS_WAS_FIXED_BEFOREHAND = N_(
    "No hypothesis was on record beforehand; everything tested is exploratory"
)
ANSWER_IN_ONE_SENTENCE_EVERYTHING = N_(
    "Answer, size, worth and decision. Say the range, not only the middle: the table of segments "
    "holds lift, 95 % range and adjusted p-value. Everything on these slides is computed; the "
    "supporting analysis holds every number behind them."
)
RULES = N_("The rules")
RULES_ON_RECORD = N_(
    "The rules; the hypotheses were on record before a report showed the data they are tested on"
)
WRITTEN_DOWN = N_("Written down; nothing shows that it was before a report showed the data")
ONLY_PROPOSED = N_(
    "{capital} of hypotheses of which nothing shows when they were fixed: on these customers they "
    "prove nothing."
)
SAY_WHAT_WILL_BE_DECIDED = N_("Say what will be decided and what was on record beforehand.")
MORE_IN_SECTION = N_("{capital} more in section 1")
NAME_SEGMENTS_WITH_THEIR_INTERVALS = N_(
    "Name the segments with their intervals, not only their lifts. Hollow marks in the chart are "
    "not proven."
)
EVERY_ACCOUNT_LEFT_OUT_KEEPS = N_(
    "Every account that is left out keeps the first rule that left it out; customer_list lists "
    "them."
)
LARGEST_FIFTH_CUSTOMERS_BRING_REVENUE = N_(
    "the largest fifth of the current customers analysed bring {share} of their revenue"
)
MEAN_PER_CUSTOMER_YEAR = N_("Mean per customer and year")
YEAR_ON_AVERAGE = N_("{capital} a year on average")
SCORE_ONLY_HAS_TELL_POOR = N_(
    "The score only has to tell poor, average and excellent customers apart and to rank them. "
    "Each customer's score can be read line by line in quality_scores."
)
GREY_BAR_RANGE_EFFECTS_THIS = N_(
    "The grey bar is the range of effects that this number of customers cannot tell from chance."
)
NO_SEGMENT_MAY_BE_CALLED = N_(
    "No segment may be called better on this evidence. That is a result, too."
)
SAY_HOW_MANY_CUSTOMERS_REVENUE = N_(
    "Say how many customers the revenue hangs on, and how soon customers leave: a good customer "
    "brings much and stays."
)
HALF_THEM_GONE_AFTER_MONTHS = N_("Half of them are gone after {number} months.")
EXPLORATORY_NONE_RELATED = N_(
    "{capital} {n:one|is|are} exploratory, and {n:one|is not|none is} told as related."
)
EXPLORATORY_WITH_CORRECTION_THEIR_OWN = N_(
    "{capital} {n:one|is|are} exploratory, with a rate of error of their own: of those told as "
    "related, at most {rate:percent} are expected not to be."
)
ONLY_WHAT_WAS_DECLARED_WAS = N_("Only what was declared was tested.")
PART_SCORE_BY_CONSTRUCTION_SO = N_("Part of the score by construction: {names}.")
AGAIN_NONE = N_(
    "Tested again without that part, {n:one|it|none of them} is {n:one|not shown|shown}."
)
AGAIN_ALL = N_("Tested again without that part, {n:one|it is|all of them are} still shown.")
AGAIN_SOME = N_("Tested again without that part, {names} {n:one|is|are} still shown, the rest not.")
AGAIN_NOT = N_("A test without that part was not possible: {n:one|it is|they are} not shown.")
BANDS_BY_RANK = N_("Bands by rank: ")
COSTS_PENALTIES_NEGATIVE = N_("Costs and penalties are negative. ")

# ── answer and decision ──────────────────────────────────────────────────────────────────────────
KINDS_BRING = N_(
    "{kinds} of customers, {customers:percent} of the current ones, bring {money:percent} of {what}"
)
ONE_KIND_BRINGS = N_(
    "{kinds} of customers, {customers:percent} of the current ones, brings {money:percent} of "
    "{what}"
)
KINDS = N_(
    "{kinds} of customers, {customers:percent} of the current ones, are shown to be better than "
    "the rest"
)
ONE_KIND = N_(
    "{kinds} of customers, {customers:percent} of the current ones, is shown to be better than the "
    "rest"
)
COMES_FIRST = N_("{told}; first comes {first}")
HIGHEST_PRIORITY = N_("{told}; highest priority: {first} (place 1 to {high:count})")
ONLY_ONE = N_("{told}: {first}")
ARR = N_("ARR")
REVENUE = N_("the last twelve months’ revenue")
WHO = N_("Who")
SIZE_TODAY = N_("Customers today")
MARKET_AND_WATCH = N_("Companies not won yet · what to watch")
WORTH_MORE = N_("Worth more than all others, each a year")
WORTH_ALL = N_("That times today’s customers, a year")
TODAY = N_("{every:count} current {every:one|customer|customers} studied, on {day}.")
TODAY_MONEY = N_(
    "{every:count} current {every:one|customer|customers} studied, on {day}; {what}: {total}."
)
TODAY_OF = N_(
    "{count:count} of {every:count} current customers studied ({customers:percent}), on {day}."
)
TODAY_OF_MONEY = N_(
    "{count:count} of {every:count} current customers studied ({customers:percent}), with {amount} "
    "of {total} of {what} ({money:percent}), on {day}."
)
IN_SEVERAL = N_("{several:count} of them {several:one|is|are} in more than one group.")
GRAVEST = N_("Keep in mind: {caution}")
FROM_ZERO = N_("upright line: no more than others")
SIZE = N_("{count:count}, {customers:percent} of all")
SIZE_MONEY = N_("{count:count}, {money:percent} of {what}")
IN_MARKET = N_("{market:percent} of the market, {own:percent} of ours.")
IN_MARKET_KNOWN = N_("{market:percent} of the known market, {own:percent} of ours.")
IN_MARKET_COUNT = N_("{companies:count}: {shares}")
BY_SEARCH = N_("Found by search, not declared before.")
NAME_BY_SEARCH = N_("{name} (found by search, not declared before)")
FOUND_AGAIN = N_(
    "Found by search, not declared before: among customers drawn anew the search finds it again in "
    "{times:count} of 100 draws."
)
WATCH = N_("Worse: {metric} {told}.")
WATCH_OPEN = N_("Worse, may be luck: {metric} {value} (others {rest}).")
AGAINST = N_("{value} (others {rest}; {customers:count} customers)")
WORTH_NOTE = N_("95 % ranges; by luck alone, after all that was tried, {luck} times at most.")
ALREADY = N_("Brought already, no gain to come.")
ANALYSED = N_("Ours: {customers:count}, past ones too.")
NOT_ADDED = N_("Brought already, no gain to come; groups overlap: do not add up.")
GOAL = N_("Company goal: “{goal}”; {value} today ({low} to {high}).")
GOAL_GROUPS = N_(
    "Company goal: “{goal}”; {value} today ({low} to {high}), in the groups below {groups}."
)
LONG_GOAL = N_("Company goal: {metric} is {value} today ({low} to {high}).")
LONG_GOAL_GROUPS = N_(
    "Company goal: {metric} is {value} today ({low} to {high}), in the groups below {groups}."
)
NUMBER_NOT_KNOWN = N_("How many there are is not known.")
GOAL_TODAY = N_("{metric} today: {value} ({low} to {high})")
OF_GOAL = N_("{name}: {value} ({low} to {high})")
MORE_GROUPS = N_("{groups} on the next slides.")
DECIDE_ORDER = N_(
    "Recommended: “{first}” before “{second}”. Not firm: it came first in {share:percent} of all "
    "draws (place {low:count} to {high:count})."
)
DECIDE_FIRST = N_("Recommended: “{first}” before “{second}”. This first place holds.")
DECIDE_ORDER_TWO = N_(
    "Recommended: the first of these groups before the second. Not firm: it came first in "
    "{share:percent} of all draws (place {low:count} to {high:count})."
)
DECIDE_FIRST_TWO = N_(
    "Recommended: the first of these groups before the second. This first place holds."
)
GOAL_AGAINST = N_(
    "The company’s goal does not speak for the first: its {metric} is {value}, that of all "
    "customers {all}."
)
THE_FIRST = N_("the first of these groups")
DECIDE_STEP = N_("First step, for {group}: {action} ({owner}; {day}).")
DECIDE_NOTHING = N_("Treat no group as better this quarter; agree on what to collect next.")
NO_AMOUNT = N_("No group is shown to be worth more money on average. That is a result, too.")
DECIDE_NO_AMOUNT = N_("Treat no group as worth more this quarter; agree on what to collect next.")
DECIDE_WHAT = N_("What is to be done for these customers? No play of the playbook applies yet.")
LISTS = N_("Lists")
NOBODY_YET = N_("owner open")
GROUP_OF = N_("A group of")
SEEN_FROM = N_("would have had to be worth more, a year, by at least")

# ── shown, may be, cannot be judged ──────────────────────────────────────────────────────────────
SHOWN_ONE = N_("Only {count} group is shown to be better")
SHOWN_IMPOSSIBLE = N_("No group is large enough to be compared")
SHOWN_NONE = N_("None of {judged:count} groups stands out")
NEAREST = N_("The largest differences; each can be luck")
SHOWN_MANY = N_("{count} groups are shown to be better")
MAY_BE = N_("{count} more may be, but luck cannot be ruled out")
MAY_BE_ALONE = N_("{count} may be better, but luck cannot be ruled out")
TYPICAL_TOO = N_("in {count}, a typical member ranks above most others")
CANNOT_BE = N_("{count} cannot be judged")
SHOWN_HEADING = N_("Shown to be better, a year per customer")
TYPICAL_HEADING = N_("Better for a typical member, money open")
CONFOUNDED_HEADING = N_("Better, and another attribute says why: no basis for a step")
AND_MORE = N_("and {count} more")
ALL_GROUPS = N_("Of all {all:count} {all:one|group|groups} {parts}.")
SHARED = N_("{name}; {share:percent} of them are in the groups above")

# ── one group ────────────────────────────────────────────────────────────────────────────────────
GROUP_IS = N_("{name}: {lift}")
BETTER_IN = N_("; better in {metric}")
WORSE_IN = N_("; worse in {metric}")
WHO_THEY_ARE = N_("Who they are: nearest to the middle of the group")
TO_ACT_ON = N_("{count:count} of them on the lists, with owner, day and what to do")
TO_ACT_ON_FORMER = N_(
    "{count:count} of them on the lists, {gone:count} of these {gone:one|has|have} left; with "
    "owner, day and what to do"
)
ALL_LISTS = N_("The lists: {count:count} {count:one|customer|customers}, with owner and what to do")
ALL_LISTS_FORMER = N_(
    "The lists: {count:count} {count:one|customer|customers}, {gone:count} of these "
    "{gone:one|has|have} left; with owner and what to do"
)
ALL_LISTS_GONE = N_(
    "The lists: {count:count} former {count:one|customer|customers}, with owner and what to do"
)
TO_ACT_ON_GONE = N_(
    "{count:count} of them on the lists, all former customers; with owner, day and what to do"
)
ALL_OF_THEM = N_("All {count:count} of them, in a file of all groups (column segment_id: {id})")
WHAT_WE_DO = N_("What we do first")
WHO_STAYS = N_("Who stays")
THEIR_TICKETS = N_("Their tickets differ, by more than luck explains")
TICKETS = {  # by the dimension that differs
    "reason": N_("reason {level} {told}"),
    "product_area": N_("on {level} {told}"),
    "resolution_type": N_("resolved by {level} {told}"),
    "sentiment": N_("of {level} sentiment {told}"),
}
IN_SCORE = N_("{metric}: {told}. The score counts part of it.")
WHAT_WE_DO_NOT_KNOW = N_("What we do not know")
LOOKS_WORSE = N_(
    "{metric} looks worse: {told}. Taken alone luck is unlikely; after all that was compared it is "
    "not shown."
)
MAY_BE_LUCK = N_("{metric} looks worse: {told}. It may be luck.")
LOOKS_WORSE_IN_SCORE = N_("{metric} is worse: {told}. The score counts part of it.")
MADE_THE_SCORE = N_("Counted in the score already: {told}.")
THEIRS = N_("Theirs")
OTHERS = N_("Others")
DIFFERENCE = N_("Difference")
LOWER_HIGHER = N_("lower – higher")

# ── market, order ────────────────────────────────────────────────────────────────────────────────
FEWER_THAN_MARKET = N_("{name}: we hold fewer than our share, so that there is room to grow")
SHARE_HELD = N_(
    "Of each of these kinds our share of customers is as large as that of the market, or larger."
)
NOT_WON_YET = N_(
    "{name}: {companies:count} companies in the market are not won, {customers:count} "
    "{customers:one|is a customer|are customers}"
)
NOT_WON = N_("Not won")
WON = N_("Won")
LIKELY = N_("Likely too")
WON_NOTE = N_(
    "Likely too: companies of which it is not known, as often of the kind as the others. Won: our "
    "customers of today, of the three numbers together. Shares of our customers are of all that "
    "were analysed, past ones too."
)
ALIKE_FROM_OUTSIDE = N_(
    "{name}: how many there are is not known. {companies:count} companies fit the nearest filter "
    "({look_for}), which is right for {rightly:percent} of all customers analysed that it picks."
)
NONE_IN_MARKET = N_(
    "{name}: the reachable market holds no such company, so that there is nobody to look for"
)
UNKNOWN_IN_MARKET = N_(
    "Of up to {share:percent} of the market it is not known whether a company is of these kinds; "
    "shares are of the others."
)
NOT_SEEN_IN_MARKET = N_(
    "Cannot be counted in the market, because the definition uses what only we know: {names}."
)
MARKET_NOTES = N_(
    "Shares of the reachable market are by number of companies, from the table of prospects. A "
    "larger share of the market than of the customers says where companies of a good kind are "
    "left; it does not say that they would buy."
)
WORTH = N_("Worth")
RECOGNISED = N_("Recognised")
SIZE_HEAD = N_("Size")

# ── at risk, what moved, what to do ──────────────────────────────────────────────────────────────
AT_RISK = N_("{count:count} customers at risk hold {amount}, {share:percent} of {what}")
CUSTOMERS_AT_RISK = N_("customers at risk, of {every:count}")
RATED_AT_RISK = N_(
    "customers at risk, of {rated:count} whose health is known ({every:count} in all)"
)
AT_STAKE = N_("of {what} at stake")
AMONG_THE_BEST = N_("Among the best groups")
OF_GROUP = N_("{name}: {count:count} of {every:count}, {amount}")
FEW_AT_RISK = N_(
    "{groups:count} {groups:one|group has|groups have} fewer than {least:count} at risk: too few "
    "to be told"
)
AT_RISK_NOTE = N_(
    "At risk: worth much, and in poor health, measured by {inputs}. At stake is {what} of these "
    "customers, not a forecast of what is lost."
)
MORE_INPUTS = N_("{count:count} more")
AT_RISK_NOTES = N_(
    "Groups overlap, so that rows do not add up. The data file health holds the score of each "
    "customer, and tags the group for CRM and helpdesk."
)
GREW = N_("Monthly recurring revenue grew from {before} to {now} in the quarter")
SHRANK = N_("Monthly recurring revenue shrank from {before} to {now} in the quarter")
ONLY_NEW = N_(
    "The growth is new accounts alone ({new}): without them revenue would have fallen by {fall}."
)
OF_ALL_ACCOUNTS = N_(
    "This is of all accounts, {year} a year. The customers analysed, of whom the other slides "
    "tell, bring {now} a month (a quarter ago {before}), which is ARR of {ours}."
)
KEPT = N_("Monthly recurring revenue stayed at {now} in the quarter")
ONE_FIX = N_("After the one declared fix")
ONE_OF_FIXES = N_("After one of {fixes:count} declared fixes")
NPS_FELL = N_(
    "{after} (“{fix}”, {on:date}), NPS of the same {customers:count} customers fell from "
    "{before:points} to {now:points}: more than luck explains, though what else changed since then "
    "may be why."
)
NPS_ROSE = N_(
    "{after} (“{fix}”, {on:date}), NPS of the same {customers:count} customers rose from "
    "{before:points} to {now:points}: more than luck explains, though what else changed since then "
    "may be why."
)
NO_CHANGE_KNOWN = N_("Nothing is known of monthly recurring revenue in the quarter")
STEPS_ONLY = N_("{steps} to do")
STEPS_FORMER = N_(
    "{steps} {n:one|concerns|concern} {count:count} former {count:one|customer|customers}"
)
STEPS_CUSTOMERS = N_(
    "{steps} {n:one|concerns|concern} {count:count} current {count:one|customer|customers}"
)
STEPS_MONEY = N_(
    "{steps} {n:one|concerns|concern} {count:count} current {count:one|customer|customers} with "
    "{amount} of {what} ({share:percent})"
)
NO_DAY = N_("no day is agreed")
LAST_DAY = N_("{n:one|due|the last is due} by {day:date}")
DAY_OF_OTHERS = N_("of {open} no day is agreed, the last of the others is due by {day:date}")
OR_RENEWAL = N_("{day:date}, or the renewal if earlier")
EACH_RENEWAL = N_("each renewal, the last on {day:date}")
COMPANIES = N_(
    "{companies:count} companies like them in the market; what they would bring is not known"
)
COMPANIES_ALIKE = N_(
    "{companies:count} companies in the market fit the filter, which is right for "
    "{rightly:percent} of all customers analysed that it picks; what they would bring is not known"
)
COMPANIES_UNKNOWN = N_("companies like them; how many there are is not known")
WITH_MORE_GROUPS = N_("{first} and {more:count} more {more:one|group|groups}, together")
SAME_FOR_MORE = N_("{told}. Also for {more:count} more {more:one|group|groups}.")
CONCERNED = N_("{count:count} {count:one|customer|customers}, {amount} of {what}")
CONCERNED_UNKNOWN = N_(
    "{count:count} {count:one|customer|customers}; {count:one|its|their} {what} is not known"
)
GONE_MONEY = N_(
    "{count:count} {count:one|customer that has left, and last|customers that have left, and last} "
    "paid {amount} a year"
)
GONE_UNKNOWN = N_(
    "{count:count} {count:one|customer that has|customers that have} left; what "
    "{count:one|it|they} paid is not known"
)
FILTERS = N_(
    "Companies to look for: the filters to paste into the CRM. No table that was read names "
    "companies that are no customers"
)
FILTER = N_(
    "Companies to look for: the filter for the CRM, in a file of all groups (column definition)"
)
NO_LIST = N_("No list of companies can be made for {names}: {why}.")
NO_RULE = N_("nothing was found that tells them before a sale")
ACTION = N_("Do this")
FOR_WHOM = N_("For whom, and how much")
OWNER = N_("Who")
BY_WHEN = N_("By when")
TRY = N_("Try, as no difference is shown: {action}{owner}")
BY_OWNER = N_(" ({owner})")
TRIAL = N_(" — {arm:count} customers with it, as many without, tell whether it helps")
TRIAL_TOO_FEW = N_(
    " — to tell whether it helps takes {arm:count} customers with it and as many without; the "
    "group has {customers:count}"
)
TRIAL_OPEN = N_(" — whether it helps cannot be told: no target, or no interval")
WATCHED = N_("How we will know")
APPENDIX = N_("Appendix")
OTHER_LINES = N_("{number:count} other {number:one|line|lines}")
FEW_HOLD_MUCH = N_("The more hangs on few customers, the more each of them counts.")
WORTH_MOST = N_("{name}: worth most per customer; being recognised and size count, too.")
NONE_WORTH_MOST = N_(
    "None of these groups is shown to be worth more per customer than another: as far as the order "
    "rests on worth, it may be luck."
)
CRITERIA_NOTES = N_(
    "Worth, targetability (recognised before a sale) and size run from 0 to 1 and are weighed as "
    "the study file says; together they make the priority."
)

# ── what customers need ──────────────────────────────────────────────────────────────────────────
NEEDS_TITLE = N_(
    "Of {interviewed:count} interviewed customers {share:percent} need first of all: {outcome}"
)
NEEDS_TITLE_FEW = N_(
    "{customers:count} of {interviewed:count} interviewed customers {customers:one|needs|need} "
    "first of all: {outcome}"
)
NEEDED = N_("What they need")
INTERVIEWED = N_("Interviewed")
NEEDS_NOTE = N_(
    "By band of the score: customers, and what each costs to serve in twelve months. Nobody was "
    "drawn at random from all customers."
)
MORE_OUTCOMES = N_("{number:count} more in the data file needs_value.")
NEEDS_SAID = N_("How far the groups can be trusted")
NEEDS_PROFILES = N_(
    "Their answers fall into {profiles:count} groups that want to be served differently; the same "
    "groups come back when interviews are drawn again."
)
NEEDS_NOT_SEEN = N_(
    "What they say they need is not seen in what they do, in any of {looked:count} comparisons."
)
NEEDS_APART = N_(
    "Groups by need, by experience and by value are not the same customers: in none of "
    "{pairs:count} pairs could one stand for the other."
)
NEEDS_ALIKE = N_(
    "Groups by need, by experience and by value: in {alike:count} of {pairs:count} pairs one could "
    "stand for the other."
)
NEEDS_NOTES = N_(
    "Say who was interviewed before saying what they need. Where no groups by experience are "
    "found, that is the result."
)
CELL = N_("{customers:count}")
CELL_SMALL = N_("{customers:count}, too few to show more")
CELL_COST = N_("{cost} each to serve")
CELL_SERVED = N_("{over:count} served far more, {under:count} far less than their like")

# ── earlier claims ───────────────────────────────────────────────────────────────────────────────
CLAIMS_KEPT = N_(
    "{held:count} of {claims:count} earlier {claims:one|claim|claims} held up on customers and "
    "months that nobody had seen"
)
CLAIMS_ABOUT = N_("Claims about")
CLAIMS = N_("Claims")
HELD_UP = N_("Held up")
FADED = N_("Faded or missed")
TOO_EARLY = N_("Too early to say")
NOT_COMPARABLE = N_("Cannot be compared")
CLAIMS_NOTES = N_(
    "A claim is tested on customers won since, and on months since. The same scores of the same "
    "customers are no news."
)
CLAIM_KINDS = {
    "all": N_("all"),
    "lift": N_("what a segment is worth"),
    "rank": N_("its typical member"),
    "hypothesis": N_("hypotheses"),
    "metric": N_("marked metrics"),
    "alert": N_("alerts"),
    "forecast": N_("forecasts"),
    "step": N_("targets of steps"),
}

# ── small words of slides ────────────────────────────────────────────────────────────────────────
NONE = N_("None")
COMPANY_GOAL = N_("Company goal: {goal}")
SPONSOR = N_("Sponsor: {sponsor}")
FOR_WHOM_MADE = N_("For whom")
SECTION_ONE = N_("Section 1")
THE_HYPOTHESES = N_("The hypotheses")
SEGMENT = N_("Segment")
CUSTOMERS = N_("Customers")
SHARED_WITH = N_("Shared with")
ALL = N_("All")
DEFINITIONS = N_("Definitions")
ACCOUNTS_KNOWN = N_("accounts known")
LEFT_OUT_ACCOUNTS = N_("left out")
CURRENT_CUSTOMERS = N_("current customers")
FORMER_CUSTOMERS = N_("former customers")
QUALITY_SCORE = N_("Quality score")
BAND_SCORES = N_("{band} customers score {score}")
ANSWERED = N_("{answer}: {share:percent} (rest {rest:percent})")
IS_BETTER = N_("▲ better")
IS_WORSE = N_("▼ worse")
NONE_SHOWN = N_("may be luck")
SLIDE_FOOT = N_("{title} · {quarter}, as of {day}")
SYNTHETIC = N_("Synthetic data")
KEYS = N_("← → slides · O overview · S notes · F full screen")
