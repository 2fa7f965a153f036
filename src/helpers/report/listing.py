"""The page of lists: who does what, with each customer's name, money, day and reason.

One click from the landing page: every action has a place of its own, under whoever does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd

from helpers.report.health import GROUPS, doubt
from helpers.report.page import asset, filled, whole_page
from helpers.segments.rules import slug
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import pages, say

LISTS, MESSAGES = "customers_to_act_on", "messages"
MOST = 200  # customers of one action that are seen before anything is looked for
FINDABLE = 5_000  # those that the page holds to be found; the data file has all
FILE = "lists.html"


@dataclass(frozen=True)
class Stake:
    """What some rows of the lists are about, each customer counted once."""

    customers: int
    unknown: int  # customers of whom it is not known what is at stake
    money: float  # of the others; NaN where nobody's is known

    @property
    def open(self) -> bool:
        """Whether nothing is known of anybody."""
        return self.unknown == self.customers

    def told(self, whole: str, part: str, nothing: str, **values: Any) -> str:
        """The sentence that fits: with all the money, with what is known of it, or without."""
        if self.open:
            return say(nothing, **values)
        if self.unknown:
            return say(part, stake=self.money, open=self.unknown, **values)
        return say(whole, stake=self.money, **values)


def at_stake(rows: pd.DataFrame) -> Stake:
    """Customers and money of some rows of the lists.

    >>> at_stake(pd.DataFrame({"account_id": ["a", "a", "b"], "value_at_stake": [9.0, 9.0, None]}))
    Stake(customers=2, unknown=1, money=9.0)
    """
    money = rows.drop_duplicates("account_id")["value_at_stake"]
    return Stake(len(money), int(money.isna().sum()), float(money.sum(min_count=1)))


def of_quarter(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """The lists of a quarter; None where nobody is on one."""
    listed = tables.get(LISTS)
    return None if listed is None or listed.empty else listed


def worth_known(listed: pd.DataFrame) -> bool:
    """Whether anything is known of what customers of lists pay: else nothing is ordered by it."""
    return bool(listed["value_at_stake"].notna().any())


def about(listed: pd.DataFrame | None) -> str:
    """What the annual revenue of lists is; "" where none stands on them."""
    return "" if listed is None or not worth_known(listed) else say(words.AT_STAKE_IS)


def former(listed: pd.DataFrame) -> int:
    """How many customers of lists have left."""
    return int(listed.loc[listed["status"] == "former", "account_id"].nunique())


def owners(tables: Mapping[str, pd.DataFrame]) -> str:
    """What to do about customers of the lists whom nobody looks after; "" where all have somebody.

    Nothing is said where nobody's owner is known: that it was not collected is told elsewhere.
    """
    listed = of_quarter(tables)
    if listed is None or "owner" not in listed:
        return ""
    each = listed.drop_duplicates("account_id").set_index("account_id")["owner"].fillna("")
    alone = each.index[each.eq("")]
    if not len(alone) or len(alone) == len(each):
        return ""
    books = tables.get("books", pd.DataFrame(columns=["account_id", "manager"]))
    named = books[books["account_id"].isin(alone) & books["manager"].fillna("").ne("")]
    sentence = words.NO_OWNER_PROPOSED if len(named) else words.NO_OWNER_YET
    return say(sentence, open=len(alone), proposed=len(named))


def waiting(listed: pd.DataFrame) -> str:
    """How many customers of lists are not to be asked now, by any step; "" where all may be.

    Of several lists that is fewer than of each of them, which is what the index tells.
    """
    if "not_now" not in listed:
        return ""
    asked = listed["not_now"].fillna("").eq("").groupby(listed["account_id"]).any()
    left = int((~asked).sum())
    several = len(set(listed["action"])) > 1
    sentence = words.WAITING_ALL if several else words.WAITING
    return say(sentence, waiting=left) if left else ""


def anchor(who: str, action: str) -> str:
    """The place of an action on the page.

    >>> anchor("Sales", "Write to them.")
    'sales-write-to-them'
    """
    return slug(f"{who} {action}")[:120].rstrip("-.")


def found(group: str) -> str:
    """The page with the customers of one group alone.

    >>> found("Firms on Kestrel")
    'lists.html#find=Firms%20on%20Kestrel'
    """
    return f"{FILE}#find={quote(group)}"


def build(
    tables: Mapping[str, pd.DataFrame],
    *,
    title: str,
    when: str,
    as_of: date,
    currency: str,
    synthetic: bool,
) -> str | None:
    """The page, or None where no customer is on a list.

    Parameters
    ----------
    tables : the data files of the quarter by name.
    as_of : last day of the quarter, from which the days to a renewal are counted.
    synthetic : whether the company is invented, which the page says.
    """
    listed = of_quarter(tables)
    if listed is None:
        return None
    messages = tables.get(MESSAGES, pd.DataFrame(columns=["play", "message"]))
    shown = Shown(currency, as_of, messages, doubt(tables))
    headed = say(words.ACT_ON if worth_known(listed) else pages.ACT)
    people = [_of(who, rows, shown) for who, rows in _by(listed, "responsible")]
    body = filled(
        "lists.html.j2",
        words=words,
        pages=pages,
        title=title,
        headed=headed,
        about=about(listed),
        when=when,
        synthetic=synthetic,
        people=people,
        owners=owners(tables),
        beyond=sum(one["beyond"] for person in people for one in person["actions"]),
    )
    return whole_page(
        title=f"{title} — {headed}",
        body=body,
        styles=[asset("base.css"), asset("index.css")],
        scripts=[asset("folded.js") + asset("lists.js")],
    )


def _by(listed: pd.DataFrame, name: str) -> Sequence[tuple[str, pd.DataFrame]]:
    """The rows of each value, the one with the most at stake first, unknown money last."""
    rows = {value: listed[listed[name] == value] for value in listed[name].unique()}
    stake = {value: at_stake(part).money for value, part in rows.items()}
    order = sorted(rows, key=lambda value: (pd.isna(stake[value]), -stake[value], value))
    return [(value, rows[value]) for value in order]


def _holds(rows: pd.DataFrame, currency: str) -> str:
    """How many customers, and what is at stake as far as it is known."""
    stake = at_stake(rows)
    sentences = (words.ACTION_HOLDS, words.ACTION_PART, words.ACTION_OPEN)
    return stake.told(*sentences, customers=stake.customers, currency=currency)


def _money(value: float, currency: str) -> str:
    return fmt.MISSING if fmt.is_missing(value) else fmt.short_money(value, currency)


@dataclass(frozen=True)
class Shown:
    """What every list of the page is told with; ``messages`` is the data file of that name."""

    currency: str
    as_of: date
    messages: pd.DataFrame
    doubt: str = ""  # of health, where it is not shown to tell who leaves

    def renewal(self, day: pd.Timestamp) -> str:
        """The next renewal, and how many days after the quarter it is: the page is read later."""
        told = _day(day)
        left = (day.date() - self.as_of).days if told else 0
        return say(words.RENEWS_IN, day=told, left=left) if left > 0 else told

    def message(self, rows: pd.DataFrame) -> str:
        """What its customers are written, as to the first of them; "" where nothing is."""
        if "play" not in rows:
            return ""
        mine = self.messages[self.messages["play"].isin(rows["play"].unique())]
        if mine.empty:
            return ""
        without = max(int(rows["not_now"].ne("").sum()), len(rows) - len(mine))
        one = words.WRITTEN_TO if len(mine) > 1 else words.WRITTEN_ONE
        told = words.WRITTEN_TO_SOME if without else one
        first = str(mine["message"].iloc[0])
        return say(told, message=first, messages=len(mine), withheld=without)

    def withheld(self, rows: pd.DataFrame) -> str:
        """How many are not asked now; "" where nobody is."""
        many = int(rows["not_now"].ne("").sum())
        if not many:
            return ""
        return say(words.WRITTEN_TO_NONE if many == len(rows) else words.WITHHELD, withheld=many)


def _day(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else fmt.day(day)


def _of(who: str, rows: pd.DataFrame, shown: Shown) -> dict[str, Any]:
    return {
        "who": who or say(words.NOBODY_NAMED),
        "customers": rows["account_id"].nunique(),
        "actions": [_action(who, action, part, shown) for action, part in _by(rows, "action")],
    }


def _action(who: str, action: str, rows: pd.DataFrame, shown: Shown) -> dict[str, Any]:
    """One list: what is the same for all of it stands above, what differs in the rows."""
    reasons = rows["reason"].unique()
    same = str(reasons[0]) if len(reasons) == 1 else ""
    rows = rows.sort_values("not_now", key=lambda told: told.ne(""), kind="stable")
    columns, message = _columns(rows.head(FINDABLE), shown), shown.message(rows)
    if same:
        columns = [one for one in columns if one[0] != words.WHY]
    return {
        "action": action,
        "id": anchor(who, action),
        "holds": _holds(rows, shown.currency),
        "reason": say(words.FOR_ALL, reason=same) if same else "",
        "doubt": shown.doubt if "segment_id" in rows and _by_health(rows) else "",
        "message": message,
        "withheld": "" if message else shown.withheld(rows),  # else the message says it
        "heads": [(say(head), kind) for head, kind, _ in columns],
        "rows": [*zip(*(told for _, _, told in columns), strict=True)],
        "groups": [*rows["groups"].head(FINDABLE)] if "groups" in rows else [""] * len(rows),
        "seen": MOST,
        "left": max(len(rows) - MOST, 0),
        "beyond": max(len(rows) - FINDABLE, 0),
    }


def _by_health(rows: pd.DataFrame) -> bool:
    """Whether all customers of a list are on it for their health."""
    return bool(rows["segment_id"].astype(str).str.startswith(GROUPS).all())


def _columns(rows: pd.DataFrame, shown: Shown) -> list[tuple[str, str, list[str]]]:
    """Heading, kind and cells of each column; one of which no cell says anything is left out."""
    known = rows["value_at_stake"].notna().any()
    stakes = [_money(value, shown.currency) if known else "" for value in rows["value_at_stake"]]
    renewals = [*map(shown.renewal, rows["renews_on"])]
    # A day stays on one line; what is told behind it may stand on the next one.
    whole = "" if any(len(told) > len("2026-09-30") for told in renewals) else "day"
    found = [
        (words.CUSTOMER, "", [*rows["name"]]),
        (words.AT_STAKE, "num", stakes),
        (words.RENEWS_ON, whole, renewals),
        (words.BY_WHEN, "day", [*map(_day, rows["by"])]),
        (words.HEALTH, "", [*rows["health"]]),
        (words.LOOKED_AFTER, "", [*rows["owner"]]),
        (words.NOT_NOW, "", [*rows["not_now"]]),
        (words.WHY, "", [*rows["reason"]]),
    ]
    return [one for one in found if any(one[2])]
