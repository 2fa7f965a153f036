"""Every metric, defined once.

What is computed (`accounts.components`, `profiles.segment_metrics`), the data dictionary and the
document's appendix all read this list.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import numpy as np

from helpers import outputs
from helpers.errors import StudyError, listed
from helpers.metrics import retention
from helpers.metrics.catalog.health import HEALTH
from helpers.metrics.catalog.metric import ACTIVATION, Function, Metric
from helpers.metrics.catalog.service import (
    BY_COMPLEXITY,
    COMPLEXITY_SHARE,
    OF_GROUPS,
    SERVICE,
    complexity_metric,
    complexity_share,
)
from helpers.metrics.catalog.usage import USAGE, feature_metric
from helpers.metrics.catalog.value import VALUE
from helpers.metrics.catalog.voice import CSAT_AT, VOICE, moment_metric
from helpers.study import Study
from helpers.words import measures as words
from helpers.words import name as put
from helpers.words import spoken

__all__ = [
    "ACTIVATION",
    "CLV",
    "METRICS",
    "OF_GROUPS",
    "Metric",
    "at_account_level",
    "derived",
    "feature_metric",
    "metric",
]

# Metrics whose names depend on the data: what the names begin with, and who defines one.
FAMILIES: dict[str, Callable[[str], Metric]] = {
    ACTIVATION: feature_metric,
    CSAT_AT: moment_metric,
    **dict.fromkeys(BY_COMPLEXITY, complexity_metric),
    COMPLEXITY_SHARE: complexity_share,
}

METRICS: dict[str, Metric] = {
    metric.name: metric for metric in (*VALUE, *SERVICE, *VOICE, *USAGE, *HEALTH)
}

# Customer lifetime value by business model: the metrics it is made of, and how.
CLV: dict[str, tuple[tuple[str, ...], Function]] = {
    "subscription": (
        ("arr_per_customer", "gross_margin", "lifetime_months"),
        retention.subscription_clv,
    ),
    "transactional": (
        ("aov", "purchase_frequency", "lifespan_years"),
        retention.transactional_clv,
    ),
}


def derived(
    business_model: str, *, discount_rate: float | None
) -> dict[str, tuple[tuple[str, ...], Function]]:
    """The metrics of form *derived*: what each is made of, and how; blank without a rate."""
    parts, function = CLV[business_model]
    rate = np.nan if discount_rate is None else discount_rate
    discounted: dict[str, tuple[tuple[str, ...], Function]] = {
        "clv": (parts, function),
        "clv_discounted": (parts, partial(function, discount_rate=rate)),
    }
    if business_model == "transactional":
        bought = ("aov", "purchase_frequency", "lifetime_60_months")
        return discounted | {
            "clv_60_months": (bought, lambda aov, orders, months: aov * orders * months / 12),
            "ltv_to_cac": (
                (*bought, "gross_margin", "cac"),
                lambda aov, orders, months, margin, cac: aov * orders * margin * months / 12 / cac,
            ),
            "cac_payback_months": (
                ("cac", "aov", "purchase_frequency", "gross_margin"),
                lambda cac, aov, orders, margin: 12 * cac / (aov * orders * margin),
            ),
        }
    value = ("arr_per_customer", "gross_margin", "lifetime_60_months")
    return discounted | {
        "clv_60_months": (value, lambda arr, margin, months: arr * margin * months / 12),
        "ltv_to_cac": (
            (*value, "cac"), lambda arr, margin, months, cac: arr * margin * months / 12 / cac
        ),
        "cac_payback_months": (
            ("cac", "arr_per_customer", "gross_margin"),
            lambda cac, arr, margin: 12 * cac / (arr * margin),
        ),
    }  # fmt: skip


def metric(name: str) -> Metric:
    """The definition of a metric, those named by the data included; StudyError for other names."""
    if name in METRICS:
        return METRICS[name]
    if name in OF_GROUPS:
        return OF_GROUPS[name]
    for beginning, define in FAMILIES.items():
        if name.startswith(beginning):
            return define(name)
    families = [f"{beginning}<…>" for beginning in FAMILIES]
    raise StudyError(
        f"There is no metric `{name}`.", expected=f"one of {listed([*METRICS, *families], most=99)}"
    )


def is_defined(name: str) -> bool:
    """Whether `metric` knows a name."""
    return name in METRICS or name in OF_GROUPS or name.startswith(tuple(FAMILIES))


def label_of(name: str) -> str:
    """What people call a metric; a name that is none stays as it is."""
    return metric(name).label if is_defined(name) else name


def defined(study: Study, name: str) -> Metric:
    """The definition as it holds in a study: service times name the clock that they are counted by.

    A family of metrics is defined by the beginning of its names and ``…``.
    """
    entry = metric(name)
    if not entry.clock:
        return entry
    return replace(
        entry, definition=spoken.set_in(f"{entry.definition} {spoken.shown(study.service.clock)}")
    )


def labelled(names: Iterable[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """What the metrics are called, those named by the data included, and the tables they need."""
    known = METRICS | {name: metric(name) for name in names}
    labels = {name: entry.label for name, entry in known.items()}
    return labels, {name: entry.table for name, entry in METRICS.items()}


def at_account_level(names: Iterable[str]) -> list[str]:
    """Those of the metrics that have a value per account, in their order."""
    return [name for name in names if metric(name).level != "segment"]


def _column(study: Study, name: str) -> outputs.Column | None:
    """A metric as a column with one value per customer."""
    if not is_defined(name):
        return None
    entry = defined(study, name)
    unit, meaning = entry.unit, entry.definition
    if name.startswith(ACTIVATION):
        unit = "ratio"
        meaning = put(words.USED_BY_CUSTOMER, feature=entry.of)
    return outputs.Column("number", meaning, unit, entry.label)


outputs.declare_open_columns("account_metrics", _column)
