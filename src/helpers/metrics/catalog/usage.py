"""Definitions: what customers use."""

from helpers.metrics.catalog.metric import ACTIVATION, Metric
from helpers.words import measures as words
from helpers.words import name as put

USAGE = (
    Metric(
        "active_share", "Active customers", "ratio", "quarter", True,
        "Customers that used anything in the quarter ÷ customers at any time in the quarter.",
        "share", table=("usage",),
    ),
    Metric(
        "active_days_per_month", "Recorded days of use per month", "per month", "quarter", True,
        "Days of the quarter on which anything was used ÷ months as a customer in the quarter. An "
        "export by month holds at most one such day a month.",
        "ratio", table=("usage",),
    ),
    Metric(
        "usage_trend", "Trend of use", "ratio", "quarter", True,
        "Days of use in the quarter ÷ days of use in the quarter before, every feature counted for "
        "itself, of customers throughout both quarters that used anything in the first.",
        "ratio", table=("usage",),
    ),
    Metric(
        "features_used_share", "Features in use", "ratio", "quarter", True,
        "Features used in the quarter ÷ features that anybody has used by the as-of date; mean per "
        "customer at any time in the quarter.",
        "ratio", table=("usage",),
    ),
)  # fmt: skip


def feature_metric(name: str, *, feature: str = "") -> Metric:
    """The definition of one ``feature_activation_<feature>``."""
    feature = feature or name.removeprefix(ACTIVATION).replace("_", " ")
    return Metric(
        name,
        put(words.USES, feature=feature),
        "ratio",
        "quarter",
        None,
        put(words.DEFINED_USES, feature=feature),
        "share",
        table=("usage",),
        of=feature,
    )
