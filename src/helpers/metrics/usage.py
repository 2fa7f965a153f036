"""What customers use."""

import re

import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.catalog.metric import ACTIVATION
from helpers.metrics.exact import fetch, within
from helpers.metrics.pairs import Pairs
from helpers.quarter import Quarter


def usage_by_customer(usage: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Features that each account used in the quarter.

    Returns
    -------
    One row per account and feature: account_id, feature (null where a use names none), days (on
    which it was used). Rows with a quantity of 0 are no use; an unknown quantity is one.
    """
    used = usage.filter(
        within(usage.used_on, quarter.start, quarter.as_of)
        & (usage.quantity.isnull() | (usage.quantity > 0))
    )
    table = fetch(used.group_by("account_id", "feature").agg(days=used.used_on.nunique()))
    return table.sort_values(["account_id", "feature"]).reset_index(drop=True)


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
    names: dict[str, str] = {}
    for feature in sorted(features):
        slug = re.sub(r"[\W_]+", "_", feature.lower()).strip("_") or "other"
        name, number = ACTIVATION + slug, 2
        while name in names.values():
            name, number = f"{ACTIVATION}{slug}_{number}", number + 1
        names[feature] = name
    return names


def add_usage(
    made: Pairs, usage: ir.Table, accounts: pd.Series, spans: pd.DataFrame, quarter: Quarter
) -> dict[str, str]:
    """Who used anything, and which features; feature name by metric name."""
    used = usage_by_customer(usage, quarter=quarter)
    present = (spans["exposure_quarter"] > 0).to_numpy()
    made.add("active_share", accounts.isin(used["account_id"]), present)
    names = activation_names(known_features(usage, quarter=quarter))
    for feature, name in names.items():
        by = used.loc[used["feature"] == feature, "account_id"]
        made.add(name, accounts.isin(by), present)
    return {name: feature for feature, name in names.items()}
