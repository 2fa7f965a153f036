"""Comparisons within strata that the study names, such as plan tier or year of joining."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.segments.clustered import Cells
from helpers.segments.wheels import BLOCK, permuted_sums
from helpers.words import groups as words
from helpers.words import say

WITHIN, WITHIN_LEVELS = words.PERMUTATION_WITHIN_STRATA, words.PERMUTATION_LEVELS_WITHIN_STRATA


def codes_of(labels: np.ndarray) -> np.ndarray:
    """Number of each label, in the order of the labels as text.

    Labels are hashed and only those that differ are sorted: there are few of them, however many
    customers carry them.

    >>> codes_of(np.array(["b", "a", "b"], dtype=object)), codes_of(np.array([10, 9, 10]))
    (array([1, 0, 1]), array([0, 1, 0]))
    """
    hashed, distinct = pd.factorize(np.asarray(labels), use_na_sentinel=False)
    return np.unique(np.asarray(distinct).astype(str), return_inverse=True)[1][hashed]


def cells_of(strata: np.ndarray, cluster: np.ndarray | None = None) -> Cells:
    """Positions of the customers of each stratum."""
    return coded_cells(codes_of(strata), cluster)


def coded_cells(codes: np.ndarray, cluster: np.ndarray | None = None) -> Cells:
    """Positions of the customers of each number; numbers that nobody has make no cell."""
    order = np.argsort(codes, kind="stable")
    cells = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1) if len(order) else []
    return Cells(cells, cluster)


def centred(values: np.ndarray, cells: list[np.ndarray]) -> np.ndarray:
    """Values less the mean of their stratum."""
    values = np.array(values, dtype=float)
    for rows in cells:
        values[rows] -= values[rows].mean()
    return values


def aligned_ranks(values: np.ndarray, cells: list[np.ndarray]) -> np.ndarray:
    """Midranks within strata divided by n + 1, centred: the scores of van Elteren's (1960) test.

    >>> aligned_ranks(np.array([5.0, 9.0, 700.0, 500.0]), [np.arange(2), np.arange(2, 4)]).round(2)
    array([-0.17,  0.17,  0.17, -0.17])
    """
    from scipy.stats import rankdata

    ranks = np.empty(len(values))
    for rows in cells:
        ranks[rows] = rankdata(values[rows]) / (rows.size + 1)
    return centred(ranks, cells)


def relation(
    outcome: np.ndarray,
    levels: np.ndarray,
    strata: np.ndarray,
    *,
    cluster: np.ndarray | None = None,
    ranks: bool,
    ordered: bool,
    draws: int,
    seed: int,
) -> dict[str, object]:
    """Whether an outcome goes with a variable among customers of the same stratum.

    The outcome is permuted within strata, so that what strata explain cannot count. Without
    strata the statistics are those of Spearman's test and of Kruskal & Wallis (chi-square where
    `ranks` is false and the outcome is 0 or 1).

    Parameters
    ----------
    outcome : one number per customer.
    levels : numbers if `ordered`, else names.
    strata : one label per customer.
    ranks : compare aligned ranks of the outcome, not its values.
    draws : random permutations; the smallest p-value is 1 / (draws + 1).

    Returns
    -------
    test, p_value, effect_size and its name: the correlation of the aligned ranks if ordered, else
    the share of the outcome's sum of squares that lies between levels (eta squared).
    """
    cells = cells_of(strata, cluster)
    values = aligned_ranks(outcome, cells) if ranks else centred(outcome, cells)
    if ordered:
        weights = aligned_ranks(np.asarray(levels, dtype=float), cells)[:, None]
    else:
        weights = (levels[:, None] == np.unique(levels)).astype(float)
    row = {
        "test": WITHIN if ordered else WITHIN_LEVELS,
        "effect_size": 0.0,
        "effect_size_name": say(
            words.WITHIN_STRATA,
            name=say(words.RANK_CORRELATION if ordered else words.ETA_SQUARED),
        ),
        "p_value": 1.0,
    }
    size, total = (weights**2).sum(axis=0), float(values @ values)
    if not (total > 0 and size.all()):
        return row

    def between(sums: np.ndarray) -> np.ndarray:
        return (sums**2 / size).sum(axis=-1) / total

    found, rng, larger = float(between(values @ weights)), np.random.default_rng(seed), 0
    if cells.cluster is None:
        nothing = np.empty((values.size, 0))
        blocks = permuted_sums(values, weights, nothing, cells, draws=draws, rng=rng)
        sums = (sum((plain for plain, _ in block), np.zeros(())) for block in blocks)
    else:
        rows = (min(BLOCK, draws - start) for start in range(0, draws, BLOCK))
        sums = (cells.exchanged(values, count, rng) @ weights for count in rows)
    for drawn in sums:
        larger += int((between(drawn) >= found * (1 - 1e-9)).sum())
    if ordered:
        row["effect_size"] = float(np.sign(values @ weights[:, 0]) * np.sqrt(found))
    else:
        row["effect_size"] = found
    return row | {"p_value": (1 + larger) / (draws + 1)}
