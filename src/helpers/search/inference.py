"""Search-wide error control: the largest statistic of the whole search, under permutation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.search import clusters, loops
from helpers.search.enumerate import Candidates

PRIOR = 1.0  # customers' worth of the cells' spread in a segment's own; see `compare`
FLOOR = 0.25  # smallest variance of a segment, as a share of its cells'
FEWEST = 2  # members of a cell below which they show no spread, and their cell is left out
SKEWED = 1.0  # skewness from which scores are highly skewed (Bulmer 1979); see `kept_of`
RESERVE = 0.2  # share of alpha that is then kept back
LOOSE = 1e-4  # permuted statistics (single precision) this close below the observed one count


@dataclass(frozen=True)
class Layout:
    """Candidates rearranged for one comparison: customers sorted by cell, members in runs.

    A cell is a set of customers within which scores may be exchanged: a stratum of the study,
    split by membership in the segments chosen so far. `eligible` lists candidates that still hold
    enough comparable customers, by rising degrees of freedom. `cluster` numbers the clusters of
    customers that are not independent of one another (None: all are).
    """

    order: np.ndarray
    ends: np.ndarray
    offsets: np.ndarray
    members: np.ndarray
    run_offsets: np.ndarray
    run_cell: np.ndarray
    run_end: np.ndarray
    own: np.ndarray
    rest: np.ndarray
    others: np.ndarray
    share: np.ndarray
    spread: np.ndarray
    information: np.ndarray
    alone: np.ndarray
    df: np.ndarray
    eligible: np.ndarray
    cluster: np.ndarray | None = None

    @property
    def runs(self) -> tuple[np.ndarray, ...]:
        """Members by candidate and cell, as the compiled loops take them."""
        return self.offsets, self.members, self.run_offsets, self.run_cell, self.run_end

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return 0 if self.cluster is None else int(self.cluster.max(initial=-1)) + 1

    @property
    def cells(self) -> list[slice]:
        """Positions of each cell's customers in the sorted order."""
        starts = np.concatenate([[0], self.ends[:-1]])
        return [slice(a, b) for a, b in zip(starts, self.ends, strict=True)]


def arrange(
    candidates: Candidates, cell: np.ndarray, minimum: int, cluster: np.ndarray | None = None
) -> Layout:
    """Sort customers by `cell` (0, 1, …) and work out what each comparison rests on.

    A candidate is eligible when at least `minimum` customers are outside it and its information
    Σ m(1 − m/n) over the cells (m of a cell's n customers are in the segment) is at least half of
    `minimum`: near-copies of chosen segments rest on a handful of customers and are passed over.
    Cells with a single member are left out: its score would count in the effect and, having no
    spread of its own, hardly in the error, so that one outlier among the members of a segment
    accepted before could carry a candidate. With clusters, members and others must be spread over
    `clusters.SPREAD_OVER` of them, and degrees of freedom are the number of clusters that would
    carry as much if they shared the information evenly, (Σ I)² ÷ Σ I².
    """
    order = np.argsort(cell, kind="stable")
    size = np.bincount(cell)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    moved = place[candidates.members].astype(np.int32)
    sorted_cell = cell[order].astype(np.int32)
    members, run_offsets, run_cell, run_end = loops.group_by_cell(
        candidates.offsets, moved, sorted_cell, size.size
    )
    m = np.diff(run_end, prepend=0).astype(float)
    n = size[run_cell].astype(float)
    others = n - m
    share = m / n
    comparable = (others > 0) & (m >= FEWEST)

    def per_candidate(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, run_offsets[:-1]) if len(candidates) else np.empty(0)

    total = per_candidate(m * comparable)
    outside = candidates.customers - candidates.sizes
    df = total - per_candidate(1.0 * comparable)
    rest_df = outside - (size.size - per_candidate(1.0 * ~comparable))
    information = per_candidate(m * (1 - share) * comparable)
    fit = (information >= minimum / 2) & (outside >= minimum) & (df > 0) & (rest_df > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        own_scale = np.where(fit, total / (df + PRIOR), 0.0)
        rest_scale = np.where(fit, outside / rest_df, 0.0)
    runs = np.diff(run_offsets)
    others = np.where(comparable, others, 0.0)
    if cluster is not None:
        cluster = np.unique(cluster, return_inverse=True)[1][order]
        of_runs = candidates.offsets, members, run_offsets, run_cell, run_end, others
        squared, inside, beyond = clusters.information_of(of_runs, np.cumsum(size), cluster)
        fit &= (inside >= clusters.SPREAD_OVER) & (beyond >= clusters.SPREAD_OVER)
        df = np.where(fit, information**2 / np.maximum(squared, 1e-300), 1.0)
    ranked = np.flatnonzero(fit)
    return Layout(
        order,
        np.cumsum(size),
        candidates.offsets,
        members,
        run_offsets,
        run_cell,
        run_end,
        own=np.repeat(own_scale, runs) * (1 - share) ** 2,
        rest=np.repeat(rest_scale, runs) * share**2,
        others=others,
        share=np.where(others > 0, share, 0.0),
        spread=comparable * (1 - share) ** 2 * m / np.maximum(n - 1, 1),
        information=information,
        alone=np.where(fit, (df + PRIOR) / np.maximum(df, 1), 0.0),
        df=df,
        eligible=ranked[np.argsort(df[ranked], kind="stable")],
        cluster=cluster,
    )


@dataclass(frozen=True)
class Observed:
    """Every candidate's comparison on the scores as they are (0 where not eligible).

    `t` is the effect in standard errors; `z`, its normal score, allows for `skew` as well.
    """

    t: np.ndarray
    z: np.ndarray
    effect: np.ndarray
    variance: np.ndarray
    skew: np.ndarray


def statistics(
    layout: Layout, score: np.ndarray, count: np.ndarray, only: np.ndarray | None = None
) -> np.ndarray:
    """Of every candidate: t corrected for skewness, effect, variance, information, df, skewness.

    Customers count `count` times. `only` names the candidates that are wanted (None: all).
    """
    order = layout.order
    if layout.cluster is not None:
        return clusters.statistics(layout, score[order], count[order], FEWEST)
    limits = PRIOR, FLOOR, FEWEST
    only = np.arange(layout.df.size) if only is None else only
    return loops.statistics(layout.runs, score[order], count[order], layout.ends, limits, only)


def compare(layout: Layout, score: np.ndarray) -> Observed:
    """Stratified Welch statistic of every candidate.

    With a cell's n customers, m of them in the segment and f = m/n, the effect is
    U = Σ over cells of m(mean of the segment − mean of the cell), its variance
    V = Σ (1−f)² SS(segment) + f² SS(rest), each term multiplied by customers/degrees of freedom,
    and t = U/√V. With one cell, t is Welch's (1947) statistic. `PRIOR` customers' worth of the
    cell's own spread are mixed into the segment's where that makes it larger, and its variance is
    never taken to be below `FLOOR` of the cell's (after Smyth's 2004 moderated t): without that
    the null distribution is ruled by tiny segments whose members happen to score alike. Were the
    mixing allowed to make the spread smaller, segments of large spread would be claimed too often.

    Where scores are skewed, so is t: of a group in which few are far above the others, the mean and
    the spread are too low together, and t is rarely large. Permutation knows that of all customers
    together, not of a group that is less skewed than they are, whose t is then large too often. So
    t is straightened by Hall's (1992) cubic, with the skewness of the difference,
    A = (Σ (1−f)³ M(segment) − f³ M(rest)) / V^1.5 where M is Σ (score − mean)³. Small groups show
    little of theirs: of the skewness that a side shows and that of its cells (at the side's own
    spread), the one that makes the segment look less good counts, and A stays within ±1
    (`loops.MOST`). The result is turned into a normal score by its degrees of freedom, so that
    small and large segments are held to the same standard.

    With clusters the variance is the sum over clusters of their squared contributions to the
    effect, Σ ψ² with ψ = Σ (x − f)(score − mean of the cell) over a cluster's customers (x: 1 for
    members, else 0), less what the effect itself adds to it (Liang & Zeger 1986, without the
    effect).
    """
    straight, effect, variance, _, _, skew = statistics(layout, score, np.ones(score.size))
    z = np.full(effect.size, -np.inf)
    k = layout.eligible
    z[k] = normal_score(straight[k], layout.df[k])
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(variance > 0, effect / np.sqrt(variance), 0.0)
    return Observed(t, z, effect, variance, skew)


def straightened(t: np.ndarray, skew: np.ndarray) -> np.ndarray:
    """Hall's cubic (as in the compiled loop).

    >>> float(straightened(3.0, 0.3).round(4))  # 3 + 0.3/6 + 0.3·9/3 + 0.09·27/27
    4.04
    """
    return np.asarray(t + skew / 6 + skew * t**2 / 3 + skew**2 * t**3 / 27)


def bent(straight: np.ndarray, skew: np.ndarray) -> np.ndarray:
    """Inverse of `straightened`.

    >>> float(bent(4.04, 0.3).round(4))
    3.0
    """
    straight, skew = np.asarray(straight, float), np.asarray(skew, float)
    flat = np.abs(skew) < 1e-6
    a = np.where(flat, 1.0, skew)
    return np.where(flat, straight, 3 / a * (np.cbrt(1 + a * (straight - a / 6)) - 1))


def normal_score(t: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Student t to normal score, Wallace's (1959) approximation (as in the compiled loop)."""
    size = np.sqrt(df * np.log1p(t * t / df)) * (8 * df + 1) / (8 * df + 3)
    return np.copysign(size, t)


def null_of(
    layout: Layout,
    score: np.ndarray,
    *,
    permutations: int,
    seed: tuple[int, ...],
    threads: int = 1,
    enough: Callable[[np.ndarray], bool] | None = None,
    groups: list[np.ndarray] | None = None,
) -> np.ndarray:
    """Best normal score of the whole search on scores permuted within cells.

    Returns one number per permutation, or with `groups` of candidates one per permutation and
    group, the best of each; many are computed side by side. `enough` may stop the run
    early, between blocks; blocks have their own random streams, so neither threads nor stopping
    changes a number.

    With clusters, scores stay within theirs, and clusters of like size change places
    (`clusters.null_block`).
    """
    values = score[layout.order].astype(float)
    square, cube = np.empty(layout.ends.size), np.empty(layout.ends.size)
    for number, cell in enumerate(layout.cells):
        values[cell] -= values[cell].mean()
        square[number] = values[cell] @ values[cell]
        cube[number] = np.sum(values[cell] ** 3)
    if layout.cluster is not None:
        of_clusters = clusters.null_block(layout, values, seed, groups or [layout.eligible])
        return _blocks(of_clusters, permutations, threads, enough, groups)

    def per_candidate(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, layout.run_offsets[:-1])

    f, others, at = layout.share, layout.others, layout.run_cell
    members = np.where(others > 0, np.diff(layout.run_end, prepend=0), 0.0)
    size = np.diff(layout.ends, prepend=0).astype(float)
    pool = per_candidate(layout.spread * square[at])
    variance = (square / np.maximum(size - 1, 1))[at]
    arranged: dict[str, Any] = {
        name: getattr(layout, name) for name in loops.Comparison._fields[:9]
    }
    comparison = loops.Comparison(
        **arranged,
        start=pool * PRIOR / (layout.df + PRIOR),
        floor=pool * FLOOR,
        alone=layout.alone,
        pool=pool,
        pool_rest=per_candidate(f**2 * others * variance),
        usual=per_candidate((1 - f) ** 3 * members * (cube / size)[at]),
        usual_rest=per_candidate(f**3 * others * (cube / size)[at]),
        square=square,
        cube=cube,
        df=layout.df,
    )
    lanes = loops.LANES

    def block(number: int) -> np.ndarray:
        rng = np.random.default_rng([*seed, number])
        drawn = np.repeat(values[None, :].astype(np.float32), lanes, axis=0)
        for cell in layout.cells:  # along memory: with many customers twice as fast as across it
            rng.permuted(drawn[:, cell], axis=1, out=drawn[:, cell])
        shuffled = np.ascontiguousarray(drawn.T)
        best = np.empty((lanes, len(parts)))
        for column, part in enumerate(parts):
            one = np.empty(lanes)
            loops.best_statistics(part, comparison, shuffled, one)
            best[:, column] = one
        return best

    parts = groups or [layout.eligible]
    return _blocks(block, permutations, threads, enough, groups)


def _blocks(
    block: Callable[[int], np.ndarray],
    permutations: int,
    threads: int,
    enough: Callable[[np.ndarray], bool] | None,
    groups: list[np.ndarray] | None,
) -> np.ndarray:
    """Blocks of the null side by side, until there are enough."""
    count = -(-permutations // loops.LANES)
    found = np.empty((0, len(groups) if groups else 1))
    group = max(1, threads)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for begin in range(0, count, group):
            ahead = range(begin, min(begin + group, count))
            found = np.concatenate([found, *pool.map(block, ahead)])[:permutations]
            if enough is not None and enough(found.max(axis=1)):
                break
    return found if groups else found[:, 0]


def kept_of(score: np.ndarray, cell: np.ndarray) -> float:
    """Share of alpha that the search may spend: less where scores are highly skewed.

    Permutation takes all groups to have the spread and the skewness of all customers together.
    Groups that vary differently are what the studentised statistic is for, groups that are skewed
    differently what Hall's cubic is for; where both are so, 150 customers are too few for either to
    be exact, and searches at a nominal 5 % claim something in 6 to 7 % of companies in which
    nothing differs. `RESERVE` of alpha is kept back for that, wherever scores, less the means of
    their cells, have a skewness of `SKEWED` or more to either side. Skewness is the same in all
    permutations, so the choice costs no level. A wild bootstrap as a second null held the level,
    too, and cost 10 to 12 points of power (300 customers, 3 planted segments) where this costs 2.

    >>> kept_of(np.array([0.0] * 9 + [9.0]), np.zeros(10, int))
    0.8
    >>> kept_of(np.arange(9.0), np.arange(9) // 3)
    1.0
    """
    rest = score - (np.bincount(cell, score) / np.maximum(np.bincount(cell), 1))[cell]
    variance = np.mean(rest**2)
    if not variance > 0:
        return 1.0
    return 1 - RESERVE if abs(np.mean(rest**3)) >= SKEWED * variance**1.5 else 1.0


def p_values(observed: np.ndarray, null: np.ndarray, kept: float = 1.0) -> np.ndarray:
    """Share of permutations (the data themselves counted as one) that reach each statistic.

    Divided by `kept` (`kept_of`), at most 1: so that it is compared with the whole of alpha.
    """
    ranked = np.sort(null)
    reached = null.size - np.searchsorted(ranked, np.asarray(observed) - LOOSE, side="left")
    return np.minimum((1 + reached) / (1 + null.size) / kept, 1.0)


def critical_value(null: np.ndarray, alpha: float) -> float:
    """Smallest statistic that at most a share `alpha` of the null, and the data, reach."""
    allowed = int(np.floor(alpha * (null.size + 1) + 1e-9)) - 1
    return float(np.sort(null)[null.size - 1 - allowed]) if allowed >= 0 else np.inf


def hopeless(best: float, limit: float, null: np.ndarray) -> bool:
    """Whether so many permutations reach `best` that its p-value must exceed alpha."""
    return 1 + int((null >= best - LOOSE).sum()) > limit + 1e-9
