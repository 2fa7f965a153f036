"""Whom a step does not fit now, and how a former customer left: what is known of each decides."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from helpers.priority import due
from helpers.priority.plays import plays
from helpers.study import Play, Study
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import say

# Values of the column health_group.
AT_RISK, UNPROVEN = "at_risk", "unproven"
PROBLEM = "health-at-risk"  # the group that a letter about a problem goes to
# What a customer itself said: below the middle of its scale a customer is not content.
SAID = (
    ("nps", 0.0, words.NPS_NEGATIVE),
    ("csat", 50.0, words.CSAT_LOW),
    ("ticket_csat", 50.0, words.TICKET_CSAT_LOW),
)
# What it shows: parts of health, in points of 100.
SHOWN = (
    ("outcomes", 50.0, words.OUTCOMES_LOW),
    ("activation", 50.0, words.ACTIVATION_LOW),
    ("consumption", 50.0, words.CONSUMPTION_LOW),
)

Doubt = tuple[np.ndarray, Callable[[int], str]]  # whom something speaks against, and its words


def not_now(
    rows: pd.DataFrame,
    study: Study,
    *,
    worth: pd.DataFrame | None,
    health: pd.DataFrame | None,
) -> list[str]:
    """Why a customer is not asked now what a step asks; "" where it is.

    Parameters
    ----------
    rows : one row per customer and step (account_id, play), the steps of all groups.
    worth : account_id and what it answered: nps, csat, ticket_csat; None = not known.
    health : data file ``health``; None = not computed.

    Notes
    -----
    Against what only content customers are asked speak what a customer said or shows below the
    middle of its scale, poor health, and a renewal that another step is about. Use is held against
    a customer where the study declares how much of it is good: measured against one another, half
    of all customers are below the middle. Against an offer speaks that a customer is at risk.
    """
    every, accounts = plays(study), rows["account_id"]
    renewing = rows["play"].isin([place for place, one in every.items() if one.by == due.RENEWAL])
    ill = _known(health, "health_group", accounts) == AT_RISK
    doubts = [_below(worth, accounts, *one) for one in SAID]
    doubts += [_below(health, accounts, *one) for one in SHOWN if _held(study, one[0])]
    doubts += [
        (ill.to_numpy(), lambda _: say(words.NOT_HEALTHY)),
        (accounts.isin(accounts[renewing]).to_numpy(), lambda _: say(words.ASKED_TO_RENEW)),
    ]
    return [
        _told(every[place], at, doubts, at_risk=bool(risk))
        for at, (place, risk) in enumerate(zip(rows["play"], ill, strict=True))
    ]


def _told(play: Play, at: int, doubts: list[Doubt], *, at_risk: bool) -> str:
    """All that speaks against asking one customer now."""
    if play.content_only:
        return "; ".join(told(at) for where, told in doubts if where[at])
    return say(words.MEND_FIRST) if play.expands and at_risk else ""


def _below(
    table: pd.DataFrame | None, accounts: pd.Series, name: str, middle: float, sentence: str
) -> Doubt:
    """Who is below the middle of a scale; what is not known speaks against nobody."""
    known = _known(table, name, accounts)
    return (known < middle).to_numpy(), lambda at: say(sentence, value=_whole(known.iloc[at]))


def _held(study: Study, part: str) -> bool:
    """Whether a part of health may be held against a customer."""
    inputs = getattr(study.health, part)
    return part == "outcomes" or all(one.good is not None for one in inputs)


def written_elsewhere(rows: pd.DataFrame, every: Mapping[str, Play]) -> pd.Series:
    """Who is written to about a problem, so that no other step's letter goes out, row by row.

    Nobody gets two letters that know nothing of each other, the one about what does not work and
    the other about what was got out of it.
    """
    writing = {place for place, one in every.items() if one.message}
    about = {place for place in writing if PROBLEM in every[place].groups}
    troubled = rows.loc[rows["play"].isin(about) & rows["not_now"].eq(""), "account_id"]
    return rows["play"].isin(writing - about) & rows["account_id"].isin(troubled)


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
    """The group that a step is for with what is shown of it, and how a former customer left."""
    if pd.isna(left_on) and not left_for:
        return say(words.BECAUSE, group=why, reason=reason) if reason else why
    if pd.isna(left_on):
        return say(words.LEFT_SOMETIME_FOR, group=why, reason=left_for)
    told = words.LEFT_FOR if left_for and left_for not in why else words.LEFT_ON
    return say(told, group=why, day=left_on, reason=left_for)


def _known(table: pd.DataFrame | None, name: str, accounts: pd.Series) -> pd.Series:
    """A column of a table for these customers; blank where it is not known."""
    if table is None or name not in table:
        return pd.Series(np.nan, accounts.index)
    return accounts.map(table.set_index("account_id")[name])


def _whole(value: float) -> str:
    return fmt.number(value)
