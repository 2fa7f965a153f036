"""What customers use."""

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.catalog.metric import ACTIVATION
from helpers.metrics.exact import count, fetch, within
from helpers.metrics.pairs import Pairs, aligned, level_names
from helpers.metrics.spans import active_on
from helpers.quarter import Quarter


def usage_by_customer(usage: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Features that each account used in the quarter.

    Returns
    -------
    One row per account and feature: account_id, feature (null where a use names none), days (on
    which it was used). Rows with a quantity of 0 are no use; an unknown quantity is one.
    """
    used = _used(usage, quarter.start, quarter.as_of)
    days = used.group_by("account_id", "feature").agg(days=used.used_on.nunique())
    return fetch(days, by=["account_id", "feature"])


def usage_in_two_quarters(
    usage: ir.Table, *, quarter: Quarter, features: list[str]
) -> pd.DataFrame:
    """What each account used in the quarter and in the one before.

    Parameters
    ----------
    features : those that are counted one by one (`leading_features`).

    Returns
    -------
    One row per account with a use: account_id, days (of use in the quarter), feature_days and
    feature_days_before (days of use of each feature, added up over the features; in the quarter and
    in the one before), features (named ones used in the quarter, counted one by one or not), and
    ``used_<k>`` (days on which the k-th feature was).
    """
    rows = _used(usage, quarter.previous.start, quarter.as_of)
    # Once per account, feature and day; everything else counts these.
    days = rows.select("account_id", "feature", "used_on").distinct()
    now = days.used_on >= ibis.date(quarter.start)
    return fetch(
        days.group_by("account_id").agg(
            days=days.used_on.nunique(where=now),
            feature_days=count(now),
            feature_days_before=count(~now),
            features=days.feature.nunique(where=now),
            **{f"used_{k}": count(now & (days.feature == f)) for k, f in enumerate(features)},
        )
    )


def leading_features(usage: ir.Table, *, quarter: Quarter, most: int) -> tuple[list[str], int]:
    """The features that most accounts used in this quarter and the one before, and how many exist.

    An export of events may name a feature in every row: each would be a metric of every group.

    Parameters
    ----------
    most : how many at most; of equal ones the first by name.

    Returns
    -------
    Their names, sorted, and the number of all features that anybody used by the as-of date. A
    feature that nobody touched in the quarter has an activation of 0, not none.
    """
    named = usage.filter((usage.used_on <= quarter.as_of) & usage.feature.notnull())
    lately = named.used_on >= ibis.date(quarter.previous.start)
    used = fetch(
        named.group_by("feature").agg(accounts=named.account_id.nunique(where=lately)),
        by=["feature"],
    )
    used = used.sort_values(["accounts", "feature"], ascending=[False, True], kind="stable")
    return sorted(used["feature"].head(most)), len(used)


def activation_names(features: list[str]) -> dict[str, str]:
    """Metric name of each feature, in lower-case letters, digits and underscores.

    Features that would share a name are told apart by a number, in alphabetical order.

    >>> activation_names(["Ad-hoc reports", "ad hoc reports", "SSO"])
    {'Ad-hoc reports': 'feature_activation_ad_hoc_reports', 'SSO': 'feature_activation_sso', \
'ad hoc reports': 'feature_activation_ad_hoc_reports_2'}
    """
    return level_names(ACTIVATION, features)


def add_usage(
    made: Pairs,
    usage: ir.Table,
    accounts: pd.Series,
    spans: pd.DataFrame,
    quarter: Quarter,
    *,
    most: int,
) -> tuple[dict[str, str], int]:
    """How much customers use, and which features.

    Returns
    -------
    Feature name by metric name, of ``most`` features at most, and how many others there are.
    """
    leading, known = leading_features(usage, quarter=quarter, most=most)
    names = activation_names(leading)
    table = usage_in_two_quarters(usage, quarter=quarter, features=list(names))
    table = aligned(table, accounts).fillna(0)
    exposure = spans["exposure_quarter"].to_numpy()
    present = exposure > 0
    now = table["feature_days"].to_numpy(float)
    made.add("active_share", now > 0, present)
    made.add("active_days_per_month", table["days"], exposure)
    throughout = active_on(spans, quarter.as_of) & (
        spans["won_on"] <= pd.Timestamp(quarter.previous.start)
    )
    before = table["feature_days_before"].to_numpy(float)
    made.add("usage_trend", now, before * throughout.to_numpy())
    if known:
        made.add("features_used_share", table["features"], present * known)
    for k, name in enumerate(names.values()):
        made.add(name, table[f"used_{k}"] > 0, present)
    return {name: feature for feature, name in names.items()}, known - len(leading)


def _used(usage: ir.Table, first: dt.date, last: dt.date) -> ir.Table:
    """Rows of actual use within a window."""
    return usage.filter(
        within(usage.used_on, first, last) & (usage.quantity.isnull() | (usage.quantity > 0))
    )
