"""Forward selection: distinct segments, each tested given those accepted before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from scipy import stats
from scipy.special import ndtri

from helpers.search.enumerate import Candidates
from helpers.search.inference import (
    LOOSE,
    Layout,
    Observed,
    arrange,
    compare,
    critical_value,
    hopeless,
    kept_of,
    normal_score,
    null_of,
    p_values,
    statistics,
)

EVEN = 0.8  # quantile of each depth's null maximum that `balance` makes equal
SEPARATION = 0.05  # level at which a condition must set a segment apart; see `simplify`


@dataclass(frozen=True)
class Step:
    """One accepted segment: what was found, against which null, given which cells.

    `first` is the candidate that was taken before its definition was simplified.
    """

    candidate: int
    first: int
    z: float
    p_value: float
    critical: float
    layout: Layout
    observed: Observed
    seed: tuple[int, ...]


@dataclass(frozen=True)
class Selection:
    """Accepted segments in order, and the null of the whole search (first step).

    `kept` is the share of alpha that was spent (`inference.kept_of`); p-values allow for it.
    """

    steps: tuple[Step, ...]
    null: np.ndarray
    layout: Layout
    observed: Observed
    p_values: np.ndarray
    kept: float = 1.0


def forward_select(
    candidates: Candidates,
    score: np.ndarray,
    *,
    minimum: int,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
    alpha: float = 0.05,
    permutations: int = 1000,
    seed: int = 0,
    max_segments: int = 10,
    threads: int = 1,
    balanced: bool = False,
) -> Selection:
    """Accept segments one at a time while the best of the whole search survives.

    Each step permutes the scores within cells (strata, split by membership in every segment
    accepted before) and compares the best observed statistic with the best of each permuted
    search (Westfall & Young 1993, single-step maxT). What earlier segments explain is thus held
    fixed, and copies of them no longer stand out. The first step that fails ends the search, so
    the chance of any false acceptance where nothing differs is that of the first step: alpha, a
    fifth of which is kept back where scores are highly skewed (`inference.kept_of`).

    The best statistic decides whether a step claims anything. What it claims may be any candidate
    that passes the critical value, and often several do: a group, its parts, wider groups around
    it. Of these, `clearest` takes the one that ranks show best.

    Parameters
    ----------
    candidates
        Segments of the search, n customers.
    score
        (n,) scores; the claim is about their mean. Larger is better.
    minimum
        Smallest segment size; see `arrange`.
    strata
        (n,) stratum numbers 0, 1, …; a segment must be better within its strata.
    cluster
        (n,) cluster of each customer, where those of one cluster are not independent.
    balanced
        Hold each number of conditions to its own standard (`balance`): else the many long
        definitions set the critical value for the few short ones, too.

    Returns
    -------
    Selection
        p-values of all candidates come from the first step's null.
    """
    cell = np.zeros(score.size, np.int64) if strata is None else np.asarray(strata, np.int64)
    layout = arrange(candidates, cell, minimum, cluster)
    standing = normal_scores_of(score)
    # clusters have a statistic of their own, and ranks balanced by depth no tail to speak of
    kept = kept_of(score, cell) if cluster is None else 1.0
    steps: list[Step] = []
    first = None
    p_before = 0.0
    while layout.eligible.size and len(steps) <= max_segments:
        observed = compare(layout, score)
        best = observed.z[layout.eligible].max()
        stop = None if first is None else partial(hopeless, best, alpha * kept * (permutations + 1))
        stream = (seed, len(steps))
        options: dict[str, Any] = {
            "permutations": permutations,
            "seed": stream,
            "threads": threads,
        }
        if balanced:
            null, observed = balance(candidates, layout, observed, score, **options)
            best = observed.z[layout.eligible].max()
        else:
            null = null_of(layout, score, enough=stop, **options)
        if first is None:
            first = layout, observed, null
        p = max(p_before, float(p_values(best, null, kept)))
        if p > alpha or len(steps) == max_segments or observed.t[layout.eligible].max() <= 0:
            break
        critical = critical_value(null, alpha * kept)
        passing = layout.eligible[observed.z[layout.eligible] >= critical - LOOSE]
        number = clearest(candidates, passing, standing, cell, minimum)
        chosen = simplify(candidates, number, score, cell, observed, critical)
        p = p_before = max(p_before, float(p_values(observed.z[chosen], null, kept)))
        z = float(observed.z[chosen])
        steps.append(Step(chosen, number, z, p, critical, layout, observed, stream))
        _, cell = np.unique(cell * 2 + candidates.mask(chosen), return_inverse=True)
        layout = arrange(candidates, cell, minimum, cluster)
    if first is None:
        nothing = np.zeros(len(candidates))
        first = layout, Observed(nothing, nothing - np.inf, nothing, nothing, nothing), np.zeros(0)
    searchwide = p_values(first[1].z, first[2], kept)
    return Selection(tuple(steps), first[2], first[0], first[1], searchwide, kept)


def balance(
    candidates: Candidates, layout: Layout, observed: Observed, score: np.ndarray, **options
) -> tuple[np.ndarray, Observed]:
    """Null and normal scores less what the best of each depth reaches in one permutation of five.

    Of every number of conditions the `EVEN` quantile of its null maximum is subtracted, from the
    data and from the permutations alike, and the maximum is taken over what is left.
    """
    depths = candidates.depths[layout.eligible]
    groups = [layout.eligible[depths == depth] for depth in np.unique(depths)]
    null = null_of(layout, score, groups=groups, **options)
    offsets = np.quantile(null, EVEN, axis=0)
    z = observed.z.copy()
    for group, offset in zip(groups, offsets, strict=True):
        z[group] -= offset
    return (null - offsets).max(axis=1), replace(observed, z=z)


def normal_scores_of(score: np.ndarray) -> np.ndarray:
    """Normal quantiles of the midranks (van der Waerden 1952): scores without their outliers.

    >>> normal_scores_of(np.array([3.0, 1.0, 1000.0])).round(2)
    array([ 0.  , -0.97,  0.97])
    """
    return ndtri((stats.rankdata(score) - 0.5) / max(score.size, 1))


def clearest(
    candidates: Candidates,
    passing: np.ndarray,
    standing: np.ndarray,
    cell: np.ndarray,
    minimum: int,
    count: np.ndarray | None = None,
    layout: Layout | None = None,
) -> int:
    """Of the candidates that pass the critical value, the one with the largest rank statistic.

    Passing is a matter of means, for the claim is about means. But which of several passing
    definitions has the largest t, a few enormous scores decide, and what they pick is often a
    piece of a better group or a wider group around it. The same statistic on ranks (`standing`)
    is not ruled by single scores. Any choice among passing candidates keeps the level. Equal ones
    go to the earlier, shorter definition. `layout` is that of all candidates in these cells,
    without clusters, where the caller has one.
    """
    passing = np.sort(passing)
    count = np.ones(cell.size) if count is None else count
    if layout is None:
        of = arrange(candidates.subset(passing), cell, minimum)
        t, *_, df, _ = statistics(of, standing, count)
    else:
        t, *_, df, _ = statistics(layout, standing, count, passing)[:, passing]
    z = normal_score(t, df)
    return int(passing[z >= z.max() - 1e-9][0])


def simplify(
    candidates: Candidates,
    chosen: int,
    score: np.ndarray,
    cell: np.ndarray,
    observed: Observed,
    critical: float,
    separation: float = SEPARATION,
) -> int:
    """Drop conditions that do not set the segment apart from the rest of its parent.

    A parent (one condition fewer) takes the segment's place when it passes the search-wide
    critical value itself and Welch's test, within cells, does not show the segment above the rest
    of that parent (one-sided, level `separation`). The condition with the least evidence goes
    first. In simulations stricter levels cost recall of long definitions where lifts were clear,
    and hardly reduced repeats.
    """
    residual = score - (np.bincount(cell, score) / np.bincount(cell))[cell]
    while candidates.depths[chosen] > 1:
        child = candidates.mask(chosen)
        options = []
        for parent in _parents(candidates, chosen):
            if observed.z[parent] < critical - LOOSE:
                continue
            rest = candidates.mask(parent) & ~child
            if rest.sum() < 2 or child.sum() < 2:
                options.append((1.0, -parent))
                continue
            p = stats.ttest_ind(
                residual[child], residual[rest], equal_var=False, alternative="greater"
            ).pvalue
            if not p <= separation:
                options.append((float(p) if p == p else 1.0, -parent))
        if not options:
            break
        chosen = -max(options)[1]
    return chosen


def _parents(candidates: Candidates, chosen: int) -> list[int]:
    """Candidates with one condition fewer than `chosen`."""
    items = [item for item in candidates.items[chosen] if item >= 0]
    found = []
    for left_out in items:
        rows = np.ones(candidates.customers, bool)
        for item in items:
            if item != left_out:
                rows &= candidates.meets(item)
        parent = candidates.find(np.flatnonzero(rows))
        if parent is not None and parent != chosen:
            found.append(parent)
    return found
