"""Data files about what customers need: interviews, groups, value and tests of a service."""

from helpers.outputs.allowed import ASKED_WHO_REFERRED, SCORE_BANDS, WON_AFTER_ASKING
from helpers.outputs.column import (
    Column,
    choice,
    count,
    day,
    money,
    number,
    probability,
    ratio,
    text,
    whole,
    yes_no,
)
from helpers.outputs.output import Output


def _paired(before: Column) -> dict[str, Column]:
    """What the same customers answered before and now, in the unit of ``before``."""
    unit = before.unit
    return {
        "customers": count("customers that answered both times"),
        "before": before,
        "now": number("the same now", unit, label="Now"),
        "change": number("mean change within a customer", unit, label="Change"),
        "low": number("lower end of its 95 % interval", unit, label="from"),
        "high": number("upper end of its 95 % interval", unit, label="to"),
        "p_value": probability(
            "paired test of no change; blank below ten customers, and where nobody changed"
        ),
        "p_adjusted": probability("Holm-adjusted over the rows", label="p adjusted"),
        "verdict": choice(
            "up or down (shown), not shown, or too few customers",
            "up",
            "down",
            "not shown",
            "too few",
            label="Shown",
        ),
    }


NEEDS: dict[str, Output] = {
    "needs_groups": Output(
        "One row per group of interviewed customers: by required outcome, and by experience.",
        {
            "group_id": text("identifier of the group"),
            "kind": choice("what makes the group", "outcome", "experience"),
            "outcome": text("required outcome; blank = of all interviewed customers"),
            "profile": number("number of the experience profile, 1 = largest", ""),
            "definition": text("the group for people", label="Group"),
            "customers": count("interviewed customers in it"),
            "interviewed": count("interviewed customers among whom it was looked for"),
            "share": ratio("customers ÷ interviewed"),
            "answers": text(
                "answers that at least half of them gave, with their share", label="Typical answers"
            ),
        },
        key=("group_id",),
    ),
    "needs_profiles": Output(
        "One row per number of experience profiles that was tried: how the number was chosen.",
        {
            "scope": text("required outcome; blank = all interviewed customers", label="Among"),
            "interviews": count("interviews with an answer"),
            "association_p": probability("p-value of the answers being unrelated"),
            "profiles": number("number of profiles", "", label="Profiles"),
            "bic": number("Bayesian information criterion: lowest is best", "", label="BIC"),
            "stability": number(
                "median adjusted Rand index with the profiles of redrawn interviews; blank = not "
                "asked",
                "standardised",
            ),
            "chosen": yes_no("whether this number is used"),
            "verdict": choice("what was found", "profiles", "no groups", "too few"),
            "reason": choice(
                "why there are none: the answers are unrelated, one profile is best, or no number "
                "comes back from redrawn interviews",
                "unrelated",
                "best alone",
                "unstable",
                "",
            ),
        },
    ),
    "needs_value": Output(
        "One row per group of needs and band of the score that has an interviewed customer.",
        {
            "group_id": text("identifier of the group"),
            "definition": text("the group for people", label="Group"),
            "band": choice("band of the score", *SCORE_BANDS),
            "customers": count("interviewed customers in the cell"),
            "arr": money("their ARR", label="ARR"),
            "service_cost": money(
                "mean service cost of twelve months; blank = not collected",
                "currency",
                label="Cost to serve, each",
            ),
            "over": count(
                "of them, customers that take far more service than others of like revenue",
                label="Far more service",
            ),
            "under": count("of them, customers that take far less", label="Far less service"),
        },
        key=("group_id", "band"),
    ),
    "needs_behaviour": Output(
        "One row per group of needs and what is observed: what its customers do, beside what they "
        "say.",
        {
            "group_id": text("identifier of the group"),
            "definition": text("the group for people", label="Group"),
            "what": text("what is observed", label="Observed"),
            "customers": count("interviewed customers of the group with data"),
            "value": number("their mean, or share", "", label="Group’s value"),
            "others": count("the others among whom it was looked for, with data"),
            "others_value": number("their mean, or share", "", label="Others"),
            "apart": number(
                "difference in standard deviations",
                "standard deviations",
                label="Apart by",
                format="effect",
            ),
            "p_value": probability(
                "permutation of membership; blank where either side is smaller than may be shown"
            ),
            "p_adjusted": probability(
                "Holm-adjusted over all comparisons; of two groups it is one", label="p adjusted"
            ),
            "shown": choice(
                "more or less (shown), not shown, or too few customers",
                "more",
                "less",
                "not shown",
                "too few",
                label="Shown",
            ),
            "other_side": yes_no(
                "whether it is the other side of a comparison of two groups that another row holds"
            ),
        },
        key=("group_id", "what"),
    ),
    "segmentation_agreement": Output(
        "One row per pair of segmentations: how far they put customers together alike.",
        {
            "one": choice(
                "the one segmentation", "a priori", "needs", "experience", "value", label="Split by"
            ),
            "other": choice(
                "the other segmentation", "a priori", "needs", "experience", "value", label="And by"
            ),
            "customers": count("customers of whom both are known"),
            "rand_index": number(
                "adjusted Rand index: 1 = the same groups, 0 = no more alike than chance",
                "standardised",
                label="Adjusted Rand index",
            ),
            "cramers_v": number(
                "Cramér's V: 0 = unrelated, 1 = one tells the other",
                "standardised",
                label="Cramér’s V",
            ),
        },
        key=("one", "other"),
    ),
    "interview_sample": Output(
        "One row per customer or kind of prospect to interview next.",
        {
            "account_id": text("account, or prospect- and the row of its table"),
            "name": text("name of the account; of a prospect, what kind of company", label="Name"),
            "drawn_as": choice(
                "ideal (current, excellent, healthy), look-alike (most similar to these from "
                "outside, not excellent), contrast (poor), prospect",
                "ideal",
                "look-alike",
                "contrast",
                "prospect",
                label="Drawn as",
            ),
            "similarity": number(
                "mean log-odds, over external attributes, of being an ideal customer", ""
            ),
            "order": whole("place in this list; the sheet has an order of its own"),
        },
        key=("account_id",),
    ),
    "needs_trials": Output(
        "One row per declared test of a service: who gets it, and what it showed.",
        {
            "trial": whole("number of the test in the study file"),
            "outcome": text("required outcome of the group; blank = all interviewed"),
            "profile": number("experience profile of the group; blank = all", ""),
            "metric": text("column of account_metrics that it is judged by"),
            "baseline": ratio("share expected without the service"),
            "target": ratio("share that counts as success"),
            "starts": day("first day of the service; blank = not decided"),
            "with_service": count("customers that get it, by lot", label="With"),
            "without_service": count("customers of the group that do not", label="Without"),
            "needed_per_arm": count(
                "customers of each that show the way from baseline to target", label="Needed"
            ),
            "share_with": ratio("the metric of those with it", label="Share with"),
            "share_without": ratio("the metric of those without", label="Share without"),
            "difference": ratio("share_with − share_without"),
            "low": ratio("lower end of its 95 % interval", label="from"),
            "high": ratio("upper end of its 95 % interval", label="to"),
            "state": choice(
                "planned; too few (too few customers to show it); under way (not to read yet); "
                "better or worse (the interval is beyond 0); not shown",
                "planned",
                "too few",
                "under way",
                "better",
                "worse",
                "not shown",
            ),
        },
        key=("trial",),
    ),
    "csat_drift": Output(
        "One row per moment: how the same customers rate it now and before.",
        {
            "moment": text("moment of the customer's journey", label="Moment"),
            **_paired(number("CSAT in the twelve months before", "%", label="Before")),
        },
        key=("moment",),
    ),
    "nps_fixes": Output(
        "One row per declared fix: NPS of the same customers before and after it.",
        {
            "fix": text("what was mended", label="Fix"),
            "on": day("day of the fix", label="On"),
            "reason": text("reason for a score that it is about", label="Reason"),
            "reason_before": ratio("share of answers that gave the reason before", label="Before"),
            "reason_now": ratio("the same since", label="Since"),
            **_paired(number("NPS in the twelve months before", "points", label="Before")),
        },
        key=("fix",),
    ),
    "nps_fix_reasons": Output(
        "One row per declared fix and reason for an NPS answer, before the fix and since.",
        {
            "fix": text("what was mended", label="Fix"),
            "reason": text("reason that was given, whatever its capitals", label="Reason"),
            "answers_before": count("answers of the twelve months before that give it"),
            "share_before": ratio("of the answers before that give any reason", label="Before"),
            "answers_now": count("answers since that give it"),
            "share_now": ratio("of the answers since that give any reason", label="Since"),
            "about": yes_no("whether the fix is declared to be about it", label="Mended"),
        },
        key=("fix", "reason"),
    ),
    "comment_themes": Output(
        "One row per theme of coded comments of twelve months, and how far two coders agree on it.",
        {
            "theme": text("theme, as people coded it", label="Theme"),
            "comments": count("comments that have it", label="Comments"),
            "customers": count("customers that made them"),
            "share": ratio("comments ÷ coded comments; a comment may have several", label="Share"),
            "share_before": ratio(
                "the same in the twelve months before; blank = none coded", label="Year before"
            ),
            "promoters": count("NPS answers of 9 and 10 with it", label="Promoters"),
            "detractors": count("NPS answers of 0 to 6 with it", label="Detractors"),
            "nps": number("NPS of the answers with it", "points", label="NPS"),
            "coded_twice": count("comments that two people coded", label="Coded twice"),
            "kappa": number(
                "Cohen's κ of naming the theme or not; blank = too few, or nobody named it",
                "standardised",
                label="κ",
            ),
            "kappa_low": number("lower end of its 95 % interval", "standardised", label="from"),
            "kappa_high": number("upper end of its 95 % interval", "standardised", label="to"),
            "verdict": choice(
                "whether two people code it alike enough, by the limits of research",
                "usable",
                "weak",
                "not usable",
                "not judged",
                label="Coding",
            ),
        },
        key=("theme",),
    ),
    "referral_chain": Output(
        "One row per step from promoters to the customers that they brought, of twelve months.",
        {
            "step": choice(
                "how far it came",
                "promoters",
                "promoters asked",
                ASKED_WHO_REFERRED,
                WON_AFTER_ASKING,
                "referring promoters",
                "referrals",
                "referrals won",
                "customers won",
                label="Step",
            ),
            "number": count("how many", label="Number"),
            "mean_score": money("their mean quality score; blank = of another step"),
            "excellent": number("of them excellent; blank = of another step", "count"),
            "arr": money("their ARR; blank = of another step, or not collected", label="ARR"),
        },
        key=("step",),
    ),
}
