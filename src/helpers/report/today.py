"""The current customers of a quarter, and what they bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.report import wording
from helpers.segments import verdicts
from helpers.words import deck as prose
from helpers.words import numbers as fmt
from helpers.words import say


@dataclass(frozen=True)
class Base:
    """The current customers, and what each of them brings where that is known.

    ``label`` names the money: the recurring revenue of a year, else the revenue of twelve months.
    """

    customers: frozenset[str]
    money: pd.Series | None
    label: str


@dataclass(frozen=True)
class Share:
    """Current customers of some groups, each counted once, with their shares of all."""

    count: int
    customers: float
    amount: float | None
    money: float | None


def current(tables: Mapping[str, pd.DataFrame]) -> Base:
    """The current customers of a quarter's data files, and what they bring.

    Parameters
    ----------
    tables : customer_list, and account_metrics where metrics were computed.
    """
    known = tables["customer_list"]
    today = known.loc[known["included"] & known["status"].eq("current"), "account_id"]
    metrics = tables.get("account_metrics", pd.DataFrame())
    for name, label in (("arr", prose.ARR), ("revenue_12m", prose.REVENUE)):
        if name in metrics and metrics[name].sum() > 0:
            money = metrics.set_index("account_id")[name].fillna(0.0)
            return Base(frozenset(today), money.reindex(today).dropna(), say(label))
    return Base(frozenset(today), None, "")


def share_of(base: Base, members: pd.DataFrame, segment_ids: list[str]) -> Share:
    """What some groups are of all current customers and of what these bring.

    Parameters
    ----------
    members : segment_id and account_id, as the data file ``segment_members``.
    """
    mine = members.loc[members["segment_id"].isin(segment_ids), "account_id"]
    inside = base.customers.intersection(mine)
    amount = part = None
    if base.money is not None and base.money.sum() > 0:
        amount = float(base.money[base.money.index.isin(inside)].sum())
        part = amount / float(base.money.sum())
    return Share(len(inside), len(inside) / max(len(base.customers), 1), amount, part)


def all_of(row: Mapping[str, Any], customers: int, currency: str) -> str:
    """What so many customers of a group are worth more, a year, than as many others.

    Who loses money by the score brings nothing, however much more the others lose.
    """
    low, middle, high = (float(row[name]) for name in ("lift_low", "lift", "lift_high"))
    if verdicts.loses(float(row["mean_score"])):
        return fmt.MISSING
    if not verdicts.has_amount(middle, low) or fmt.is_missing(low) or fmt.is_missing(high):
        return fmt.MISSING
    told = fmt.short_money(customers * middle, currency, signed=True, beside=customers * high)
    return f"{told} ({wording.interval(customers * low, customers * high, currency)})"
