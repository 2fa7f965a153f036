"""Which renewals come up, with what at stake, and how much of it is likely to be lost.

Who renews, and when, is known. What will be lost is not: its interval is as wide as the error that
the same way of telling would have made on past quarters, or is withheld where they are too few.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.metrics.catalog.health import GROUPS as HEALTH
from helpers.quarter import add_months
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say, spoken
from helpers.words.numbers import short_money

# The interval holds what is lost in four of five quarters like those seen; it takes four at least.
LEVEL, PAST = 0.8, 12
RISING, FALLING = "rising", "falling"


@dataclass(frozen=True)
class Renewals:
    """Data files: ``table`` is ``renewals``, ``groups`` ``renewal_groups``, ``past`` ``…_history``.

    ``reason`` says why there are none, ``withheld`` why there is no interval, ``trend`` how the
    past moved ("" = no movement shown), ``notes`` what is not known.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    past: pd.DataFrame
    reason: str = ""
    withheld: str = ""
    trend: str = ""
    notes: tuple[str, ...] = ()


def renewals(
    study: Study,
    frame: pd.DataFrame,
    contracts: pd.DataFrame | None,
    tags: pd.DataFrame,
    *,
    as_of: date,
) -> Renewals:
    """Renewals within ``lifecycle.renewal_window`` days.

    Parameters
    ----------
    frame : customer frame.
    contracts : account_id, starts_on, ends_on, mrr, renews_on of included customers, former ones
        too; None = not collected.
    tags : data file ``tags``, for segment and health group of current customers.

    Notes
    -----
    At stake is what the contracts that come up are worth a year. Lost is how much less the customer
    pays the day after the window than on the day before it, at most what was at stake: a contract
    that another one replaced is not lost. `expected` tells the interval.
    """
    table, groups, past = (
        outputs.shaped(name, []) for name in ("renewals", "renewal_groups", "renewal_history")
    )
    if contracts is None or contracts["renews_on"].isna().all():
        return Renewals(table, groups, past, reason=words.NO_RENEWS_ON)
    window = study.lifecycle.renewal_window
    current = frame.loc[frame["status"] == "current"]
    contracts = contracts.assign(
        **{name: pd.to_datetime(contracts[name]) for name in ("starts_on", "ends_on", "renews_on")},
        mrr=contracts["mrr"].astype(float),
    )
    due = _due(contracts[contracts["account_id"].isin(current["account_id"])], as_of, window)
    past = _past(study, contracts, as_of, window)
    expects, withheld = expected(past, due["arr_at_stake"].to_numpy(float))
    now = {"quarter_end": pd.Timestamp(as_of), "renewals": len(due),
           "at_stake": due["arr_at_stake"].sum(), **expects}  # fmt: skip
    told = outputs.shaped("renewal_history", [*past, now] if len(due) else past)
    held = due.merge(tags, on="account_id", how="left", validate="1:1")
    held = held.merge(_known(current), on="account_id", how="left", validate="1:1")
    held["segment"] = held["segment_name"].fillna("")
    held["health"] = held["health_group"].map(HEALTH).fillna("").map(spoken.value)
    held = held.sort_values(["renews_on", "account_id"], ignore_index=True)
    return Renewals(
        outputs.shaped("renewals", held),
        outputs.shaped("renewal_groups", _cells(held)),
        told,
        reason="" if len(due) else say(words.NONE_RENEWS, window=window),
        withheld=withheld,
        trend=trend(past),
        notes=_notes(study, contracts, current, as_of),
    )


def _known(current: pd.DataFrame) -> pd.DataFrame:
    owner = current.get("owner", pd.Series("", index=current.index))
    return pd.DataFrame(
        {
            "account_id": current["account_id"],
            "name": current.get("name", current["account_id"]),
            "owner": owner.astype("object").where(owner.notna(), ""),
        }
    )


def _in_force(contracts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    ends = contracts["ends_on"].isna() | (contracts["ends_on"] >= day)
    return (contracts["starts_on"] <= day) & ends


def _paid(contracts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """What each customer pays a year on a day."""
    return 12 * contracts[_in_force(contracts, day)].groupby("account_id")["mrr"].sum()


def _due(contracts: pd.DataFrame, day: date, window: int) -> pd.DataFrame:
    """account_id, renews_on (the first), contracts, arr_at_stake of paid contracts that come up."""
    start, end = pd.Timestamp(day), pd.Timestamp(day + timedelta(days=window))
    ahead = (contracts["renews_on"] > start) & (contracts["renews_on"] <= end)
    rows = contracts[_in_force(contracts, start) & ahead & (contracts["mrr"] > 0)]
    return rows.groupby("account_id", as_index=False).agg(
        renews_on=("renews_on", "min"),
        contracts=("mrr", "size"),
        arr_at_stake=("mrr", lambda mrr: 12 * mrr.sum()),
    )


def is_over(begin: date, as_of: date, window: int) -> bool:
    """Whether the day after a window of so many days, on which losses are measured, has come.

    >>> is_over(date(2025, 12, 31), date(2026, 3, 31), 90)  # its ninetieth day
    False
    """
    return begin + timedelta(days=window + 1) <= as_of


def _past(study: Study, contracts: pd.DataFrame, as_of: date, window: int) -> list[dict]:
    """What was at stake and lost in past windows that do not overlap, the oldest first."""
    begins = [study.records_begin, *(source.records_begin for source in study.sources.values())]
    begin = max((day for day in begins if day), default=None)
    step, rows = ceil(window / 90), []
    for back in range(step, PAST * step + 1, step):
        day = add_months((as_of + timedelta(days=1)).replace(day=1), -3 * back) - timedelta(days=1)
        if not is_over(day, as_of, window) or (begin and day < begin):
            continue
        due = _due(contracts, day, window)
        if due.empty:
            continue
        before, after = (
            due["account_id"].map(_paid(contracts, pd.Timestamp(at))).fillna(0.0)
            for at in (day, day + timedelta(days=window + 1))
        )
        stake = due["arr_at_stake"]
        lost = (before - after).clip(lower=0).clip(upper=stake)
        rows.append(
            {
                "quarter_end": pd.Timestamp(day),
                "renewals": len(due),
                "at_stake": stake.sum(),
                "lost": lost.sum(),
                "lost_share": lost.sum() / stake.sum(),
                "uneven": float((stake**2).sum() / stake.sum() ** 2),
            }
        )
    rows.reverse()
    return rows


def expected(past: list[dict], stakes: np.ndarray) -> tuple[dict[str, float], str]:
    """What will be lost of the stakes, and why it has no interval ("" where it has one).

    Parameters
    ----------
    past : at_stake, lost, lost_share and uneven (sum of squared stakes ÷ square of their sum) of
        past quarters. They get low, high and inside: what the others would have said of each.
    stakes : what is at stake with each customer now (currency per year).

    Returns
    -------
    expected, low and high (currency per year); blank where nothing is known.

    Notes
    -----
    The share is that of all past stakes. Each past quarter is foretold from the others; the errors,
    in units of √uneven (the spread of a share of few large stakes), say how wide an interval has to
    be to hold four of five: split conformal prediction without splitting (jackknife; Barber,
    Candès, Ramdas and Tibshirani 2021, Predictive inference with the jackknife+, Annals of
    Statistics 49), for quarters that are like one another. It takes ⌈0.8 (quarters + 1)⌉ of them.
    """
    blank = {"expected": np.nan, "low": np.nan, "high": np.nan}
    if not past or not stakes.sum() > 0:
        return blank, words.NO_PAST_RENEWALS if not past else ""
    if all(one["lost"] >= one["at_stake"] - 0.005 for one in past):
        # A source that writes the next day over the last one keeps the days of who left only.
        return blank, words.ONLY_LOST_RENEWALS
    stake, lost = (np.array([one[name] for one in past]) for name in ("at_stake", "lost"))
    total, spread = stakes.sum(), np.sqrt((stakes**2).sum()) / stakes.sum()
    share = lost.sum() / stake.sum()
    told = blank | {"expected": total * share}
    place = ceil(LEVEL * (len(past) + 1))
    if place > len(past):
        return told, say(words.TOO_FEW_QUARTERS, quarters=len(past))
    others = (lost.sum() - lost) / (stake.sum() - stake)
    unit = np.sqrt([one["uneven"] for one in past])
    errors = np.abs(lost / stake - others) / unit
    reach = np.sort(errors)[place - 1]
    for at, one in enumerate(past):
        # The error that all others allow, so that a quarter does not vouch for itself.
        own = np.sort(np.delete(errors, at))
        half = own[min(ceil(LEVEL * len(past)), len(own)) - 1] * unit[at]
        one["expected"] = others[at] * stake[at]
        one["low"] = max(others[at] - half, 0.0) * stake[at]
        one["high"] = min(others[at] + half, 1.0) * stake[at]
        one["inside"] = "yes" if one["low"] - 0.005 <= lost[at] <= one["high"] + 0.005 else "no"
    told["low"] = max(share - reach * spread, 0.0) * total
    told["high"] = min(share + reach * spread, 1.0) * total
    return told, ""


def trend(past: list[dict]) -> str:
    """`RISING` or `FALLING` where the share lost moved with time, which an interval cannot follow.

    Kendall's rank correlation with time, exact (Mann 1945, Econometrica 13), at 5 %.
    """
    from scipy.stats import kendalltau

    shares = [one["lost_share"] for one in past]
    if len(shares) < 4 or len(set(shares)) < 2:
        return ""
    found = kendalltau(range(len(shares)), shares)
    if not found.pvalue <= 0.05:
        return ""
    return RISING if found.statistic > 0 else FALLING


def _cells(held: pd.DataFrame) -> pd.DataFrame:
    """Renewals by health and segment, the most at stake first."""
    cells = held.groupby(["health", "segment"], as_index=False, sort=True).agg(
        customers=("account_id", "size"),
        arr_at_stake=("arr_at_stake", "sum"),
        first_on=("renews_on", "min"),
    )
    return cells.sort_values(
        ["arr_at_stake", "health", "segment"], ascending=[False, True, True], kind="stable"
    )


def _notes(
    study: Study, contracts: pd.DataFrame, current: pd.DataFrame, as_of: date
) -> tuple[str, ...]:
    """Money in force whose day of renewal is not known, or has passed."""
    here = contracts[contracts["account_id"].isin(current["account_id"])]
    here = here[_in_force(here, pd.Timestamp(as_of)) & (here["mrr"] > 0)]
    notes = []
    for sentence, rows in (
        (words.RENEWAL_UNKNOWN, here[here["renews_on"].isna()]),
        (words.RENEWAL_PASSED, here[here["renews_on"] <= pd.Timestamp(as_of)]),
    ):
        if len(rows):
            arr = short_money(12 * float(rows["mrr"].sum()), study.currency)
            notes.append(say(sentence, customers=f"{rows['account_id'].nunique():,}", arr=arr))
    return tuple(notes)
