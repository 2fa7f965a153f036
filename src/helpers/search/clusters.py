"""Customers that are not independent: variance by cluster, clusters that change places.

Customers of one partner, city or account manager resemble one another; three of them then tell less
than three others do, and a search that takes them for independent finds groups that are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.search import cluster_loops, loops

if TYPE_CHECKING:
    from helpers.search.inference import Layout

FEWEST_CLUSTERS = 20  # below these nothing can be said
SPREAD_OVER = 5  # clusters over which a segment, and the others, must at least be spread
LIKE = 8  # clusters that may change places, at least, where few have the same size


def information_of(layout_runs, cells, cluster) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per candidate: Σ of the clusters' squared information, clusters with members, with others."""
    clusters = cluster.max(initial=-1) + 1
    return cluster_loops.cluster_information(layout_runs, cells, cluster, clusters)


def statistics(layout: Layout, score: np.ndarray, count: np.ndarray, fewest: int) -> np.ndarray:
    """As `inference.statistics`, for scores and counts in the sorted order."""
    effect, spread, information, squared = cluster_loops.cluster_statistics(
        layout.runs, score, count, layout.ends, layout.cluster, layout.clusters, fewest
    )
    known = (information > 1e-9) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = np.where(known, information**2 / squared, 0.0)
        variance = np.maximum(spread - effect**2 / (df + 1), cluster_loops.LEAST * spread)
        t = np.where(known, effect / np.sqrt(variance), 0.0)
    return np.array([t, effect, variance, np.where(known, information, 0.0), df, 0 * df])


def null_block(
    layout: Layout, values: np.ndarray, seed: tuple[int, ...], groups: list[np.ndarray]
) -> Callable[[int], np.ndarray]:
    """Best normal scores of one block in which clusters of like size change places.

    Each cluster gets the scores of another one of its cell: what customers of one cluster have in
    common stays together, and attributes stay where they are.
    """
    held = np.diff(layout.run_end, prepend=0)
    shares = np.where(layout.others > 0, held / (held + layout.others), 0.0).astype(np.float32)
    parts = cluster_loops.members_by_cluster(
        layout.runs, layout.others, layout.cluster, layout.clusters
    )
    runs = layout.run_offsets, layout.run_cell
    exchanges = alike(layout)

    def block(number: int) -> np.ndarray:
        rng = np.random.default_rng([*seed, number])
        scores = np.empty((values.size, loops.LANES), np.float32)
        for lane in range(loops.LANES):
            for group in exchanges:
                scores[group.positions, lane] = values[group.source(rng)]
        for cell in layout.cells:  # clusters of unequal size leave a mean behind
            scores[cell] -= scores[cell].mean(axis=0)
        best = np.empty((loops.LANES, len(groups)))
        rest = runs, shares, layout.df, scores, layout.ends, layout.cluster, layout.clusters
        for column, candidates in enumerate(groups):
            one = np.empty(loops.LANES)
            cluster_loops.best_of_clusters(candidates, parts, *rest, one)
            best[:, column] = one
        return best

    return block


class Exchange(NamedTuple):
    """Clusters of like size, which may change places: their customers' positions, end to end."""

    positions: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    def source(self, rng: np.random.Generator) -> np.ndarray:
        """For each position the one whose score it gets.

        A smaller cluster gets some of a larger one's scores, a larger one those of a smaller one
        more often than once.
        """
        other = rng.permutation(self.sizes.size)
        shift = rng.integers(0, self.sizes[other])
        place = np.arange(self.positions.size) - np.repeat(self.starts, self.sizes)
        taken = (place + np.repeat(shift, self.sizes)) % np.repeat(self.sizes[other], self.sizes)
        return self.positions[np.repeat(self.starts[other], self.sizes) + taken]


def alike(layout: Layout) -> list[Exchange]:
    """Clusters of like size, within cells of a layout of clusters."""
    assert layout.cluster is not None  # only clusters change places
    return like_sized(layout.cells, layout.cluster)


def like_sized(cells: Sequence[slice], cluster: np.ndarray) -> list[Exchange]:
    """Clusters of like size, within cells.
    Clusters are taken by rising size; a group ends where the size changes and it holds `LIKE`
    clusters or more. What is left over joins the last group.
    """
    groups = []
    for cell in cells:
        order = np.argsort(cluster[cell], kind="stable") + cell.start
        starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
        sizes = np.diff(starts, append=order.size)
        by_size = np.argsort(sizes, kind="stable")
        changes = np.flatnonzero(np.diff(sizes[by_size])) + 1
        cuts = [0]
        for change in changes:
            if change - cuts[-1] >= LIKE:
                cuts.append(int(change))
        if len(cuts) > 1 and sizes.size - cuts[-1] < LIKE:
            cuts.pop()
        for group in np.split(by_size, cuts[1:]):
            pieces = [order[starts[v] : starts[v] + sizes[v]] for v in group]
            count = sizes[group]
            groups.append(Exchange(np.concatenate(pieces), np.cumsum(count) - count, count))
    return groups
