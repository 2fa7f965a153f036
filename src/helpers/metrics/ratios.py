"""95 % intervals of ratios of sums over few customers of very unequal size.

Percentiles of resamples hold far less than they say where customers are few: no loss seen is not no
spread, and the one large customer that is missing is missing in every resample. Each kind of ratio
has the interval that held its level in `bench/metrics/interval_coverage.py`.
"""

from dataclasses import dataclass, replace

import numpy as np

from helpers.metrics.intervals import LEAST_DEFINED, LEVEL, tail

# An expansion that these customers did not happen to show: one customer more, of their typical
# size, that grew by this share.
UNSEEN_GROWTH = 0.75
# Standard errors by which a resample without any growth lies below.
FARTHEST = 3.0
# Beyond so many customers' worth of contributions, half of the number counts: skewed means come to
# their normal shape later than the number says (both numbers found by simulation).
EARLY = 12.0
# Standard errors beyond which no limit is told: at most 1 % of any distribution lies farther on one
# side (Chebyshev). Where customers are nearly alike but for a few, some resamples hardly vary, and
# what is divided by their standard errors comes to millions, which tells nothing about the value.
FARTHEST_LIMIT = float(np.sqrt(1 / 0.01 - 1))
# Of fewer customers of equal size the standard error is unsure itself: a limit may then lie as far
# as any customer does (found by simulation).
FEW = 20.0
# An answer that may also be neutral is worth more than a plain yes or no, but at most so much.
NEUTRAL = 1.5


@dataclass(frozen=True)
class Ratio:
    """Σ numerator ÷ Σ denominator over the customers of a group, and how sure it is.

    Attributes
    ----------
    numerator, denominator : of the customers that have data (denominator > 0).
    value, variance : the ratio, and its variance linearised over customers (Cochran 1977, section
        6.3), with the factor n ÷ (n − 1).
    """

    numerator: np.ndarray
    denominator: np.ndarray
    value: float
    variance: float

    @classmethod
    def of(cls, numerator: np.ndarray, denominator: np.ndarray) -> "Ratio":
        known = denominator > 0
        numerator, denominator = numerator[known], denominator[known]
        n, whole = len(denominator), denominator.sum()
        if n < 2:
            return cls(numerator, denominator, np.nan, np.nan)
        value = numerator.sum() / whole
        away = numerator - value * denominator
        return cls(numerator, denominator, value, (away**2).sum() / whole**2 * n / (n - 1))

    @property
    def customers(self) -> int:
        return len(self.denominator)

    @property
    def equal_customers(self) -> float:
        """As many customers of equal size as weigh as much (Kish 1965): (Σ d)² ÷ Σ d²."""
        return _effective(self.denominator)


def share_limits(ratio: Ratio, *, most: float) -> tuple[float, float]:
    """Interval of a share: every customer's own ratio lies between 0 and 1.

    The Wilson interval at the number of observations that would be as precise, did each count for
    itself: ``p(1 − p) ÷ variance`` (Korn and Graubard 1998, Confidence Intervals for Proportions
    with Small Expected Number of Positive Counts Estimated from Survey Data, Survey Methodology
    24(2)), and ``t(n − 1)`` for the unknown spread between customers. At 0 and at 1, where no
    spread was seen, the number of customers of equal size stands in.

    Parameters
    ----------
    most : how many observations there can be: rows where each is one (`NEUTRAL` times as many
        where an answer may be neutral), customers of equal size where all of one may go at once.
    """
    from scipy.special import ndtri, stdtrit

    if ratio.customers < 2:
        return np.nan, np.nan
    share = float(np.clip(ratio.value, 0, 1))
    seen = share * (1 - share) / ratio.variance if ratio.variance > 0 else 0.0
    counted = min(seen, most) if seen > 0 else ratio.equal_customers
    z = ndtri(0.5 + LEVEL / 2)
    counted *= (z / stdtrit(ratio.customers - 1, 0.5 + LEVEL / 2)) ** 2
    centre = (share + z**2 / (2 * counted)) / (1 + z**2 / counted)
    half = z / (1 + z**2 / counted)
    half *= np.sqrt(share * (1 - share) / counted + z**2 / (4 * counted**2))
    low = 0.0 if share == 0 else max(centre - half, 0.0)
    high = 1.0 if share == 1 else min(centre + half, 1.0)
    return low, high


def mean_limits(
    ratio: Ratio, drawn: np.ndarray, spread: np.ndarray, *, farthest: float = np.inf
) -> tuple[float, float]:
    """Interval of any ratio, from resamples of the ratio and of its standard error.

    The bootstrap-t (Efron and Tibshirani 1993, section 12.5) with the tails of the expanded
    percentile interval (`intervals.tail`) at the number of customers that contribute; on the
    logarithmic scale where all numerators have one sign. Where customers are few its lengths vary
    widely (Owen 2025, Better bootstrap t confidence intervals for the mean, arXiv:2508.10083): no
    limit is told beyond `_farthest`.

    Parameters
    ----------
    drawn, spread : the ratio and its standard error in each resample; NaN where it has no data.
    farthest : how many standard errors away a resample without any spread counts.

    Returns
    -------
    Two limits; NaN or infinite where the resamples do not say.
    """
    if ratio.customers < 2 or not ratio.variance > 0:
        return np.nan, np.nan
    if (ratio.numerator <= 0).all():  # what is lost mirrors what is won
        mirrored = replace(ratio, numerator=-ratio.numerator, value=-ratio.value)
        low, high = mean_limits(mirrored, -drawn, spread, farthest=farthest)
        return -high, -low
    rising = bool((ratio.numerator >= 0).all())
    error = np.sqrt(ratio.variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        if rising:
            away = (np.log(drawn) - np.log(ratio.value)) * drawn / spread
            error = error / ratio.value
        else:
            away = (drawn - ratio.value) / spread
    # A resample without any spread lies as far out as can be, on its side.
    endless = ~np.isfinite(away) & ~np.isnan(drawn)
    away[endless] = np.where(drawn[endless] < ratio.value, -farthest, farthest)
    known = np.sort(away[~np.isnan(away)])
    if len(known) < LEAST_DEFINED * len(away):
        return np.nan, np.nan
    parts = np.abs(ratio.numerator) + np.abs(ratio.value) * ratio.denominator
    worth = min(_effective(parts), ratio.customers)
    cut = float(tail(np.array(max(worth / 2, min(worth, EARLY)))))
    below, above = _quantile(known, cut), _quantile(known, 1 - cut)
    with np.errstate(over="ignore"):
        if rising:
            low, high = ratio.value * np.exp(-above * error), ratio.value * np.exp(-below * error)
        else:
            low, high = ratio.value - above * error, ratio.value - below * error
    # What is endless stays so: nothing is known there.
    least, most = _farthest(ratio, rising=rising)
    low = max(low, least) if np.isfinite(above) else low
    return low, min(high, most) if np.isfinite(below) else high


def _farthest(ratio: Ratio, *, rising: bool) -> tuple[float, float]:
    """How far the limits of a ratio may lie: see `FARTHEST_LIMIT` and `FEW`."""
    reach = FARTHEST_LIMIT * np.sqrt(ratio.variance)
    least, most = ratio.value - reach, ratio.value + reach
    if rising:
        least = ratio.value * np.exp(-reach / ratio.value)
    if ratio.equal_customers < FEW:
        own = ratio.numerator / ratio.denominator
        least, most = min(least, own.min()), max(most, own.max())
    return least, most


def retention_limits(
    kept: Ratio, grown: Ratio, drawn: np.ndarray, spread: np.ndarray
) -> tuple[float, float]:
    """Interval of what is left of a cohort's revenue, losses and growth told apart.

    Parameters
    ----------
    kept : Σ min(now, then) ÷ Σ then; grown : Σ max(now − then, 0) ÷ Σ then, with `drawn` and
        `spread` as for `mean_limits`.

    Notes
    -----
    What is kept is a share of which all of a customer may go (`share_limits`), growth a mean; both
    are added by square and add (Zou and Donner 2008, Construction of Confidence Limits about Effect
    Measures, Statistics in Medicine 27). Growth that was not seen is allowed for by
    `UNSEEN_GROWTH`.
    """
    from scipy.special import stdtrit

    if kept.customers < 2:
        return np.nan, np.nan
    low, high = share_limits(kept, most=kept.equal_customers)
    least, most = grown.value, grown.value
    if grown.value > 0:
        least, most = mean_limits(grown, drawn, spread, farthest=FARTHEST)
        # Few customers' growth may have an upper limit only in theory; their lower one is 0.
        least = least if np.isfinite(least) else 0.0
    whole = grown.denominator.sum()
    typical = np.sqrt((grown.denominator**2).mean())
    unseen = UNSEEN_GROWTH * typical / whole * stdtrit(kept.customers - 1, 0.5 + LEVEL / 2)
    value = kept.value + grown.value
    down = np.hypot(kept.value - low, grown.value - least)
    up = np.sqrt((high - kept.value) ** 2 + (most - grown.value) ** 2 + unseen**2)
    return max(value - down, 0.0), value + up


def _effective(parts: np.ndarray) -> float:
    return float(parts.sum() ** 2 / (parts**2).sum()) if parts.any() else 0.0


def _quantile(ordered: np.ndarray, share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(np.floor(place))
    first, second = ordered[low], ordered[min(low + 1, len(ordered) - 1)]
    if first == second or not np.isfinite(first + second):
        return float(first if share < 0.5 else second)
    return float(first + (place - low) * (second - first))
