"""What customers use."""

import datetime as dt

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.metrics.catalog.metric import ACTIVATION
from helpers.metrics.exact import fetch, within
from helpers.metrics.pairs import Pairs, level_names
from helpers.metrics.spans import active_on
from helpers.quarter import Quarter


def usage_by_customer(usage: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Features that each account used in the quarter.

    Returns
    -------
    One row per account and feature: account_id, feature (null where a use names none), days (on
    which it was used). Rows with a quantity of 0 are no use; an unknown quantity is one.
    """
    return usage_in_two_quarters(usage, quarter=quarter, both=False).drop(columns="now")


def usage_in_two_quarters(usage: ir.Table, *, quarter: Quarter, both: bool = True) -> pd.DataFrame:
    """Features that each account used in the quarter and in the one before.

    Returns
    -------
    As `usage_by_customer`, with now (true for the quarter itself) as a part of the key.
    """
    first = quarter.previous.start if both else quarter.start
    used = _used(usage, first, quarter.as_of)
    used = used.mutate(now=used.used_on >= ibis.date(quarter.start))
    table = fetch(used.group_by("account_id", "feature", "now").agg(days=used.used_on.nunique()))
    return table.sort_values(["account_id", "feature", "now"]).reset_index(drop=True)


def active_days(usage: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Days on which each account used anything in the quarter.

    Returns
    -------
    One row per account that used anything in the quarter: account_id, days.
    """
    used = _used(usage, quarter.start, quarter.as_of)
    return fetch(used.group_by("account_id").agg(days=used.used_on.nunique()))


def known_features(usage: ir.Table, *, quarter: Quarter) -> list[str]:
    """All features that anybody used by the as-of date, sorted.

    A feature that nobody touched in the quarter has an activation of 0, not none.
    """
    by_as_of = usage.filter(usage.used_on <= quarter.as_of)
    named = by_as_of.filter(by_as_of.feature.notnull()).select("feature").distinct().to_pandas()
    return sorted(named["feature"])


def activation_names(features: list[str]) -> dict[str, str]:
    """Metric name of each feature, in lower-case letters, digits and underscores.

    Features that would share a name are told apart by a number, in alphabetical order.

    >>> activation_names(["Ad-hoc reports", "ad hoc reports", "SSO"])
    {'Ad-hoc reports': 'feature_activation_ad_hoc_reports', 'SSO': 'feature_activation_sso', \
'ad hoc reports': 'feature_activation_ad_hoc_reports_2'}
    """
    return level_names(ACTIVATION, features)


def add_usage(
    made: Pairs, usage: ir.Table, accounts: pd.Series, spans: pd.DataFrame, quarter: Quarter
) -> dict[str, str]:
    """How much customers use, and which features; feature name by metric name."""
    windows = usage_in_two_quarters(usage, quarter=quarter)
    used, earlier = windows[windows["now"]], windows[~windows["now"]]
    exposure = spans["exposure_quarter"].to_numpy()
    present = exposure > 0
    places = pd.Index(accounts).get_indexer(used["account_id"])
    made.add("active_share", _among(places, len(accounts)), present)
    days = active_days(usage, quarter=quarter).set_index("account_id")["days"]
    made.add("active_days_per_month", accounts.map(days).fillna(0), exposure)
    now, before = (
        accounts.map(table.groupby("account_id")["days"].sum()).fillna(0).to_numpy(float)
        for table in (used, earlier)
    )
    throughout = active_on(spans, quarter.as_of) & (
        spans["won_on"] <= pd.Timestamp(quarter.previous.start)
    )
    made.add("usage_trend", now, before * throughout.to_numpy())
    names = activation_names(known_features(usage, quarter=quarter))
    if names:
        number = accounts.map(used.groupby("account_id")["feature"].count()).fillna(0)
        made.add("features_used_share", number, present * len(names))
    for feature, name in names.items():
        by = places[(used["feature"] == feature).to_numpy(bool, na_value=False)]
        made.add(name, _among(by, len(accounts)), present)
    return {name: feature for feature, name in names.items()}


def _among(places: np.ndarray, size: int) -> np.ndarray:
    """Which of so many customers occur among places; -1 stands for none of them."""
    return np.bincount(places[places >= 0], minlength=size) > 0


def _used(usage: ir.Table, first: dt.date, last: dt.date) -> ir.Table:
    """Rows of actual use within a window."""
    return usage.filter(
        within(usage.used_on, first, last) & (usage.quantity.isnull() | (usage.quantity > 0))
    )
