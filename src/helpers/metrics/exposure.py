"""Attributes that tell when a customer was won, or that it has left.

A customer won lately had less time to leave, so that groups by the year of signing up differ in any
line of the score that leaving changes, without being better. Such attributes share those lines
(`helpers.study.customers.QualityScore.leaving_lines`), whatever they are called in the export.
Where the base is the revenue of the past year, a customer won within it had less time to buy, too:
attributes that tell when a customer was won then share the base, whether anybody has left or not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import listed
from helpers.study import Study
from helpers.words import scores as words

# Agreement beyond chance with an attribute that is made of the first days alone; the rest is for
# dates that were corrected by hand.
LEAST_AGREEMENT = 0.8
# Levels that mean "has left" hold nearly all who left, and nearly nobody else.
LEAST_TOLD = 0.8


@dataclass(frozen=True)
class Exposure:
    """The study with what its attributes share with leaving, and which attributes these are."""

    study: Study
    when_won: tuple[str, ...] = ()
    who_left: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, dict[str, Any]]:
        """A sentence of `helpers.words.scores` about these attributes, and its values."""
        names = (*self.when_won, *self.who_left)
        if not names:
            return words.NOTHING_TELLS, {}
        lines = listed(self.lines)
        return words.TELLS_OF_LEAVING, {
            "attributes": listed(map(self.study.label, names), most=20),
            "lines": lines,
            "n": len(names),
        }


def with_exposure(study: Study, frame: pd.DataFrame) -> Exposure:
    """The study, its attributes sharing the lines of leaving where they tell of it.

    Parameters
    ----------
    frame : one row per included customer: won_on, status, and the attributes as levels.
    """
    left = (frame["status"] == "former").to_numpy()
    of_leaving = study.quality_score.leaving_lines if left.any() else ()
    # of fewer customers than two groups take, any attribute may agree with their days
    enough = len(frame) >= 2 * study.smallest_segment(len(frame))
    of_time = ("base",) if enough and study.score_base == "revenue_12m" else ()
    of_time = tuple(dict.fromkeys([*of_time, *of_leaving]))
    if not of_time:
        return Exposure(study)
    names = [name for name in study.attributes if name in frame]
    won = tuple(name for name in names if tells_when_won(frame[name], frame["won_on"]))
    gone = tuple(
        name
        for name in names
        if of_leaving and name not in won and tells_who_left(frame[name], left)
    )
    attributes = dict(study.attributes)
    lines = dict.fromkeys(won, of_time) | dict.fromkeys(gone, of_leaving)
    for name, shared in lines.items():
        shares = tuple(dict.fromkeys([*attributes[name].shares, *shared]))
        attributes[name] = attributes[name].model_copy(update={"shares": shares})
    told = tuple(dict.fromkeys(line for shared in lines.values() for line in shared))
    return Exposure(study.model_copy(update={"attributes": attributes}), won, gone, told)


def tells_when_won(levels: pd.Series, won_on: pd.Series) -> bool:
    """Whether an attribute's levels are periods of the first days, one after the other.

    The levels, ordered by their middle days, are set beside periods of the same sizes; agreement
    is Cohen's kappa (Cohen 1960, A Coefficient of Agreement for Nominal Scales).

    >>> days = pd.Series(pd.date_range("2020-01-01", periods=1000))
    >>> tells_when_won(days.dt.year, days), tells_when_won(days.dt.quarter, days)
    (True, False)
    """
    known = won_on.notna().to_numpy()
    codes, distinct = pd.factorize(levels[known], use_na_sentinel=False)
    if len(distinct) < 2:
        return False
    days = won_on[known].to_numpy("datetime64[D]").astype(int)
    place = pd.Series(days).groupby(codes).median().rank(method="first").to_numpy(int)[codes] - 1
    count, n = len(distinct), len(days)
    day = pd.factorize(days, sort=True)[0]
    # Customers of one day have no order among themselves: each may stand at any place of that day.
    held = np.bincount(day * count + place, minlength=(day.max() + 1) * count)
    meant = np.bincount(np.sort(day) * count + np.sort(place), minlength=len(held))
    agreed = (held * meant / np.repeat(np.bincount(day), count)).sum() / n
    by_chance = ((np.bincount(place) / n) ** 2).sum()
    return bool(agreed - by_chance >= LEAST_AGREEMENT * (1 - by_chance))


def tells_who_left(levels: pd.Series, left: np.ndarray) -> bool:
    """Whether the levels at which most customers have left hold them, and nearly only them.

    >>> stage = pd.Series(["live", "live", "closed", "live"])
    >>> tells_who_left(stage, np.array([False, False, True, False]))
    True
    """
    codes = pd.factorize(levels, use_na_sentinel=False)[0]
    if not left.any() or left.all():
        return False
    gone = np.bincount(codes, weights=left)
    size = np.bincount(codes)
    mostly = gone > size / 2
    told, stayed = gone[mostly].sum(), (size - gone)[~mostly].sum()
    # Where nearly everybody has left, any level holds those who did: it must leave out who stayed.
    apart = told >= LEAST_TOLD * size[mostly].sum() and stayed >= LEAST_TOLD * (~left).sum()
    return bool(apart and told >= LEAST_TOLD * left.sum())
