"""The second claim: a typical member ranks above most others, whatever the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from scipy.special import ndtr, ndtri

from helpers.search import lifts
from helpers.search.inference import bent, compare
from helpers.search.inputs import Inputs, standardised
from helpers.search.select import normal_scores_of

if TYPE_CHECKING:
    from helpers.search.select import Step

MIDDLE = 50.0  # where a typical member of no group in particular stands
STRICTER = 1 / 8  # share of a search's level at which its groups' places are tested; see `is_above`


@dataclass(frozen=True)
class Percentile:
    """Place of a segment's median member among all other customers, 0 to 100, with interval."""

    value: float
    low: float
    high: float


def ranked(inputs: Inputs) -> np.ndarray:
    """Normal scores of the ranks, within strata where there are any, at mean 0 and SD 1."""
    out = np.empty(inputs.score.size)
    cells = np.zeros(out.size, int) if inputs.strata is None else inputs.strata
    for cell in np.unique(cells):
        rows = cells == cell
        out[rows] = normal_scores_of(inputs.score[rows])
    return standardised(out)


def percentile_of(inputs: Inputs, inside: np.ndarray, level: float = 0.95) -> Percentile:
    """`placed` on the score and within the strata of a search."""
    return placed(inputs.score, inside, inputs.strata, level)


def is_above(inputs: Inputs, inside: np.ndarray, alpha: float, groups: int = 1) -> bool:
    """Whether the median member of a group that ranks picked is shown to be above the middle.

    The search of ranks, of level `alpha`, shows that members rank higher, not that the median one
    does: its ranks may be high because the better half of the members is far above the others. So
    the median has a test of its own, one-sided, divided among the `groups` that were found. What a
    search picks has luck in its median, too, and `STRICTER` allows for that: in companies in which
    every group has the same median and four attributes stretch the upper half of the scores (150,
    300 and 1,000 customers), alpha itself is passed in 7, 10 and 20 % of companies, an eighth in
    4, 4 and 5 %, the level of a whole study; in companies in which less differs, in 2 % at most
    (bench/segments/middles.py). Of what ranks find where lifts multiply, it lets pass 71 %.
    """
    level = 1 - 2 * STRICTER * alpha / groups
    return percentile_of(inputs, inside, level).low > MIDDLE


def placed(
    score: np.ndarray, inside: np.ndarray, strata: np.ndarray | None, level: float = 0.95
) -> Percentile:
    """Percentile of the median member among the customers outside (of its stratum).

    A member's percentile is the share of others with a lower score, half of those with the same.
    Members in strata without others are left out. The interval allows for two errors that are
    independent: which members happened to be there (order statistics, between which the median of
    all such members lies by the binomial law, whatever the distribution), and which others
    (Wilson's interval); see `lowest`.

    >>> score = np.arange(100.0)
    >>> found = placed(score, score >= 80, None)
    >>> found.value, found.low > 90
    (100.0, True)
    """
    cells = np.zeros(inside.size, int) if strata is None else strata
    places, others = [], 0
    for cell in np.unique(cells[inside]):
        rest = np.sort(score[~inside & (cells == cell)])
        mine = score[inside & (cells == cell)]
        if rest.size:
            below = np.searchsorted(rest, mine, side="left")
            upto = np.searchsorted(rest, mine, side="right")
            places.append((below + upto) / 2 / rest.size)
            others += rest.size
    if not places:
        return Percentile(np.nan, np.nan, np.nan)
    place = np.sort(np.concatenate(places))
    z = float(stats.norm.isf((1 - level) / 2))
    low, high = lowest(place, others, z), 1 - lowest(1 - place[::-1], others, z)
    return Percentile(*(100 * float(p) for p in (np.median(place), low, high)))


def lowest(place: np.ndarray, others: int, z: float) -> float:
    """Lower end of the interval of the median member's place, as a share of the others.

    Of two independent errors, in standard errors a and b, those with a² + b² ≤ z² are allowed for:
    the median of all such members may lie a below that of these (at the order statistic below which
    it lies with the same chance), and the share of all others below that member b below the share
    of these. The lowest share over all such pairs is the end. For errors that add up linearly that
    is the usual z × √(variance + variance), from limits of each (Zou & Donner 2008, Statistics in
    Medicine 27); as it is read off the order statistics and not off a slope, it holds where the
    scores lie unevenly around the median, too. Two intervals joined, each at half of what may fail,
    are a third wider.

    Parameters
    ----------
    place : (members,) shares of the others below each member, rising.
    others : how many the shares are of.
    z : standard errors to allow for.
    """
    first = np.arange(1, place.size // 2 + 1)
    # chance, in standard errors, that fewer members than `first` lie below the median of all such
    members = -ndtri(stats.binom.cdf(first - 1, place.size, 0.5))
    if not (members >= z).any():
        return 0.0  # so few members do not bound their median
    members = members[(members >= z).sum() - 1 :]
    beyond = np.sqrt(np.maximum(z**2 - members**2, 0.0))
    at = place[first[-1] - members.size : first[-1]]
    ends = [*zip(at, beyond, strict=True), (np.median(place), z)]
    return min(wilson_at(share, others, reach)[0] for share, reach in ends)


def honest(place: Percentile, step: Step, score: np.ndarray) -> Percentile:
    """The percentile of a group's median member, corrected for having been picked by the search.

    A search that picks the group whose ranks look best picks luck, too: of log-normal scores that
    better groups multiply, 300 customers, the measured percentile is 8 points too high, and its
    lower end above the truth in 9 % of cases instead of 2.5 (bench/segments/places.py). The
    statistic of the ranks is corrected as that of a mean is (`lifts.corrected`), and what it loses,
    in normal scores, the percentile and its lower end lose on the normal scale. The lower end stops
    at 50, which the test of the search has excluded.

    Parameters
    ----------
    place : as measured (`placed`).
    step : the step of the search of ranks that accepted the group.
    score : the scores that it tested (`ranked`).
    """
    chosen, layout = step.candidate, step.layout
    seen = compare(layout, score)  # the step's own normal scores are less an offset of their depth
    t, unit = float(seen.t[chosen]), float(np.sqrt(seen.variance[chosen]))
    unit /= float(layout.information[chosen])
    critical = step.critical + float(seen.z[chosen] - step.observed.z[chosen])
    floor = float(bent(lifts.student(np.array(critical), layout.df[chosen]), seen.skew[chosen]))
    middle, low, _ = lifts.corrected(t, min(floor, t))
    reach = max(t - float(ndtri(0.975)), 0.0)
    value = min(_moved(place.value, unit * (t - middle)), place.value)
    lower = min(_moved(place.low, unit * max(reach - low, 0.0)), value)
    return Percentile(max(value, MIDDLE), max(lower, MIDDLE), place.high)


def _moved(percentile: float, down: float) -> float:
    """A percentile, `down` standard deviations lower on the normal scale.

    >>> round(_moved(50.0, 1.0), 1), _moved(100.0, 1.0)
    (15.9, 100.0)
    """
    return 100 * float(ndtr(ndtri(percentile / 100) - down))


def wilson(share: float, n: int, tail: float) -> tuple[float, float]:
    """Wilson's (1927) interval of a share of n, leaving `tail` on each side.

    >>> [round(end, 3) for end in wilson(0.5, 100, 0.025)]
    [0.404, 0.596]
    """
    return wilson_at(share, n, float(stats.norm.isf(tail)))


def wilson_at(share: float, n: int, z: float) -> tuple[float, float]:
    """`wilson`, `z` standard errors to each side."""
    middle = (share + z**2 / 2 / n) / (1 + z**2 / n)
    reach = z * (share * (1 - share) / n + z**2 / 4 / n**2) ** 0.5 / (1 + z**2 / n)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
