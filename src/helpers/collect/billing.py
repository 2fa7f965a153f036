"""What customers pay: contracts or orders → one row per customer, in the engine."""

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.history import history
from helpers.collect.sources import canonical
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

ARROW_WILL_DO = ("string", "date", "float64", "int64", "boolean")


def billed_accounts(ws: Workspace) -> pd.Series:
    """Accounts with a contract (subscription) or an order (transactional), in no order."""
    return _bills(ws).select("account_id").distinct().to_pyarrow()["account_id"].to_pandas()


def payments(ws: Workspace, accounts: pd.DataFrame) -> pd.DataFrame:
    """What each customer pays, or paid at last.

    Parameters
    ----------
    accounts : account_id, customer_id, left_crm (when the customer left, where it has).

    Returns
    -------
    One row per customer with a contract or an order, in no order: account_id, active (a contract in
    force, or a positive order in the trailing twelve months), paid_until (last paid day; null =
    never paid), returned (whether an order is negative), revenue (per month, of an active
    customer), last_revenue (of a former one).
    """
    bills = of_customers(_bills(ws), accounts)
    if ws.study.business_model == "subscription":
        frame = fetched(recurring_revenue(bills, on=ws.as_of))
        frame = frame.rename(columns={"mrr": "revenue", "last_mrr": "last_revenue"})
        return frame.assign(active=frame["revenue"].notna(), returned=False)
    months = history(ws).months.get("orders", 12.0)
    frame = fetched(order_revenue(bills, since=ws.quarter.year_start, months=months))
    return frame.assign(last_revenue=frame["revenue"])


def fetched(table: "ir.Table") -> pd.DataFrame:
    """What `to_pandas` gives, at a fraction of its time where no column needs more than Arrow."""
    schema = table.schema()
    if not all(str(kind).lstrip("!") in ARROW_WILL_DO for kind in schema.values()):
        return table.to_pandas()
    frame = table.to_pyarrow().to_pandas(date_as_object=False)
    return frame.astype({name: "datetime64[s]" for name in schema if schema[name].is_date()})


def of_customers(bills: "ir.Table", accounts: pd.DataFrame) -> "ir.Table":
    """Contracts or orders by customer, with left_on: when that customer left (null = it has not).

    Only accounts that were rolled up, or have left, are named to the engine.
    """
    import ibis

    told = (accounts["account_id"] != accounts["customer_id"]) | accounts["left_crm"].notna()
    named = accounts.loc[told, ["account_id", "customer_id", "left_crm"]]
    owners = ibis.memtable(
        named.set_axis(["owned_id", "customer_id", "left_on"], axis=1).astype(
            {"left_on": "datetime64[us]"}
        ),
        schema={"owned_id": "string", "customer_id": "string", "left_on": "timestamp(6)"},
    )
    joined = bills.left_join(owners, bills.account_id == owners.owned_id)
    return joined.select(
        *(name for name in bills.columns if name != "account_id"),
        account_id=ibis.coalesce(joined.customer_id, joined.account_id),
        left_on=joined.left_on.date(),
    )


def recurring_revenue(contracts: "ir.Table", *, on: date) -> "ir.Table":
    """Contracts → account_id, mrr, paid_until, last_mrr: monthly recurring revenue of a day.

    mrr is that in force on the day, the last day of a contract included; null where none is.
    paid_until is the last paid day up to the day, last_mrr the MRR of that day: contracts count up
    to the day on which the account left, and free periods (MRR 0) do not count, so that a customer
    that ends on a free plan is valued at what it last paid.

    Parameters
    ----------
    contracts : account_id, starts_on, ends_on, mrr, left_on (null = the account has not left).
    """
    import ibis

    day = ibis.date(on)
    ends = contracts.ends_on.fill_null(day)
    until = ibis.least(ends, contracts.left_on.fill_null(day))
    lines = contracts.select(
        "account_id",
        until=until,
        mrr=_exact(contracts.mrr),
        in_force=(contracts.starts_on <= day) & (ends >= day),
        paid=(contracts.mrr > 0) & (contracts.starts_on <= until),
    )
    ending = lines.group_by("account_id", "until").aggregate(
        mrr=lines.mrr.sum(where=lines.in_force), paid=lines.mrr.sum(where=lines.paid)
    )
    paid = ending.paid.notnull()
    return ending.group_by("account_id").aggregate(
        mrr=ending.mrr.sum().cast("float64"),
        paid_until=ending.until.max(where=paid),
        last_mrr=ending.paid.argmax(ending.until, where=paid).cast("float64"),
    )


def order_revenue(orders: "ir.Table", *, since: date, months: float = 12.0) -> "ir.Table":
    """Orders → account_id, revenue, active, returned, paid_until of each account.

    revenue is the net order value since a day ÷ months: those observed of the twelve
    (`helpers.collect.history`). active means a positive order since that day, returned a negative
    one on any; paid_until is the day of the last positive one.
    """
    recent, positive = orders.ordered_on >= since, orders.amount > 0
    return orders.group_by("account_id").aggregate(
        revenue=_exact(orders.amount).sum(where=recent).cast("float64").fill_null(0.0) / months,
        active=(positive & recent).any(),
        returned=(orders.amount < 0).any(),
        paid_until=orders.ordered_on.max(where=positive),
    )


def _exact(amount: "ir.NumericColumn") -> "ir.DecimalColumn":
    # A sum of floating-point numbers depends on the order of the rows.
    return amount.cast("decimal(28, 6)")


def _bills(ws: Workspace) -> "ir.Table":
    return canonical(ws, "contracts" if ws.study.business_model == "subscription" else "orders")
