"""What the company as a whole earns, before anyone is left out."""

import datetime as dt

import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import count, fetch, total
from helpers.metrics.revenue import MOVEMENTS, in_force
from helpers.words import few, say

# How the columns of the tables below read in front of people.
FORMATS = {
    "mrr": "money",
    "share": "percent",
    "gross": "money",
    "returned": "money",
    "net": "money",
}


def mrr_by_product(contracts: ir.Table, day: dt.date) -> pd.DataFrame:
    """MRR in force on a day, by product.

    Returns
    -------
    One row per product, largest first: product (blank where the contract names none), accounts
    (with a contract above zero), mrr (currency per month), share of all MRR (0 to 1).
    """
    active = contracts.filter(in_force(contracts, day) & (contracts.mrr > 0))
    grouped = active.group_by("product").agg(
        accounts=active.account_id.nunique(), mrr=total(active.mrr)
    )
    table = fetch(grouped).round({"mrr": 2})
    table["share"] = table["mrr"] / table["mrr"].sum()
    return table.sort_values(["mrr", "product"], ascending=[False, True], ignore_index=True)


def leading_product(totals: pd.DataFrame) -> str:
    """What the first row of `mrr_by_product` is called in a sentence."""
    name = totals["product"].iloc[0]
    return say(few.NO_PRODUCT) if pd.isna(name) else str(name)


def order_history(orders: ir.Table) -> pd.DataFrame:
    """What each account ordered over its whole known history.

    Returns
    -------
    One row per account with an order or return, largest gross value first: account_id, orders
    (positive ones), gross (value of positive orders), returned (value of returns and credits,
    negative), net (their sum), all in currency.
    """
    positive = orders.amount > 0
    table = fetch(
        orders.group_by("account_id").agg(
            orders=count(positive),
            gross=total(orders.amount, positive),
            returned=total(orders.amount, orders.amount < 0),
            net=total(orders.amount),
        )
    ).round({"gross": 2, "returned": 2, "net": 2})
    return table.sort_values(["gross", "account_id"], ascending=[False, True], ignore_index=True)


def two_bridges(bridge: pd.Series, overall: pd.DataFrame) -> pd.DataFrame:
    """The company's bridge beside that of the customers analysed.

    Parameters
    ----------
    bridge : the quarter's row of `revenue.quarterly_bridge`: of all accounts.
    overall : `profiles.company_metrics`: of the customers analysed.

    Returns
    -------
    One row per step, opening to closing: step, company, analysed, difference (currency per month;
    company − analysed: accounts left out, and those that count with their parent). Empty where the
    customers' movements are not known.
    """
    value = overall.set_index("metric")["value"].reindex(["arr", *(f"mrr_{m}" for m in MOVEMENTS)])
    if value.isna().any():
        return pd.DataFrame({name: [] for name in ("step", "company", "analysed", "difference")})
    closing, moves = value["arr"] / 12, value[1:].to_numpy(float)
    steps = bridge_steps(bridge).rename(columns={"amount": "company"})
    analysed = [closing - moves.sum(), *moves, closing]
    steps["analysed"] = [round(float(amount), 2) for amount in analysed]
    return steps.assign(difference=(steps["company"] - steps["analysed"]).round(2))


def bridge_steps(row: pd.Series) -> pd.DataFrame:
    """One row of a bridge laid out as steps: step, amount (losses negative), opening to closing."""
    steps = ["opening", *MOVEMENTS, "closing"]
    return pd.DataFrame({"step": steps, "amount": [float(row[step]) for step in steps]})
