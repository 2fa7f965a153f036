"""Contracts in force of accounts that have left: what the CRM and billing say of the same day.

A contract goes on in billing until somebody ends it; an end after the quarter is not known in it.
Where its account has left, the day of leaving is the only end that is known, and counts as one
unless the study says otherwise (``after_leaving``): who left pays nothing, in recurring revenue as
in the quality score.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.currency import in_study_currency
from helpers.collect.rollup import top_parents
from helpers.collect.unmatched import in_force
from helpers.tables import TABLES

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from helpers.workspace import Workspace

KEPT = "contracts_after_leaving"
_ROWS = {"account_id": "string", "starts_on": "date", "mrr": "float64", "currency": "string"}


def left_after(
    contracts: "ir.Table", accounts: "ir.Table", *, left_out: Collection[str] = ()
) -> "ir.Table":
    """Contracts with left_day: the day on which their customer left.

    Null where it has not; and where the contract starts later, so that the customer came back. A
    family of accounts has left when all of them have, as in the customer list.

    Parameters
    ----------
    accounts : canonical accounts.
    left_out : account types that belong to no family.
    """
    import ibis

    left = accounts.filter(accounts.churned_on.notnull()).select(
        left_account=accounts.account_id, left_day=accounts.churned_on.cast("date")
    )
    family = _families(accounts, left_out)
    if len(family):
        schema = {"left_account": "string", "left_day": "timestamp(6)"}
        whole = ibis.memtable(family, schema=schema)
        gone = whole.filter(whole.left_day.notnull())
        gone = gone.mutate(left_day=gone.left_day.date())
        left = left.anti_join(whole, "left_account").union(gone)
    joined = contracts.left_join(
        left, [contracts.account_id == left.left_account, contracts.starts_on <= left.left_day]
    )
    return joined.select(*contracts.columns, "left_day")


def _families(accounts: "ir.Table", left_out: Collection[str]) -> pd.DataFrame:
    """Accounts with relatives: left_account, left_day (of the whole family; null = not left)."""
    below = accounts.filter(accounts.parent_id.notnull())
    above = accounts.semi_join(below, accounts.account_id == below.parent_id)
    names = ["account_id", "parent_id", "account_type", "churned_on"]
    frame = below.select(*names).union(above.select(*names), distinct=True).to_pandas()
    outside = frame["account_type"].str.lower().isin({kind.lower() for kind in left_out})
    frame = frame[~outside].drop_duplicates("account_id")
    tops = top_parents(
        {
            account: None if pd.isna(parent) else parent
            for account, parent in zip(frame["account_id"], frame["parent_id"], strict=True)
        }
    )
    top = frame["account_id"].map(tops)
    day = pd.to_datetime(frame["churned_on"]).groupby(top)
    everyone = day.transform("count") == day.transform("size")
    last = day.transform("max").where(everyone)
    made = pd.DataFrame({"left_account": frame["account_id"], "left_day": last, "top": top})
    made = made[made["top"].duplicated(keep=False)]
    made = made.sort_values("left_account", ignore_index=True)
    return made[["left_account", "left_day"]].astype({"left_day": "datetime64[us]"})


def check_leaving(ws: "Workspace", placed: "ir.Table", *, choice: str) -> dict:
    """Find what is in force on the as-of date of accounts that left by then, and keep it.

    Parameters
    ----------
    placed : from `left_after`, before any contract is ended.
    choice : ``end`` or ``count``.

    Returns
    -------
    Empty without any; else choice, rows and accounts.
    """
    import ibis

    day = ibis.date(ws.as_of)
    late = placed.filter(_runs_on(placed, ws.as_of) & (placed.left_day < day) & (placed.mrr > 0))
    frame = late.select(*_ROWS).to_pandas()
    if frame.empty:
        return {}
    frame = frame.sort_values(["account_id", "starts_on", "mrr"], ignore_index=True)
    ws.keep(KEPT, frame)
    return {"choice": choice, "rows": len(frame), "accounts": frame["account_id"].nunique()}


def ended_by_leaving(placed: "ir.Table", as_of: "date") -> "ir.Table":
    """Contracts in force on a day, ended on that on which their account left; ended ones stay."""
    ended = _runs_on(placed, as_of) & placed.left_day.notnull()
    return placed.mutate(ends_on=ended.ifelse(placed.left_day, placed.ends_on)).drop("left_day")


def _runs_on(contracts: "ir.Table", day: "date") -> "ir.BooleanValue":
    import ibis

    return contracts.ends_on.isnull() | (contracts.ends_on >= ibis.date(day))


def money_after_leaving(
    ws: "Workspace", contracts: "ir.Table", rates: pd.DataFrame | None
) -> dict[str, float]:
    """money: the MRR of what `check_leaving` kept; whole: that in force, as it counts.

    Parameters
    ----------
    contracts : canonical, in the study's currency, as they count.
    """
    import ibis

    frame = ws.kept(KEPT)
    table = ibis.memtable(
        frame.assign(starts_on=pd.to_datetime(frame["starts_on"])),
        schema={**_ROWS, "starts_on": "timestamp(6)"},
    )
    table = table.mutate(starts_on=table.starts_on.date())
    if frame["currency"].notna().any():
        definition = TABLES["contracts"]
        table = in_study_currency(table, definition, currency=ws.study.currency, rates=rates)
    per = in_force(ws, "contracts", contracts)
    whole = per.aggregate(money=per.money.sum()).to_pandas()["money"].fillna(0)
    return {"money": float(table.mrr.sum().execute()), "whole": float(whole.iloc[0])}
