"""Sentences about segments and hypotheses."""

from helpers.words import N_

# ── notes of segments ────────────────────────────────────────────────────────────────────────────
HOLDS_WITHOUT = N_("holds on the score without {lines}")
FAILS_WITHOUT = N_("does not hold on the score without {lines}")
LIFT_WITHOUT = N_("its lift is that of the score without {lines}")
WITHIN = N_("better only {places}, and not shown to be better than all other customers")
TYPICAL_MEMBER = N_(
    "Of its {who} ({share} of all analysed), a typical member ranks above {place:percent} of the "
    "others (95 % range {low:percent} to {high:percent}); that its average is higher is not "
    "shown; {luck}."
)
TYPICAL_MEMBER_OPEN = N_(
    "Of its {who} ({share} of all analysed), a typical member ranks above most others; by how much "
    "is open (at most {high:percent} of them are below); that its average is higher is not shown; "
    "{luck}."
)
TYPICAL = N_(
    "a typical member ranks above {place:percent} of the others; that its average is higher is not "
    "shown"
)
NOT_ALL = N_("a typical member is not shown to rank above most of all other customers")
WITHIN_INSIDE = N_("within {others}")
WITHIN_OUTSIDE = N_("outside {others}")
WITHIN_BOTH = N_("among customers that are alike in being inside or outside {others}")

# ── how much better ──────────────────────────────────────────────────────────────────────────────
SCORE_BETTER = N_("Its {who} ({share} of all analysed) score {better} on average than all others")
BETTER_OPEN = N_(
    "Its {who} ({share} of all analysed) are shown to score better on average than all others; by "
    "how much is open"
)
INTERVAL = N_("the 95 % range runs from {interval}")
LIFT_NOT_TRIED = N_(
    "the amount is less sure than its range says: correcting it for luck was tried with "
    "{least:count} customers or more whose scores are no more lopsided than {most} (skewness), and "
    "here are {customers:count} with {skewness}"
)
BY_LUCK = N_("by luck alone, after all that was tried, {luck}")
THAN_REST = N_("{better} than the rest")
THAN_REST_OPEN = N_("better than the rest; by how much is open")
OPEN = N_("open")

# ── what stands beside a claim ───────────────────────────────────────────────────────────────────
TURNED = N_("among customers alike in {by}, it is the other way round: {left}{interval}")
EXPLAINED = N_("{by} explains it: among customers alike in it, {left}{interval} remains")
INSEPARABLE = N_("{by} goes with it so closely that the two cannot be told apart")
HOLDS = N_("among customers alike in {by}, {left}{interval} remains")
INTERVAL_BESIDE = N_(" (95 % range {interval})")
DRIFTS = N_("among customers won early it is {early}, among those won late {late}")
HYPOTHESIS = N_("{name}: {statement} Supported at {effect}; {beside}.")
BESIDE = N_("{told}")
NO_CONFOUNDING = N_(
    "No supported claim turns, or loses more than half of its difference, within another attribute."
)
ONE_CONFOUNDED = N_("; one of them is explained or turned by another attribute")
MORE_CONFOUNDED = N_("; {count} of them are explained or turned by another attribute")
NOT_BASIS = N_("another attribute explains it or turns it around, so that it carries no play")

# ── the answer ───────────────────────────────────────────────────────────────────────────────────
NONE = N_("No segment stands out among the {judged:count} that were large enough to be compared.")
NONE_SEEN_FROM = N_(
    "No segment stands out among the {judged:count} that were large enough to be compared; a "
    "segment of {size} would have had to be at least about {lift} a year better to be seen."
)
IS_BETTER = N_("{count} is shown to be better than the rest")
ARE_BETTER = N_("{count} are shown to be better than the rest")
ALL_BY = N_("{who}, by {reach} per customer and year")
SOME_BY = N_("{who}, {some} of them by {reach} per customer and year; by how much else is open")
BY_OPEN = N_("{who}; by how much is open")
AND_CONFOUNDED = N_(
    "{told}; {count} more is, too, but another attribute explains it or turns it around"
)
AND_CONFOUNDED_MANY = N_(
    "{told}; {count} more are, too, but another attribute explains them or turns them around"
)
CONFOUNDED_ONLY = N_(
    "No segment stands out by itself: {count} is better than the rest, but another attribute "
    "explains it or turns it around"
)
CONFOUNDED_ONLY_MANY = N_(
    "No segment stands out by itself: {count} are better than the rest, but another attribute "
    "explains them or turns them around"
)
AND_TYPICAL = N_("{told}; in {count}, a typical member ranks above most others")
TYPICAL_ONLY = N_(
    "No segment is shown to be better on average; in {count}, a typical member ranks above most "
    "others."
)
TYPICAL_RANKS = N_(
    "a typical one of its {who} ranks above {place:percent} of all others; how much money that is, "
    "is open"
)
TYPICAL_RANKS_OPEN = N_("a typical one of its {who} ranks above most others; by how much is open")
JUDGED = N_("segments large enough to be compared, {validated:count} validated")

# ── findings ─────────────────────────────────────────────────────────────────────────────────────
COUNTS = N_("Of **{all:count} {all:one|segment|segments}**, {parts}.")
NONE_VALIDATED = N_("none is validated")
COUNTED = {  # the parts of that sentence, in their order; those of no segment are left out
    "validated": N_("{count:count} {count:one|is|are} validated"),
    "typical": N_("{count:count} {count:one|is|are} better for a typical member"),
    "within": N_("{count:count} {count:one|is|are} better only within another"),
    "may_be": N_("{count:count} may be better, which is not shown"),
    "not_better": N_("{count:count} {count:one|is|are} not shown to be better"),
    "not_judgeable": N_("{count:count} {count:one|was|were} picked by people who knew the revenue"),
    "descriptive": N_("{count:count} only {count:one|describes|describe}"),
    "too_small": N_("{count:count} {count:one|is|are} too small to compare"),
}

# The same, in the words of slides.
PLAINLY = COUNTED | {
    "validated": N_("{count:count} {count:one|is|are} shown to be better"),
    "not_better": N_("{count:count} {count:one|is|are} not better by more than luck explains"),
    "descriptive": N_("{count:count} {count:one|is|are} better or worse by definition alone"),
}

HYPOTHESES = N_("The declared hypotheses, tested")
EFFECTS = N_("Effect of each hypothesis and variable, and what could have been detected")
EXPLORED = N_("The explored variables, told under a false discovery rate")
EXPLORED_NONE = N_(
    "**None of {explored:count}** explored variables is told as related to the score, at a false "
    "discovery rate of {rate:percent}."
)
EXPLORED_TOLD = N_(
    "**{related:count} of {explored:count}** explored variables "
    "{related:one|is|are} told as related to the score. "
    "They stand outside of the chance of error of what was declared: of those told, at most "
    "{rate:percent} are expected not to be related (false discovery rate)."
)
TESTED = N_(
    "**{hold:none} of {declared:count}** tests of declared hypotheses hold after correction; "
    "of {tested:count} {tested:one|test|tests} in all, {mechanical:none} {mechanical:one|is|are} "
    "about an ingredient of the score."
)

TESTED_NONE_FIXED = N_(
    "No hypothesis was on record before a report showed the data it is tested on; "
    "**{mechanical:none} of {tested:count} tests** {mechanical:one|is|are} about an ingredient of "
    "the score."
)

SEARCHED_NONE = N_(
    "The search looked at **{searched:count} {searched:one|combination|combinations}** of "
    "{attributes:count} {attributes:one|attribute|attributes} and accepted **none**, neither by "
    "its mean nor by the rank of a typical member."
)
SEARCHED = N_(
    "The search looked at **{searched:count} {searched:one|combination|combinations}** of "
    "{attributes:count} {attributes:one|attribute|attributes} and accepted "
    "**{validated:none}** by their means and **{typical:none}** by the rank of a typical member; "
    "the verdict of each follows from its comparison with all other customers."
)
RANKS_UNTOLD = N_("Ranks found **{found:count}** more that are not told: {why}.")
UNTOLD_WHY = {
    "repeated": N_("{n:count} because nearly the same customers are told already"),
    "within": N_(
        "{n:count} because {n:one|it is|they are} part of a group that was accepted by its mean"
    ),
    "middle_open": N_("{n:count} because the median member is not shown to stand above the middle"),
}

LIKELY_CLUSTER = N_(
    "Customers that share **{label}** are alike in their score: {correlation:percent} of how "
    "scores differ is from one value of it to another, and the tests take customers for "
    "independent. If what they share acts on them together, as a partner, a city or an account "
    "manager does, what is called shown may be its doing: name it as “cluster” in the study file."
)
BY_REVENUE = N_(
    "A current customer with **{attribute}: {level}** pays more than one without in "
    "{share:percent} of all pairs. If {attribute} is made from revenue or price, such customers "
    "are better by definition, and that is no finding: declare “attributes.{name}.shares: [base]”."
)
FIRM = N_("What the lift of each segment that the search accepted hangs on")
FIRMNESS = N_(
    "**{same:count} of {checks:count} looks** on changed data keep the direction of the lift of "
    "the {segments:count} segments that the search accepted."
)
NOTHING_ACCEPTED = N_(
    "The search accepted no segment by its mean, so there is no lift to look at again."
)

LIFTS = N_("What each group is worth more than all other customers")
SEGMENTS = N_("All segments by lift, those too small to compare last")

DETECTABLE = N_("Smallest lift that the search would have shown, by size of the segment")
SHOWN_IN_FOUR = N_("Shown in four of five companies, at a search-wide risk of {alpha:percent}.")
WOULD_SHOW = N_(
    "A segment of {customers:count} customers would have shown from a lift of about "
    "**{lift:short_money}** on."
)

PROFILES = N_("Metrics of the validated segments against all other customers")
EVERY_METRIC = N_(
    "Every metric of the validated segments, and of how many customers it is known; what is shown "
    "to differ first"
)
NO_PROFILES = N_(
    "No segment is validated; the metrics of all segments are in the data file segment_metrics."
)
COMPARED = N_(
    "**{better:none} of {compared:count} comparisons** of a validated segment with the rest, in a "
    "metric that shares no line with the score, are better, {worse:none} {worse:one|is|are} worse; "
    "the others show no difference, or have no good direction."
)
NOTHING_ELSE = N_(
    "Nothing is collected of enough customers of the validated segments that shares no line with "
    "the score: how they are served and fare beside it is not known."
)
BESIDE_PRAISE = N_("Churn and satisfaction of the segments that are told as better")
BESIDE_PRAISE_NOTE = N_(
    "Counts stand where a metric has data; a difference from the others is told where it is shown "
    "under the false discovery rate over all segments and metrics."
)
LEFT_BESIDE = N_("Who left, beside each lift: {told}.")
LEFT_BESIDE_SOME = N_(
    "Who left, beside each lift: {told}. The table has {more:count} {more:one|segment|segments} "
    "more."
)
LEFT_OF = N_(
    "of {segment} {left:count} of {customers:count} customers in {months:count} months "
    "({share:percent}; of the others {rest:percent})"
)
LEFT_UNKNOWN = N_("of {segment} it is not known, or too few customers to tell")
PROFITABLE = N_("Segments by what a customer contributes in twelve months, after its service costs")

CONTACTS = N_("What the validated segments contact the company about, against all others")
UNADJUSTED = N_(
    "Intervals are not adjusted for the number of comparisons: the sentence above counts what is "
    "shown."
)
APART = N_(
    "**{apart:count} of {compared:count} comparisons** of reasons, product areas, sentiment and "
    "resolutions are shown to differ from the other customers, at a false discovery rate of 5 % "
    "over all of them."
)
NONE_TO_CONTACT = N_("No segment is validated, so that what its tickets are about is not compared.")
NO_CONTACTS = N_("No ticket of a validated segment says what it is about.")
NO_TICKETS = N_("Tickets are not collected, and so it is not known what customers ask about.")

REASONS = N_("Why customers would recommend the company, or would not")
LATEST = N_("The latest NPS answer of each respondent; shares in per cent of those with a reason.")
COMMONEST = N_(
    "The reason given most often is **{reason}**: in {responses:count} of {all:count} answers with "
    "a reason."
)
NO_REASONS = N_("No survey answer has a reason.")
NO_SURVEYS = N_("Surveys are not collected, and so it is not known what customers say.")
BOUNDS = N_("What NPS could be if those who did not answer had answered")
ALL = N_("All")
ALL_CUSTOMERS = N_("All customers")

NEEDS = N_("What interviewed customers of the validated segments need")
NEEDED = N_(
    "**{segment}**: {mentions:count} of {customers:count} interviewed customers want **{answer}**, "
    "{share:percent} against {rest:percent} of all others interviewed."
)
NEEDED_ALONE = N_(
    "**{segment}**: {mentions:count} of {customers:count} interviewed customers want **{answer}**, "
    "{share:percent}; nobody else was interviewed."
)
NO_OUTCOMES = N_("No interviewed customer of a validated segment said what it wants to achieve.")
NO_NEEDS = N_("Too few customers of validated segments were interviewed to tell.")
NO_INTERVIEWS = N_("Interviews are not collected, and so it is not known what customers need.")

FEATURES = N_("Customers that used a feature in the quarter before, against the others")
ASSOCIATION = N_("An association, corrected.")
USED = N_(
    "**{shown:none} of {compared:count} comparisons** of users with others "
    "{shown:one|shows|show} a difference after correction; {left:count} more "
    "{left:one|is|are} left out, with too few customers on one side."
)
NO_FEATURES = N_("Users of a feature cannot be compared with others: {reason}.")
