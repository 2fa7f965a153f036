"""Median time of things of which some have not ended yet.

Leaving out what is still open makes times look short, since the slowest are the last to end. The
Kaplan–Meier curve (Kaplan and Meier 1958) uses what is known of them: that they took longer than
they have waited so far. Without any open ones its median is the ordinary median.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from helpers.metrics.intervals import rows_true, tallied

BINS = 64
HALF = 0.5
# Counts below this are rounding; so are differences from one half in single and double precision.
SOMEBODY, SINGLE, DOUBLE = 1e-3, 1e-5, 1e-9


def censored_median(value: np.ndarray, ended: np.ndarray, waiting: np.ndarray) -> float:
    """Kaplan–Meier median of times that were observed several times.

    Parameters
    ----------
    value : times, in any order; ended, waiting : how many ended after, and how many have waited
        exactly, that time.

    Returns
    -------
    Time at which half have ended; where the curve stays at one half for a while, the middle of
    that while. NaN while half or more are not known to end.

    >>> float(censored_median(np.array([1.0, 2.0, 9.0]), np.array([1, 1, 0]), np.array([0, 0, 1])))
    2.0
    """
    distinct, index = np.unique(value, return_inverse=True)
    if not len(distinct):
        return np.nan
    events = np.bincount(index, weights=ended)
    exits = events + np.bincount(index, weights=waiting)
    curve = _curve(np.cumsum(events)[:, None], np.cumsum(exits)[:, None])[:, 0]
    reached, beyond = (np.flatnonzero(curve < HALF + sign * DOUBLE) for sign in (1, -1))
    return (distinct[reached[0]] + distinct[beyond[0]]) / 2 if len(beyond) else np.nan


@dataclass(frozen=True)
class CensoredSpread:
    """Ended and waiting times of all customers in bins, to find medians of resamples.

    Attributes
    ----------
    upper, lower : rising edges of the bins; equal where each bin is one distinct time.
    counts : array (customers × 2 · bins): how many times of each customer ended in a bin, then how
        many ended or were still waiting; the last bin holds what lies beyond the last edge.
    """

    upper: np.ndarray
    lower: np.ndarray
    counts: csr_array

    @classmethod
    def of(
        cls,
        position: np.ndarray,
        value: np.ndarray,
        ended: np.ndarray,
        waiting: np.ndarray,
        *,
        customers: int,
        bins: int = BINS,
    ) -> "CensoredSpread":
        """Bin times at quantiles of those that ended; up to ``bins`` distinct ones stay exact."""
        distinct, index = np.unique(value[ended > 0], return_inverse=True)
        upper = lower = distinct
        if len(distinct) > bins:
            heights = np.cumsum(np.bincount(index, weights=ended[ended > 0]))
            wanted = heights[-1] * np.arange(1, bins + 1) / bins
            ends = np.unique(np.minimum(np.searchsorted(heights, wanted), len(distinct) - 1))
            upper = distinct[ends]
            lower = np.concatenate([distinct[:1], upper[:-1]])
        # What waited beyond the last ended time was at risk all along: it leaves after every bin.
        at = np.searchsorted(upper, value)
        bins = len(upper) + 1
        customer, column = np.concatenate([position, position]), np.concatenate([at, at + bins])
        times = np.concatenate([ended, ended + waiting])
        return cls(upper, lower, tallied(customer, column, times, (customers, 2 * bins)))

    @cached_property
    def observed(self) -> np.ndarray:
        """Which customers have observations."""
        return np.diff(self.counts.indptr) > 0

    def medians(self, drawn: np.ndarray) -> np.ndarray:
        """Median of each resample from its counts (2 · bins × resamples).

        Infinite where half or more have not ended, NaN without any observation.
        """
        events, exits = (np.cumsum(half, axis=0) for half in np.split(drawn, 2))
        curve = _curve(events, exits)[: len(self.upper)]
        reached, beyond = (_first_below(curve, HALF + sign * SINGLE) for sign in (1, -1))
        last, columns = len(self.upper) - 1, np.arange(drawn.shape[1])
        first, second = np.minimum(reached, last), np.minimum(beyond, last)
        before = np.where(first > 0, curve[np.maximum(first - 1, 0), columns], 1.0)
        fall = before - curve[first, columns]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(fall > 0, (before - HALF) / fall, 0.0)
        width = self.upper[first] - self.lower[first]
        exact = (self.upper[first] + self.upper[second]) / 2
        median = np.where(width > 0, self.lower[first] + share * width, exact)
        median = np.where(beyond > last, np.inf, median)
        return np.where(exits[-1] > SOMEBODY, median, np.nan)


def _curve(events: np.ndarray, exits: np.ndarray) -> np.ndarray:
    """Share not yet ended after each time, from running counts (times × resamples)."""
    ended, at_risk = events.copy(), np.empty_like(exits)
    ended[1:] -= events[:-1]
    at_risk[0] = exits[-1]
    np.subtract(exits[-1], exits[:-1], out=at_risk[1:])
    curve = np.zeros_like(ended)
    np.divide(ended, at_risk, out=curve, where=at_risk > SOMEBODY)
    np.subtract(1, curve, out=curve)
    for row in range(1, len(curve)):  # several times faster than cumprod down the columns
        curve[row] *= curve[row - 1]
    return curve


def _first_below(curve: np.ndarray, height: float) -> np.ndarray:
    """First row in which each falling column is below a height; the number of rows if none is."""
    return rows_true(curve >= height)
