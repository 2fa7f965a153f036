"""Every metric, defined once.

What is computed (`accounts.components`, `profiles.segment_metrics`), the data dictionary and the
document's appendix all read this list.
"""

from collections.abc import Callable, Iterable

import numpy as np

from helpers.errors import StudyError, listed
from helpers.metrics import retention
from helpers.metrics.catalog.metric import ACTIVATION, Metric
from helpers.metrics.catalog.service import SERVICE
from helpers.metrics.catalog.usage import USAGE, feature_metric
from helpers.metrics.catalog.value import VALUE
from helpers.metrics.catalog.voice import VOICE

__all__ = ["ACTIVATION", "CLV", "METRICS", "Metric", "at_account_level", "feature_metric", "metric"]

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*VALUE, *SERVICE, *VOICE, *USAGE)}

# Customer lifetime value by business model: the metrics it is made of, and how.
CLV: dict[str, tuple[tuple[str, ...], Callable[..., np.ndarray]]] = {
    "subscription": (
        ("arr_per_customer", "gross_margin", "lifetime_months"),
        retention.subscription_clv,
    ),
    "transactional": (
        ("aov", "purchase_frequency", "lifespan_years"),
        retention.transactional_clv,
    ),
}


def metric(name: str) -> Metric:
    """The definition of a metric, feature activations included; StudyError for unknown names."""
    if name.startswith(ACTIVATION):
        return feature_metric(name)
    if name not in METRICS:
        raise StudyError(
            f"There is no metric `{name}`.",
            expected=f"one of {listed(METRICS, most=60)}, or {ACTIVATION}<feature>",
        )
    return METRICS[name]


def at_account_level(names: Iterable[str]) -> list[str]:
    """Those of the metrics that have a value per account, in their order."""
    return [name for name in names if metric(name).level != "segment"]
