"""The second claim: a typical member ranks above most others, whatever the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats
from scipy.special import betainc, ndtr, ndtri

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
    """`placed` on the score, within the strata and with the clusters of a search."""
    return placed(inputs.score, inside, inputs.strata, level, inputs.cluster)


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
    score: np.ndarray,
    inside: np.ndarray,
    strata: np.ndarray | None,
    level: float = 0.95,
    cluster: np.ndarray | None = None,
) -> Percentile:
    """Percentile of the median member among the customers outside (of its stratum).

    A member's percentile is the share of others with a lower score, half of those with the same.
    Members in strata without others are left out. The interval allows for two errors: which members
    happened to be there (order statistics, between which the median of all such members lies by the
    binomial law, whatever the distribution), and which others (Wilson's interval); see `lowest`.
    Where customers of one `cluster` resemble one another, both errors are those of whole clusters
    (`together`).

    >>> score = np.arange(100.0)
    >>> found = placed(score, score >= 80, None)
    >>> found.value, found.low > 90
    (100.0, True)
    """
    cells = np.zeros(inside.size, int) if strata is None else strata
    place = np.full(inside.size, np.nan)
    for cell in np.unique(cells[inside]):
        here = cells == cell
        rest = np.sort(score[~inside & here])
        if rest.size:
            below = np.searchsorted(rest, score[here], side="left")
            upto = np.searchsorted(rest, score[here], side="right")
            place[here] = (below + upto) / 2 / rest.size
    member, other = (np.flatnonzero(side & ~np.isnan(place)) for side in (inside, ~inside))
    if not member.size:
        return Percentile(np.nan, np.nan, np.nan)
    member = member[np.argsort(place[member], kind="stable")]
    z = float(stats.norm.isf((1 - level) / 2))
    mine, owner, others, shared = place[member], None, float(other.size), 0.0
    if cluster is not None:
        owner = np.unique(cluster[member], return_inverse=True)[1]
        larger, shared = together(place, member, other, cluster, (1 - level) / 2)
        others /= larger
    low = lowest(mine, others, z, owner, shared)
    reverse = None if owner is None else owner[::-1]
    high = 1 - lowest(1 - mine[::-1], others, z, reverse, shared)
    return Percentile(*(100 * float(p) for p in (np.median(mine), low, high)))


def together(
    place: np.ndarray, member: np.ndarray, other: np.ndarray, cluster: np.ndarray, tail: float
) -> tuple[float, float]:
    """What customers of one cluster having moved together does to the share of the others.

    How many times as large its variance is (at least 1): each other's part, whether it lies below
    the median member, less the share of all, added up by cluster and squared (Liang & Zeger 1986,
    Biometrika 73), wider by Student's t where few clusters tell it. And how far both errors go
    together, −1 to 1: what a cluster lifts on both sides lifts the median member, and lowers the
    share of others below, so that errors cancel.

    Parameters
    ----------
    place : (customers,) shares of the others below. member, other : positions. tail : on each side.
    """
    middle, parts, codes = np.median(place[member]), [], np.unique(cluster, return_inverse=True)[1]
    for side in (member, other):
        below = (place[side] < middle) + (place[side] == middle) / 2
        parts.append(np.bincount(codes[side], below - below.mean(), codes.max() + 1))
    mine, theirs = parts
    share = float(((place[other] < middle) + (place[other] == middle) / 2).mean())
    held = np.bincount(codes[other]).astype(float)
    clusters = float((held**2).sum() ** 2 / (held**4).sum())  # of equal sizes, as good as these
    larger = 1.0
    if share * (1 - share) > 0 and clusters > 1:
        larger = float((theirs**2).sum()) / (other.size * share * (1 - share))
        larger *= clusters / (clusters - 1)
        larger = max(larger, 1.0) * float(
            (stats.t.isf(tail, clusters - 1) / stats.norm.isf(tail)) ** 2
        )
    both = float(np.sqrt((mine**2).sum() * (theirs**2).sum()))
    return larger, -float((mine * theirs).sum()) / both if both > 0 else 0.0


def lowest(
    place: np.ndarray,
    others: float,
    z: float,
    owner: np.ndarray | None = None,
    shared: float = 0.0,
) -> float:
    """Lower end of the interval of the median member's place, as a share of the others.

    Of two errors, in standard errors a and b, those with a² + b² ≤ z² are allowed for: the median
    of all such members may lie a below that of these (at the order statistic below which it lies
    with the same chance), and the share of all others below that member b below the share of these.
    The lowest share over all such pairs is the end. For errors that add up linearly that is the
    usual z × √(variance + variance), from limits of each (Zou & Donner 2008, Statistics in Medicine
    27); as it is read off the order statistics and not off a slope, it holds where the scores lie
    unevenly around the median, too. Two intervals joined, each at half of what may fail, are a
    third wider. Where the errors go together, the pairs are those of a² − 2 shared ab + b² ≤
    (1 − shared²) z².

    Parameters
    ----------
    place : (members,) shares of the others below each member, rising.
    others : how many, independent of one another, the shares are as good as.
    z : standard errors to allow for.
    owner : (members,) cluster of each member; None: they are independent.
    shared : how far both errors go together (`together`).
    """
    half = place.size // 2
    below = np.arange(half, dtype=float)
    alike = np.ones(half) if owner is None else alike_below(owner)[:half]
    # chance, in standard errors, that so few members lie below the median of all such
    members = -ndtri(stats.binom.cdf(below, place.size, 0.5))
    if owner is not None:
        members = -ndtri(betainc((place.size - below) / alike, below / alike + 1, 0.5))
    if not (members >= z).any():
        return 0.0  # so few members do not bound their median
    first = np.flatnonzero(members >= z)[-1]
    members = np.minimum(members[first:], z)
    beyond = shared * members + np.sqrt((1 - shared**2) * (z**2 - members**2))
    ends = [*zip(place[first:half], beyond, strict=True), (np.median(place), z)]
    return min(wilson_at(share, others, reach)[0] for share, reach in ends)


def alike_below(owner: np.ndarray) -> np.ndarray:
    """How many members count as one, where those of a cluster lie on one side of a threshold.

    The threshold lies below the first member, the second, …; were it the median of all such, the
    number below would vary by Σ (a cluster's members above less those below)² ÷ 4, which of
    independent ones is members ÷ 4. So many times as large it is, at least once. As the threshold
    is taken for the median (and not the mean of these members), few clusters do not look alike by
    luck.

    >>> alike_below(np.array([0, 0, 0, 1, 1, 1])), alike_below(np.arange(3))
    (array([3.        , 1.66666667, 1.66666667, 3.        , 1.66666667,
           1.66666667]), array([1., 1., 1.]))
    """
    held = np.bincount(owner)
    order = np.argsort(owner, kind="stable")
    before = np.empty(owner.size)  # members of the same cluster further down
    before[order] = np.arange(owner.size) - np.repeat(np.cumsum(held) - held, held)
    step = 1 - held[owner] + 2 * before
    spread = (held**2).sum() / 4 + np.concatenate([[0.0], np.cumsum(step[:-1])])
    return np.maximum(4 * spread / owner.size, 1.0)


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


def wilson_at(share: float, n: float, z: float) -> tuple[float, float]:
    """`wilson`, `z` standard errors to each side."""
    middle = (share + z**2 / 2 / n) / (1 + z**2 / n)
    reach = z * (share * (1 - share) / n + z**2 / 4 / n**2) ** 0.5 / (1 + z**2 / n)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)
