"""Sentences of the slides."""

from helpers.words import N_

WHAT_COULD_BE_WRONG_WHAT = N_("What could be wrong, and what was not looked at")
NO_NEXT_STEP_FOLLOWS_FROM = N_("No next step follows from the playbook this quarter")
MORE_ON_INDEX_PAGE = N_("{number} more on the index page")
SCOPING_DECISION_LIMITS_HYPOTHESES_FIXED = N_(
    "Scoping: decision, limits and hypotheses are fixed before anyone looks at data."
)
CUSTOMER_LIST_CRM_BILLING_RECONCILED = N_(
    "Customer list: CRM and billing are reconciled; each customer gets a score in {value} per "
    "year: revenue minus costs, plus bonuses, minus penalties."
)
DATA_COLLECTION_ATTRIBUTES_MEASUREMENTS_CHECKED = N_(
    "Data collection: attributes and measurements are checked and their coverage shown."
)
SEGMENT_ANALYSIS_EACH_SEGMENT_COMPARED = N_(
    "Segment analysis: each segment is compared with all other customers{within}; p-values are "
    "corrected for everything that was tried."
)
PRIORITIZATION_VALIDATED_SEGMENTS_ORDERED_BY = N_(
    "Prioritization: validated segments are ordered by value, targetability and size, with the "
    "uncertainty of that order."
)
HOW_THIS_WAS_DONE_IN = N_("How this was done, in five steps")
NO_WARNING_WAS_RAISED = N_("No warning was raised.")
DIFFERENCES_ASSOCIATIONS_AMONG_CUSTOMERS_NOT = N_(
    "Differences are associations among customers, not effects of what we do."
)
WITH_OWNER_NUMBER_WATCH = N_("{each} with an owner and a number to watch")
FROM_PLAYBOOK = N_(" from the playbook")
MORE_IN_NEXT_STEPS = N_("{number} more in next_steps.")
NO_PLAY_PLAYBOOK_HAS_CONDITION = N_(
    "No play of the playbook has a condition that a validated segment meets."
)
NEXT_STEPS_FOR_VALIDATED_SEGMENTS = N_("Next steps are for validated segments, and there is none.")
AGREE_ON_OWNER_DATE_FOR = N_(
    "Agree on owner and date for each; the metric is recomputed next quarter."
)
FILL_FOR_MORE_CUSTOMERS = N_("Fill {joined} for more customers")
WHAT_CHANGED_SINCE = N_("What changed since {previous}")
CHART_ADDS_UP_SCORE_ONE = N_(
    "The chart adds up the score of one customer in the middle of the ranking. The appendix of "
    "the supporting analysis gives formulas, tests and versions."
)
EVERY_KIND_TABLE_WAS_COLLECTED = N_("Every kind of table was collected.")
CUSTOMERS_WITH_VALUE = N_("Customers with a value")
WEAKLY_OR_UNEVENLY_FILLED = N_("Weakly or unevenly filled")
WHAT_WOULD_SHOW_MORE = N_("What would show more")
DATA_FILE_MOVEMENT_LISTS_EACH = N_("The data file movement lists each customer and segment.")
MORE_IN_COVERAGE = N_("{number} more in coverage.")
KNOWN_FOR_FEWER_THAN_CUSTOMERS = N_(
    "{capital} known for fewer than {number} customers {plural} not shown."
)
WHAT_SETS_VALIDATED_SEGMENTS_APART = N_("What sets the validated segments apart: {told}")
NO_METRIC_SHOWS_VALIDATED_SEGMENTS = N_(
    "No metric shows the validated segments to be served better or worse than the rest"
)
MAY_BE_BETTER_BUT_NOT = N_("{capital} may be better, but {plural} not shown to be")
NO_FURTHER_SEGMENT_LOOKS_AS = N_("No further segment looks as if it could be better")
LIFT_INTERVAL = N_("Lift and 95 % interval")
NONE_THIS_FINDING_WHAT_WAS = N_(
    "None of this is a finding: what was not fixed beforehand can look good by chance, and where "
    "the interval includes 0 there may be no difference at all."
)
RULE_PROOF_SEGMENTS_SEGMENT_METRICS = N_(
    "Rule: {row_rule}. Proof: segments, segment_metrics and representatives, segment_id {id}."
)
WHAT_THEY_NEED_INTERVIEWED = N_("What they need, of {number} interviewed")
AGAINST_REST = N_("Against the rest")
EACH_CRITERION_FROM = N_("Each criterion from 0 to 1")
SHARED_WITH_VALIDATED_SEGMENT_HOLDS = N_(
    "Shared with: the validated segment that holds most of its customers, whose next steps reach "
    "them, too."
)
MORE_LISTED_IN_SEGMENTS = N_("{number} more are listed in segments.")
IDEAS_TEST_NOT_SEGMENTS_ACT = N_(
    "Ideas to test, not segments to act on. What helps the validated segments may carry over."
)
WHAT_THEY_NEED = N_("What they need")
COMPARE_ALONG_ROW_WHAT_SERVED = N_(
    "Compare along a row: what is served well in one segment and badly in another is where the "
    "next steps differ."
)
WHERE_RANGES_OVERLAP_ORDER_MAY = N_(
    "Where ranges overlap, the order may be changed for reasons outside the data."
)
FEWER_THAN_WERE_INTERVIEWED = N_("Fewer than {number} were interviewed.")
VALUE_TARGETABILITY_SIZE_WEIGHED_AS = N_(
    "Value, targetability and size are weighed as the study file says; the range of a rank comes "
    "from drawing customers and weights anew."
)
BETTER_WORSE_THAN_REST_WITHOUT = N_(
    "▲ better, ▼ worse than the rest; without a sign, no difference is shown or neither direction "
    "is good. segment_metrics holds all metrics."
)
NO_DIFFERENCE_SHOWN = N_("no difference shown")

AFTER_MONTHS_LONGEST_KNOWN = N_("After {number} months, the longest that is known, {percent} are")
NO_MORE_THAN_WERE_ALLOWED = N_("{capital} (no more than {number} were allowed)")
AT_MOST_CARRIED_FORWARD = N_("At most {counted} are carried forward")
CHANCE_BEING_WRONG_ACCEPTED_OVER = N_(
    "A chance of {percent} of being wrong is accepted, over all tests of a family together"
)
WHAT_DECIDED_WITH_THIS_STUDY = N_("What is decided with this study")
WOULD_HAVE_SHOWN_FROM_LIFT = N_("would have shown from a lift of")
FIXED_BEFOREHAND_SUPPORTED_BY_DATA = N_(
    "{capital} of {counted} fixed beforehand {verb} supported by the data"
)
NO_HYPOTHESIS_WAS_FIXED_BEFOREHAND = N_(
    "No hypothesis was fixed beforehand; everything tested is exploratory"
)
ANSWER_IN_ONE_SENTENCE_EVERYTHING = N_(
    "The answer in one sentence. Everything on these slides is computed; the supporting analysis "
    "holds every number behind them."
)
FIXED_BEFORE_ANYONE_LOOKED_AT = N_("Fixed before anyone looked at data")
SAY_WHAT_WILL_BE_DECIDED = N_("Say what will be decided and what was fixed beforehand.")
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
STILL_THERE = N_("{told} still there.")
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
EXPLORATORY_WITH_CORRECTION_THEIR_OWN = N_(
    "{capital} {plural} exploratory, with a correction of their own."
)
ONLY_WHAT_WAS_DECLARED_WAS = N_("Only what was declared was tested.")
PART_SCORE_BY_CONSTRUCTION_SO = N_(
    "Part of the score by construction, and so tested again without that part: {names}."
)
LIFT_INTERVAL_2 = N_("Lift and interval")
LIFT_MEAN_QUALITY_SCORE_MINUS = N_(
    "Lift: mean quality score minus that of the rest, per customer and year."
)
BANDS_BY_RANK = N_("Bands by rank: ")
COSTS_PENALTIES_NEGATIVE = N_("Costs and penalties are negative. ")
RELATED = N_(" is related to ")
