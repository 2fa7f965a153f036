"""How far people agree: rank correlation, κ, concordance and the intraclass correlation.

Statistics over arrays, for every place where two looks at the same thing are compared. Each says
how far it can be trusted with as few pairs as there are.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution


class Estimate(NamedTuple):
    """A statistic with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float
    high: float


UNKNOWN = Estimate(np.nan, np.nan, np.nan)


def kendall_tau(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """Kendall's τ-b of two rankings, which takes ties out of the pairs that could agree.

    Parameters
    ----------
    one, other : values whose order counts, without missing ones.

    Returns
    -------
    Estimate
        Below three pairs of values, or without any difference among them, NaN. Below five, τ has no
        interval.

    Notes
    -----
    The interval leaves out one customer at a time (jackknife), on Fisher's scale, with Student's t;
    it is never narrower than Fieller, Hartley and Pearson (1957) give it for rankings without ties
    (standard error √(0.437 ÷ (n − 4)) of artanh τ). For full agreement, half a pair is counted as
    the other way round. See `bench` for how often it covers.

    Examples
    --------
    >>> round(kendall_tau([1, 2, 3, 4, 5], [1, 2, 3, 5, 4]).value, 2)
    0.8
    """
    x, y = np.asarray(one, float), np.asarray(other, float)
    n = len(x)
    if n < 3:
        return UNKNOWN
    same = np.sign(x[:, None] - x) * np.sign(y[:, None] - y)
    untied_x, untied_y = x[:, None] != x, y[:, None] != y
    sums = np.array([same.sum(), untied_x.sum(), untied_y.sum()], float)
    if not sums[1] or not sums[2]:
        return UNKNOWN
    tau = sums[0] / np.sqrt(sums[1] * sums[2])
    if n < 5:
        return Estimate(float(tau), np.nan, np.nan)
    from scipy import stats

    rows = np.stack([same.sum(1), untied_x.sum(1), untied_y.sum(1)])
    without = sums[:, None] - 2 * rows
    with np.errstate(divide="ignore", invalid="ignore"):
        left = without[0] / np.sqrt(without[1] * without[2])
    left = left[np.isfinite(left)]
    least = n * (n - 1) / 2
    bounded = np.clip(tau, -1 + 1 / least, 1 - 1 / least)
    error = np.sqrt((len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum())
    spread = max(error / (1 - bounded**2), np.sqrt(0.437 / (n - 4)))
    # Fieller's error knows no degrees of freedom; the jackknife's has n − 1.
    half = stats.t.ppf(0.975, n - 1) * spread
    low, high = np.tanh(np.arctanh(bounded) + np.array([-half, half]))
    return Estimate(float(tau), float(min(low, tau)), float(max(high, tau)))


def kappa(
    one: Sequence[Any],
    other: Sequence[Any],
    *,
    levels: Sequence[Any],
    weights: Literal["none", "linear", "quadratic"] = "none",
) -> Estimate:
    """Cohen's κ: agreement beyond what two people's habits alone would bring about.

    Parameters
    ----------
    one, other : what each of the two said of the same things.
    levels : all answers, in their order where ``weights`` counts steps.
    weights : ``linear`` and ``quadratic`` take one step apart as less of a disagreement than two
        (Cicchetti and Allison; Fleiss and Cohen).

    Returns
    -------
    Estimate
        NaN without any pair, and where both gave one and the same answer throughout: then nothing
        could have disagreed. The interval is the large-sample one of Fleiss, Cohen and Everitt
        (1969); for full agreement, where that has no width, its low end is κ at Wilson's low end of
        the share that agrees.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    place = {level: number for number, level in enumerate(levels)}
    table = np.zeros((len(place), len(place)))
    for a, b in zip(one, other, strict=True):
        table[place[a], place[b]] += 1
    used = (table.sum(0) + table.sum(1)) > 0
    if not table.sum() or used.sum() < 2:
        return UNKNOWN
    with np.errstate(divide="ignore", invalid="ignore"):  # of its test that κ is 0
        if weights == "none":
            found = cohens_kappa(table[np.ix_(used, used)])
        else:  # steps are counted on the whole scale
            found = cohens_kappa(table, wt=weights)
    value = float(found.kappa)
    if np.trace(table) == table.sum():
        total = table.sum()
        chance = float((table.sum(0) * table.sum(1)).sum() / total**2)
        share = total / (total + Z95**2)  # Wilson's low end of n of n
        return Estimate(value, (share - chance) / (1 - chance), 1.0)
    return Estimate(value, max(-1.0, float(found.kappa_low)), min(1.0, float(found.kappa_upp)))


class Concordance(NamedTuple):
    """Kendall's W of several rankings of the same things, and how likely chance is to reach it."""

    w: float
    p_value: float
    things: int
    raters: int


def concordance(ranks: pd.DataFrame) -> Concordance:
    """Kendall's coefficient of concordance W, corrected for ties.

    Parameters
    ----------
    ranks : one row per thing, one column per rater; any values whose order counts. Things that a
        rater did not judge are left out.

    Returns
    -------
    Concordance
        0 = no agreement, 1 = the same order. NaN below three things or two raters, or where a rater
        saw no difference at all.

    Notes
    -----
    W = 12 S ÷ (m² (n³ − n) − m Σ (t³ − t)), Kendall and Gibbons (1990). The p-value is that of
    χ² = m (n − 1) W, Friedman's test, which is cautious for few things.
    """
    from scipy import stats

    whole = ranks.dropna()
    n, m = whole.shape
    if n < 3 or m < 2:
        return Concordance(np.nan, np.nan, n, m)
    placed = whole.rank()
    ties = sum(
        float((counts**3 - counts).sum()) for counts in (whole[c].value_counts() for c in whole)
    )
    sums = placed.sum(axis=1)
    most = m**2 * (n**3 - n) - m * ties
    if (whole.nunique() < 2).any() or most <= 0:
        return Concordance(np.nan, np.nan, n, m)
    w = float(12 * ((sums - sums.mean()) ** 2).sum() / most)
    return Concordance(w, float(stats.chi2.sf(m * (n - 1) * w, n - 1)), n, m)


def intraclass(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """The intraclass correlation ICC(1,1) of two looks at each of several things.

    One-way random effects: who looked first and who second differs from thing to thing, so a
    difference between people counts as disagreement.

    Returns
    -------
    Estimate
        Share of the variance that lies between the things. NaN below three pairs, and where all
        values are equal: nothing could have disagreed. Where all pairs agree to the last digit, the
        variance within them is not known, and there is no interval.

    Notes
    -----
    Shrout and Fleiss (1979), with the F interval of McGraw and Wong (1996).
    """
    return icc(np.column_stack([np.asarray(one, float), np.asarray(other, float)]))


def icc(ratings: np.ndarray) -> Estimate:
    """ICC(1,1) of any number of looks: one row per thing, one column per look."""
    from scipy import stats

    n, k = ratings.shape
    if n < 3:
        return UNKNOWN
    means = ratings.mean(axis=1)
    between = k * ((means - ratings.mean()) ** 2).sum() / (n - 1)
    within = ((ratings - means[:, None]) ** 2).sum() / (n * (k - 1))
    if between + within <= 0:
        return UNKNOWN
    value = (between - within) / (between + (k - 1) * within)
    if within == 0:
        return Estimate(1.0, np.nan, np.nan)
    ratio = between / within
    low = ratio / stats.f.ppf(0.975, n - 1, n * (k - 1))
    high = ratio * stats.f.ppf(0.975, n * (k - 1), n - 1)
    limits = [(edge - 1) / (edge + k - 1) for edge in (low, high)]
    return Estimate(float(value), *map(float, limits))


def rand_index(one: Sequence[Any] | np.ndarray, other: Sequence[Any] | np.ndarray) -> float:
    """The adjusted Rand index: how far two groupings put the same things together.

    1 = the same groups, 0 = no more alike than chance; two groupings of one group each are alike.
    What either leaves without a group counts nowhere.

    References
    ----------
    Hubert and Arabie (1985), Comparing partitions.

    Examples
    --------
    >>> rand_index("aabb", "xxyy"), round(rand_index("aabb", "xyyy"), 2)
    (1.0, 0.0)
    """
    places = [pd.factorize(pd.Series(list(side)))[0] for side in (one, other)]
    known = (places[0] >= 0) & (places[1] >= 0)
    table = np.zeros([int(place.max(initial=-1)) + 1 for place in places])
    np.add.at(table, tuple(place[known] for place in places), 1)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    inside, rows, columns = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    whole = pairs(table.sum().reshape(1))
    expected = rows * columns / whole if whole else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (inside - expected) / (most - expected)
