"""Who left and what went with them: month by month, and by the reason that the CRM gives."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.intervals import wilson_limits
from helpers.metrics.retention import DAYS_PER_MONTH
from helpers.metrics.revenue import month_ends
from helpers.quarter import Quarter
from helpers.words import measures as words
from helpers.words import say

MONTHS = 24
ALL, TENURE = "all", "tenure"
TENURE_MONTHS = (12, 24)  # up to a year, up to two, longer
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
    known_until: object = None,
    levels: Mapping[str, pd.Series] | None = None,
    least: int = 1,
    months: int = MONTHS,
) -> pd.DataFrame:
    """Monthly churn, one month after another: the data file ``churn_months``.

    Parameters
    ----------
    customers : included customers: account_id, won_on.
    records_begin : who left before was not kept, so that earlier months are left out.
    known_until : the day on which the exports end, where that is before the quarter does: months
        that end later are not finished.
    levels : by dimension, the level of each of ``customers``; *tenure* is added.
    least : fewest customers of whom a month is told, but for all of them together.

    Returns
    -------
    One row per dimension (*all*, *tenure*, those of ``levels``), level and month with enough
    customers at its beginning, oldest first: month (its last day), customers (on the last day of
    the month before), left (of these, in the month), churn_monthly (left ÷ customers), low and high
    (95 %, Wilson), year_before (churn_monthly of the same month a year before: seasons), finished.
    """
    spans = left_on(parts, customers)
    first = (pd.Timestamp(quarter.as_of) - pd.DateOffset(months=months)).date()
    ends = [pd.Timestamp(day) for day in month_ends(first, quarter.as_of)]
    given = {ALL: pd.Series(ALL, customers.index), TENURE: None, **(levels or {})}
    of = {
        name: None if level is None
        else spans["account_id"].map(dict(zip(customers["account_id"], level, strict=True)))
        for name, level in given.items()
    }  # fmt: skip
    rows = []
    for start, end in pairwise(ends):
        if records_begin is not None and start < pd.Timestamp(records_begin):
            continue
        here = (spans["won_on"] <= start) & ~(spans["left_on"] <= start)
        gone = here & (spans["left_on"] <= end)
        for name, level in of.items():
            told = _tenure(spans["won_on"], start) if level is None else level
            counts = pd.DataFrame({"customers": here, "left": gone}).groupby(told).sum()
            rows += [(name, one.Index, end, one.customers, one.left) for one in counts.itertuples()]
    table = pd.DataFrame(rows, columns=["dimension", "level", "month", "customers", "left"])
    enough = table["customers"] >= np.where(table["dimension"] == ALL, 1, max(least, 1))
    table = table[enough].reset_index(drop=True)
    table["month"] = table["month"].astype("datetime64[us]")
    table = table.astype({"customers": "int64", "left": "int64"})
    counted, known = (table[name].to_numpy(float) for name in ("left", "customers"))
    low, high = wilson_limits(counted, known)
    table = table.assign(churn_monthly=counted / known, low=low, high=high)
    shares = table.set_index(["dimension", "level", "month"])["churn_monthly"]
    before = table["month"] - pd.offsets.DateOffset(years=1) + pd.offsets.MonthEnd(0)
    table["year_before"] = shares.reindex(
        pd.MultiIndex.from_arrays([table["dimension"], table["level"], before])
    ).to_numpy()
    until = pd.Timestamp(quarter.as_of if known_until is None else known_until)
    table["finished"] = (table["month"] <= until).map({True: "yes", False: "no"})
    order = table["dimension"].map({name: at for at, name in enumerate(of)})
    table = table.assign(_order=order).sort_values(["_order", "level", "month"], kind="stable")
    return table.drop(columns="_order").reset_index(drop=True)


def _tenure(won: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Band of tenure of each customer on a day, in words that sort."""
    months = (day - won).dt.days / DAYS_PER_MONTH
    place = np.searchsorted(TENURE_MONTHS, months.to_numpy(float), side="right")
    edges = [0, *TENURE_MONTHS]
    names = [say(words.MONTHS_FROM_TO, low=a, high=b) for a, b in pairwise(edges)]
    names.append(say(words.MONTHS_OR_LONGER, months=edges[-1]))
    return pd.Series(np.array(names, dtype=object)[place], index=won.index)


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
