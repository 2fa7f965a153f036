"""Data files about hypotheses and segments."""

from helpers.outputs.allowed import (
    BASES,
    CONFOUNDING,
    HYPOTHESIS_VERDICTS,
    SEGMENT_VERDICTS,
    described,
)
from helpers.outputs.column import (
    by_unit,
    choice,
    count,
    money,
    number,
    probability,
    ratio,
    text,
    unit,
    yes_no,
)
from helpers.outputs.output import Output

SEGMENTS: dict[str, Output] = {
    "hypotheses": Output(
        "One row per hypothesis, or variable of one, that was tested.",
        {
            "hypothesis_id": text("identifier in the study file, or of the variable", label="ID"),
            "statement": text("the hypothesis in words"),
            "variables": text("attributes that it is about"),
            "declared": yes_no(
                "whether it was on record before a report showed the data that it is tested on, as "
                "register or earlier reports show"
            ),
            "customers": count("customers in the group, or with known values"),
            "effect": by_unit(
                "size of the difference or relation, in the unit of `unit`", label="Difference"
            ),
            "effect_size": number(
                "size of the effect on the scale `effect_size_name`",
                "standardised",
                format="effect",
            ),
            "p_value": probability("p-value of the test by itself", label="p"),
            "p_adjusted": probability(
                "p-value after correction for all tests of its family: Holm, with its share of the "
                "budget where declared; Benjamini and Hochberg where exploratory",
                label="Adjusted p",
            ),
            "detectable_effect": by_unit(
                "smallest effect that a test of so many customers shows in 8 of 10 cases, on the "
                "scale of `effect`",
                label="Detectable",
            ),
            "shares_score_inputs": text(
                "lines of the score that the variable also feeds; blank = none",
                label="Part of the score",
            ),
            "verdict": choice(
                described(HYPOTHESIS_VERDICTS),
                *HYPOTHESIS_VERDICTS,
            ),
            "family": choice(
                "tests that are corrected together: declared (on record before the data that they "
                "are tested on), proposed (nothing shows when: they may have been read off these "
                "customers), or exploratory",
                "declared",
                "proposed",
                "exploratory",
            ),
            "tested_on": text("the part of the data that it is tested on; blank = all of it"),
            "others": count("customers that the group is compared with"),
            "compares": text("what is compared with what"),
            "outcome": text("what is compared: the quality score or a metric", format="words"),
            "unit": unit("unit of the effect: the currency, or share (of those with yes)", "share"),
            "test": text("statistical test"),
            "effect_size_name": text("scale of the effect size"),
            "p_rank": probability("p-value of the rank-based test beside it"),
            "effect_low": by_unit("lower end of the 95 % interval of the effect"),
            "effect_high": by_unit("upper end of the 95 % interval of the effect"),
            "effect_error": by_unit("standard error of the effect"),
            "effect_retest": by_unit("effect on a score without those lines"),
            "retest_low": by_unit("lower end of its 95 % interval, where it is a group's"),
            "retest_high": by_unit("upper end of its 95 % interval"),
            "p_retest": probability("p-value on a score without those lines"),
            "p_retest_adjusted": probability("the same, corrected for all tests of its family"),
            "adjusted_by": text("the other attribute that leaves least of it", label="Within"),
            "effect_adjusted": by_unit(
                "the effect within that attribute", label="Difference within"
            ),
            "adjusted_low": by_unit("lower end of its 95 % interval"),
            "adjusted_high": by_unit("upper end of its 95 % interval"),
            "confounding": choice(described(CONFOUNDING), *CONFOUNDING, label="Beside others"),
            "note": text("what else must be known"),
        },
        key=("hypothesis_id", "variables"),
    ),
    "segments": Output(
        "One row per segment that was looked at.",
        {
            "segment_id": text("identifier of the segment"),
            "basis": choice(
                "a priori, needs, value, health, lifecycle, discovered or proposed", *BASES
            ),
            "definition": text("the segment for people", label="Segment"),
            "rule": text("the segment for machines: SQL over the customer frame"),
            "customers": count("customers in it"),
            "customer_share": ratio("its share of all included customers"),
            "mean_score": money("mean quality score of its customers"),
            "naive_lift": money(
                "its mean score minus that of the others, on the data that suggested it"
            ),
            "lift": money(
                "the same, corrected for having been picked because it looked good; within strata "
                "where the study names them (`compared_with`)"
            ),
            "lift_low": money("lower end of the interval of the lift", label="Low"),
            "lift_high": money("upper end of the interval of the lift", label="High"),
            "p_adjusted": probability(
                "p-value after correction for all tests of its family: the search's, with its "
                "share of the budget where accepted; Benjamini and Hochberg for other groups that "
                "were defined beforehand",
                label="Adjusted p",
            ),
            "verdict": choice(
                described(SEGMENT_VERDICTS),
                *SEGMENT_VERDICTS,
                format="words",
            ),
            "declared": yes_no(
                "whether it was on record before a report showed the data that it is tested on"
            ),
            "source": text("where the segment comes from"),
            "population": choice(
                "customers among whom it is defined", "all", "current", "interviewed"
            ),
            "compared_with": text("customers that lift and test compare it with", label="Against"),
            "shares_score_inputs": text(
                "lines of the score that its rule also uses", label="Part of the score"
            ),
            "claim": choice(
                "what is claimed of it: that its mean is higher (mean), or that a typical member "
                "ranks above most others (typical)",
                "mean",
                "typical",
                format="words",
            ),
            "percentile": number(
                "share of all other customers below the median member, in per cent; blank = not "
                "searched",
                "0 to 100",
                label="Percentile of a typical member",
            ),
            "percentile_low": number("lower end of its 95 % interval", "0 to 100"),
            "percentile_high": number("upper end of its 95 % interval", "0 to 100"),
            "p_plain": probability(
                "one-sided p-value against all others of a segment that was found within what was "
                "found before, or by ranks (then of ranks), corrected for all of these; blank = "
                "not such a segment",
                label="p against all",
            ),
            "adjusted_by": text("the other attribute that leaves least of it", label="Within"),
            "lift_adjusted": money("the lift within that attribute", label="Lift within"),
            "adjusted_low": money("lower end of its 95 % interval"),
            "adjusted_high": money("upper end of its 95 % interval"),
            "confounding": choice(described(CONFOUNDING), *CONFOUNDING, label="Beside others"),
            "lift_early": money("lift among customers won before the median day of winning"),
            "lift_late": money("lift among customers won from that day on"),
            "drift_p": probability(
                "of no difference between the two, corrected for all segments shown",
                label="Drift p",
            ),
            "lift_caution": text(
                "why the amount of a lift that was corrected for having been picked is less sure "
                "than its interval says; blank = no reason known"
            ),
            "note": text("what else must be known"),
        },
        key=("segment_id",),
    ),
    "robustness": Output(
        "One row per segment that the search accepted, check and case.",
        {
            "segment_id": text("identifier of the segment"),
            "check": choice(
                "influence, stratum, score, customers or time",
                "influence",
                "stratum",
                "score",
                "customers",
                "time",
            ),
            "case": text("what was changed"),
            "customers": count("customers in the segment in this case"),
            "others": count("customers outside it in this case"),
            "lift": money("difference of the mean scores in this case"),
            "lift_low": money("lower end of Welch's 95 % interval", label="Low"),
            "lift_high": money("upper end; not corrected for selection", label="High"),
            "same_direction": yes_no("whether the lift has the sign of the segment's own"),
        },
        key=("segment_id", "check", "case"),
    ),
    "search_candidates": Output(
        "One row per combination that passes the search-wide test by itself.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the combination for people", label="Segment"),
            "rule": text("the combination for machines"),
            "conditions": count("conditions that it joins"),
            "customers": count("customers in it"),
            "naive_lift": money("mean score of its customers minus that of others"),
            "p_adjusted": probability(
                "p-value after correction for all tests of its family", label="Adjusted p"
            ),
            "echoes": text("accepted segment that it overlaps most; blank = none"),
            "overlap": ratio("customers shared with that segment ÷ customers of either"),
        },
        key=("segment_id",),
    ),
    "segment_members": Output(
        "One row per segment and customer.",
        {
            "segment_id": text("identifier of the segment"),
            "account_id": text("account identifier, as text"),
        },
        key=("segment_id", "account_id"),
    ),
}
