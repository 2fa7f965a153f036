"""Stages of a customer's life: the one place that says what they are."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from helpers.segments.definitions import CURRENT, Segments, define
from helpers.segments.rules import evaluate_rules
from helpers.study import Study
from helpers.words import groups as words
from helpers.words import say


@dataclass(frozen=True)
class Stage:
    """One stage: its name, what it is called and its SQL condition over the customer frame."""

    name: str
    label: str
    rule: str


def stages(study: Study) -> list[Stage]:
    """The stages that a study knows, in the order in which a customer passes through them.

    They exclude one another. Days count from the day on which the customer was won: onboarding are
    the days 0 to ``lifecycle.onboarding`` − 1, the first 90 days those that follow up to day 89.
    *Trial* is whoever meets ``lifecycle.trial``, at any age. A study that gives no such condition,
    or no days of onboarding, has no such stage; accounts that never paid are on no customer list.
    """
    cuts = study.lifecycle
    onboarding = cuts.onboarding or 0
    first = max(cuts.first90, onboarding)
    year = max(cuts.first_year, first)
    found = [
        Stage(
            "onboarding",
            say(words.ONBOARDING_FIRST_DAYS, onboarding=onboarding),
            _days(0, onboarding),
        ),
        Stage("first_90_days", say(words.FIRST_DAYS, days=cuts.first90), _days(onboarding, first)),
        Stage(
            "first_year",
            say(words.DAY_END_FIRST_DAYS, first=first, first_year=cuts.first_year),
            _days(first, year),
        ),
        Stage(
            "veteran", say(words.CUSTOMER_FOR_DAYS_OR_LONGER, year=year), f"tenure_days >= {year}"
        ),
    ]
    found = found if onboarding else found[1:]
    if cuts.trial is None:
        return found
    # A condition that is null for a customer does not make it a trial.
    trial = f"coalesce(({cuts.trial}), false)"
    paying = [Stage(one.name, one.label, f"NOT {trial} AND {one.rule}") for one in found]
    return [Stage("trial", say(words.ON_TRIAL), trial), *paying]


def stage_of(study: Study, frame: pd.DataFrame) -> pd.Series:
    """Each customer's stage; blank where the day on which it was won is not known."""
    rules = {stage.name: stage.rule for stage in stages(study)}
    found = pd.Series("", index=frame.index, dtype="str")
    for name, inside in evaluate_rules(frame, rules, place="lifecycle, stage `{}`").items():
        found = found.mask(inside, name)
    return found


def next_renewal(contracts: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """The next day on which a contract in force comes up for renewal.

    ``account_id, starts_on, ends_on, renews_on`` (one row per contract) -> ``account_id,
    renews_on`` (one row per account that has one after ``as_of``).
    """
    day = pd.Timestamp(as_of)
    ends = contracts["ends_on"].isna() | (contracts["ends_on"] >= day)
    ahead = contracts[(contracts["starts_on"] <= day) & ends & (contracts["renews_on"] > day)]
    return ahead.groupby("account_id", sort=True)["renews_on"].min().reset_index()


def lifecycle(study: Study, frame: pd.DataFrame, *, as_of: date) -> Segments:
    """Stages of a current customer's life (`stages`), and renewals that come up.

    ``frame`` may carry ``renews_on`` (see `next_renewal`); without it the renewal window is said to
    be not collected. They are compared with other current customers, for former ones have no stage.
    """
    rows = [(stage.name, stage.label, stage.rule) for stage in stages(study)]
    notes = []
    if "renews_on" in frame and frame["renews_on"].notna().any():
        window = study.lifecycle.renewal_window
        until = as_of + timedelta(days=window)
        rows.append(
            (
                "renewal",
                say(words.CONTRACT_RENEWS_WITHIN_DAYS, window=window),
                f"renews_on > DATE '{as_of}' AND renews_on <= DATE '{until}'",
            )
        )
    else:
        notes.append(words.RENEWAL_WINDOW_CONTRACTS_RENEWS_ON)
    return define(
        frame,
        (
            {
                "segment_id": f"lifecycle-{name.replace('_', '-')}",
                "basis": "lifecycle",
                "definition": label,
                "rule": f"{CURRENT} AND {rule}",
                "population": "current",
            }
            for name, label, rule in rows
        ),
        notes=notes,
    )


def _days(first: int, end: int) -> str:
    return f"tenure_days >= {first} AND tenure_days < {end}" if first else f"tenure_days < {end}"
