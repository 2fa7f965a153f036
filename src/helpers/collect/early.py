"""Accounts that paid long before the day on which they were won, by the CRM's own word.

A CRM that was filled from an older one gives every customer the day of the move. How long they are
customers, which stage they are in and who of them stays count from that day.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS = 31  # earlier than this is no matter of how a month is billed
SHARE = 0.02  # of the accounts that pay, below which it moves no number
ALIKE = 0.5  # of them, from which on one day of being won is worth naming


def paid_early(bills: "ir.Table", accounts: "ir.Table") -> dict[str, Any]:
    """How many accounts paid more than a month before they were won, and by how long.

    Parameters
    ----------
    bills : contracts or orders, canonical.
    accounts : canonical accounts. One that belongs to another may have been won with that one.

    Returns
    -------
    Empty where they are few; else accounts, paying, and days (the median), or day and on_day where
    most of them were won on the same day.
    """
    import ibis

    contracts = "mrr" in bills.columns
    paid, day = (bills.mrr, bills.starts_on) if contracts else (bills.amount, bills.ordered_on)
    first = bills.filter(paid > 0).group_by("account_id").aggregate(paid_on=day.cast("date").min())
    parents = accounts.select(above=accounts.account_id, above_won=accounts.won_on.cast("date"))
    own = accounts.select(
        "account_id", parent_id=accounts.parent_id, own_won=accounts.won_on.cast("date")
    )
    own = own.left_join(parents, own.parent_id == parents.above)
    above = own.above_won.fill_null(own.own_won)
    won = own.select("account_id", won=ibis.least(own.own_won, above))
    both = first.inner_join(won, "account_id")
    early = both.filter(both.paid_on.delta(both.won, unit="day") < -DAYS)
    rows = early.select("won", "paid_on").to_pandas()
    if rows.empty:
        return {}
    paying = int(first.count().to_pandas())
    if len(rows) < SHARE * paying:
        return {}
    won_on, paid_on = pd.to_datetime(rows["won"]), pd.to_datetime(rows["paid_on"])
    found: dict[str, Any] = {"accounts": len(rows), "paying": paying}
    days = won_on.value_counts().sort_index()
    if len(rows) > 1 and days.max() >= ALIKE * len(rows):
        return found | {"day": days.idxmax().date().isoformat(), "on_day": int(days.max())}
    return found | {"days": int((won_on - paid_on).dt.days.median())}
