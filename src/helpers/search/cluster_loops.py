"""Compiled loops of the search where customers of one cluster are not independent."""

from __future__ import annotations

import numpy as np

from helpers.compiling import compiled
from helpers.search.loops import LANES, to_normal

LEAST = 0.5  # of the clusters' squared contributions that stay when the effect's part is taken away


@compiled
def cluster_information(g, cells, cluster, clusters):
    """How far each candidate spreads over clusters: what its comparison can rest on.

    `g` as in `statistics`; `cluster` (customers in the sorted order). Returns, one number per
    candidate: Σ over clusters of I², where I is the cluster's part of the information Σ(x − f)²,
    and the number of clusters with members, and with others, in cells where both are.
    """
    offsets, members, run_offsets, run_cell, run_end, others = g
    size = np.zeros((clusters, cells.size))
    total = np.zeros(cells.size)
    stop = 0
    for c in range(cells.size):
        start = stop
        stop = cells[c]
        total[c] = stop - start
        for i in range(start, stop):
            size[cluster[i], c] += 1
    out = np.zeros((3, offsets.size - 1))
    mine = np.zeros(clusters)
    inside = np.zeros(clusters)
    outside = np.zeros(clusters)
    for j in range(offsets.size - 1):
        mine[:] = 0
        inside[:] = 0
        outside[:] = 0
        begin = offsets[j]
        for run in range(run_offsets[j], run_offsets[j + 1]):
            c = run_cell[run]
            m = run_end[run] - begin
            if others[run] > 0:
                f = m / total[c]
                for v in range(clusters):
                    mine[v] += f * f * size[v, c]
                    outside[v] += size[v, c]
                for k in range(begin, run_end[run]):
                    v = cluster[members[k]]
                    mine[v] += (1 - f) ** 2 - f * f
                    inside[v] += 1
                    outside[v] -= 1
            begin = run_end[run]
        for v in range(clusters):
            out[0, j] += mine[v] ** 2
            out[1, j] += inside[v] > 0
            out[2, j] += outside[v] > 0
    return out


@compiled
def cluster_statistics(g, score, weight, cells, cluster, clusters, fewest):
    """Score statistic of every candidate, its variance added up by cluster.

    Arguments as in `statistics`, and the cluster of each customer. Returns (effect sum, Σ of the
    squared contributions of the clusters, information, Σ of their squared information), each one
    number per candidate. A cluster that a bootstrap sample drew twice counts as two.
    """
    offsets, members, run_offsets, run_cell, run_end = g
    size = np.zeros(cells.size)
    mean = np.zeros(cells.size)
    stop = 0
    times = np.ones(clusters)
    for c in range(cells.size):
        start = stop
        stop = cells[c]
        for i in range(start, stop):
            size[c] += weight[i]
            mean[c] += weight[i] * score[i]
            times[cluster[i]] = max(times[cluster[i]], weight[i])
        if size[c] > 0:
            mean[c] /= size[c]
    sums = np.zeros((cells.size, clusters))
    heads = np.zeros((cells.size, clusters))
    stop = 0
    for c in range(cells.size):
        start = stop
        stop = cells[c]
        for i in range(start, stop):
            sums[c, cluster[i]] += weight[i] * (score[i] - mean[c])
            heads[c, cluster[i]] += weight[i]
    out = np.zeros((4, offsets.size - 1))
    psi = np.zeros(clusters)
    mine = np.zeros(clusters)
    for j in range(offsets.size - 1):
        psi[:] = 0
        mine[:] = 0
        begin = offsets[j]
        for run in range(run_offsets[j], run_offsets[j + 1]):
            c = run_cell[run]
            m = 0.0
            for k in range(begin, run_end[run]):
                m += weight[members[k]]
            if m >= fewest and m < size[c]:
                f = m / size[c]
                out[2, j] += m * (1 - f)
                for k in range(begin, run_end[run]):
                    i = members[k]
                    r = weight[i] * (score[i] - mean[c])
                    psi[cluster[i]] += r
                    out[0, j] += r
                    mine[cluster[i]] += weight[i] * ((1 - f) ** 2 - f * f)
                for v in range(clusters):
                    psi[v] -= f * sums[c, v]
                    mine[v] += f * f * heads[c, v]
            begin = run_end[run]
        for v in range(clusters):
            out[1, j] += psi[v] ** 2 / times[v]
            out[3, j] += mine[v] ** 2 / times[v]
    return out


@compiled
def members_by_cluster(g, others, cluster, clusters):
    """Members of each candidate in order of their cluster, without those in cells left out.

    Returns the ends of the clusters' parts per candidate (candidates + 1, into the next two), the
    cluster of each part, the end of its members, and the members.
    """
    offsets, members, run_offsets, _, run_end = g
    counts = np.zeros(clusters, np.int64)
    starts = np.zeros(clusters, np.int64)
    ends = np.zeros(offsets.size, np.int64)
    which = np.empty(members.size, np.int32)
    stops = np.empty(members.size, np.int64)
    ordered = np.empty_like(members)
    part, place = 0, 0
    for j in range(offsets.size - 1):
        counts[:] = 0
        begin = offsets[j]
        for run in range(run_offsets[j], run_offsets[j + 1]):
            if others[run] > 0:
                for k in range(begin, run_end[run]):
                    counts[cluster[members[k]]] += 1
            begin = run_end[run]
        for v in range(clusters):
            if counts[v] > 0:
                starts[v] = place
                place += counts[v]
                which[part] = v
                stops[part] = place
                part += 1
        ends[j + 1] = part
        begin = offsets[j]
        for run in range(run_offsets[j], run_offsets[j + 1]):
            if others[run] > 0:
                for k in range(begin, run_end[run]):
                    v = cluster[members[k]]
                    ordered[starts[v]] = members[k]
                    starts[v] += 1
            begin = run_end[run]
    return ends, which[:part].copy(), stops[:part].copy(), ordered[:place].copy()


@compiled
def best_of_clusters(order, parts, runs, shares, df, scores, cells, cluster, clusters, best):
    """Largest normal score of the clustered statistic over all candidates, for every lane.

    `parts` as `members_by_cluster` returns them; `shares` is the share of each run's cell that it
    holds (0: not compared); `scores` (customers × LANES) are centred within cells. A cluster's
    contribution to the effect is ψ = a − b: a over its members, b its part of the cells' sums.
    Σψ² = Σ over clusters with members of a(a − 2b) + Σ over all clusters of b², and the latter is
    a quadratic form in the shares.
    """
    ends, which, stops, members = parts
    run_offsets, run_cell = runs
    sums = np.zeros((cells.size, clusters, LANES), np.float32)
    stop = 0
    for c in range(cells.size):
        start = stop
        stop = cells[c]
        for i in range(start, stop):
            for lane in range(LANES):
                sums[c, cluster[i], lane] += scores[i, lane]
    pairs = np.zeros((cells.size, cells.size, LANES))
    for c in range(cells.size):
        for d in range(cells.size):
            for v in range(clusters):
                for lane in range(LANES):
                    pairs[c, d, lane] += sums[c, v, lane] * sums[d, v, lane]
    a, b = np.empty(LANES, np.float32), np.empty(LANES, np.float32)
    effect, spread = np.empty(LANES), np.empty(LANES)
    best[:] = -np.inf
    for at in range(order.size):
        j = order[at]
        effect[:] = 0
        spread[:] = 0
        k = 0 if ends[j] == 0 else stops[ends[j] - 1]
        for part in range(ends[j], ends[j + 1]):
            v, end = which[part], stops[part]
            a[:] = 0
            b[:] = 0
            while k < end:
                member = members[k]
                for lane in range(LANES):
                    a[lane] += scores[member, lane]
                k += 1
            for run in range(run_offsets[j], run_offsets[j + 1]):
                f = shares[run]
                if f > 0:
                    c = run_cell[run]
                    for lane in range(LANES):
                        b[lane] += f * sums[c, v, lane]
            for lane in range(LANES):
                effect[lane] += a[lane]
                spread[lane] += a[lane] * (a[lane] - 2 * b[lane])
        for run in range(run_offsets[j], run_offsets[j + 1]):
            if shares[run] > 0:
                c = run_cell[run]
                for other in range(run_offsets[j], run_offsets[j + 1]):
                    both = shares[run] * shares[other]
                    if both > 0:
                        d = run_cell[other]
                        for lane in range(LANES):
                            spread[lane] += both * pairs[c, d, lane]
        for lane in range(LANES):
            variance = without_effect(max(spread[lane], 0.0), effect[lane], df[j])
            z = to_normal(effect[lane] / np.sqrt(variance), df[j])
            if z > best[lane]:
                best[lane] = z


@compiled
def without_effect(spread, effect, df):
    """Variance of the effect, from contributions around the cells' means, less the effect's part.

    Of Σψ² an effect that `df` clusters share evenly makes up U² ÷ df.
    """
    return max(spread - effect * effect / (df + 1.0), LEAST * spread) + 1e-300
