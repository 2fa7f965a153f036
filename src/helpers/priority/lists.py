"""Lists to act on: which customers a step names, with what stands behind each of them."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import starmap

import numpy as np
import pandas as pd

from helpers.metrics.catalog.health import GROUPS as HEALTH
from helpers.metrics.health import PARTS
from helpers.priority import due, fitting
from helpers.priority.groups import Groups
from helpers.priority.plays import plays
from helpers.priority.stepping import STEP
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say, spoken

COLUMNS = (
    "account_id", "name", "groups", "arr", "renews_on", "health", "owner", "action", "reason", "by",
    "responsible", "status", "value_at_stake", "segment_id", "play", "left_on", "left_for",
    "not_now",
)  # fmt: skip
ORDERED = "revenue_12m"


@dataclass(frozen=True)
class Lists:
    """``table`` is the data file ``customers_to_act_on``; ``reason`` says why it is empty."""

    table: pd.DataFrame
    reason: str = ""


def customers_to_act_on(
    study: Study,
    steps: pd.DataFrame,
    groups: Groups,
    frame: pd.DataFrame,
    *,
    as_of: date,
    worth: pd.DataFrame | None = None,
    health: pd.DataFrame | None = None,
) -> Lists:
    """One row per customer and action, the most at stake first.

    Parameters
    ----------
    steps : data file ``next_steps``; trials and steps about companies that are no customers, or
        about the company itself, list nobody.
    frame : customer frame; ``owner`` and ``renews_on`` where they are collected.
    as_of : last day of the quarter; no day to act by lies before it.
    worth : account_id, arr, acv and, of orders, revenue_12m (currency per year), and what it
        answered: nps, csat, ticket_csat; None = not known.
    health : data file ``health``, to name the part that pulls health down.

    Returns
    -------
    Lists. ``arr`` is what a customer pays today, value_at_stake that or, of a former customer, its
    last annual contract value; where there are no contracts, what a current customer ordered in
    the last twelve months; ``groups`` all groups of the customer in words, ``;`` between;
    ``owner`` who looks after the customer (blank = not collected), ``responsible`` who does the
    step; a customer that a play names by several groups stands once, with the first of them.
    """
    todo = steps[(steps["kind"] == STEP) & (steps["about"] == "customers")]
    todo = todo.assign(place=np.arange(len(todo)))
    held = groups.members[groups.members["worked_with"]]
    rows = todo.merge(held[["segment_id", "account_id"]], on="segment_id")
    rows = rows.sort_values(["place", "account_id"], kind="stable")
    rows = rows.drop_duplicates(["account_id", "play"])
    if rows.empty:
        table = pd.DataFrame(columns=list(COLUMNS))
        return Lists(_typed(table), words.NO_GROUPS)
    people = _people(study, groups, frame, worth, health)
    rows = rows.drop(columns=["owner", "arr"], errors="ignore").assign(
        responsible=rows["owner"], why=rows["definition"], day=rows["by"]
    )
    rows = rows.merge(people, on="account_id", how="left", validate="m:1")
    rows["not_now"] = fitting.not_now(rows, study, worth=worth, health=health)
    rows["by"] = due.of_customers(
        rows["day"], rows["renews_on"], rows["play"].isin(_at_renewal(study)), as_of
    ).where(rows["not_now"].eq(""))  # what is not asked now is due on no day

    told = rows[["why", "reason", "left_on", "left_for"]].itertuples(index=False)
    rows["reason"] = [*starmap(cache(fitting.because), told)]  # many customers, few sentences
    early = due.comes_first(rows["by"], due.presented(study, as_of))
    hurry = say(words.BEFORE_PRESENTED)
    rows["reason"] = rows["reason"].where(~early, rows["reason"] + f"; {hurry}")
    elsewhere = fitting.written_elsewhere(rows, plays(study))
    other = say(words.WRITTEN_ELSEWHERE)
    rows["reason"] = rows["reason"].where(~elsewhere, rows["reason"] + f"; {other}")
    rows = rows.sort_values(
        ["value_at_stake", "account_id", "place"], ascending=[False, True, True],
        kind="stable", na_position="last",
    )  # fmt: skip
    return Lists(_typed(rows[list(COLUMNS)]))


def _at_renewal(study: Study) -> list[str]:
    return [place for place, play in plays(study).items() if play.by == due.RENEWAL]


def _people(
    study: Study,
    groups: Groups,
    frame: pd.DataFrame,
    worth: pd.DataFrame | None,
    health: pd.DataFrame | None,
) -> pd.DataFrame:
    """What is known of every customer: one row each."""
    people = pd.DataFrame(
        {
            "account_id": frame["account_id"],
            "name": frame.get("name", frame["account_id"]),
            "status": frame["status"],
            "renews_on": frame.get("renews_on", pd.NaT),
            "owner": frame.get("owner", ""),
        }
    )
    named = groups.members.merge(groups.table[["segment_id", "definition"]], on="segment_id")
    people["groups"] = people["account_id"].map(
        named.groupby("account_id", sort=False)["definition"].agg("; ".join)
    )
    at = None if worth is None else worth.set_index("account_id")
    for name in ("arr", "acv", ORDERED):
        held = None if at is None or name not in at else at[name]
        people[name] = np.nan if held is None else people["account_id"].map(held)
    current = people["status"] == "current"
    people["arr"] = people["arr"].where(current)
    paid = people["arr"].where(current, people["acv"])
    if study.business_model == "transactional":  # of who left, what was ordered last is not known
        paid = people[ORDERED].where(current)
    people["value_at_stake"] = paid.astype(float)
    people["health"] = _health_in_words(people["account_id"], frame, health)
    people = people.merge(fitting.left(frame), on="account_id", how="left", validate="1:1")
    return people.fillna({"left_for": ""}).drop(columns=["acv", ORDERED])


def _health_in_words(
    accounts: pd.Series, frame: pd.DataFrame, health: pd.DataFrame | None
) -> pd.Series:
    """The health group, and the part of health with the fewest points; blank = not computed."""
    if health is None or "health_group" not in frame:
        return pd.Series("", index=accounts.index)
    at = health.set_index("account_id").reindex(accounts)
    points = at.reindex(columns=list(PARTS)).astype(float).fillna(np.inf).to_numpy()
    weakest, least = points.argmin(axis=1), points.min(axis=1)
    groups = at["health_group"].map(HEALTH).fillna("")

    @cache  # many customers, few sentences
    def told(group: str, part: str, value: str) -> str:
        if not group or not value:
            return str(spoken.value(group))
        driver = say(words.WEAKEST, part=words.HEALTH_PARTS[part], points=value)
        return say(words.HEALTH_TOLD, group=spoken.value(group), driver=driver)

    parts = [PARTS[place] for place in weakest]
    values = [f"{value:.0f}" if np.isfinite(value) else "" for value in least]
    return pd.Series(map(told, groups, parts, values), index=accounts.index)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    days = dict.fromkeys(("renews_on", "by", "left_on"), "datetime64[ms]")
    amounts = dict.fromkeys(("arr", "value_at_stake"), "float64")
    texts = [name for name in COLUMNS if name not in {**days, **amounts}]
    table = table.assign(**{name: pd.to_datetime(table[name]) for name in days})
    table = table.assign(**{name: table[name].astype("object").fillna("") for name in texts})
    return table.astype(days | amounts | dict.fromkeys(texts, "str")).reset_index(drop=True)
