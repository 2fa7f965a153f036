"""Accounts whose identifiers only look different: one customer, or two?

The CRM may hold one account twice, as ACC-001 and acc-001. Identifiers are matched as they are
written, so that both are customers, each with a part of what is one's; nothing but the study's own
SQL makes them one.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from helpers.workspace import Workspace

KEPT = "accounts_alike"


def find_alike(ws: "Workspace", accounts: "ir.Table") -> dict:
    """Accounts that differ by capitals, white space or zeros in front alone; kept by account.

    Parameters
    ----------
    accounts : canonical, one row per account.

    Returns
    -------
    Empty without any; else accounts, customers (what they would be if those that look alike were
    one), identifier and like (two of them).
    """
    import ibis

    plain = accounts.account_id.lower().re_replace(r"\s+", "").re_replace("^0+", "")
    named = accounts.select("account_id", plain=plain)
    often = named.group_by("plain").agg(n=named.count())
    several = often.filter((often.n > 1) & (often.plain != ibis.literal("")))
    frame = named.semi_join(several, "plain").to_pandas()
    if frame.empty:
        return {}
    frame = frame.sort_values(["plain", "account_id"], ignore_index=True)
    ws.keep(KEPT, frame)
    first = frame[frame["plain"] == frame["plain"].iloc[0]]["account_id"]
    return {
        "accounts": len(frame),
        "customers": int(frame["plain"].nunique()),
        "identifier": str(first.iloc[0]),
        "like": str(first.iloc[1]),
    }


def paid_alike(ws: "Workspace", per: "ir.Table") -> dict:
    """What accounts that look alike pay: accounts (those that do), money.

    Parameters
    ----------
    per : account_id and money of each account with contracts or orders.
    """
    import ibis

    mine = ibis.memtable(ws.kept(KEPT)[["account_id"]], schema={"account_id": "string"})
    paid = per.semi_join(mine, "account_id").filter(per.money > 0)
    told = paid.aggregate(accounts=paid.count(), money=paid.money.sum()).to_pandas().fillna(0)
    return {"accounts": int(told["accounts"].iloc[0]), "money": float(told["money"].iloc[0])}
