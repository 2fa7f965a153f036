"""How likely a group's difference from the rest is when membership is dealt out at random.

An interval says how large a difference may be; whether one is *shown* is asked of permutations,
which hold their level where customers are few and unequal. Permuted are the customers that have
data for a metric: each permutation is a group of the same size.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from helpers.alongside import HEAVY, Later, Together, begin, cores, results

FIRST, MORE = 999, 9_999
# Where fewer of the first permutations go as far, more are drawn.
ENOUGH = 10
# Customers up to which all permutations are drawn; beyond, fewer and the shape of their
# distribution (Pearson type III, from three moments) stand in for its tail.
MANY, FEWER = 5_000, 499
PARTS = 5  # sums that a ratio and its standard error are made of
TOGETHER = 1_000_000  # customers of permutations that are added up at a time
MOST_THREADS = 4  # each holds the statistics of one block of permutations
HELD = 32_000_000  # such parts of customers at a time: a quarter of a gigabyte

Sides = tuple[np.ndarray, np.ndarray]  # up, down


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
    return begin_ratio_p_values(numerators, denominators, groups, seed=seed).result()


def begin_ratio_p_values(
    numerators: np.ndarray, denominators: np.ndarray, groups: Sequence[np.ndarray], *, seed: int
) -> Later[np.ndarray] | Together[np.ndarray]:
    """The same, begun while something else is done (`helpers.alongside`).

    In pieces, unless these held together were much more than what they are cut from.
    """
    if len(groups) * numerators.size > HEAVY:
        return begin(_in_turn, numerators, denominators, groups, seed=seed)
    parts = [
        (columns, begin(_p_values, *given))
        for columns, given in _pieces(numerators, denominators, groups, seed=seed)
    ]

    def put() -> np.ndarray:
        found = np.full((len(groups), numerators.shape[1]), np.nan)
        for (columns, _), p in zip(parts, results([part for _, part in parts]), strict=True):
            found[:, columns] = p
        return found

    return Together(put)


def _in_turn(
    numerators: np.ndarray, denominators: np.ndarray, groups: Sequence[np.ndarray], *, seed: int
) -> np.ndarray:
    """All of it, of which one piece at a time is held."""
    found = np.full((len(groups), numerators.shape[1]), np.nan)
    for columns, given in _pieces(numerators, denominators, groups, seed=seed):
        found[:, columns] = _p_values(*given)
    return found


def _pieces(
    numerators: np.ndarray, denominators: np.ndarray, groups: Sequence[np.ndarray], *, seed: int
) -> Iterator[tuple[list[int], tuple[Any, ...]]]:
    """Ratios that are known of the same customers, and what `_p_values` takes of them."""
    has = denominators > 0
    patterns: dict[bytes, list[int]] = {}
    for column in range(has.shape[1]):
        patterns.setdefault(np.packbits(has[:, column]).tobytes(), []).append(column)
    for number, columns in enumerate(patterns.values()):
        known = has[:, columns[0]]
        if known.sum() < 4:
            continue
        inside = [group[known] for group in groups]
        at_once = max(1, HELD // (PARTS * int(known.sum())))
        for start in range(0, len(columns), at_once):
            some = columns[start : start + at_once]
            of = np.ix_(np.flatnonzero(known), np.array(some))
            yield some, (numerators[of], denominators[of], inside, (seed, number))


def _p_values(
    numerators: np.ndarray,
    denominators: np.ndarray,
    groups: Sequence[np.ndarray],
    entropy: tuple[int, int],
) -> np.ndarray:
    return _Dealt(numerators, denominators, entropy=entropy).p_values(groups)


class _Dealt:
    """Ratios known of the same customers, and the permutations of these customers."""

    def __init__(
        self, numerators: np.ndarray, denominators: np.ndarray, *, entropy: tuple[int, int]
    ) -> None:
        scale = np.sqrt((numerators**2).mean(axis=0)), np.sqrt((denominators**2).mean(axis=0))
        above = numerators / np.where(scale[0] > 0, scale[0], 1)
        below = denominators / scale[1]
        self.customers, self.ratios = above.shape
        parts = [above, below, above * above, above * below, below * below]
        self.parts = np.stack(parts, axis=1)  # customers × parts × ratios
        self.whole = self.parts.sum(axis=0)
        self.entropy = entropy
        self.few = self.customers <= MANY

    def p_values(self, groups: Sequence[np.ndarray]) -> np.ndarray:
        """Two-sided p-values (groups × ratios).

        A permutation puts the customers in an order, of which the first are a group, whatever its
        size, or what is outside it: the sums between one size and the next are added up once for
        all groups.
        """
        sizes = np.array([int(inside.sum()) for inside in groups])
        fit = np.minimum(sizes, self.customers - sizes) >= 2
        every, several = np.arange(self.ratios), np.unique(sizes[fit])
        if not len(several):
            return np.full((len(groups), self.ratios), np.nan)
        from helpers.metrics import loops  # the compiler takes a while to load

        sums = np.array([self.parts[inside].sum(axis=0) for inside in groups])
        seen = np.empty((len(groups), self.ratios))
        loops.seen(sums, self.whole, sizes, self.customers, seen)
        seen[~fit] = np.nan
        place = np.searchsorted(several, np.where(fit, sizes, several[0]))
        drawn = self._drawn(0, FIRST if self.few else FEWER, several, every)
        further = _further(drawn, seen, place)
        count = len(drawn)
        p = (_both(further, count) + 1) / (count + 1)
        near = (p * (count + 1) - 1 < ENOUGH) & ~np.isnan(seen)
        if self.few and near.any():
            rows, columns = near.any(axis=1), np.flatnonzero(near.any(axis=0))
            those = np.unique(sizes[rows])
            place, of = np.searchsorted(those, sizes[rows]), np.ix_(rows, columns)
            up, down = (side[of] for side in further)

            def more(block: int) -> Sides:
                return _further(self._drawn(block, FIRST + 1, those, columns), seen[of], place)

            # Each block has its own random numbers, so that threads do not change what is found.
            with ThreadPoolExecutor(min(cores(), MOST_THREADS)) as threads:
                for ups, downs in threads.map(more, range(1, (MORE + 1) // (FIRST + 1))):
                    up, down = up + ups, down + downs
            p[of] = np.where(near[of], (_both((up, down), MORE) + 1) / (MORE + 1), p[of])
        elif near.any():
            shapes = {size: drawn[:, at] for at, size in enumerate(several)}
            for row in np.flatnonzero(near.any(axis=1)):
                of = near[row] & np.isfinite(seen[row])
                p[row, of] = _pearson(shapes[sizes[row]][:, of].T, seen[row, of])
        return np.where(np.isnan(seen), np.nan, p)

    def _drawn(self, block: int, count: int, sizes: np.ndarray, ratios: np.ndarray) -> np.ndarray:
        """Statistics of so many permutations (permutations × sizes × ratios)."""
        from helpers.metrics import loops

        parts, whole = np.ascontiguousarray(self.parts[:, :, ratios]), self.whole[:, ratios]
        rng = np.random.default_rng([*self.entropy, block])
        drawn = np.empty((count, len(sizes), len(ratios)))
        half = self.customers // 2  # whatever the sizes: a group is the same alone
        at_once = max(1, TOGETHER // half)
        for start in range(0, count, at_once):
            some = drawn[start : start + at_once]
            chance = rng.integers(0, 1 << 32, (len(some), half), dtype=np.uint32)
            loops.dealt(chance, parts, whole, sizes, some)
        return drawn


def _further(drawn: np.ndarray, seen: np.ndarray, place: np.ndarray) -> Sides:
    """How many permutations go as far up, and as far down (groups × ratios each).

    ``place`` is where each group's size stands among the sizes of ``drawn``.
    """
    from helpers.metrics import loops

    up, down = np.empty(seen.shape, dtype=int), np.empty(seen.shape, dtype=int)
    loops.further(drawn, np.ascontiguousarray(seen), place, up, down)
    return up, down


def _both(sides: Sides, count: int) -> np.ndarray:
    """Permutations as far on either side: twice the smaller side."""
    return np.minimum(2 * np.minimum(*sides), count)


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
