"""One-off revenue: what orders say about each account.

An order is a row with a positive amount. Returns and credits (negative amounts) reduce the value
of the window in which they are booked, never the number of orders.
"""

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import count, fetch, total, within
from helpers.metrics.pairs import Collected, Pairs
from helpers.metrics.revenue import days_table
from helpers.quarter import Quarter, add_months

AMOUNTS = ("order_value", "order_value_12m", "gross_12m", "returned_12m", "order_value_all")


def orders_by_account(orders: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Value and number of orders per account.

    Returns
    -------
    One row per account with an order or return by the as-of date: account_id, order_value (quarter,
    net of returns), order_value_12m, gross_12m and returned_12m (its positive and its negative
    rows), orders_12m (positive orders of the trailing year), ordered_before (a positive order in
    the twelve months to the day before the quarter), ordered_year_before (the same to the day
    before the trailing year), first_ordered_on, last_ordered_on (positive
    orders; blank where there are returns only), order_days (different days with a positive order)
    and order_value_all (net), both over the whole history.
    """
    as_of = ibis.date(quarter.as_of)
    known = orders.filter(orders.ordered_on <= as_of)
    year = within(known.ordered_on, quarter.year_start, quarter.as_of)
    positive = known.amount > 0
    return fetch(
        known.group_by("account_id").agg(
            order_value=total(known.amount, within(known.ordered_on, quarter.start, quarter.as_of)),
            order_value_12m=total(known.amount, year),
            gross_12m=total(known.amount, year & positive),
            returned_12m=total(known.amount, year & (known.amount < 0)),
            orders_12m=count(year & positive),
            ordered_before=(_year_before(known, quarter.start) & positive).any(),
            ordered_year_before=(_year_before(known, quarter.year_start) & positive).any(),
            first_ordered_on=known.ordered_on.min(where=positive),
            last_ordered_on=known.ordered_on.max(where=positive),
            order_days=known.ordered_on.nunique(where=positive),
            order_value_all=total(known.amount),
        )
    ).round(dict.fromkeys(AMOUNTS, 2))


def _year_before(orders: ir.Table, day: dt.date) -> ir.BooleanColumn:
    """Whether each order lies in the twelve months before a day."""
    return (orders.ordered_on < ibis.date(day)) & (
        orders.ordered_on >= ibis.date(add_months(day, -12))
    )


def value_in_two_years(orders: ir.Table, days: pd.DataFrame) -> pd.DataFrame:
    """Order value of each account in the year to a day of its own and in the year before.

    Parameters
    ----------
    days : account_id, now, then, before (dates): the years are the days after ``then`` up to
        ``now``, and after ``before`` up to ``then``.

    Returns
    -------
    One row per account of ``days`` that has orders: account_id, now, then (currency per year),
    earlier (whether it ordered by the day ``before``).
    """
    joined = orders.join(days_table(days), "account_id")
    day = joined.ordered_on
    return fetch(
        joined.group_by("account_id").agg(
            now=total(joined.amount, (day > joined.then) & (day <= joined.now)),
            then=total(joined.amount, (day > joined.before) & (day <= joined.then)),
            earlier=((day <= joined.before) & (joined.amount > 0)).any(),
        )
    )


def recency_days(last_ordered_on: pd.Series, *, quarter: Quarter) -> pd.Series:
    """Days from the last positive order to the as-of date."""
    return (pd.Timestamp(quarter.as_of) - last_ordered_on).dt.days


def add_one_off(
    made: Pairs,
    collected: Collected,
    spans: pd.DataFrame,
    quarter: Quarter,
    *,
    to_a_year: float = 1.0,
) -> None:
    """What customers order, how often and since when.

    ``to_a_year``: what orders of the months observed are multiplied with to be told per year
    (`History.to_a_year`); sums and counts stay what was booked.
    """
    if "orders" not in collected:
        return
    orders = collected.tables["orders"]
    last = orders["last_ordered_on"].reset_index(drop=True)
    ordered = last.notna()
    count = collected.amounts("orders", "orders_12m")
    # Returns of customers that ordered nothing else in the year reduce a group's value too.
    made.add("aov", collected.amounts("orders", "order_value_12m"), count, everywhere=True)
    here = (spans["exposure_year"] > 0) | (count > 0)
    made.add("orders", count, here)
    made.add("purchase_frequency", to_a_year * count, here)
    made.add("repeat_rate", count >= 2, count >= 1)
    returned = collected.amounts("orders", "returned_12m")
    made.add("returned_value", returned, here | (returned < 0))
    gross = collected.amounts("orders", "gross_12m")
    made.add("return_rate", -returned, gross, everywhere=True)
    made.add("recency_days", recency_days(last, quarter=quarter).fillna(0), ordered)
    years = ((last - spans["won_on"]).dt.days / 365.25).clip(lower=0).fillna(0)
    made.add("lifespan_years", years, ordered)
