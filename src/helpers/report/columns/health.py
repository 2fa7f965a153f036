"""Entries of the data dictionary: health, leaving, and what goes with the use of features."""

from helpers.report.columns.entry import ACCOUNT, P_VALUE, SEGMENT, File

_ONE_TEST = {
    "difference": ("see unit", "the first minus the second"),
    "low": ("see unit", "lower end of the 95 % interval of the difference"),
    "high": ("see unit", "upper end of the 95 % interval of the difference"),
    "p_value": ("probability", "p-value of the comparison by itself"),
    "unit": ("", "unit of values and difference"),
}

HEALTH = {
    "health": File(
        "One row per current customer: its health, part by part. No rows: nothing to measure it "
        "by is collected.",
        ACCOUNT
        | {
            "consumption": ("0 to 100", "how much it uses; blank = none of the inputs is known"),
            "activation": ("0 to 100", "how much of what there is it uses; blank likewise"),
            "outcomes": ("0 to 100", "how it fares and what it says; blank likewise"),
            "evidence": ("ratio", "weight of its known inputs ÷ weight of all collected inputs"),
            "health_score": ("0 to 100", "weighted mean of the known parts; blank = unproven"),
            "value": ("see study", "monthly revenue, or quality score where the study says so"),
            "value_cut": ("see study", "value from which on a customer counts as high in value"),
            "health_group": (
                "",
                "key (high value, healthy), at_risk (high value, not healthy), high_potential (low "
                "value, healthy), low_potential (low value, not healthy), unproven",
            ),
        },
    ),
    "health_check": File(
        "One row per outcome of the quarter and predictor known when it began.",
        {
            "outcome": ("", "churn or expansion in the quarter"),
            "predictor": ("", "health, or revenue: the baseline that health has to beat"),
            "customers": ("count", "customers on the eve of the quarter with a health score then"),
            "events": ("count", "those that left, or expanded"),
            "auc": (
                "0 to 1",
                "chance that of two customers, one with and one without the event, the predictor "
                "names the right one; 0.5 = no better than a coin",
            ),
            "low": ("0 to 1", "lower end of the 95 % interval of auc"),
            "high": ("0 to 1", "upper end of the 95 % interval of auc"),
            "difference": ("0 to 1", "auc of health minus that of revenue, same customers"),
            "difference_low": ("0 to 1", "lower end of its 95 % interval"),
            "difference_high": ("0 to 1", "upper end of its 95 % interval"),
            "p_value": ("probability", "of no difference between health and revenue (DeLong)"),
            "verdict": ("", "what that means"),
        },
    ),
    "health_calibration": File(
        "One row per outcome and group of customers by health on the eve of the quarter.",
        {
            "outcome": ("", "churn or expansion in the quarter"),
            "group": ("", "1 = least healthy"),
            "score_low": ("0 to 100", "lowest health score in the group"),
            "score_high": ("0 to 100", "highest health score in the group"),
            "customers": ("count", "customers in the group"),
            "events": ("count", "those that left, or expanded"),
            "share": ("ratio", "events ÷ customers"),
            "low": ("ratio", "lower end of the share's 95 % interval (Wilson)"),
            "high": ("ratio", "upper end of the share's 95 % interval (Wilson)"),
        },
    ),
    "hazard": File(
        "One row per band of tenure: how often customers leave while in it.",
        {
            "band": ("", "months since the customer was won"),
            "from_months": ("months", "tenure at which the band begins"),
            "to_months": ("months", "tenure at which it ends; blank = open"),
            "customers": ("count", "customers that reached the band"),
            "customer_months": ("months", "months that they spent in it, added up"),
            "left": ("count", "customers that left in it"),
            "hazard": ("per month", "left ÷ customer_months"),
            "low": ("per month", "lower end of the 95 % interval (exact Poisson)"),
            "high": ("per month", "upper end of the 95 % interval (exact Poisson)"),
        },
    ),
    "before_leaving": File(
        "One row per metric: the 91 days before leaving against customers alike that stayed, over "
        "the same days. Association, not cause.",
        P_VALUE
        | _ONE_TEST
        | {
            "metric": ("", "what is compared"),
            "label": ("", "what it is called in front of people"),
            "left_customers": ("count", "customers that left, with data and somebody beside them"),
            "stayed_customers": ("count", "customers beside them, with data"),
            "left_value": ("see unit", "mean of those that left"),
            "stayed_value": ("see unit", "mean of those beside them"),
            "verdict": (
                "",
                "higher or lower before leaving, no difference shown, too few to test, no data",
            ),
        },
    ),
    "feature_outcomes": File(
        "One row per segment, feature and outcome: customers that used the feature in the quarter "
        "before against those that did not. Association, not cause.",
        SEGMENT
        | P_VALUE
        | _ONE_TEST
        | {
            "feature": ("", "feature"),
            "outcome": ("", "quality_score, retention or expansion, all of this quarter"),
            "used_customers": ("count", "customers that used it in the quarter before"),
            "other_customers": ("count", "customers that did not"),
            "used_value": ("see unit", "mean score, or share, of those that used it"),
            "other_value": ("see unit", "mean score, or share, of those that did not"),
            "test": ("", "test of the difference"),
            "verdict": ("", "higher or lower where used, or no difference shown, after correction"),
        },
    ),
}
