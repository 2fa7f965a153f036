"""Who left and what went with them: month by month, and by the reason that the CRM gives."""

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.intervals import wilson_limits
from helpers.metrics.retention import DAYS_PER_MONTH
from helpers.metrics.revenue import month_ends
from helpers.quarter import Quarter

MONTHS = 24
UNKNOWN = "unknown"
REASON = "churn_reason"


def left_on(parts: Components, customers: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each customer, as all metrics of staying count them.

    Returns
    -------
    One row per customer: account_id, won_on, left_on (the first day on which it was none any more;
    blank = current).
    """
    held = parts.table[["account_id", "tenure_months", "left"]]
    spans = held.merge(customers[["account_id", "won_on"]], on="account_id", validate="1:1")
    won = pd.to_datetime(spans["won_on"]).astype("datetime64[us]")
    stayed = pd.to_timedelta((spans["tenure_months"] * DAYS_PER_MONTH).round(), unit="D")
    return pd.DataFrame(
        {
            "account_id": spans["account_id"],
            "won_on": won,
            "left_on": (won + stayed).where(spans["left"].astype(bool)),
        }
    )


def churn_months(
    parts: Components,
    customers: pd.DataFrame,
    quarter: Quarter,
    *,
    records_begin: object = None,
    months: int = MONTHS,
) -> pd.DataFrame:
    """Monthly churn, one month after another: the data file ``churn_months``.

    Parameters
    ----------
    customers : included customers: account_id, won_on.
    records_begin : who left before was not kept, so that earlier months are left out.

    Returns
    -------
    One row per month with customers at its beginning, oldest first: month (its last day),
    customers (on the last day of the month before), left (of these, in the month), churn_monthly
    (left ÷ customers), low and high (95 %, Wilson).
    """
    spans = left_on(parts, customers)
    first = (pd.Timestamp(quarter.as_of) - pd.DateOffset(months=months)).date()
    ends = [pd.Timestamp(day) for day in month_ends(first, quarter.as_of)]
    rows = []
    for start, end in pairwise(ends):
        if records_begin is not None and start < pd.Timestamp(records_begin):
            continue
        here = (spans["won_on"] <= start) & ~(spans["left_on"] <= start)
        rows.append((end, int(here.sum()), int((here & (spans["left_on"] <= end)).sum())))
    table = pd.DataFrame(rows, columns=["month", "customers", "left"])
    table = table[table["customers"] > 0].reset_index(drop=True)
    counted, known = (table[name].to_numpy(float) for name in ("left", "customers"))
    low, high = wilson_limits(counted, known)
    shares = {"churn_monthly": counted / known, "low": low, "high": high}
    return table.assign(month=table["month"].astype("datetime64[us]"), **shares)


def churn_reasons(parts: Components, customers: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """ARR lost in the trailing year, by reason: the data file ``churn_reasons``.

    Parameters
    ----------
    customers : included customers: account_id, won_on, monthly_revenue (of former ones what they
        last paid), churn_reason where it is collected.

    Returns
    -------
    One row per reason, most ARR first and ``unknown`` last: reason, customers, lost_arr (12 × what
    they last paid per month), share (of all lost ARR; blank where there is none). Without rows
    where reasons are not collected or nobody left.
    """
    columns = ["reason", "customers", "lost_arr", "share"]
    if REASON not in customers:
        return pd.DataFrame({name: [] for name in columns})
    spans = left_on(parts, customers).set_index("account_id")["left_on"]
    day = customers["account_id"].map(spans)
    here = day.between(pd.Timestamp(quarter.year_start), pd.Timestamp(quarter.as_of))
    gone = customers[here]
    reason = gone[REASON].astype("str").str.strip().replace("", np.nan).fillna(UNKNOWN)
    lost = 12 * pd.to_numeric(gone["monthly_revenue"]).fillna(0.0).astype(float)
    grouped = lost.groupby(reason.to_numpy()).agg(["size", "sum"]).round(2)
    table = grouped.rename_axis("reason").reset_index()
    table = table.rename(columns={"size": "customers", "sum": "lost_arr"})
    whole = table["lost_arr"].sum()
    table["share"] = table["lost_arr"] / whole if whole else np.nan
    order = table.assign(last=table["reason"] == UNKNOWN)
    order = order.sort_values(["last", "lost_arr", "reason"], ascending=[True, False, True])
    return order[columns].reset_index(drop=True)
