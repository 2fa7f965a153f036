"""Search-wide error control: the largest statistic of the whole search, under permutation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from helpers.search import loops
from helpers.search.enumerate import Candidates

PRIOR = 1.0  # customers' worth of the cells' spread in a segment's own; see `compare`
FLOOR = 0.25  # smallest variance of a segment, as a share of its cells'
FEWEST = 2  # members of a cell below which they show no spread, and their cell is left out
LOOSE = 1e-4  # permuted statistics (single precision) this close below the observed one count


@dataclass(frozen=True)
class Layout:
    """Candidates rearranged for one comparison: customers sorted by cell, members in runs.

    A cell is a set of customers within which scores may be exchanged: a stratum of the study,
    split by membership in the segments chosen so far. `eligible` lists candidates that still hold
    enough comparable customers, by rising degrees of freedom.
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
    spread: np.ndarray
    information: np.ndarray
    alone: np.ndarray
    df: np.ndarray
    eligible: np.ndarray

    @property
    def cells(self) -> list[slice]:
        """Positions of each cell's customers in the sorted order."""
        starts = np.concatenate([[0], self.ends[:-1]])
        return [slice(a, b) for a, b in zip(starts, self.ends, strict=True)]


def arrange(candidates: Candidates, cell: np.ndarray, minimum: int) -> Layout:
    """Sort customers by `cell` (0, 1, …) and work out what each comparison rests on.

    A candidate is eligible when at least `minimum` customers are outside it and its information
    Σ m(1 − m/n) over the cells (m of a cell's n customers are in the segment) is at least half of
    `minimum`: near-copies of chosen segments rest on a handful of customers and are passed over.
    Cells with a single member are left out: its score would count in the effect and, having no
    spread of its own, hardly in the error, so that one outlier among the members of a segment
    accepted before could carry a candidate.
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
        others=np.where(comparable, others, 0.0),
        spread=comparable * (1 - share) ** 2 * m / np.maximum(n - 1, 1),
        information=information,
        alone=np.where(fit, (df + PRIOR) / np.maximum(df, 1), 0.0),
        df=df,
        eligible=ranked[np.argsort(df[ranked], kind="stable")],
    )


@dataclass(frozen=True)
class Observed:
    """Every candidate's comparison on the scores as they are (0 where not eligible)."""

    t: np.ndarray
    z: np.ndarray
    effect: np.ndarray
    variance: np.ndarray


def statistics(layout: Layout, score: np.ndarray, count: np.ndarray) -> np.ndarray:
    """t, effect, variance, information, df of every candidate; customers count `count` times."""
    runs = layout.offsets, layout.members, layout.run_offsets, layout.run_cell, layout.run_end
    order = layout.order
    limits = PRIOR, FLOOR, FEWEST
    return loops.statistics(runs, score[order], count[order], layout.ends, limits)


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
    t is turned into a normal score by its degrees of freedom, so that small and large segments are
    held to the same standard.
    """
    t, effect, variance, _, _ = statistics(layout, score, np.ones(score.size))
    z = np.full(t.size, -np.inf)
    k = layout.eligible
    z[k] = normal_score(t[k], layout.df[k])
    return Observed(t, z, effect, variance)


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
) -> np.ndarray:
    """Best normal score of the whole search on scores permuted within cells.

    Returns one number per permutation; many are computed side by side. `enough` may stop the run
    early, between blocks; blocks have their own random streams, so neither threads nor stopping
    changes a number.
    """
    values = score[layout.order].astype(float)
    square = np.empty(layout.ends.size)
    for number, cell in enumerate(layout.cells):
        values[cell] -= values[cell].mean()
        square[number] = values[cell] @ values[cell]
    spread = np.add.reduceat(layout.spread * square[layout.run_cell], layout.run_offsets[:-1])
    comparison = loops.Comparison(
        *(getattr(layout, name) for name in loops.Comparison._fields[:8]),
        start=spread * PRIOR / (layout.df + PRIOR),
        floor=spread * FLOOR,
        alone=layout.alone,
        square=square,
        df=layout.df,
    )
    lanes = loops.LANES

    def block(number: int) -> np.ndarray:
        rng = np.random.default_rng([*seed, number])
        shuffled = np.repeat(values[:, None].astype(np.float32), lanes, axis=1)
        for cell in layout.cells:
            rng.permuted(shuffled[cell], axis=0, out=shuffled[cell])
        best = np.empty(lanes)
        loops.best_statistics(layout.eligible, comparison, shuffled, best)
        return best

    count = -(-permutations // lanes)
    found = np.empty(0)
    group = max(1, threads)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        for begin in range(0, count, group):
            ahead = range(begin, min(begin + group, count))
            found = np.concatenate([found, *pool.map(block, ahead)])[:permutations]
            if enough is not None and enough(found):
                break
    return found


def p_values(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Share of permutations (the data themselves counted as one) that reach each statistic."""
    ranked = np.sort(null)
    reached = null.size - np.searchsorted(ranked, np.asarray(observed) - LOOSE, side="left")
    return (1 + reached) / (1 + null.size)


def critical_value(null: np.ndarray, alpha: float) -> float:
    """Smallest statistic with an adjusted p-value of at most `alpha`."""
    allowed = int(np.floor(alpha * (null.size + 1) + 1e-9)) - 1
    return float(np.sort(null)[null.size - 1 - allowed]) if allowed >= 0 else np.inf


def hopeless(best: float, limit: float, null: np.ndarray) -> bool:
    """Whether so many permutations reach `best` that its p-value must exceed alpha."""
    return 1 + int((null >= best - LOOSE).sum()) > limit
