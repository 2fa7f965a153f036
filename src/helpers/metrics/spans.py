"""When each customer was a customer, and for how long within a window."""

import datetime as dt

import numpy as np
import pandas as pd

from helpers.metrics.retention import DAYS_PER_MONTH
from helpers.quarter import Quarter


def customer_spans(
    customers: pd.DataFrame,
    *,
    quarter: Quarter,
    last_in_force: pd.Series | None = None,
    last_ordered_on: pd.Series | None = None,
    records_begin: dt.date | None = None,
) -> pd.DataFrame:
    """First day as a customer, and the day on which it was none any more.

    Parameters
    ----------
    customers : account_id, status, won_on, churned_on.
    last_in_force : last day with a contract in force by account_id (subscription).
    last_ordered_on : last positive order by account_id (transactional).
    records_begin : who left before was not kept; None = all are known.

    Returns
    -------
    One row per customer, in the order given: account_id, won_on, left_on (null for current
    customers), tenure_months (to the day of leaving or to the as-of date), entry_months (tenure
    when records began, 0 for who was won later), left (boolean),
    exposure_quarter and exposure_year (months as a customer in the quarter and in the trailing
    year; a whole window counts 3 and 12).

    Notes
    -----
    A former customer left on its ``churned_on``; where that is not given, on the day after the
    last contract in force, or twelve months after its last positive order, which is the first day
    on which the customer list no longer counts it as current. Where none of these is known, it
    counts as never having been a customer in any window.
    """
    ids = customers["account_id"]
    left = pd.to_datetime(customers["churned_on"]).astype("datetime64[us]")
    if last_in_force is not None:
        left = left.fillna(_of(ids, last_in_force) + pd.Timedelta(days=1))
    if last_ordered_on is not None:
        left = left.fillna(_of(ids, last_ordered_on) + pd.DateOffset(months=12))
    former = customers["status"] == "former"
    won = pd.to_datetime(customers["won_on"]).astype("datetime64[us]")
    left = left.fillna(won).where(former)
    as_of = pd.Timestamp(quarter.as_of)
    until = left.fillna(as_of).clip(upper=as_of)
    return pd.DataFrame(
        {
            "account_id": ids,
            "won_on": won,
            "left_on": left,
            "tenure_months": ((until - won).dt.days / DAYS_PER_MONTH).clip(lower=0),
            "entry_months": (
                0.0
                if records_begin is None
                else ((pd.Timestamp(records_begin) - won).dt.days / DAYS_PER_MONTH).clip(lower=0)
            ),
            "left": former,
            "exposure_quarter": _months_in(won, left, quarter.start, quarter.as_of, months=3),
            "exposure_year": _months_in(won, left, quarter.year_start, quarter.as_of, months=12),
        }
    )


def active_on(spans: pd.DataFrame, day: dt.date) -> pd.Series:
    """Whether each customer had been won and had not left by the end of a day."""
    stamp = pd.Timestamp(day)
    return (spans["won_on"] <= stamp) & ~(spans["left_on"] <= stamp)


def _of(ids: pd.Series, days: pd.Series) -> pd.Series:
    """Days by account_id, for these accounts."""
    return days.reindex(ids).set_axis(ids.index)


def _months_in(
    won: pd.Series, left: pd.Series, first: dt.date, last: dt.date, *, months: int
) -> pd.Series:
    """Months as a customer within a window, from the day won to the day before leaving."""
    begin, end = pd.Timestamp(first), pd.Timestamp(last) + pd.Timedelta(days=1)
    days = (left.fillna(end).clip(upper=end) - won.clip(lower=begin)).dt.days
    return np.maximum(days, 0) * months / (end - begin).days
