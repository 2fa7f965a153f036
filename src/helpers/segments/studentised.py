"""Permutation tests of means that hold their level where spread and skew differ.

A permutation test is exact where groups are exchangeable. Where they differ in spread only, its
statistic has to be studentised (Janssen 1997; Chung & Romano 2013; DiCiccio & Romano 2017, Journal
of the American Statistical Association 112, for correlations). Where they differ in skew, neither
is enough with few customers: the permutations mix a calm group with the long tail of all others,
and promise it critical values that are not its own. Each p-value here is therefore the larger one
of the permutation's and that of Hall's (1992) statistic, which takes the skew of the very groups
that are compared out of t (Zhou & Dinh 2005, Biostatistics 6, for two samples).
"""

from collections.abc import Iterator

import numpy as np

from helpers.segments.clustered import Cells
from helpers.segments.strata import aligned_ranks, centred
from helpers.segments.wheels import BLOCK, permuted_sums

ENOUGH = 100  # permutations as extreme as the data from which a test may stop: it is not shown
PRIOR = 1.0  # customers' worth of the pooled spread in a level's own
# Long-tailed values seldom show their whole skewness: what a sample of a few hundred log-normal
# ones shows falls short by a third and more (Joanes & Gill 1998, The Statistician 47).
SHORTFALL = 1.5
# Members whose values have a long tail to the left (log-normal turned round, others normal): of 15,
# 40 and 80 at nominal 2.5 % there are claimed 7.7, 4.9 and 4.0 % with 1, 4.4, 2.6 and 2.5 % with 3.
LEFT = 3.0
FLOOR = 0.25  # smallest variance of a level, as a share of the pooled one


def hall(t: np.ndarray | float, skew: np.ndarray) -> np.ndarray:
    """Hall's transformation of a studentised mean: about normal where values are skewed.

    ``skew`` is the skewness of the estimate itself, of a mean that of its values ÷ √n. With
    u = 1 + skew·t/3: (u³ − 1) ÷ skew + skew/6, which is t where there is no skew.

    >>> float(hall(np.array(2.0), np.array(0.0))), round(float(hall(2.0, -0.3)), 3)
    (2.0, 1.577)
    """
    t, skew = np.asarray(t, dtype=float), np.asarray(skew, dtype=float)
    some = np.where(np.abs(skew) > 1e-9, skew, 1.0)
    moved = ((1 + some * t / 3) ** 3 - 1) / some + some / 6
    return np.where(np.abs(skew) > 1e-9, moved, t)


def hall_inverse(value: np.ndarray, skew: np.ndarray) -> np.ndarray:
    """The t that Hall's transformation turns into ``value``.

    >>> round(float(hall_inverse(hall(2.0, -0.3), -0.3)), 9)
    2.0
    """
    value, skew = np.asarray(value, dtype=float), np.asarray(skew, dtype=float)
    some = np.where(np.abs(skew) > 1e-9, skew, 1.0)
    found = 3 / some * (np.cbrt(1 + some * (value - some / 6)) - 1)
    return np.where(np.abs(skew) > 1e-9, found, value)


def skews_of_difference(
    values: np.ndarray, member: np.ndarray, cells: list[np.ndarray]
) -> tuple[float, float, float]:
    """Skewness of the difference of means within cells: third cumulant ÷ error³, in three ways.

    A group's mean has the third cumulant skewness × variance^1.5 ÷ n². Once each group has the
    skewness of its own values; once both have that of all residuals, times `SHORTFALL`, since a
    dozen customers with a long tail seldom show it. And once the members' own, where it is to the
    left, counts `LEFT` times: a few members without one of their low values look better than they
    are. Cells count as in `effects.difference`.
    """
    square = 0.0
    single = 1 if len(cells) == 1 else 2
    parts, every, left = [], [], 0.0
    for rows in cells:
        inside, outside = values[rows][member[rows]], values[rows][~member[rows]]
        if inside.size < single or outside.size == 0:
            continue
        weight = inside.size * outside.size / rows.size
        for side, sign in ((inside, weight), (outside, -weight)):
            apart = side - side.mean()
            parts.append((sign**3 / side.size**2, (apart**3).mean(), (apart**2).mean()))
            square += sign**2 * parts[-1][2] / side.size
            if sign > 0:
                left += min(parts[-1][0] * parts[-1][1], 0.0)
            every.append(apart)
    if not square > 0:
        return 0.0, 0.0, 0.0
    residuals = np.concatenate(every)
    all_of = (residuals**3).mean() / (residuals**2).mean() ** 1.5
    own = sum(weight * third for weight, third, _ in parts)
    shared = sum(weight * all_of * second**1.5 for weight, _, second in parts)
    scale = square**1.5
    return own / scale, SHORTFALL * shared / scale, (own + (LEFT - 1) * left) / scale


def one_sided(
    t: np.ndarray | float, freedom: np.ndarray | float, skew: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """P-values upwards and downwards of Hall's statistic in Student's distribution.

    The larger of those that the rows of ``skew`` give.
    """
    from scipy.special import stdtr

    moved = hall(t, np.atleast_2d(skew))
    return stdtr(freedom, -moved).max(axis=0), stdtr(freedom, moved).max(axis=0)


def limits(reach: np.ndarray, skew: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and highest t that Hall's statistic leaves within ``reach`` of 0."""
    ends = np.atleast_2d(skew)
    return hall_inverse(-reach, ends).min(axis=0), hall_inverse(reach, ends).max(axis=0)


def trend(
    values: np.ndarray, levels: np.ndarray, cells: Cells, *, draws: int, seed: int
) -> tuple[float, float]:
    """Whether the mean of the values rises or falls with the rank of the levels, within cells.

    The statistic is Σ x·y ÷ √Σ x²y², x the levels' midranks and y the values, both less their
    mean in the cell: studentised, so that values may spread more where levels are high.

    Returns
    -------
    statistic (its sign is the direction), two-sided p-value with equal tails.
    """
    x, y = aligned_ranks(levels, cells), centred(values, cells)
    if not (np.abs(x).max(initial=0.0) > 0 and np.abs(y).max(initial=0.0) > 0):
        return 0.0, 1.0
    y = y / y.std()

    def statistic(sums: np.ndarray, squares: np.ndarray) -> np.ndarray:
        return sums[:, 0] / np.sqrt(np.maximum(squares[:, 0], 1e-300))

    def by_cluster(drawn: np.ndarray) -> np.ndarray:
        square = (cells.by_cluster(drawn * x) ** 2).sum(axis=-1)
        return statistic((drawn @ x)[:, None], square[:, None])

    if cells.cluster is None:
        weights: np.ndarray | None = x[:, None]
        squares: np.ndarray | None = (x**2)[:, None]
        observed = float(statistic(y[None, :] @ weights, (y**2)[None, :] @ squares)[0])
    else:
        weights = squares = None
        observed = float(by_cluster(y[None, :])[0])
    drawn = _drawn(y, weights, squares, cells, statistic, by_cluster, draws=draws, seed=seed)
    above, below = _tails(observed, drawn)
    parts = x * y
    apart = parts - parts.mean()
    skew = float((apart**3).mean() / (apart**2).mean() ** 1.5 / np.sqrt(len(y)))
    independent = len(y) if cells.cluster is None else len(cells.starts)
    ups, downs = one_sided(observed, max(independent - len(cells) - 1, 1), np.array([skew]))
    up, down = float(ups[0]), float(downs[0])
    return observed, float(min(1.0, 2 * min(max(above, up), max(below, down))))


def between(
    values: np.ndarray, levels: np.ndarray, cells: Cells, *, draws: int, seed: int
) -> float:
    """P-value of no difference in the means of several levels, within cells.

    Welch's (1951) statistic, Σ w(mean − weighted mean)² with w = n ÷ variance. A level's variance
    holds `PRIOR` customers' worth of the pooled one and is never below `FLOOR` of it: among few
    customers who happen to be alike, no loss of spread is evidence.
    """
    from scipy.special import fdtrc

    names, codes = np.unique(levels, return_inverse=True)
    hot = (codes[:, None] == np.arange(names.size)).astype(float)
    sizes = hot.sum(axis=0)
    y = centred(values, cells)
    if names.size < 2 or not np.abs(y).max(initial=0.0) > 0:
        return 1.0
    y = y / y.std()

    def parts(sums: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        means = sums / sizes
        squares = np.maximum(squares - sizes * means**2, 0.0)
        pooled = squares.sum(axis=1, keepdims=True) / (len(y) - names.size)
        own = squares / np.maximum(sizes - 1, 1)
        mixed = ((sizes - 1) * own + PRIOR * pooled) / (sizes - 1 + PRIOR)
        variance = np.maximum(np.maximum(own, mixed), FLOOR * pooled)
        weight = sizes / np.maximum(variance, 1e-300)
        centre = (weight * means).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
        return (weight * (means - centre) ** 2).sum(axis=1), weight

    def statistic(sums: np.ndarray, squares: np.ndarray) -> np.ndarray:
        return parts(sums, squares)[0]

    def by_cluster(drawn: np.ndarray) -> np.ndarray:
        return statistic(drawn @ hot, (drawn**2) @ hot)

    found, weight = parts(y[None, :] @ hot, (y**2)[None, :] @ hot)
    observed = float(found[0])
    drawn = _drawn(y, hot, hot, cells, statistic, by_cluster, draws=draws, seed=seed)
    above, _ = _tails(observed, drawn, both=False)
    if cells.cluster is not None:  # Welch's own reference takes customers for independent
        return float(above)
    k = names.size
    lack = ((1 - weight[0] / weight[0].sum()) ** 2 / np.maximum(sizes - 1, 1)).sum()
    welch = observed / (k - 1) / (1 + 2 * (k - 2) / (k**2 - 1) * lack)
    return float(max(above, fdtrc(k - 1, (k**2 - 1) / (3 * lack), welch)))


def _drawn(
    values, weights, squares, cells: Cells, statistic, by_cluster, *, draws: int, seed: int
) -> Iterator[np.ndarray]:
    """The statistic of permutations within cells, of whole clusters if any, block by block."""
    rng = np.random.default_rng(seed)
    if cells.cluster is not None:
        for start in range(0, draws, BLOCK):
            yield by_cluster(cells.exchanged(values, min(BLOCK, draws - start), rng))
        return
    for block in permuted_sums(values, weights, squares, cells, draws=draws, rng=rng):
        yield statistic(sum(plain for plain, _ in block), sum(square for _, square in block))


def _tails(observed: float, blocks: Iterator[np.ndarray], *, both: bool = True):
    """Shares of permutations at least as high, and as low, as the data.

    Stops early where so many are as extreme on every side that nothing is shown (Besag & Clifford
    1991, Biometrika 78): the share among those drawn is then the p-value.
    """
    above = below = done = 0
    slack = 1e-9 * (1 + abs(observed))
    for drawn in blocks:
        above += int((drawn >= observed - slack).sum())
        below += int((drawn <= observed + slack).sum())
        done += len(drawn)
        if above >= ENOUGH and (below >= ENOUGH or not both):
            break
    return (1 + above) / (done + 1), (1 + below) / (done + 1)
