"""Honest lifts: what a segment is worth once it is known that the search picked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtri

from helpers.search.enumerate import Candidates
from helpers.search.inference import FEWEST, bent
from helpers.search.select import Step

MIDDLE = 0.60  # share of the law given selection that lies beyond an estimate; see `corrected`
# Where honest lifts are right on average, to .06 standard deviations (bench/segments/honesty.py):
# with fewer customers, or a larger skewness of their scores, they were not, or were not tried.
TRIED_CUSTOMERS, TRIED_SKEWNESS = 300, 4.0
ROUNDING = 1e-9  # share of the measured lift below which a corrected one is nothing
WIDEST = 10.0  # standard errors above the statistic beyond which no mean is sought


@dataclass(frozen=True)
class Lift:
    """A segment's lift in score units: as measured, corrected for selection, 95 % interval."""

    naive: float
    lift: float
    low: float
    high: float
    standard_error: float


def is_tried(customers: int, skewness: float) -> bool:
    """Whether honest lifts were found right on average for so many customers of such a skewness.

    >>> is_tried(1000, 2.5), is_tried(120, 2.5), is_tried(1000, 9.0)
    (True, False, False)
    """
    return customers >= TRIED_CUSTOMERS and abs(skewness) <= TRIED_SKEWNESS


def naive_lift(
    score: np.ndarray,
    inside: np.ndarray,
    strata: np.ndarray | None = None,
) -> tuple[float, float]:
    """Mean inside minus mean outside, and Welch's standard error of that difference.

    Within strata where these are given: the difference in a stratum of n customers, m of them
    inside, counts with m(n − m)/n, and each side's squares are added over the strata, as in
    `effects.difference`. Strata with fewer than two members, or with no others, are left out.

    Parameters
    ----------
    score, inside, strata
        (n,) scores, membership, and optional stratum numbers 0, 1, ….

    Returns
    -------
    difference, standard error; blank where no stratum has both sides.
    """
    cell = np.zeros(score.size, np.int64) if strata is None else strata
    cells = cell.max(initial=-1) + 1
    fewest = 1 if strata is None else FEWEST
    use = np.bincount(cell[inside], minlength=cells) >= fewest
    use &= np.bincount(cell[~inside], minlength=cells) > 0
    if not use.any():
        return np.nan, np.nan
    means, heavy, squares, scale = [], [], [], []
    for side in (inside, ~inside):
        rows = side & use[cell]
        y, of = score[rows], cell[rows]
        total = np.where(use, np.bincount(of, minlength=cells), 1.0)
        mean = np.bincount(of, y, cells) / total
        means.append(mean)
        heavy.append(total)
        squares.append(np.bincount(of, np.square(y - mean[of]), cells) / total**2)
        scale.append(y.size / max(y.size - use.sum(), 1))
    counts = use * heavy[0] * heavy[1] / (heavy[0] + heavy[1])
    share = counts / counts.sum()
    variance = sum(k * (share**2 @ part) for k, part in zip(scale, squares, strict=True))
    return float(share @ (means[0] - means[1])), float(np.sqrt(variance))


def student(z: np.ndarray, df: float) -> np.ndarray:
    """Inverse of `inference.normal_score`: normal score to Student t."""
    scaled = np.abs(z) * (8 * df + 3) / (8 * df + 1)
    return np.copysign(np.sqrt(df * np.expm1(scaled**2 / df)), z)


def share_beyond(t: float, mean: float, floor: float, ceiling: float = np.inf) -> float:
    """Share of a normal law (SD 1), cut off below `floor` and above `ceiling`, that exceeds `t`.

    Rises with `mean`; taken from whichever tail keeps its digits.

    >>> round(share_beyond(4.0, 2.0, 3.0), 3)  # sf(2) / sf(1)
    0.143
    """
    if mean < floor:
        beyond, seen, lost = (log_ndtr(mean - x) for x in (t, floor, ceiling))
        return float(np.exp(beyond - seen) * np.expm1(lost - beyond) / np.expm1(lost - seen))
    short, unseen, kept = (log_ndtr(x - mean) for x in (t, floor, ceiling))
    return float(np.expm1(short - kept) / np.expm1(unseen - kept))


def solve(t: float, share: float, floor: float, ceiling: float = np.inf) -> float:
    """Mean at which `share_beyond` is `share`; 0 where that mean would be negative."""
    low, high = 0.0, t + WIDEST
    if share_beyond(t, low, floor, ceiling) >= share:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        below = share_beyond(t, middle, floor, ceiling) < share
        low, high = (middle, high) if below else (low, middle)
    return high


def corrected(
    t: float, floor: float, ceiling: float = np.inf, level: float = 0.95
) -> tuple[float, float, float]:
    """Estimate and interval of a segment's lift in standard errors, given that it was selected.

    A segment is looked at only when its statistic passes the search-wide critical value, `floor`;
    one accepted at a later step may have stayed below those of earlier steps, `ceiling`. The
    normal law cut off at both, not the plain one, is inverted (Lee et al. 2016, "Exact
    post-selection inference"; Zhong & Prentice 2008 for effects beyond a genome-wide threshold).
    Far from both, nothing is corrected.

    The limits leave 2.5 % on each side. The estimate is the mean that leaves `MIDDLE` beyond t: a
    little more than half, because the law is skewed and the median-unbiased estimate is on average
    too low for the lifts that are found most (`bench/segments/honesty.py` has the alternatives,
    and how small the mean error of any estimate can be). Neither limit, nor the estimate, goes
    above what an uncorrected result would give: luck that held a segment back is not given back.

    Returns
    -------
    estimate, low, high
        In standard errors, not below 0, which the search-wide test has excluded already.
    """
    tail = (1 - level) / 2
    estimate = min(solve(t, MIDDLE, floor, ceiling), t)
    reach = ndtri(1 - tail)
    low = min(solve(t, tail, floor, ceiling), max(t - reach, 0.0))
    high = min(solve(t, 1 - tail, floor, ceiling), t + reach)
    return estimate, min(low, estimate), max(high, estimate)


@dataclass(frozen=True)
class Basis:
    """What one step's correction rests on, in standard errors: statistic, floor, ceiling.

    `unit` is the standard error of the lift within the step's cells, in units of the tested score.
    """

    t: float
    floor: float
    ceiling: float
    unit: float


def basis_of(steps: Sequence[Step], number: int) -> Basis:
    """Statistic of an accepted segment and the limits between which selection lets it be seen.

    The ceiling is the statistic at which it would have passed at an earlier step already: it adds
    the least that it lacked there. Where it did pass, and another was clearer, there is none.
    """
    step, before = steps[number], steps[:number]
    chosen, layout = step.candidate, step.layout
    t, df = float(step.observed.t[chosen]), layout.df[chosen]
    unit = float(np.sqrt(step.observed.variance[chosen]) / layout.information[chosen])
    lacked = [s.critical - s.observed.z[chosen] for s in before]
    ceiling = step.observed.z[chosen] + min((gap for gap in lacked if gap > 0), default=np.inf)
    skew = step.observed.skew[chosen]
    floor, ceiling = (
        float(bent(student(np.array(z), df), skew)) if np.isfinite(z) else z
        for z in (step.critical, ceiling)
    )
    return Basis(t, min(floor, t), max(ceiling, t + 1e-6), unit)


def honest_lift(
    candidates: Candidates,
    steps: Sequence[Step],
    number: int,
    score: np.ndarray,
    *,
    raw: np.ndarray | None = None,
    strata: np.ndarray | None = None,
) -> Lift:
    """Lift of one accepted segment, corrected for having been selected.

    Selection inflates the statistic that the step compared. Its correction (in standard errors)
    is carried over to the plain lift, mean inside minus mean of all other customers (of the same
    stratum, where there are strata); what the plain lift varies beyond that statistic was not
    selected on and widens the interval as usual.

    Parameters
    ----------
    candidates, steps, number
        The search, the accepted steps in order, and which of them.
    score
        (n,) scores that the steps tested.
    raw
        Scores that the lift is reported on, where they are in other units than `score`.
    strata
        (n,) stratum numbers within which the steps compared customers.
    """
    inside = candidates.mask(steps[number].candidate)
    naive, error = naive_lift(score if raw is None else raw, inside, strata)
    basis = basis_of(steps, number)
    # the tested scores are in other units than the reported ones; their standard errors tell how
    unit = basis.unit * error / naive_lift(score, inside, strata)[1]
    seen = corrected(basis.t, basis.floor, basis.ceiling)
    middle, low, high = (naive + unit * (value - basis.t) for value in seen)
    middle = max(middle, min(naive, 0.0))
    # nothing left, to rounding: an amount of 1e-13 would be told as one
    middle, low = (0.0 if abs(end) < ROUNDING * abs(naive) else end for end in (middle, low))
    extra = 1.96**2 * max(error**2 - unit**2, 0.0)
    return Lift(
        naive,
        middle,
        middle - np.sqrt(max(middle - low, 0.0) ** 2 + extra),
        middle + np.sqrt(max(high - middle, 0.0) ** 2 + extra),
        error,
    )
