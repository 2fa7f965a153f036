"""Definitions: what customers use."""

from helpers.metrics.catalog.metric import ACTIVATION, Metric

USAGE = (
    Metric(
        "active_share", "Active customers", "ratio", "quarter", True,
        "Customers that used anything in the quarter ÷ customers at any time in the quarter.",
        "share", table=("usage",),
    ),
)  # fmt: skip


def feature_metric(name: str, *, feature: str = "") -> Metric:
    """The definition of one ``feature_activation_<feature>``."""
    feature = feature or name.removeprefix(ACTIVATION).replace("_", " ")
    return Metric(
        name,
        f"Uses {feature}",
        "ratio",
        "quarter",
        None,
        f"Customers that used {feature} in the quarter ÷ customers at any time in the quarter.",
        "share",
        table=("usage",),
    )
