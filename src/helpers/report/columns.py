"""What every data file and column means: the entries of the data dictionary.

Metrics, score lines and attributes are described where they are defined (the catalog and the study
file) and looked up from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.study import Study

Entry = tuple[str, str]  # unit, description


@dataclass(frozen=True)
class File:
    """One data file: what a row is, and its columns.

    ``open_columns`` describes columns whose names depend on the study, or returns None.
    """

    about: str
    columns: dict[str, Entry] = field(default_factory=dict)
    open_columns: Callable[[Study, str], Entry | None] | None = None


# ── columns whose names come from elsewhere ──────────────────────────────────────────────────────
def _score_line(study: Study, name: str) -> Entry | None:
    if name not in study.quality_score.lines:
        return None
    sign, line = study.quality_score.lines[name]
    kind = {-1: "subtracted from", +1: "added to"}[sign]
    label = line.label or name.replace("_", " ")
    return "currency per year", f"{label}, {kind} the quality score; signed as it enters the sum"


def _metric(study: Study, name: str) -> Entry | None:
    from helpers.metrics.catalog import METRICS

    if name in METRICS:
        return METRICS[name].unit, METRICS[name].definition
    if name.startswith("feature_activation_"):
        feature = name.removeprefix("feature_activation_").replace("_", " ")
        return "ratio", f"1 where the customer used the feature {feature} in the window, else 0"
    return None


def _attribute(study: Study, name: str) -> Entry | None:
    if name not in study.attributes:
        return None
    entry = study.attributes[name]
    banded = ", in bands" if entry.type == "number" else ""
    return entry.unit, f"{study.label(name)}{banded}; blank = not known"


ACCOUNT = {"account_id": ("", "account identifier, as text")}
NAME = {"name": ("", "name of the account")}
SEGMENT = {"segment_id": ("", "identifier of the segment")}
P_VALUE = {"p_adjusted": ("probability", "p-value after correction for all tests of its family")}

FILES: dict[str, File] = {
    "customer_list": File(
        "One row per account known to CRM or billing.",
        ACCOUNT
        | NAME
        | {
            "included": ("", "whether the account is analysed as a customer"),
            "exclusion_rule": ("", "first rule of the study file that left it out; blank = none"),
            "exclusion_reason": ("", "that rule in words"),
            "status": ("", "current or former on the as-of date"),
            "customer_id": ("", "account under which it counts: its top parent, else itself"),
            "in_crm": ("", "whether the CRM knows the account"),
            "in_billing": ("", "whether billing knows the account"),
            "won_on": ("date", "day on which the account became a customer"),
            "churned_on": ("date", "day on which it left, as known on the as-of date"),
            "monthly_revenue": (
                "currency per month",
                "MRR in force on the as-of date (former: the last one paid), or a twelfth of the "
                "orders of the trailing 12 months; blank where a parent holds it",
            ),
        },
    ),
    "quality_scores": File(
        "One row per included customer: its quality score as a sum, line by line.",
        ACCOUNT
        | NAME
        | {
            "status": ("", "current or former on the as-of date"),
            "base": ("currency per year", "first line of the score: ACV, or 12 months of revenue"),
            "quality_score": ("currency per year", "base − costs + bonuses − penalties"),
            "rank": ("", "1 = best; equal scores share the better rank"),
            "band": ("", "poor, average or excellent"),
            "imputed": ("", "lines that were unknown and took the average, joined by ;"),
        },
        _score_line,
    ),
    "account_metrics": File(
        "One row per included customer, one column per metric; blank = no data.",
        ACCOUNT | NAME | {"status": ("", "current or former on the as-of date")},
        _metric,
    ),
    "attributes": File(
        "One row per included customer, one column per attribute.", ACCOUNT, _attribute
    ),
    "coverage": File(
        "One row per attribute or metric: how completely it is filled.",
        {
            "field": ("", "attribute or metric"),
            "label": ("", "what it is called in front of people"),
            "source": ("", "table it comes from"),
            "customers": ("count", "customers that could have a value"),
            "filled": ("count", "customers that have one"),
            "filled_share": ("ratio", "filled ÷ customers"),
            "filled_share_poor": ("ratio", "the same among customers of the poor band"),
            "filled_share_average": ("ratio", "the same among customers of the average band"),
            "filled_share_excellent": ("ratio", "the same among customers of the excellent band"),
            "verdict": (
                "",
                "not collected, good (90 % or more filled), usable (60 %), weak, or biased: the "
                "bands' shares differ by more than 20 points",
            ),
        },
    ),
    "rejected_rows": File(
        "One row per raw row and fault that kept it out of the analysis.",
        {
            "table": ("", "canonical table"),
            "row": ("", "number of the row in the source's query result, 1 = first"),
            "key": ("", "key of the row, where it could be read"),
            "column": ("", "column with the fault"),
            "value": ("", "value found, as text"),
            "reason": ("", "what is wrong with it"),
        },
    ),
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
            "verdict": ("", "supported, not shown, mechanical, …"),
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
                "the same, corrected for having been picked because it looked good",
            ),
            "lift_pct": ("%", "lift in per cent of the mean score of all customers"),
            "lift_low": ("currency per year", "lower end of the interval of the lift"),
            "lift_high": ("currency per year", "upper end of the interval of the lift"),
            "verdict": (
                "",
                "validated; candidate or not_proven (not shown to be better); descriptive "
                "(defined by the score or its inputs); too_small",
            ),
            "declared": ("", "whether it was fixed before anyone looked at data"),
            "source": ("", "where the segment comes from"),
            "population": ("", "customers among whom it is defined"),
            "compared_with": ("", "customers that it is compared with"),
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
    "priorities": File(
        "One row per validated segment, in order of priority.",
        SEGMENT
        | {
            "definition": ("", "the segment for people"),
            "customers": ("count", "customers in it"),
            "lift": ("currency per year", "how much better its customers score than the others"),
            "extra_score": ("currency per year", "lift × customers"),
            "conditions": ("count", "conditions of its rule"),
            "external_conditions": ("count", "of them visible before a sale"),
            "coverage": ("ratio", "how completely its attributes are filled"),
            "customer_share": ("ratio", "its share of all included customers"),
            "market_share": ("ratio", "its share of the reachable market; blank = not known"),
            "value": ("0 to 1", "criterion: what its customers are worth beyond the others"),
            "targetability": ("0 to 1", "criterion: how well it can be seen before a sale"),
            "size": ("0 to 1", "criterion: how large it is"),
            "priority_score": ("0 to 1", "weighted mean of the three criteria"),
            "rank": ("", "1 = first"),
            "rank_low": ("", "best rank in 95 % of the draws"),
            "rank_high": ("", "worst rank in 95 % of the draws"),
            "share_first": ("ratio", "share of the draws in which it comes first"),
        },
    ),
    "representatives": File(
        "One row per validated segment and typical customer.",
        SEGMENT
        | ACCOUNT
        | NAME
        | {
            "distance": ("0 to 1", "distance from the segment's typical customer"),
            "quality_score": ("currency per year", "its quality score"),
            "why": ("", "why it represents the segment"),
        },
    ),
    "next_steps": File(
        "One row per recommendation.",
        SEGMENT
        | {
            "action": ("", "what to do"),
            "reason": ("", "what in the data calls for it"),
            "owner": ("", "who does it"),
            "metric": ("", "metric that shows whether it worked"),
            "baseline": ("see unit", "value of the metric now"),
            "target": ("see unit", "value to reach"),
            "unit": ("", "unit of baseline and target"),
            "priority": ("", "place of its segment in the order"),
            "when": ("", "condition of the playbook that was met"),
        },
    ),
    "tags": File(
        "One row per current customer, ready to load back into CRM and helpdesk.",
        ACCOUNT
        | {
            "size_tier": ("", "A, B or C by revenue"),
            "tenure": ("", "first_90_days, first_year or veteran"),
            "quality_band": ("", "band of the quality score"),
            "segment": ("", "its first validated segment; blank = none"),
            "segments": ("", "all its validated segments, joined by ;"),
            "health_group": ("", "group by health score; blank = not computed"),
            "service_tier": ("", "priority, standard or self_service"),
        },
    ),
    "movement": File(
        "One row per change of a customer or segment since the quarter before.",
        {
            "kind": ("", "customer or segment"),
            "id": ("", "account or segment"),
            "name": ("", "what it is called"),
            "change": ("", "new, gone, status, band, rank, joined, left, verdict, …"),
            "before": ("", "value in the quarter before"),
            "after": ("", "value now"),
            "difference": ("", "after minus before, where both are numbers"),
        },
    ),
}
