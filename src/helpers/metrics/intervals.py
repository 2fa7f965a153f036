"""95 % intervals of groups of customers.

Customers are resampled, never their tickets or responses, because rows of one customer resemble one
another. One matrix of weights serves all groups and all metrics, so that a thousand resamples of a
hundred segments are a few matrix products.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

LEVEL = 0.95
# Customers × resamples that are held at a time (in single precision, 200 MB). A study of up to
# fifty thousand customers holds all of its thousand resamples; larger ones draw them in blocks.
ENTRIES = 50_000_000
BLOCK = 50  # resamples drawn at a time, to need little memory beside the result
# A limit that fewer of the resamples can name than this says too little.
LEAST_DEFINED = 0.9


def weights(customers: int, *, resamples: int, seed: int) -> np.ndarray:
    """How often each customer is drawn in each resample.

    Returns
    -------
    Array (customers × resamples) in single precision, which holds counts exactly: every resample
    draws as many customers as there are, with replacement (multinomial weights; Efron 1979).
    """
    return next(weight_blocks(customers, resamples=resamples, seed=seed, block=resamples))


def weight_blocks(
    customers: int, *, resamples: int, seed: int, block: int | None = None
) -> Iterator[np.ndarray]:
    """`weights`, some resamples after the other; the draws do not depend on the block's size.

    Parameters
    ----------
    block : resamples to hold at a time; by default as many as `ENTRIES` allows.
    """
    rng = np.random.default_rng(seed)
    block = max(1, ENTRIES // max(customers, 1)) if block is None else block
    for first in range(0, resamples, block):
        drawn = np.zeros((customers, min(block, resamples - first)), dtype=np.float32)
        for start in range(0, drawn.shape[1] if customers else 0, BLOCK):
            part = drawn[:, start : start + BLOCK]
            rows = (rng.integers(0, customers, customers) for _ in range(part.shape[1]))
            part[:] = np.array([np.bincount(row, minlength=customers) for row in rows]).T
        yield drawn


def tail(customers: np.ndarray) -> np.ndarray:
    """Share to cut off at each end of the resamples for a 95 % interval.

    Percentiles of resamples are too narrow for few customers. They are taken further out, as if the
    spread were unknown: ``Φ(√(n ÷ (n − 1)) · t(0.025; n − 1))`` (the expanded percentile interval,
    Hesterberg 2015, What Teachers Should Know About the Bootstrap, section 5.2). At n = 50 that is
    0.0211, and 0.025 in the limit.
    """
    from scipy.special import ndtr, stdtrit

    n = np.maximum(np.asarray(customers, float), 2)
    return ndtr(np.sqrt(n / (n - 1)) * stdtrit(n - 1, (1 - LEVEL) / 2))


def percentile_limits(values: np.ndarray, customers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limit of each row of resampled values.

    Parameters
    ----------
    values : array (rows × resamples); NaN where a resample has no data, infinite where it has no
        finite value.
    customers : number of customers behind each row.

    Returns
    -------
    Two arrays (rows): NaN where a limit is not finite or too many resamples have no data.
    """
    ordered = np.sort(values, axis=1)  # NaN last
    defined = ordered.shape[1] - np.isnan(ordered).sum(axis=1)
    cut = tail(customers)
    limits = []
    with np.errstate(invalid="ignore"):
        for share in (cut, 1 - cut):
            place = share * np.maximum(defined - 1, 0)
            below = np.floor(place).astype(int)
            above = np.minimum(below + 1, np.maximum(defined - 1, 0))
            rows = np.arange(len(ordered))
            first, second = ordered[rows, below], ordered[rows, above]
            between = first + (place - below) * (second - first)
            limit = np.where(first == second, first, between)
            usable = np.isfinite(limit) & (defined >= LEAST_DEFINED * ordered.shape[1])
            limits.append(np.where(usable, limit, np.nan))
    return limits[0], limits[1]


def wilson_limits(successes: np.ndarray, customers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wilson score interval of a share in which every customer counts once (Wilson 1927)."""
    from scipy.special import ndtri

    z = ndtri(0.5 + LEVEL / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(customers > 0, customers, np.nan).astype(float)
        share = successes / n
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        # At the ends the limit is the end itself; rounding must not move it inside.
        low = np.where(successes == 0, 0.0, centre - half)
        high = np.where(successes == customers, 1.0, centre + half)
    return np.where(np.isnan(n), np.nan, low), np.where(np.isnan(n), np.nan, high)


def difference_limits(
    value: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    other: np.ndarray,
    other_low: np.ndarray,
    other_high: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Interval of ``value − other`` from the intervals of two separate groups.

    The square-and-add method: Newcombe 1998 for shares, Zou and Donner 2008 in general.
    """
    difference = value - other
    lower = difference - np.sqrt((value - low) ** 2 + (other_high - other) ** 2)
    upper = difference + np.sqrt((high - value) ** 2 + (other - other_low) ** 2)
    return lower, upper


@dataclass(frozen=True)
class Spread:
    """Observations of all customers, sorted into bins by size, to find medians of resamples.

    Attributes
    ----------
    upper, lower : rising edges of the bins; equal where each bin is one distinct value.
    counts : array (customers × bins), how many observations of each customer fall into a bin.
    """

    upper: np.ndarray
    lower: np.ndarray
    counts: csr_array

    @classmethod
    def of(
        cls,
        position: np.ndarray,
        value: np.ndarray,
        times: np.ndarray,
        *,
        customers: int,
        bins: int = 128,
    ) -> "Spread":
        """Bin observations at their own quantiles; up to ``bins`` distinct values stay exact.

        Parameters
        ----------
        position, value, times : customer (0, 1, …), observed value, and how often, per row.
        """
        distinct, index = np.unique(value, return_inverse=True)
        upper = lower = distinct
        if len(distinct) > bins:
            heights = np.cumsum(np.bincount(index, weights=times))
            wanted = heights[-1] * np.arange(1, bins + 1) / bins
            ends = np.unique(np.minimum(np.searchsorted(heights, wanted), len(distinct) - 1))
            upper = distinct[ends]
            lower = np.concatenate([distinct[:1], upper[:-1]])
            index = np.searchsorted(upper, value)
        return cls(upper, lower, tallied(position, index, times, (customers, len(upper))))

    @cached_property
    def observed(self) -> np.ndarray:
        """Which customers have observations."""
        return np.diff(self.counts.indptr) > 0

    def medians(self, drawn: np.ndarray) -> np.ndarray:
        """Median of each resample from its counts (bins × resamples); NaN without any.

        Within a bin of several values the median is interpolated; with one value per bin it is
        exact, the mean of two values where the half falls between them.
        """
        from helpers.metrics import loops  # its compiler takes a while to load

        columns = np.arange(drawn.shape[1])
        half = np.add.reduce(drawn, axis=0) / 2
        below, at_most = np.zeros((2, len(half)), dtype=np.int32)
        before = np.zeros_like(half)
        loops.up_to_half(drawn, half, below, at_most, before)
        last = len(drawn) - 1
        reached, beyond = np.minimum(below, last), np.minimum(at_most, last)
        inside = drawn[reached, columns]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(inside > 0, (half - before) / inside, 0.0)
        width = self.upper[reached] - self.lower[reached]
        between = self.lower[reached] + share * width
        exact = (self.upper[reached] + self.upper[beyond]) / 2
        return np.where(half > 0, np.where(width > 0, between, exact), np.nan)


def tallied(
    customer: np.ndarray, column: np.ndarray, times: np.ndarray, shape: tuple[int, int]
) -> csr_array:
    """How often each column was observed of each customer: few of them, of most customers."""
    some = times > 0
    cells = customer[some], column[some]
    return csr_array((times[some].astype(np.float32), cells), shape=shape)


def rows_true(marks: np.ndarray) -> np.ndarray:
    """How many rows of each column are true; several times faster than summing truth values."""
    return marks.view(np.int8).sum(axis=0, dtype=np.int32)


def exact_median(value: np.ndarray, times: np.ndarray) -> float:
    """Median of values that were observed several times; NaN where there are none.

    >>> float(exact_median(np.array([1.0, 5.0]), np.array([3, 2])))
    1.0
    """
    if not len(value):
        return np.nan
    order = np.argsort(value, kind="stable")
    running = np.cumsum(times[order])
    half = running[-1] / 2
    first = value[order][np.searchsorted(running, half, side="left")]
    second = value[order][np.searchsorted(running, half, side="right")]
    return (first + second) / 2
