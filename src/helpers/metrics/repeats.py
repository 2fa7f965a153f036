"""Who orders again and who lapses, month by month: what churn is where nobody has a contract."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.metrics.exact import count, fetch, total
from helpers.metrics.intervals import wilson_limits
from helpers.metrics.revenue import month_ends
from helpers.quarter import Quarter

MONTHS, WINDOW = 24, 12


def by_month(orders: ir.Table, quarter: Quarter) -> pd.DataFrame:
    """Orders of each account in each month: account_id, month (its last day), orders, amount.

    Orders are those with a positive amount; returns reduce the amount. Later ones are not read.
    """
    known = orders.filter(orders.ordered_on <= quarter.as_of)
    known = known.mutate(month=known.ordered_on.truncate("M").cast("date"))
    table = fetch(
        known.group_by("account_id", "month").agg(
            orders=count(known.amount > 0), amount=total(known.amount)
        )
    )
    return table.assign(month=table["month"] + pd.offsets.MonthEnd(0))


def repeat_months(ordered: pd.DataFrame, quarter: Quarter, *, least: int = 1) -> pd.DataFrame:
    """Repeat and lapse, one month after another: the data file ``repeat_months``.

    Parameters
    ----------
    ordered : `by_month`.
    least : the fewest customers of whom a share is told.

    Returns
    -------
    One row per month, the oldest first: month, ordered (customers with an order in it), repeat (of
    these, who had ordered in an earlier month), repeat_share, customers (who ordered in the twelve
    months before it), lapsed (of these, whose last order is twelve months old at its end),
    lapse_rate, low and high (95 %, Wilson), year_before (lapse_rate of the same month a year
    before). The first twelve months of the records have no lapse: nobody can have lapsed in them.
    """
    bought = ordered[ordered["orders"] > 0]
    columns = ["month", "ordered", "repeat", "repeat_share", "customers", "lapsed", "lapse_rate",
               "low", "high", "year_before"]  # fmt: skip
    if bought.empty:
        return pd.DataFrame(columns=columns)
    first = bought["month"].min()
    days = [pd.Timestamp(day) for day in month_ends(first.date(), quarter.as_of)]
    place = pd.Series(range(len(days)), index=days)
    wide = np.zeros((bought["account_id"].nunique(), len(days)), dtype=bool)
    wide[pd.factorize(bought["account_id"])[0], bought["month"].map(place)] = True
    ever = np.cumsum(wide, axis=1) > 0
    rows = []
    for at, day in enumerate(days):
        now = wide[:, at]
        before = ever[:, at - 1] if at else np.zeros(len(wide), dtype=bool)
        row = {"month": day, "ordered": int(now.sum()), "repeat": int((now & before).sum())}
        if at >= WINDOW:
            eve = wide[:, at - WINDOW : at].any(axis=1)
            still = wide[:, at - WINDOW + 1 : at + 1].any(axis=1)
            row |= {"customers": int(eve.sum()), "lapsed": int((eve & ~still).sum())}
        rows.append(row)
    table = pd.DataFrame(rows, columns=["month", "ordered", "repeat", "customers", "lapsed"])
    share = table["repeat"] / table["ordered"].where(table["ordered"] >= max(least, 1))
    there = table["customers"].where(table["customers"] >= max(least, 1)).astype(float)
    rate = table["lapsed"].astype(float) / there
    low, high = wilson_limits(table["lapsed"].to_numpy(float), there.to_numpy())
    table = table.assign(
        repeat_share=share, lapse_rate=rate, low=low, high=high, year_before=rate.shift(12),
        **{name: table[name].fillna(0).astype("int64") for name in ("customers", "lapsed")},
    )  # fmt: skip
    table["month"] = table["month"].astype("datetime64[us]")
    return table[columns].tail(MONTHS).reset_index(drop=True)
