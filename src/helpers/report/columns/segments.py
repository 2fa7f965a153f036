"""Data files about hypotheses and segments."""

from helpers.report.columns.entry import ACCOUNT, P_VALUE, SEGMENT, File
from helpers.segments import verdicts

# Shares of levels in a segment; the segment `all` is all customers together.
SHARE = {
    "customers": ("count", "customers of the segment behind the share"),
    "value": ("%", "share among those whose level is known; of unknown, among all"),
    "low": ("%", "lower end of its 95 % interval"),
    "high": ("%", "upper end of its 95 % interval"),
    "rest_value": ("%", "the same share of all other customers"),
    "difference": ("points", "value minus value of the rest"),
    "difference_low": ("points", "lower end of the difference's 95 % interval"),
    "difference_high": ("points", "upper end of the difference's 95 % interval"),
    "unit": ("", "unit of the share"),
    "method": ("", "how the interval was made"),
}

SEGMENTS: dict[str, File] = {
    "hypotheses": File(
        "One row per hypothesis, or variable of one, that was tested.",
        P_VALUE
        | {
            "hypothesis_id": ("", "identifier in the study file, or of the variable"),
            "statement": ("", "the hypothesis in words"),
            "variables": ("", "attributes that it is about"),
            "declared": ("", "whether it was fixed before anyone looked at data"),
            "customers": ("count", "customers in the group, or with known values"),
            "others": ("count", "customers that the group is compared with"),
            "effect": ("see unit", "size of the difference or relation, in the unit of `unit`"),
            "effect_low": ("see unit", "lower end of the 95 % interval of the effect"),
            "effect_high": ("see unit", "upper end of the 95 % interval of the effect"),
            "effect_size": ("standardised", "size of the effect on the scale `effect_size_name`"),
            "effect_size_name": ("", "scale of the effect size"),
            "p_value": ("probability", "p-value of the test by itself"),
            "p_rank": ("probability", "p-value of the rank-based test beside it"),
            "detectable_effect": (
                "standardised",
                "smallest effect size that a test of so many customers shows in 8 of 10 cases",
            ),
            "shares_score_inputs": (
                "",
                "lines of the score that the variable also feeds; blank = none",
            ),
            "effect_retest": ("see unit", "effect on a score without those lines"),
            "p_retest": ("probability", "p-value on a score without those lines"),
            "p_retest_adjusted": ("probability", "the same, corrected for all tests of its family"),
            "verdict": ("", verdicts.described(verdicts.HYPOTHESIS)),
            "family": ("", "tests that are corrected together: declared or exploratory"),
            "compares": ("", "what is compared with what"),
            "outcome": ("", "what is compared: the quality score or a metric"),
            "unit": ("", "unit of the effect"),
            "test": ("", "statistical test"),
            "note": ("", "what else must be known"),
        },
    ),
    "segments": File(
        "One row per segment that was looked at.",
        SEGMENT
        | P_VALUE
        | {
            "basis": (
                "",
                "a priori, needs, value, health, lifecycle, discovered or proposed",
            ),
            "definition": ("", "the segment for people"),
            "rule": ("", "the segment for machines: SQL over the customer frame"),
            "customers": ("count", "customers in it"),
            "customer_share": ("ratio", "its share of all included customers"),
            "mean_score": ("currency per year", "mean quality score of its customers"),
            "naive_lift": (
                "currency per year",
                "its mean score minus that of the others, on the data that suggested it",
            ),
            "lift": (
                "currency per year",
                "the same, corrected for having been picked because it looked good; within strata "
                "where the study names them (`compared_with`)",
            ),
            "lift_pct": ("%", "lift in per cent of the mean score of all customers"),
            "lift_low": ("currency per year", "lower end of the interval of the lift"),
            "lift_high": ("currency per year", "upper end of the interval of the lift"),
            "verdict": ("", verdicts.described(verdicts.SEGMENT)),
            "declared": ("", "whether it was fixed before anyone looked at data"),
            "source": ("", "where the segment comes from"),
            "population": ("", "customers among whom it is defined"),
            "compared_with": ("", "customers that lift and test compare it with"),
            "shares_score_inputs": ("", "lines of the score that its rule also uses"),
            "note": ("", "what else must be known"),
        },
    ),
    "robustness": File(
        "One row per segment that the search accepted, check and case.",
        SEGMENT
        | {
            "check": ("", "influence, stratum, score, customers or time"),
            "case": ("", "what was changed"),
            "customers": ("count", "customers in the segment in this case"),
            "others": ("count", "customers outside it in this case"),
            "lift": ("currency per year", "difference of the mean scores in this case"),
            "lift_low": ("currency per year", "lower end of Welch's 95 % interval"),
            "lift_high": ("currency per year", "upper end; not corrected for selection"),
            "same_direction": ("", "whether the lift has the sign of the segment's own"),
        },
    ),
    "search_candidates": File(
        "One row per combination that passes the search-wide test by itself.",
        SEGMENT
        | P_VALUE
        | {
            "definition": ("", "the combination for people"),
            "rule": ("", "the combination for machines"),
            "conditions": ("count", "conditions that it joins"),
            "customers": ("count", "customers in it"),
            "naive_lift": ("currency per year", "mean score of its customers minus that of others"),
            "echoes": ("", "accepted segment that it overlaps most; blank = none"),
            "overlap": ("ratio", "customers shared with that segment ÷ customers of either"),
        },
    ),
    "segment_members": File("One row per segment and customer.", SEGMENT | ACCOUNT),
    "segment_metrics": File(
        "One row per segment and metric, against the rest.",
        SEGMENT
        | {
            "metric": ("", "name of the metric; see the metric definitions"),
            "customers": ("count", "customers of the segment with data"),
            "observations": ("count", "what they were measured on: tickets, responses, customers"),
            "value": ("see unit", "the segment's value; blank = no data"),
            "low": ("see unit", "lower end of its 95 % interval"),
            "high": ("see unit", "upper end of its 95 % interval"),
            "rest_customers": ("count", "other customers with data"),
            "rest_value": ("see unit", "value of all others"),
            "rest_low": ("see unit", "lower end of its 95 % interval"),
            "rest_high": ("see unit", "upper end of its 95 % interval"),
            "difference": ("see unit", "value minus value of the rest; blank for sums"),
            "difference_low": ("see unit", "lower end of the difference's 95 % interval"),
            "difference_high": ("see unit", "upper end of the difference's 95 % interval"),
            "better": (
                "",
                "better, worse, higher or lower where the difference's interval leaves out 0, "
                "else no difference shown",
            ),
            "unit": ("", "unit of the value"),
            "method": ("", "how the interval was made"),
        },
    ),
    "service_mix": File(
        "One row per segment, dimension and level: what the tickets of the quarter are about. "
        "Intervals are not adjusted for the number of levels.",
        SEGMENT
        | {
            "dimension": ("", "reason, product_area, sentiment or resolution_type"),
            "level": ("", "its value; the most frequent first, then other and unknown"),
            "observations": ("count", "tickets behind the share"),
        }
        | SHARE,
    ),
    "survey_reasons": File(
        "One row per segment, group of respondents and reason of the latest NPS answers of the "
        "quarter. Intervals are not adjusted for the number of reasons.",
        SEGMENT
        | {
            "group": ("", "promoters, passives or detractors"),
            "reason": ("", "reason given; the most frequent first, then other and unknown"),
            "responses": ("count", "answers behind the share"),
        }
        | SHARE,
    ),
    "segment_needs": File(
        "One row per segment, dimension and answer of the interviews on needs. Customers are not "
        "interviewed at random: shares describe those who were asked.",
        SEGMENT
        | {
            "dimension": ("", "required_outcome, or what the experience should be like"),
            "answer": ("", "what customers said; the commonest first"),
            "mentions": ("count", "interviewed customers of the segment that said so"),
            "customers": ("count", "interviewed customers of the segment with any answer"),
            "share": ("ratio", "mentions ÷ customers"),
            "rest_customers": (
                "count",
                "interviewed customers outside it with any answer",
            ),
            "rest_share": ("ratio", "the same share of these"),
        },
    ),
}
