"""Comparisons of customers that are not independent: variance by cluster, clusters change places.

What `search.clusters` is to the search, this is to hypotheses, plain comparisons and retests.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.families import holm
from helpers.search.clusters import FEWEST_CLUSTERS, SPREAD_OVER, Exchange, like_sized
from helpers.search.inputs import PARENT, clusters_of
from helpers.search.select import normal_scores_of
from helpers.study import Study

SHUFFLES = 999  # of scores among the clusters that are tried


class Cells(list[np.ndarray]):
    """Positions of the customers of each stratum; ``cluster`` numbers clusters, or is None."""

    def __init__(self, cells: list[np.ndarray], cluster: np.ndarray | None = None) -> None:
        super().__init__(cells)
        self.cluster: np.ndarray | None = None
        if cluster is None:
            return
        numbers = self.cluster = np.unique(cluster, return_inverse=True)[1]
        self.sums = np.argsort(numbers, kind="stable")
        self.starts = np.flatnonzero(np.diff(numbers[self.sums], prepend=-1))
        # customers by stratum, for `like_sized`
        self.order = np.concatenate(cells) if cells else np.zeros(0, int)
        ends = np.cumsum([0, *map(len, cells)]).tolist()
        slices = [slice(a, b) for a, b in pairwise(ends)]
        self.exchanges: list[Exchange] = like_sized(slices, numbers[self.order])

    def by_cluster(self, values: np.ndarray) -> np.ndarray:
        """Sums over each cluster, of the last axis."""
        return np.add.reduceat(values[..., self.sums], self.starts, axis=-1)

    def exchanged(self, values: np.ndarray, rows: int, rng: np.random.Generator) -> np.ndarray:
        """Copies of the values in which clusters of like size have changed places."""
        sorted_ = values[self.order]
        out = np.empty((rows, values.size))
        for row in out:
            drawn = sorted_.copy()
            for group in self.exchanges:
                drawn[group.positions] = sorted_[group.source(rng)]
            row[self.order] = drawn
        for cell in self:  # clusters of unequal size leave a mean behind
            out[:, cell] -= out[:, cell].mean(axis=1, keepdims=True)
        return out


def cluster_of(study: Study, frame: pd.DataFrame) -> np.ndarray | None:
    """Cluster number of each customer; None where the study names none.

    Raises
    ------
    StudyError
        For fewer clusters than can tell anything (`search.inputs.clusters_of`).
    """
    return None if study.cluster is None else clusters_of(frame, study.cluster)


def of(cluster: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """Clusters of some customers."""
    return None if cluster is None else cluster[rows]


def variance(values: np.ndarray, member: np.ndarray, cells: Cells) -> np.ndarray:
    """Variance of the difference within cells when customers of a cluster move together.

    Each customer's part of the difference (`effects.difference`), less its side's mean, is added
    up by cluster and squared: Liang & Zeger (1986, Biometrika 73), times clusters ÷ (clusters − 1).

    Parameters
    ----------
    values : (rows, customers). member : (customers,) booleans.
    """
    share, weight = np.zeros(member.size), 0.0
    apart = np.array(values, dtype=float)
    single = 1 if len(cells) == 1 else 2
    for rows in cells:
        inside = rows[member[rows]]
        outside = rows[~member[rows]]
        n, m = len(rows), len(inside)
        if not single <= m < n:
            continue
        share[inside], share[outside] = (n - m) / n, -m / n
        weight += m * (n - m) / n
        for side in (inside, outside):
            apart[:, side] -= apart[:, side].mean(axis=1, keepdims=True)
    if not weight:
        return np.full(len(apart), np.nan)
    moved = cells.by_cluster(apart * (share / weight))
    clusters = moved.shape[-1]
    return (moved**2).sum(axis=-1) * clusters / max(clusters - 1, 1)


def spread(member: np.ndarray, cells: Cells) -> int:
    """Clusters over which the smaller-spread side, members or others, is spread."""
    assert cells.cluster is not None  # customers that are independent have no clusters
    return min(np.unique(cells.cluster[side]).size for side in (member, ~member))


def is_spread(member: np.ndarray, cells: Cells) -> bool:
    """Whether both sides are spread over enough clusters to be compared."""
    return cells.cluster is None or spread(member, cells) >= SPREAD_OVER


def likely(study: Study, frame: pd.DataFrame) -> tuple[str, float] | None:
    """What customers share that makes them alike and that the study does not name as ``cluster``.

    Attributes with at least 20 levels, and ``parent_id``, two customers each on average, are tried:
    the intraclass correlation of the score's normal scores (one-way, Fisher 1925), its p-value by
    shuffling, corrected for all that are tried (Holm).

    Returns
    -------
    The column with the largest correlation that is shown, and the correlation; None for none, and
    where the study names a cluster.
    """
    if study.cluster is not None:
        return None
    score = normal_scores_of(frame["quality_score"].to_numpy(dtype=float))
    tried = {}
    for name in [*study.attributes, PARENT]:
        if name not in frame or (name in study.attributes and study.attributes[name].shares):
            continue
        known = frame[name].notna().to_numpy()
        codes, levels = pd.factorize(frame[name][known].astype(str))
        if len(levels) < FEWEST_CLUSTERS or len(codes) < 2 * len(levels):
            continue
        rng, values = np.random.default_rng(study.seed), score[known]
        seen = correlation(values, codes)
        above = sum(correlation(rng.permutation(values), codes) >= seen for _ in range(SHUFFLES))
        tried[name] = seen, (1 + above) / (SHUFFLES + 1)

    shown = holm([p for _, p in tried.values()])
    found = [
        (seen, name)
        for (name, (seen, _)), p in zip(tried.items(), shown, strict=True)
        if p <= study.scope.alpha
    ]
    return max(found)[::-1] if found else None


def correlation(values: np.ndarray, codes: np.ndarray) -> float:
    """Intraclass correlation of the customers of one cluster, from the one-way variance table."""
    sizes = np.bincount(codes)
    k, n = sizes.size, values.size
    means = np.bincount(codes, values) / sizes
    between = (sizes * (means - values.mean()) ** 2).sum() / (k - 1)
    within = ((values - means[codes]) ** 2).sum() / (n - k)
    size = (n - (sizes**2).sum() / n) / (k - 1)
    total = between + (size - 1) * within
    return float((between - within) / total) if total > 0 else 0.0
