"""Recurring revenue: the MRR bridge and what contracts say about each account.

The MRR of an account in a month is what its contracts in force on the month's last day add up to,
rounded to the cent. Contracts that overlap are summed. An account is active in a month in which
its MRR is above zero. Everything here follows contracts alone: a date of leaving in the CRM does
not change recurring revenue.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from helpers.metrics.exact import MONEY, cents, count, fetch, money, total
from helpers.metrics.pairs import Collected, Pairs
from helpers.quarter import Quarter, add_months

MOVEMENTS = ("new", "reactivated", "expansion", "contraction", "churned")
DAY = dt.timedelta(days=1)


def in_force(contracts: ir.Table, day: dt.date | ir.DateValue) -> ir.BooleanValue:
    """Whether each contract is in force on a day; its first and last day count."""
    day = ibis.date(day) if isinstance(day, dt.date) else day
    return (contracts.starts_on <= day) & (contracts.ends_on.isnull() | (contracts.ends_on >= day))


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Last days of the calendar months from the month of ``first`` to the month of ``last``.

    >>> month_ends(dt.date(2024, 1, 15), dt.date(2024, 3, 1))[-1]
    datetime.date(2024, 3, 31)
    """
    ends, start = [], first.replace(day=1)
    while start <= last:
        start = add_months(start, 1)
        ends.append(start - DAY)
    return ends


def mrr_bridge(contracts: ir.Table, *, months: list[dt.date]) -> ir.Table:
    """Bridge from each month's opening to its closing MRR, per account.

    Parameters
    ----------
    contracts : account_id, starts_on, ends_on (last day in force, null = open), mrr.
    months : last days of consecutive months, such as ``quarter.month_ends``. The month before
        the first one gives the opening MRR.

    Returns
    -------
    Lazy table, one row per account and month in which the account is active or stops being so:
    account_id, month (date, last day), opening, new, reactivated, expansion, contraction, churned,
    closing (decimals, currency per month; contraction and churned are negative), with
    ``opening + new + reactivated + expansion + contraction + churned = closing`` to the cent.

    Notes
    -----
    *New* is the first month in the account's whole history in which it is active; active after a
    month without MRR is *reactivated*. *Churned* is booked in the first month without MRR, and
    only for months that are asked for: who is active in the last month has not churned.
    """
    grid = ibis.memtable(
        pd.DataFrame(
            {
                "month": pd.to_datetime([months[0].replace(day=1) - DAY, *months]),
                "position": range(len(months) + 1),
            }
        ),
        schema={"month": "timestamp", "position": "int64"},
    )
    grid = grid.mutate(month=grid.month.date())
    paid = contracts.filter(contracts.mrr > 0)
    firsts = paid.group_by("account_id").agg(first_active=_first_active(paid))
    paid = paid.select("account_id", "starts_on", "ends_on", amount=money(paid.mrr))
    active = (
        paid.join(
            grid,
            [
                paid.starts_on <= grid.month,
                paid.ends_on.isnull() | (paid.ends_on >= grid.month),
            ],
        )
        .group_by("account_id", "position", "month")
        .agg(closing=lambda t: t.amount.sum().round(2).cast(MONEY))
    )
    by_account = ibis.window(group_by="account_id", order_by="position")
    active = active.mutate(
        last_position=active.position.lag().over(by_account),
        last_closing=active.closing.lag().over(by_account),
        next_position=active.position.lead().over(by_account),
    ).join(firsts, "account_id")
    zero = ibis.literal(0).cast(MONEY)
    running = active.filter(active.position > 0).select(
        "account_id",
        "month",
        opening=lambda t: ibis.ifelse(
            t.last_position == t.position - 1, t.last_closing, zero
        ).fill_null(zero),
        closing="closing",
        first=lambda t: t.month == t.first_active,
    )
    gone = active.filter(
        (active.position < len(months))
        & (active.next_position.isnull() | (active.next_position > active.position + 1))
    ).select("account_id", position=active.position + 1, opening=active.closing)
    gone = gone.join(grid, "position").select(
        "account_id", "month", "opening", closing=zero, first=ibis.literal(False)
    )
    return (
        running.union(gone)
        .mutate(**_movements(_.opening, _.closing, _.first, ibis.ifelse))
        .select("account_id", "month", "opening", *MOVEMENTS, "closing")
    )


def _first_active(contracts: ir.Table) -> ir.DateScalar:
    """Last day of the first month in which an account's contracts make it active."""
    month = contracts.starts_on.truncate("M")
    month_end = (month + ibis.interval(months=1) - ibis.interval(days=1)).cast("date")
    # A contract is in force on some month's last day if and only if it is on its first month's.
    return month_end.min(where=(contracts.mrr > 0) & in_force(contracts, month_end))


def _movements(opening: Any, closing: Any, first: Any, either: Callable) -> dict[str, Any]:
    """What an account's MRR did in a month; ``first`` = its first active month ever.

    For expressions and for arrays: ``either`` is `ibis.ifelse` or `numpy.where`.
    """
    change, zero = closing - opening, 0 * closing
    return {
        "new": either((opening == 0) & first, closing, zero),
        "reactivated": either((opening == 0) & ~first, closing, zero),
        "expansion": either((opening > 0) & (closing > opening), change, zero),
        "contraction": either((closing > 0) & (closing < opening), change, zero),
        "churned": either(closing == 0, change, zero),
    }


def monthly_bridge(contracts: ir.Table, *, months: list[dt.date]) -> pd.DataFrame:
    """The bridge of all accounts together, month by month.

    Returns
    -------
    One row per month asked for: month, opening, new, reactivated, expansion, contraction, churned,
    closing (currency per month), and ``<movement>_accounts``, the number of accounts behind each.
    """
    bridge = mrr_bridge(contracts, months=months)
    sums = {name: bridge[name].sum() for name in ("opening", *MOVEMENTS, "closing")}
    counts = {f"{name}_accounts": count(bridge[name] != 0) for name in MOVEMENTS}
    found = fetch(bridge.group_by("month").agg(**sums, **counts)).set_index("month")
    index = pd.DatetimeIndex(months, name="month").as_unit("us")
    return found.reindex(index, fill_value=0).round(2).reset_index()


def quarterly_bridge(contracts: ir.Table, *, quarter: Quarter, quarters: int = 8) -> pd.DataFrame:
    """The bridge of the last quarters, each the sum of its three months.

    Returns
    -------
    One row per quarter, oldest first: quarter (text), opening, the movements, closing, counts as
    in `monthly_bridge` (an account that moves twice in a quarter counts twice).
    """
    wanted = [quarter]
    while len(wanted) < quarters:
        wanted.insert(0, wanted[0].previous)
    months = [day for entry in wanted for day in entry.month_ends]
    monthly = monthly_bridge(contracts, months=months)
    monthly["quarter"] = [str(entry) for entry in wanted for _ in range(3)]
    flows = [c for c in monthly.columns if c not in {"quarter", "month", "opening", "closing"}]
    table = monthly.groupby("quarter", sort=False).agg(
        {"opening": "first", **dict.fromkeys(flows, "sum"), "closing": "last"}
    )
    return table.round(2).reset_index()


def recurring_by_account(contracts: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """What contracts say about each account: `contract_state` and `movements_by_account` together.

    Amounts of accounts without recurring revenue in the trailing year are 0.
    """
    known = contracts.filter(contracts.starts_on <= ibis.date(quarter.as_of))
    state = _state(known, quarter)
    sums = known.group_by("account_id").agg(**state, **_closings(known, quarter))
    found = _rounded(fetch(sums))
    return found[["account_id", *state]].assign(**_flows(found, quarter))


def contract_state(contracts: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Contracts in force on the days that matter to a quarter.

    Returns
    -------
    One row per account with a contract that started by the as-of date: account_id, mrr (in force
    on the as-of date), mrr_year_ago (in force on the last day before the trailing year), in_force,
    in_force_before, in_force_year_ago (booleans: as-of date; day before the quarter; day before the
    trailing year: a contract without charge counts, on the earlier days of those who had paid by
    then), last_in_force and last_paid (last day with a contract, and with one that costs
    something, in force; at most the as-of date).
    """
    known = contracts.filter(contracts.starts_on <= ibis.date(quarter.as_of))
    return _rounded(fetch(known.group_by("account_id").agg(**_state(known, quarter))))


def _state(known: ir.Table, quarter: Quarter) -> dict[str, ir.Scalar]:
    as_of = ibis.date(quarter.as_of)
    ends = ibis.least(known.ends_on.fill_null(as_of), as_of)
    return {
        "mrr": total(known.mrr, in_force(known, quarter.as_of)),
        "mrr_year_ago": total(known.mrr, in_force(known, quarter.year_start - DAY)),
        "in_force": in_force(known, quarter.as_of).any(),
        "in_force_before": _customer_on(known, quarter.start - DAY),
        "in_force_year_ago": _customer_on(known, quarter.year_start - DAY),
        "last_in_force": ends.max(),
        "last_paid": ends.max(where=known.mrr > 0),
    }


def _customer_on(known: ir.Table, day: dt.date) -> ir.BooleanScalar:
    """Whether an account had a contract in force on an earlier day, and had paid by then.

    Of free trials only those are known today as customers that were paid for later: counted from
    their first day, they would be customers none of whom ever leaves.
    """
    paid = (known.mrr > 0) & (known.starts_on <= ibis.date(day))
    return in_force(known, day).any() & paid.any()


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    """MRR to the cent."""
    amounts = [name for name in table.columns if name.startswith(("mrr", "closing_"))]
    return table.assign(**{name: cents(table[name]) for name in amounts})


def movements_by_account(contracts: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """The bridge per account over a quarter, and recurring revenue.

    Returns
    -------
    One row per account active in the trailing year or on the day before it: account_id, mrr_new,
    mrr_reactivated, mrr_expansion, mrr_contraction, mrr_churned (quarter), revenue and revenue_12m
    (closing MRR of the quarter's three and of the trailing year's twelve months, added up).

    Notes
    -----
    `mrr_bridge` added up, with a column per month in place of a row per account and month: one pass
    over the contracts, and neither join nor window.
    """
    sums = contracts.group_by("account_id").agg(**_closings(contracts, quarter))
    found = _rounded(fetch(sums))
    active = found[(found.filter(like="closing_") > 0).any(axis=1)].reset_index(drop=True)
    return active[["account_id"]].assign(**_flows(active, quarter))


def _months(quarter: Quarter) -> list[dt.date]:
    """Last days of the months of the trailing year, after that of the month before it."""
    return month_ends(quarter.year_start - DAY, quarter.as_of)


def _closings(contracts: ir.Table, quarter: Quarter) -> dict[str, ir.Scalar]:
    """MRR at the end of each of `_months`, not yet rounded, and the first active month."""
    paid = contracts.mrr > 0
    closings = {
        f"closing_{k}": total(contracts.mrr, paid & in_force(contracts, day))
        for k, day in enumerate(_months(quarter))
    }
    return closings | {"first_active": _first_active(contracts)}


def _flows(by_account: pd.DataFrame, quarter: Quarter) -> dict[str, np.ndarray]:
    """Movements of the quarter and recurring revenue, from `_closings`."""
    months = _months(quarter)
    closing = [by_account[f"closing_{k}"].to_numpy(float) for k in range(len(months))]
    first = by_account["first_active"].to_numpy("datetime64[D]")
    moves = [
        _movements(closing[k - 1], closing[k], first == np.datetime64(months[k]), np.where)
        for k in range(1, len(months))
        if months[k] >= quarter.start
    ]
    sums = {f"mrr_{name}": sum(move[name] for move in moves) for name in MOVEMENTS}
    sums |= {"revenue": sum(closing[-len(moves) :]), "revenue_12m": sum(closing[1:])}
    return {name: values.round(2) for name, values in sums.items()}


def mrr_on_two_days(contracts: ir.Table, days: pd.DataFrame) -> pd.DataFrame:
    """MRR of each account on two days of its own.

    Parameters
    ----------
    days : account_id, now, then (dates).

    Returns
    -------
    One row per account of ``days`` that has contracts: account_id, now, then (currency per month).
    """
    asked = days_table(days)
    joined = contracts.join(asked, "account_id")
    return fetch(
        joined.group_by("account_id").agg(
            now=total(joined.mrr, in_force(joined, joined.now)),
            then=total(joined.mrr, in_force(joined, joined.then)),
        )
    )


def days_table(days: pd.DataFrame) -> ir.Table:
    """A small table of accounts and dates, ready to be joined to raw rows."""
    names = [name for name in days.columns if name != "account_id"]
    table = ibis.memtable(
        days, schema={"account_id": "string", **dict.fromkeys(names, "timestamp")}
    )
    return table.mutate(**{name: table[name].date() for name in names})


def add_recurring(made: Pairs, collected: Collected, customers: pd.DataFrame) -> None:
    """ARR, contract value, bridge and retention of every customer."""
    if "contracts" not in collected:
        return
    current = (customers["status"] == "current").to_numpy()
    mrr = collected.amounts("contracts", "mrr")
    then = collected.amounts("contracts", "mrr_year_ago")
    last = pd.to_numeric(customers["monthly_revenue"]).to_numpy(float)
    made.add("arr", 12 * mrr, made.ones)
    made.add("arr_per_customer", 12 * mrr * current, current)
    made.add("acv", np.round(12 * np.nan_to_num(last), 2), ~np.isnan(last))
    for name in MOVEMENTS:
        made.add(f"mrr_{name}", collected.amounts("contracts", f"mrr_{name}"), made.ones)
    made.add("nrr", mrr, then)
    made.add("grr", np.minimum(mrr, then), then)
