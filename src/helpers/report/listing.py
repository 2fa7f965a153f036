"""The page of lists: who does what, with each customer's name, money, day and reason.

One click from the landing page: every action has a place of its own, under whoever does it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.report.page import asset, filled, whole_page
from helpers.segments.rules import slug
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import pages, say

MOST = 200  # customers of one action on the page; the data file holds all of them
FILE = "lists.html"


def anchor(who: str, action: str) -> str:
    """The place of an action on the page.

    >>> anchor("Sales", "Write to them.")
    'sales-write-to-them'
    """
    return slug(f"{who} {action}")[:120].rstrip("-.")


def build(
    tables: Mapping[str, pd.DataFrame], *, title: str, when: str, currency: str, synthetic: bool
) -> str | None:
    """The page, or None where no customer is on a list.

    Parameters
    ----------
    tables : the data files of the quarter by name.
    synthetic : whether the company is invented, which the page says.
    """
    listed = tables.get("customers_to_act_on")
    if listed is None or listed.empty:
        return None
    people = [_of(who, rows, currency) for who, rows in _by(listed, "responsible")]
    body = filled(
        "lists.html.j2",
        words=words,
        pages=pages,
        title=title,
        when=when,
        synthetic=synthetic,
        people=people,
    )
    return whole_page(
        title=f"{title} — {say(words.ACT_ON)}",
        body=body,
        styles=[asset("base.css"), asset("index.css")],
    )


def _by(listed: pd.DataFrame, name: str) -> Sequence[tuple[str, pd.DataFrame]]:
    """The rows of each value, the one with the most at stake first, unknown money last."""
    rows = {value: listed[listed[name] == value] for value in listed[name].unique()}
    stake = {value: _at_stake(part) for value, part in rows.items()}
    order = sorted(rows, key=lambda value: (pd.isna(stake[value]), -stake[value], value))
    return [(value, rows[value]) for value in order]


def _at_stake(rows: pd.DataFrame) -> float:
    """Money of the customers, each counted once; NaN where nobody's is known."""
    return float(rows.drop_duplicates("account_id")["value_at_stake"].sum(min_count=1))


def _holds(rows: pd.DataFrame, currency: str) -> str:
    """How many customers, and what is at stake as far as it is known."""
    each = rows.drop_duplicates("account_id")
    unknown = int(each["value_at_stake"].isna().sum())
    if unknown == len(each):
        return say(words.ACTION_OPEN, customers=len(each))
    return say(
        words.ACTION_PART if unknown else words.ACTION_HOLDS,
        customers=len(each), stake=_at_stake(each), currency=currency,
        **({"open": unknown} if unknown else {}),
    )  # fmt: skip


def _money(value: float, currency: str) -> str:
    return fmt.MISSING if fmt.is_missing(value) else fmt.short_money(value, currency)


def _of(who: str, rows: pd.DataFrame, currency: str) -> dict[str, Any]:
    actions = [
        {
            "action": action,
            "id": anchor(who, action),
            "holds": _holds(part, currency),
            "rows": [_row(row, currency) for row in part.head(MOST).to_dict("records")],
            "left": max(len(part) - MOST, 0),
        }
        for action, part in _by(rows, "action")
    ]
    return {
        "who": who or say(words.NOBODY_NAMED),
        "customers": rows["account_id"].nunique(),
        "actions": actions,
    }


def _row(row: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {
        "name": row["name"],
        "stake": _money(row["value_at_stake"], currency),
        "renews_on": "" if pd.isna(row["renews_on"]) else f"{row['renews_on']:%Y-%m-%d}",
        "by": "" if pd.isna(row["by"]) else f"{row['by']:%Y-%m-%d}",
        "health": row["health"],
        "owner": row["owner"],
        "reason": row["reason"],
    }
