"""How likely a group's difference from the rest is when membership is dealt out at random.

An interval says how large a difference may be; whether one is *shown* is asked of permutations,
which hold their level where customers are few and unequal. Permuted are the customers that have
data for a metric: each permutation is a group of the same size.
"""

from collections.abc import Sequence

import numpy as np

FIRST, MORE = 999, 9_999
# Where fewer of the first permutations go as far, more are drawn.
ENOUGH = 10
# Customers up to which all permutations are drawn; beyond, fewer and the shape of their
# distribution (Pearson type III, from three moments) stand in for its tail.
MANY, FEWER = 5_000, 499


def ratio_p_values(
    numerators: np.ndarray, denominators: np.ndarray, groups: Sequence[np.ndarray], *, seed: int
) -> np.ndarray:
    """Two-sided p-value of every group and ratio against the customers outside the group.

    Parameters
    ----------
    numerators, denominators : arrays (customers × ratios); denominator 0 = no data.
    groups : who belongs to each group: booleans, one per customer.

    Returns
    -------
    Array (groups × ratios); NaN where a side has fewer than two customers with data.

    Notes
    -----
    The statistic is the difference of the two ratios over its linearised standard error, so that
    groups that merely vary more or less do not stand out (Janssen 1997, Studentized permutation
    tests for non-i.i.d. hypotheses, Statistics and Probability Letters 36).
    """
    found = np.full((len(groups), numerators.shape[1]), np.nan)
    has = denominators > 0
    patterns: dict[bytes, list[int]] = {}
    for column in range(has.shape[1]):
        patterns.setdefault(np.packbits(has[:, column]).tobytes(), []).append(column)
    for number, columns in enumerate(patterns.values()):
        known = has[:, columns[0]]
        if known.sum() < 4:
            continue
        dealt = _Dealt(
            numerators[np.ix_(known, columns)],
            denominators[np.ix_(known, columns)],
            seed=np.random.SeedSequence([seed, number]),
        )
        for place, inside in enumerate(groups):
            found[place, columns] = dealt.p_values(inside[known])
    return found


class _Dealt:
    """Ratios known of the same customers, and the permutations of these customers."""

    def __init__(
        self, numerators: np.ndarray, denominators: np.ndarray, *, seed: np.random.SeedSequence
    ) -> None:
        scale = np.sqrt((numerators**2).mean(axis=0)), np.sqrt((denominators**2).mean(axis=0))
        above = numerators / np.where(scale[0] > 0, scale[0], 1)
        below = denominators / scale[1]
        self.customers, self.ratios = above.shape
        parts = [above, below, above * above, above * below, below * below]
        self.parts = np.hstack(parts).astype(np.float32)
        self.whole = self.parts.sum(axis=0, dtype=float)
        self.seed = seed
        self.few = self.customers <= MANY
        self.more: dict[int, np.ndarray] = {}
        self.first = self._ranks(FIRST if self.few else FEWER, 0)

    def p_values(self, inside: np.ndarray) -> np.ndarray:
        size = int(inside.sum())
        if min(size, self.customers - size) < 2:
            return np.full(self.ratios, np.nan)
        every = np.arange(self.ratios)
        with np.errstate(divide="ignore", invalid="ignore"):
            seen = self._statistics(inside.astype(np.float32)[:, None], every)[:, 0]
            drawn = self._statistics((self.first < size).astype(np.float32), every)
        far, count = _further(drawn, seen), drawn.shape[1]
        p = (far + 1) / (count + 1)
        near = np.flatnonzero((far < ENOUGH) & np.isfinite(seen))
        if self.few and len(near):
            total = far[near].copy()
            for block in range(1, (MORE + 1) // (FIRST + 1)):
                members = (self._more(block) < size).astype(np.float32)
                total += _further(self._statistics(members, near), seen[near])
            p[near] = (total + 1) / (MORE + 1)
        elif len(near):
            p[near] = _pearson(drawn[near], seen[near])
        return np.where(np.isfinite(seen), p, np.nan)

    def _ranks(self, count: int, block: int) -> np.ndarray:
        """Each customer's place in every permutation (customers × permutations)."""
        rng = np.random.default_rng([*self.seed.entropy, block])
        ranks = np.argsort(rng.random((count, self.customers), dtype=np.float32), axis=1)
        return np.ascontiguousarray(ranks.T.astype(np.int16 if self.few else np.int32))

    def _more(self, block: int) -> np.ndarray:
        if block not in self.more:
            self.more[block] = self._ranks(FIRST + 1, block)
        return self.more[block]

    def _statistics(self, members: np.ndarray, ratios: np.ndarray) -> np.ndarray:
        """Studentised differences (ratios × columns of ``members``)."""
        columns = (ratios + self.ratios * np.arange(5)[:, None]).ravel()
        inside = (self.parts[:, columns].T @ members).astype(float)
        outside = self.whole[columns][:, None] - inside
        size = members.sum(axis=0)
        shape = 5, len(ratios), members.shape[1]
        one, its = _ratio(inside.reshape(shape), size)
        other, theirs = _ratio(outside.reshape(shape), self.customers - size)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = (one - other) / np.sqrt(its + theirs)
        # Without any spread there is no difference beyond rounding.
        flat = np.isclose(one, other, rtol=1e-5, atol=1e-12)
        return np.where(flat, 0.0, away)


def _ratio(sums: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    above, below, squares, products, weights = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above / below
        away = np.maximum(squares - 2 * ratio * products + ratio**2 * weights, 0)
        return ratio, away * size / (size - 1) / below**2


def _further(drawn: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """How many permutations go as far on either side, twice the smaller side."""
    reach = np.nan_to_num(drawn, nan=0.0)
    # Equal up to rounding is as far.
    slack = 1e-4 * np.maximum(np.abs(seen), 1e-12)[:, None]
    up = (reach >= seen[:, None] - slack).sum(axis=1)
    down = (reach <= seen[:, None] + slack).sum(axis=1)
    return np.minimum(2 * np.minimum(up, down), drawn.shape[1])


def _pearson(drawn: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """p-value from the first three moments of the permutations (Berry and Mielke 1983)."""
    from scipy.stats import pearson3, skew

    reach = np.nan_to_num(drawn, nan=0.0)
    middle, spread = reach.mean(axis=1), reach.std(axis=1)
    z = (seen - middle) / np.where(spread > 0, spread, np.inf)
    lean = skew(reach, axis=1)
    tail = np.minimum(pearson3.sf(z, lean), pearson3.cdf(z, lean))
    return np.clip(2 * tail, 1e-12, 1.0)


def share_p_values(
    counted: np.ndarray, known: np.ndarray, groups: Sequence[np.ndarray]
) -> np.ndarray:
    """Two-sided p-value of shares in which every customer counts once: all permutations at once.

    Parameters
    ----------
    counted, known : arrays (customers × shares) of 0 and 1.

    Returns
    -------
    Array (groups × shares): twice the smaller tail of the hypergeometric distribution (Fisher
    1935).
    """
    from scipy.stats import hypergeom

    inside = np.array(groups, dtype=float).reshape(len(groups), len(counted))
    hits, size = inside @ counted, inside @ known
    every, all_hits = known.sum(axis=0), counted.sum(axis=0)
    low = hypergeom.cdf(hits, every, all_hits, size)
    high = hypergeom.sf(hits - 1, every, all_hits, size)
    p = np.minimum(2 * np.minimum(low, high), 1.0)
    return np.where((size > 0) & (size < every), p, np.nan)


def survival_p_values(
    months: np.ndarray, left: np.ndarray, groups: Sequence[np.ndarray]
) -> np.ndarray:
    """Log-rank p-value of each group's survival against the rest's (statsmodels).

    NaN where the two are never compared: at no time at which somebody left were there customers
    both inside and outside.
    """
    from statsmodels.duration.survfunc import survdiff

    found = []
    for inside in groups:
        both = 0 < inside.sum() < len(inside)
        try:
            p = survdiff(months, left.astype(int), inside)[1] if both and left.any() else np.nan
        except np.linalg.LinAlgError:  # the variance of the statistic is 0
            p = np.nan
        found.append(p)
    return np.array(found, dtype=float)


def implied_p_values(difference: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """p-value that a difference's 95 % interval implies, from the limit on the side of 0.

    Altman and Bland 2011, How to obtain the P value from a confidence interval, BMJ 343.
    """
    from scipy.special import ndtr, ndtri

    near = np.where(difference > 0, difference - low, high - difference)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(near > 0, np.abs(difference) / near, np.nan) * ndtri(0.975)
    return 2 * ndtr(-z)
