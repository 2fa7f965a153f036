"""Who stays, by the quarter in which it was won, and what it pays: the cohort grid."""

import datetime as dt

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.metrics.exact import MONEY, fetch, money
from helpers.quarter import Quarter

MOST = 12  # cohorts: three years
COLUMNS = ("cohort", "age", "customers", "kept", "logo_share", "revenue", "revenue_share")


def cohorts(
    spans: pd.DataFrame,
    quarter: Quarter,
    *,
    contracts: ir.Table | None = None,
    ordered: pd.DataFrame | None = None,
    records_begin: dt.date | None = None,
    least: int = 1,
) -> pd.DataFrame:
    """Customers by the quarter in which they were won, quarter after quarter since.

    Parameters
    ----------
    spans : account_id, won_on, left_on (blank = current) of all included customers
        (`losses.left_on`).
    contracts : of a subscription study: revenue is the MRR in force on the last day of a quarter.
    ordered : of a transactional study, `repeats.by_month`: kept is who ordered in a quarter,
        revenue what was ordered in it.
    records_begin : who left before was not kept, so that cohorts of before would seem to have
        stayed; they are left out.
    least : the fewest customers of a cohort that is told.

    Returns
    -------
    The data file ``cohorts``, the oldest first: cohort (quarter), age (quarters since, 0 = at the
    end of the quarter itself), customers (won in it), kept (still there), logo_share (kept ÷
    customers), revenue and revenue_share (÷ that of age 0; blank where that is 0 or nothing is
    collected, or where orders are known of a part of that quarter alone). Revenue counts who came
    back and what was sold since, so that its share can pass 1.
    """
    ends = [quarter]
    while len(ends) < MOST:
        ends.append(ends[-1].previous)
    ends = ends[::-1]
    starts = pd.DatetimeIndex([pd.Timestamp(one.start) for one in ends])
    won = pd.to_datetime(spans["won_on"])
    place = np.where(won.isna(), -1, starts.searchsorted(won, side="right") - 1)
    of = pd.Series(place, index=spans["account_id"])
    late = pd.Timestamp(records_begin) if records_begin is not None else starts[0]
    revenue = _revenue(ends, contracts, ordered)
    bought = None if ordered is None else _bought(ends, ordered)
    known = _whole_from(ordered)
    rows = []
    for cohort, of_cohort in enumerate(ends):
        inside = spans[(of == cohort).to_numpy()]
        if len(inside) < max(least, 1) or starts[cohort] < late:
            continue
        ids = pd.Index(inside["account_id"])
        paid = revenue.reindex(ids).fillna(0.0).sum() if revenue is not None else None
        for age, at in enumerate(range(cohort, len(ends))):
            if bought is None:
                day = pd.Timestamp(ends[at].as_of)
                kept = int((~(pd.to_datetime(inside["left_on"]) <= day)).sum())
            else:
                kept = int(bought.reindex(ids, fill_value=False)[at].sum())
            row = {"cohort": str(of_cohort), "age": age, "customers": len(ids), "kept": kept}
            if paid is not None:
                first, revenue_then = float(paid[cohort]), round(float(paid[at]), 2)
                compared = first > 0 and starts[cohort] >= known
                row["revenue"] = revenue_then
                row["revenue_share"] = revenue_then / first if compared else np.nan
            rows.append(row | {"logo_share": kept / len(ids)})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _whole_from(ordered: pd.DataFrame | None) -> pd.Timestamp:
    """The first day of the first month with an order: less of a quarter is no whole one."""
    if ordered is None or ordered.empty:
        return pd.Timestamp.min
    return pd.to_datetime(ordered["month"]).min().replace(day=1)


def _revenue(
    ends: list[Quarter], contracts: ir.Table | None, ordered: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Revenue of each account by place of the quarter; None where nothing says it."""
    if ordered is not None:
        place = _place(ends, ordered["month"])
        known = ordered[place >= 0].assign(place=place[place >= 0])
        table = known.pivot_table("amount", "account_id", "place", "sum", fill_value=0.0)
    elif contracts is not None:
        table = _in_force(ends, contracts).pivot_table(
            "amount", "account_id", "place", "sum", fill_value=0.0
        )
    else:
        return None
    return table.reindex(columns=range(len(ends)), fill_value=0.0)


def _in_force(ends: list[Quarter], contracts: ir.Table) -> pd.DataFrame:
    """MRR of each account on the last day of each quarter."""
    grid = ibis.memtable(
        pd.DataFrame({"day": [pd.Timestamp(one.as_of) for one in ends], "place": range(len(ends))}),
        schema={"day": "timestamp", "place": "int64"},
    )
    grid = grid.mutate(day=grid.day.date())
    paid = contracts.filter(contracts.mrr > 0)
    paid = paid.select("account_id", "starts_on", "ends_on", amount=money(paid.mrr))
    joined = paid.join(
        grid,
        [paid.starts_on <= grid.day, paid.ends_on.isnull() | (paid.ends_on >= grid.day)],
    )
    summed = joined.group_by("account_id", "place").agg(
        amount=lambda t: t.amount.sum().round(2).cast(MONEY)
    )
    return fetch(summed, by=("account_id", "place"))


def _bought(ends: list[Quarter], ordered: pd.DataFrame) -> pd.DataFrame:
    """Whether each account ordered in each quarter, by its place."""
    place = _place(ends, ordered["month"])
    known = ordered[(place >= 0) & (ordered["orders"] > 0).to_numpy()]
    known = known.assign(place=place[known.index])
    table = known.pivot_table("orders", "account_id", "place", "sum", fill_value=0) > 0
    return table.reindex(columns=range(len(ends)), fill_value=False)


def _place(ends: list[Quarter], months: pd.Series) -> np.ndarray:
    """Place of the quarter in which each month (its last day) lies; -1 = before all of them."""
    starts = pd.DatetimeIndex([pd.Timestamp(one.start) for one in ends])
    return starts.searchsorted(pd.to_datetime(months), side="right") - 1
