"""Whom a step does not fit now, and how a former customer left: what is known of each decides."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from helpers.priority import due
from helpers.study import Play
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import say

AT_RISK = "at_risk"
MIDDLE = 50.0  # of the points of outcomes: where answers are as often bad as good


def not_now(
    rows: pd.DataFrame,
    plays: Mapping[str, Play],
    *,
    worth: pd.DataFrame | None,
    health: pd.DataFrame | None,
) -> list[str]:
    """Why a customer is not asked what only content customers are asked; "" where it is.

    Parameters
    ----------
    rows : one row per customer and step (account_id, play), the steps of all groups.
    worth : account_id, nps; None = not known.
    health : data file ``health``; None = not computed.

    Notes
    -----
    Against it speak an NPS below zero, outcomes below the middle, poor health, and a renewal that
    another step is about: nobody gets two letters that know nothing of each other.
    """
    accounts = rows["account_id"]
    content = rows["play"].isin([place for place, play in plays.items() if play.content_only])
    renewing = rows["play"].isin([p for p, play in plays.items() if play.by == due.RENEWAL])
    asked = accounts.isin(accounts[renewing])
    nps, outcomes = _known(worth, "nps", accounts), _known(health, "outcomes", accounts)
    group = _known(health, "health_group", accounts)
    against: list[tuple[np.ndarray, Callable[[int], str]]] = [
        ((nps < 0).to_numpy(), lambda at: say(words.NPS_NEGATIVE, nps=_whole(nps.iloc[at]))),
        (
            (outcomes < MIDDLE).to_numpy(),
            lambda at: say(words.OUTCOMES_LOW, points=_whole(outcomes.iloc[at])),
        ),
        ((group == AT_RISK).to_numpy(), lambda at: say(words.NOT_HEALTHY)),
        (asked.to_numpy(), lambda at: say(words.ASKED_TO_RENEW)),
    ]
    return [
        "; ".join(told(at) for where, told in against if where[at]) if asks else ""
        for at, asks in enumerate(content)
    ]


def left(frame: pd.DataFrame) -> pd.DataFrame:
    """account_id, left_on and left_for of former customers; what is not collected is blank."""
    former = frame[frame["status"] == "former"]
    day = former["churned_on"] if "churned_on" in former else pd.Series(pd.NaT, former.index)
    reason = former["churn_reason"] if "churn_reason" in former else pd.Series("", former.index)
    reason = reason.astype("object").where(reason.notna(), "")
    return pd.DataFrame(
        {"account_id": former["account_id"], "left_on": pd.to_datetime(day), "left_for": reason}
    )


def because(why: str, reason: str, left_on: pd.Timestamp, left_for: str) -> str:
    """The group that a step is for, and of a former customer when and why it left."""
    if pd.isna(left_on) and not left_for:
        return say(words.BECAUSE, group=why, reason=reason)
    if pd.isna(left_on):
        return say(words.LEFT_SOMETIME_FOR, group=why, reason=left_for)
    told = words.LEFT_FOR if left_for and left_for not in why else words.LEFT_ON
    return say(told, group=why, day=f"{left_on:%Y-%m-%d}", reason=left_for)


def _known(table: pd.DataFrame | None, name: str, accounts: pd.Series) -> pd.Series:
    """A column of a table for these customers; blank where it is not known."""
    if table is None or name not in table:
        return pd.Series(np.nan, accounts.index)
    return accounts.map(table.set_index("account_id")[name])


def _whole(value: float) -> str:
    return fmt.number(value)
