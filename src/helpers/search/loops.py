"""Compiled loops of the segment search: what must be fast, and nothing else.

Every loop is single-threaded and releases the interpreter lock; callers run several of them in
threads on separate blocks of work. A sum is always taken over one candidate's members in one
order, so results do not depend on the number of threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.compiling import compiled


class Comparison(NamedTuple):
    """Arrays of one comparison (`inference.Layout`), as the compiled loops take them.

    Per candidate: offsets, run_offsets, start, floor, alone, pool, pool_rest, usual, usual_rest,
    df. Per run (a candidate's members in one cell): run_cell, run_end, own, rest, others, share.
    Per membership: members. Per cell: square, cube.
    """

    offsets: np.ndarray
    members: np.ndarray
    run_offsets: np.ndarray
    run_cell: np.ndarray
    run_end: np.ndarray
    own: np.ndarray
    rest: np.ndarray
    others: np.ndarray
    share: np.ndarray
    start: np.ndarray
    floor: np.ndarray
    alone: np.ndarray
    pool: np.ndarray
    pool_rest: np.ndarray
    usual: np.ndarray
    usual_rest: np.ndarray
    square: np.ndarray
    cube: np.ndarray
    df: np.ndarray


LANES = 64  # permutations side by side: eight vector registers of single-precision scores
MOST = 1.0  # largest skewness of a difference that is corrected for, either way


@compiled
def extend(codes, first, level, offsets, members, last, minimum, count_only, kept, out):
    """Add one condition to every parent; keep children with at least `minimum` members.

    With `count_only` it returns (children, total members) and writes nothing; otherwise it fills
    `kept` (children × 3: parent, condition, end of its members) and `out` (the members).
    """
    attributes = codes.shape[0]
    levels = 0
    for item in range(level.size):
        levels = max(levels, level[item] + 1)
    counts = np.zeros(levels + 1, np.int64)
    children = 0
    position = 0
    for parent in range(offsets.size - 1):
        begin, end = offsets[parent], offsets[parent + 1]
        for attribute in range(last[parent] + 1, attributes):
            counts[:] = 0
            code = codes[attribute]
            for k in range(begin, end):
                counts[code[members[k]]] += 1  # code -1 falls into the last slot
            for item in range(first[attribute], first[attribute + 1]):
                size = counts[level[item]]
                if size < minimum:
                    continue
                if not count_only:
                    kept[children, 0] = parent
                    kept[children, 1] = item
                    kept[children, 2] = position + size
                    at = position
                    stop = position + size
                    for k in range(begin, end):
                        if at == stop:
                            break
                        member = members[k]
                        out[at] = member
                        if code[member] == level[item]:
                            at += 1
                children += 1
                position += size
    return children, position


@compiled
def fingerprints(offsets, members, keys):
    """Sum of random 64-bit keys per member list: equal sets have equal fingerprints."""
    out = np.zeros(offsets.size - 1, np.uint64)
    for j in range(offsets.size - 1):
        total = np.uint64(0)
        for k in range(offsets[j], offsets[j + 1]):
            total += keys[members[k]]
        out[j] = total
    return out


@compiled
def same_members(offsets, members, twin):
    """Whether each list equals its twin's, member by member."""
    out = np.ones(twin.size, np.bool_)
    for j in range(twin.size):
        shift = offsets[twin[j]] - offsets[j]
        if offsets[twin[j] + 1] - offsets[j + 1] != shift:
            out[j] = False
            continue
        for k in range(offsets[j], offsets[j + 1]):
            if members[k] != members[k + shift]:
                out[j] = False
                break
    return out


@compiled
def group_by_cell(offsets, members, cell, cells):
    """Sort each candidate's members by cell; return them with their runs.

    Returns members (sorted), run_offsets (candidates + 1), run_cell, run_end.
    """
    candidates = offsets.size - 1
    ordered = np.empty_like(members)
    run_offsets = np.zeros(candidates + 1, np.int64)
    counts = np.zeros(cells, np.int64)
    starts = np.zeros(cells, np.int64)
    runs = 0
    for j in range(candidates):
        counts[:] = 0
        for k in range(offsets[j], offsets[j + 1]):
            counts[cell[members[k]]] += 1
        for c in range(cells):
            if counts[c] > 0:
                runs += 1
        run_offsets[j + 1] = runs
    run_cell = np.empty(runs, np.int32)
    run_end = np.empty(runs, np.int64)
    run = 0
    for j in range(candidates):
        counts[:] = 0
        for k in range(offsets[j], offsets[j + 1]):
            counts[cell[members[k]]] += 1
        position = offsets[j]
        for c in range(cells):
            starts[c] = position
            position += counts[c]
            if counts[c] > 0:
                run_cell[run] = c
                run_end[run] = position
                run += 1
        for k in range(offsets[j], offsets[j + 1]):
            c = cell[members[k]]
            ordered[starts[c]] = members[k]
            starts[c] += 1
    return ordered, run_offsets, run_cell, run_end


@compiled
def to_normal(t, df):
    """Student t with `df` degrees of freedom to a standard normal score (Wallace 1959)."""
    z = np.sqrt(df * np.log1p(t * t / df)) * (8.0 * df + 1.0) / (8.0 * df + 3.0)
    return z if t >= 0 else -z


@compiled
def skewness(own, rest, third, third_rest, pool, pool_rest, usual, usual_rest):
    """Skewness of the difference, as far as it can be relied on; see `inference.compare`.

    `own` and `rest` are the two parts of its variance, `third` and `third_rest` those of its third
    central moment; `pool`, `pool_rest`, `usual`, `usual_rest` are the same if members and others
    were like their cells. Of a part's own skewness and its cells', the one that makes the segment
    look less good counts.
    """
    variance = own + rest
    if variance <= 1e-12 or pool <= 0 or pool_rest <= 0:
        return 0.0
    mine = min(third, usual * (own / pool) ** 1.5)
    theirs = max(third_rest, usual_rest * (rest / pool_rest) ** 1.5)
    return min(max((mine - theirs) / variance**1.5, -MOST), MOST)


@compiled
def straightened(t, skew):
    """Hall's (1992) cubic: t of a skewed difference to one that is nearly normal."""
    return t + skew / 6 + skew * t * t / 3 + skew * skew * t * t * t / 27


@compiled
def statistics(g, score, weight, cells, limits, only):
    """Stratified Welch statistic of every candidate on one score vector.

    `g` holds offsets, members, run_offsets, run_cell and run_end as in `Comparison`, `cells` the
    end of each cell. `score` need not be centred; `weight` is each customer's multiplicity (1, or
    the number of times a bootstrap sample drew it), `limits` are `inference.PRIOR`, `FLOOR` and
    `FEWEST`; `only` lists the candidates that are wanted, all others stay 0. Returns (t corrected
    for skewness, effect sum, its variance, information, degrees of freedom, skewness), each one
    number per candidate; a candidate that cannot be compared within
    any cell has information 0 and statistic 0.
    """
    offsets, members, run_offsets, run_cell, run_end = g
    prior, floor, fewest = limits
    candidates = offsets.size - 1
    size = np.zeros(cells.size)
    mean = np.zeros(cells.size)
    square = np.zeros(cells.size)
    cube = np.zeros(cells.size)
    stop = 0
    for c in range(cells.size):
        start = stop
        stop = cells[c]
        for i in range(start, stop):
            size[c] += weight[i]
            mean[c] += weight[i] * score[i]
        if size[c] > 0:
            mean[c] /= size[c]
        for i in range(start, stop):
            square[c] += weight[i] * (score[i] - mean[c]) ** 2
            cube[c] += weight[i] * (score[i] - mean[c]) ** 3
    everyone = size.sum()
    occupied = 0
    for c in range(cells.size):
        if size[c] > 0:
            occupied += 1
    out = np.zeros((6, candidates))
    for j in only:
        begin = offsets[j]
        everywhere, total, present, full = 0.0, 0.0, 0, 0
        effect, own, rest, spread, information = 0.0, 0.0, 0.0, 0.0, 0.0
        third, third_rest, usual, usual_rest, spread_rest = 0.0, 0.0, 0.0, 0.0, 0.0
        for run in range(run_offsets[j], run_offsets[j + 1]):
            c = run_cell[run]
            m, s, q, c3 = 0.0, 0.0, 0.0, 0.0
            for k in range(begin, run_end[run]):
                i = members[k]
                r = score[i] - mean[c]
                m += weight[i]
                s += weight[i] * r
                q += weight[i] * r * r
                c3 += weight[i] * r * r * r
            begin = run_end[run]
            everywhere += m
            others = size[c] - m
            if m <= 0:
                continue
            if others <= 0 or m < fewest:  # nobody in the cell to compare with, or no spread
                full += 1
                continue
            f = m / size[c]
            total += m
            present += 1
            effect += s
            own += (1 - f) ** 2 * max(q - s * s / m, 0.0)
            rest += f * f * max(square[c] - q - s * s / others, 0.0)
            spread += (1 - f) ** 2 * m * square[c] / max(size[c] - 1.0, 1.0)
            information += m * (1 - f)
            third += (1 - f) ** 3 * (c3 - 3 * q * s / m + 2 * s * s * s / (m * m))
            third_rest += f**3 * (
                cube[c] - c3 + 3 * (square[c] - q) * s / others - 2 * s * s * s / (others * others)
            )
            spread_rest += f * f * others * square[c] / max(size[c] - 1.0, 1.0)
            usual += (1 - f) ** 3 * m * cube[c] / size[c]
            usual_rest += f**3 * others * cube[c] / size[c]
        outside = everyone - everywhere
        df = total - present
        rest_df = outside - (occupied - full)
        if information <= 1e-9 or df <= 0 or rest_df <= 0:
            continue
        mixed = total / (df + prior) * (own + prior * spread / total)
        mine = max(mixed, total / df * own, floor * spread)
        theirs = outside / rest_df * rest
        variance = mine + theirs
        if variance <= 0:
            continue
        skew = skewness(mine, theirs, third, third_rest, spread, spread_rest, usual, usual_rest)
        out[0, j] = straightened(effect / np.sqrt(variance), skew)
        out[5, j] = skew
        out[1, j] = effect
        out[2, j] = variance
        out[3, j] = information
        out[4, j] = df
    return out


@compiled
def lane_statistics(j, g, scores, single, double):
    """Welch statistic of candidate `j`, corrected for skewness, in every lane: in `double[0]`.

    The segment's part of the variance is the largest of three: its own sum of squares with the
    cells' spread mixed in (`own`, `start`), its own alone (`alone` times the first term), `floor`.
    `scores` (customers × LANES) holds residuals centred within cells and permuted within cells,
    so each cell's sums of squares and cubes are the same in every lane. `own`, `rest` and `others`
    are the two factors of the stratified Welch variance and the size of the rest.
    Scores are single-precision: sums carry a relative error near 1e-6, which the comparison with
    the observed statistic allows for, at half the time.
    """
    sums, squares, cubes = single[0], single[1], single[2]
    effect, inner, outer = double[0], double[1], double[2]
    third, third_rest = double[3], double[4]
    members = g.members
    for lane in range(LANES):
        effect[lane] = 0.0
        inner[lane] = 0.0
        outer[lane] = 0.0
        third[lane] = 0.0
        third_rest[lane] = 0.0
    begin = g.offsets[j]
    for run in range(g.run_offsets[j], g.run_offsets[j + 1]):
        end = g.run_end[run]
        if g.others[run] > 0:
            for lane in range(LANES):
                sums[lane] = 0
                squares[lane] = 0
                cubes[lane] = 0
            k = begin
            while k + 4 <= end:  # four members at a time: one store for four additions
                w, x, y, z = members[k], members[k + 1], members[k + 2], members[k + 3]
                for lane in range(LANES):
                    a, b, c, d = scores[w, lane], scores[x, lane], scores[y, lane], scores[z, lane]
                    aa, bb, cc, dd = a * a, b * b, c * c, d * d
                    sums[lane] += (a + b) + (c + d)
                    squares[lane] += (aa + bb) + (cc + dd)
                    cubes[lane] += (aa * a + bb * b) + (cc * c + dd * d)
                k += 4
            while k < end:
                w = members[k]
                for lane in range(LANES):
                    a = scores[w, lane]
                    aa = a * a
                    sums[lane] += a
                    squares[lane] += aa
                    cubes[lane] += aa * a
                k += 1
            total, cube = g.square[g.run_cell[run]], g.cube[g.run_cell[run]]
            mine, theirs = g.own[run], g.rest[run]
            m, o, f = float(end - begin), g.others[run], g.share[run]
            near, far = (1 - f) ** 3, f**3
            for lane in range(LANES):
                s, q, c3 = float(sums[lane]), float(squares[lane]), float(cubes[lane])
                effect[lane] += s
                inner[lane] += mine * (q - s * s / m)
                outer[lane] += theirs * (total - q - s * s / o)
                third[lane] += near * (c3 - 3 * q * s / m + 2 * s * s * s / (m * m))
                third_rest[lane] += far * (
                    cube - c3 + 3 * (total - q) * s / o - 2 * s * s * s / (o * o)
                )
        begin = end
    pools = g.pool[j], g.pool_rest[j], g.usual[j], g.usual_rest[j]
    for lane in range(LANES):
        spread = max(inner[lane] + g.start[j], inner[lane] * g.alone[j], g.floor[j])
        variance = spread + outer[lane]
        if variance > 1e-12:
            skew = skewness(spread, outer[lane], third[lane], third_rest[lane], *pools)
            effect[lane] = straightened(effect[lane] / np.sqrt(variance), skew)
        else:
            effect[lane] = 0.0


@compiled
def best_statistics(order, g, scores, best):
    """Largest normal score of the Welch statistic over all candidates, for every lane.

    `order` lists the candidates by rising degrees of freedom: the monotone change from t to a
    normal score is then needed once per number of degrees of freedom, not once per candidate.
    """
    single, double = np.empty((3, LANES), np.float32), np.empty((5, LANES))
    t = double[0]
    group = np.full(LANES, -np.inf)
    best[:] = -np.inf
    for at in range(order.size):
        j = order[at]
        lane_statistics(j, g, scores, single, double)
        for lane in range(LANES):
            if t[lane] > group[lane]:
                group[lane] = t[lane]
        if at + 1 == order.size or g.df[order[at + 1]] != g.df[j]:
            for lane in range(LANES):
                z = to_normal(group[lane], g.df[j])
                if z > best[lane]:
                    best[lane] = z
                group[lane] = -np.inf
