"""Comparisons within strata that the study names, such as plan tier or year of joining."""

from __future__ import annotations

import numpy as np

from helpers.segments.clustered import Cells
from helpers.words import groups as words

BLOCK = 256  # permutations held in memory at a time
WHEEL = 16  # customers of a stratum, per permutation of a block, from which it is a wheel
WITHIN, WITHIN_LEVELS = words.PERMUTATION_WITHIN_STRATA, words.PERMUTATION_LEVELS_WITHIN_STRATA


def cells_of(strata: np.ndarray, cluster: np.ndarray | None = None) -> Cells:
    """Positions of the customers of each stratum."""
    codes = np.unique(np.asarray(strata).astype(str), return_inverse=True)[1]
    cells = [np.flatnonzero(codes == code) for code in range(codes.max(initial=-1) + 1)]
    return Cells(cells, cluster)


def centred(values: np.ndarray, cells: list[np.ndarray]) -> np.ndarray:
    """Values less the mean of their stratum."""
    values = np.array(values, dtype=float)
    for rows in cells:
        values[rows] -= values[rows].mean()
    return values


def permuted(values: np.ndarray, cells: Cells, rows: int, rng: np.random.Generator) -> np.ndarray:
    """`rows` copies (rows, customers), permuted within strata, whole clusters if any.

    A stratum of `WHEEL` customers for every copy, or more, is not shuffled anew for each of them,
    which takes most of the time of a test: its customers are put on a wheel in random order, and
    the wheel is turned, by another number of places for each copy. Turns of one wheel are a group
    of permutations, so that a test among them has its level as exactly as one among all (Lehmann &
    Romano 2005, Testing Statistical Hypotheses, 15.2), and each of them is as random.
    """
    if getattr(cells, "cluster", None) is not None:  # plain positions have none
        return cells.exchanged(values, rows, rng)
    shuffled = np.empty((rows, values.size))
    for cell in cells:
        whole = cell.size == values.size and bool((np.diff(cell) == 1).all())
        if cell.size < WHEEL * rows:
            drawn = np.tile(values[cell], (rows, 1))
            rng.permuted(drawn, axis=1, out=drawn)
        else:
            order = rng.permutation(cell.size)
            place = np.empty_like(order)
            place[order] = np.arange(cell.size)
            twice = np.tile(values[cell][order], 2)
            drawn = shuffled if whole else np.empty((rows, cell.size))
            turns = 1 + rng.choice(cell.size - 1, rows, replace=False)
            for row, turn in enumerate(turns):
                np.take(twice[turn : turn + cell.size], place, out=drawn[row], mode="clip")
        if whole:
            return drawn
        shuffled[:, cell] = drawn
    return shuffled


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
        "effect_size_name": ("rank correlation" if ordered else "eta squared") + " within strata",
        "p_value": 1.0,
    }
    size, total = (weights**2).sum(axis=0), float(values @ values)
    if not (total > 0 and size.all()):
        return row

    def between(drawn: np.ndarray) -> np.ndarray:
        return ((drawn @ weights) ** 2 / size).sum(axis=-1) / total

    found, rng, larger = float(between(values)), np.random.default_rng(seed), 0
    for start in range(0, draws, BLOCK):
        drawn = between(permuted(values, cells, min(BLOCK, draws - start), rng))
        larger += int((drawn >= found * (1 - 1e-9)).sum())
    if ordered:
        row["effect_size"] = float(np.sign(values @ weights[:, 0]) * np.sqrt(found))
    else:
        row["effect_size"] = found
    return row | {"p_value": (1 + larger) / (draws + 1)}
