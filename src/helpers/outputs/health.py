"""Data files about health, leaving, and what goes with the use of features."""

from helpers.outputs.allowed import HEALTH_GROUPS
from helpers.outputs.column import (
    Column,
    by_unit,
    choice,
    count,
    day,
    money,
    number,
    probability,
    ratio,
    text,
    unit,
    whole,
)
from helpers.outputs.output import Output

_ADJUSTED = probability("p-value after correction for all tests of its family", label="Adjusted p")


def _difference(adjusted: Column) -> dict[str, Column]:
    """The difference of two values with its interval and tests."""
    return {
        "difference": by_unit("the first minus the second"),
        "low": by_unit("lower end of the 95 % interval of the difference", label="Low"),
        "high": by_unit("upper end of the 95 % interval of the difference", label="High"),
        "p_value": probability("p-value of the comparison by itself", label="p"),
        "p_adjusted": adjusted,
    }


def _beside(left: Column, adjusted: Column) -> dict[str, Column]:
    """A metric of those that left, beside that of customers alike that stayed."""
    return {
        "metric": text("what is compared"),
        "label": text("what it is called in front of people", label="Metric"),
        "unit": unit("unit of values and difference"),
        "left_customers": left,
        "stayed_customers": count("customers beside them, with data"),
        "left_value": by_unit("mean of those that left", label="Left"),
        "stayed_value": by_unit("mean of those beside them", label="Stayed"),
        **_difference(adjusted),
        "verdict": choice(
            "higher or lower before leaving, no difference shown, too few to test, no data",
            "higher before leaving",
            "lower before leaving",
            "no difference shown",
            "too few to test",
            "no data",
        ),
    }


HEALTH: dict[str, Output] = {
    "health": Output(
        "One row per current customer: its health, part by part; none where nothing to measure it "
        "by is collected.",
        {
            "account_id": text("account identifier, as text"),
            "consumption": number(
                "how much it uses; blank = none of the inputs is known", "0 to 100"
            ),
            "activation": number("how much of what there is it uses; blank likewise", "0 to 100"),
            "outcomes": number("how it fares and what it says; blank likewise", "0 to 100"),
            "evidence": ratio("weight of its known inputs ÷ weight of all collected inputs"),
            "health_score": number(
                "weighted mean of the known parts; blank = unproven", "0 to 100"
            ),
            "value": number(
                "monthly revenue, or quality score where the study says so", "see study"
            ),
            "value_cut": number(
                "value from which on a customer counts as high in value", "see study"
            ),
            "health_group": choice(
                "key (high value, healthy), at_risk (high value, not healthy), high_potential "
                "(low value, healthy), low_potential (low value, not healthy), unproven",
                *HEALTH_GROUPS,
            ),
        },
        key=("account_id",),
    ),
    "health_check": Output(
        "One row per outcome of the quarter and predictor known when it began.",
        {
            "outcome": choice("churn or expansion in the quarter", "churn", "expansion"),
            "predictor": choice(
                "health, or revenue: the baseline that health has to beat", "health", "revenue"
            ),
            "customers": count("customers on the eve of the quarter with a health score then"),
            "events": count("those that left, or expanded"),
            "auc": number(
                "chance that of two customers, one with and one without the event, the predictor "
                "names the right one; 0.5 = no better than a coin",
                "0 to 1",
                label="AUC",
            ),
            "low": number("lower end of the 95 % interval of auc", "0 to 1", label="Low"),
            "high": number("upper end of the 95 % interval of auc", "0 to 1", label="High"),
            "difference": number(
                "auc of health minus that of revenue, same customers",
                "auc",
                label="Ahead of revenue",
            ),
            "difference_low": number("lower end of its 95 % interval", "auc"),
            "difference_high": number("upper end of its 95 % interval", "auc"),
            "p_value": probability(
                "of no difference between health and revenue (DeLong)", label="p"
            ),
            "verdict": text("what that means"),
        },
        key=("outcome", "predictor"),
    ),
    "health_calibration": Output(
        "One row per outcome and group of customers by health on the eve of the quarter.",
        {
            "outcome": choice("churn or expansion in the quarter", "churn", "expansion"),
            "group": whole("1 = least healthy"),
            "score_low": number("lowest health score in the group", "0 to 100"),
            "score_high": number("highest health score in the group", "0 to 100"),
            "customers": count("customers in the group"),
            "events": count("those that left, or expanded"),
            "share": ratio("events ÷ customers"),
            "low": ratio("lower end of the share's 95 % interval (Wilson)", label="Low"),
            "high": ratio("upper end of the share's 95 % interval (Wilson)", label="High"),
        },
        key=("outcome", "group"),
    ),
    "hazard": Output(
        "One row per band of tenure: how often customers leave while in it.",
        {
            "band": text("months since the customer was won"),
            "from_months": number("tenure at which the band begins", "months"),
            "to_months": number("tenure at which it ends; blank = open", "months"),
            "customers": count("customers that reached the band"),
            "customer_months": number("months that they spent in it, added up", "months"),
            "left": count(
                "customers that left in it; who left on the day a year ends, in the year that ends"
            ),
            "hazard": number("left ÷ customer_months", "per month"),
            "low": number(
                "lower end of the 95 % interval (exact Poisson)", "per month", label="Low"
            ),
            "high": number(
                "upper end of the 95 % interval (exact Poisson)", "per month", label="High"
            ),
        },
        key=("band",),
    ),
    "churn_months": Output(
        "One row per dimension, level and month of the last two years: how many customers left in "
        "it. Levels other than all are left out in months with too few customers.",
        {
            "dimension": text(
                "all, tenure, or an attribute of metrics.churn_by", label="Split by", format="words"
            ),
            "level": text("level of the dimension at the beginning of the month; all = everybody"),
            "month": day("last day of the month", format="month"),
            "customers": count("customers on the last day of the month before"),
            "left": count("of these, left in the month"),
            "churn_monthly": ratio("left ÷ customers", label="Monthly churn"),
            "low": ratio("lower end of its 95 % interval (Wilson)", label="Low"),
            "high": ratio("upper end of its 95 % interval (Wilson)", label="High"),
            "year_before": ratio("the same month a year before; blank = not known"),
            "finished": choice("no: the exports end before the month does", "yes", "no"),
        },
        key=("dimension", "level", "month"),
    ),
    "cohorts": Output(
        "One row per quarter of winning and quarter since: who of it is still there, and what it "
        "pays. Cohorts of too few customers, and of before records begin, are left out.",
        {
            "cohort": text("quarter in which the customers were won", label="Won in"),
            "age": whole("quarters since; 0 = at the end of that quarter", label="Quarters since"),
            "customers": count("customers won in it"),
            "kept": count("of these, still customers; of a transactional study, who ordered"),
            "logo_share": ratio("kept ÷ customers", label="Customers kept"),
            "revenue": money(
                "MRR in force on the quarter's last day, or orders of the quarter", "currency"
            ),
            "revenue_share": ratio(
                "revenue ÷ that of age 0, with what was sold since; blank = not collected, or only "
                "a part of that quarter is on record",
                label="Revenue kept",
            ),
        },
        key=("cohort", "age"),
    ),
    "reasons_observed": Output(
        "One row per stated reason for leaving and metric: the 91 days before leaving against "
        "customers alike that stayed. Association, not cause.",
        {
            "reason": text("reason as stated; unknown = none given", label="Stated reason"),
            **_beside(
                count("customers that left for it, with data and somebody beside"),
                probability(
                    "p-value after correction for all reasons and metrics", label="Adjusted p"
                ),
            ),
        },
        key=("reason", "metric"),
    ),
    "repeat_months": Output(
        "One row per month of the last two years, of a transactional study: who ordered again, and "
        "whose last order turned twelve months old.",
        {
            "month": day("last day of the month", format="month"),
            "ordered": count("customers with an order in the month"),
            "repeat": count("of these, who had ordered in an earlier month"),
            "repeat_share": ratio("repeat ÷ ordered; blank = too few", label="Repeat, share"),
            "customers": count("customers with an order in the twelve months before the month"),
            "lapsed": count("of these, without one in the twelve months to its end"),
            "lapse_rate": ratio("lapsed ÷ customers; blank = too few", label="Lapsed, share"),
            "low": ratio("lower end of its 95 % interval (Wilson)", label="Low"),
            "high": ratio("upper end of its 95 % interval (Wilson)", label="High"),
            "year_before": ratio("lapse_rate of the same month a year before; blank = unknown"),
        },
        key=("month",),
    ),
    "churn_reasons": Output(
        "One row per reason for which customers left in the twelve months, as the CRM gives it.",
        {
            "reason": text("reason for leaving; unknown = none given"),
            "customers": count("customers that left"),
            "lost_arr": money("12 × what they last paid per month", label="Lost ARR"),
            "share": ratio("share of all lost ARR"),
        },
        key=("reason",),
    ),
    "before_leaving": Output(
        "One row per metric: the 91 days before leaving against customers alike that stayed, over "
        "the same days. Association, not cause.",
        {
            **_beside(count("customers that left, with data and somebody beside them"), _ADJUSTED),
        },
        key=("metric",),
    ),
    "feature_outcomes": Output(
        "One row per segment, feature and outcome: customers that used the feature in the quarter "
        "before against those that did not. Association, not cause.",
        {
            "segment_id": text("identifier of the segment"),
            "feature": text("feature", format="words"),
            "outcome": choice(
                "quality_score, retention or expansion, all of this quarter",
                "quality_score",
                "retention",
                "expansion",
                format="words",
            ),
            "used_customers": count("customers that used it in the quarter before"),
            "other_customers": count("customers that did not"),
            "used_value": by_unit("mean score, or share, of those that used it", label="Used"),
            "other_value": by_unit("mean score, or share, of those that did not", label="Did not"),
            **_difference(_ADJUSTED),
            "unit": unit("unit of values and difference"),
            "test": text("test of the difference"),
            "verdict": choice(
                "higher or lower where used, or no difference shown, after correction",
                "higher where used",
                "lower where used",
                "no difference shown",
            ),
        },
        key=("segment_id", "feature", "outcome"),
    ),
}
