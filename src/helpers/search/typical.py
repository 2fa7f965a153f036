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


def percentile_of(inputs: Inputs, inside: np.ndarray) -> Percentile:
    """`placed` on the score and within the strata of a search."""
    return placed(inputs.score, inside, inputs.strata)


def placed(
    score: np.ndarray, inside: np.ndarray, strata: np.ndarray | None, level: float = 0.95
) -> Percentile:
    """Percentile of the median member among the customers outside (of its stratum).

    A member's percentile is the share of others with a lower score, half of those with the same.
    The interval joins two, each at 1 − (1 − level)/2: order statistics between which the median of
    all such members lies (binomial, whatever the distribution), and Wilson's (1927) interval of the
    share of others below them. Members in strata without others are left out.

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
    tail = (1 - level) / 4
    first = int(stats.binom.ppf(tail, place.size, 0.5))
    # P(fewer than `first` members below the median) must not exceed the tail
    first -= stats.binom.cdf(first - 1, place.size, 0.5) > tail
    ends = (place[first - 1], place[place.size - first]) if first >= 1 else (0.0, 1.0)
    low, _ = wilson(ends[0], others, tail)
    _, high = wilson(ends[1], others, tail)
    return Percentile(*(100 * float(p) for p in (np.median(place), low, high)))


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
    z = float(stats.norm.isf(tail))
    middle = (share + z**2 / 2 / n) / (1 + z**2 / n)
    reach = z * (share * (1 - share) / n + z**2 / 4 / n**2) ** 0.5 / (1 + z**2 / n)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
