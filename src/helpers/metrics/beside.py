"""What the praise of a segment must not hide: who left, and how satisfied customers are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics.catalog import metric
from helpers.words import profiles as words
from helpers.words import say

# Told of every segment that is praised, whether or not they differ, however few the answers.
TOLD = ("logo_churn_rate", "logo_churn_rate_12m", "nps", "csat", "ticket_csat")
LEFT = (("logo_churn_rate_12m", 12), ("logo_churn_rate", 3))
SHOWN = ("better", "worse")


def beside_praise(
    profiles: pd.DataFrame, segments: Sequence[str], *, least: int, withheld: int
) -> pd.DataFrame:
    """Churn and satisfaction of segments, with the counts that they rest on.

    Parameters
    ----------
    profiles : the data file ``segment_metrics``.
    segments : segment_ids, in the order of the table.
    least : customers from which on a difference is tested.
    withheld : customers from which on values may be shown.

    Returns
    -------
    One row per segment and metric of `TOLD` that is collected: segment_id, metric, customers,
    counted (text: how many of how many; "" where values are withheld), value, rest_value, unit and
    shown: better or worse where ``better`` of ``profiles`` says so; else why not.
    """
    known = profiles.dropna(subset="rest_value")["metric"].unique()
    rows = profiles.set_index(["segment_id", "metric"])
    wanted = [(one, name) for one in segments for name in TOLD if name in known]
    found = rows.reindex([pair for pair in wanted if pair in rows.index]).reset_index()
    found["counted"] = [
        _counted(row) if row.customers >= withheld else "" for row in found.itertuples()
    ]
    few = say(words.FEWER, least=least)
    found["shown"] = [
        say(words.NO_DATA)
        if not row.customers
        else row.better
        if row.better in SHOWN
        else few
        if row.customers < least
        else say(words.NOT_SHOWN)
        for row in found.itertuples()
    ]
    columns = ["segment_id", "metric", "customers", "counted", "value", "rest_value", "unit"]
    return found[[*columns, "shown"]]


def left_beside(profiles: pd.DataFrame, segment: str, *, withheld: int) -> dict[str, Any] | None:
    """Who left a segment within twelve months, or within the quarter where that is all there is.

    Returns
    -------
    left, customers (numbers), months, share and rest (0 to 1); None where it is not known, or of
    fewer customers than ``withheld``.
    """
    rows = profiles[profiles["segment_id"] == segment].set_index("metric")
    for name, months in LEFT:
        if name in rows.index and np.isfinite(rows.loc[name, "value"]):
            row = rows.loc[name]
            if row["customers"] < withheld:
                return None
            return {
                "left": round(row["value"] * row["customers"]),
                "customers": int(row["customers"]),
                "months": months,
                "share": float(row["value"]),
                "rest": float(row["rest_value"]),
            }
    return None


def _counted(row) -> str:
    """How many of how many a value counts; NPS is a difference of two counts."""
    if not np.isfinite(row.value):
        return ""
    if metric(row.metric).unit == "points":
        return say(words.ANSWERS, observations=row.observations)
    some = round(row.value / metric(row.metric).scale * row.observations)
    return say(words.COUNTED, some=some, observations=row.observations)
