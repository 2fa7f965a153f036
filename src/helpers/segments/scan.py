"""Totals of every conjunction in one pass, for data too large to list members."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from helpers.segments.kernels import compiled
from helpers.segments.search import Encoded

BLOCK = 8192  # customers at a time: their scores and codes stay in the second-level cache


@dataclass(frozen=True)
class Scan:
    """Size, score sum and sum of squares of every conjunction, without member lists.

    `items` (rows × 3: condition numbers, padded with -1); conjunctions with equal members are all
    listed.
    """

    items: np.ndarray
    sizes: np.ndarray
    sums: np.ndarray
    squares: np.ndarray


def scan(
    encoded: Encoded,
    score: np.ndarray,
    *,
    minimum: int,
    max_conditions: int = 3,
    threads: int = 1,
) -> Scan:
    """Total the score over every conjunction of up to three single-level conditions.

    One pass over the customers per attribute triple, all levels of the three at once; shorter
    conjunctions are margins of the longer tables. For data too large for member lists: memory
    grows with the number of conjunctions, not with customers times conjunctions.

    Parameters
    ----------
    encoded
        Result of `encode` without ranges.
    score
        One number per customer.
    minimum
        Smallest number of customers in a segment.
    max_conditions
        1, 2 or 3.
    threads
        Threads to use; the result does not depend on it.

    Returns
    -------
    Scan
        One row per conjunction with at least `minimum` customers.
    """
    if not 1 <= max_conditions <= 3:
        raise ValueError(f"scan goes up to three conditions, not {max_conditions}")
    if any(c.low != c.high for c in encoded.conditions):
        raise ValueError("scan takes single levels; encode without ranges")
    count, customers = encoded.codes.shape
    depth = min(max_conditions, count)
    # a level for "missing", and a last attribute with one level that stands for "no condition"
    levels = np.array([len(found) + 1 for found in encoded.levels] + [1], np.int32)
    if levels.max() > 255:
        raise ValueError("scan takes at most 254 levels per attribute")
    codes = np.zeros((count + 1, customers), np.uint8)
    codes[:count] = np.where(encoded.codes < 0, levels[:count, None] - 1, encoded.codes)
    triples = np.full((comb(count, depth), 3), count, np.int64)
    triples[:, :depth] = np.array(list(combinations(range(count), depth))).reshape(-1, depth)
    values = np.ascontiguousarray(score, float)
    cells = levels[triples].prod(axis=1)
    blocks = np.array_split(np.arange(len(triples)), max(1, threads))

    def table(block: np.ndarray) -> np.ndarray:
        out = np.zeros((cells[block].sum(), 4))
        tabulate(codes, levels, values, triples[block], out)
        return out

    with ThreadPoolExecutor(max(1, threads)) as pool:
        tables = np.concatenate(list(pool.map(table, blocks)))
    return _collect(tables, triples, cells, levels, encoded, depth, minimum)


def _collect(tables, triples, cells, levels, encoded: Encoded, depth: int, minimum: int) -> Scan:
    """Read conjunctions of every depth off the tables; shorter ones are margins of the first."""
    count = len(encoded.attributes)
    owner = [encoded.attributes.index(c.attribute) for c in encoded.conditions]
    first = np.searchsorted(owner, np.arange(count + 1))
    starts = np.concatenate([[0], np.cumsum(cells)])
    row_of = {tuple(triple[:depth]): number for number, triple in enumerate(triples.tolist())}
    rows, totals = [], []
    for size in range(1, depth):
        for short in combinations(range(count), size):
            others = [a for a in range(count) if a not in short][: depth - size]
            full = tuple(sorted((*short, *others)))
            number = row_of[full]
            block = tables[starts[number] : starts[number + 1], :3]
            block = block.reshape(*levels[triples[number]], 3)
            margin = block.sum(axis=tuple(a for a in range(3) if triples[number][a] not in short))
            margin = margin[tuple(slice(0, levels[a] - 1) for a in short)]
            large = np.argwhere(margin[..., 0] >= minimum)
            items = np.full((len(large), 3), -1, np.int32)
            items[:, :size] = first[list(short)] + large
            rows.append(items)
            totals.append(margin[tuple(large.T)])
    arguments = (tables, triples, levels, depth, first, minimum)
    nothing = np.empty((0, 3), np.int32), np.empty((0, 3))
    found = large_cells(*arguments, True, *nothing)
    rows.append(np.empty((found, 3), np.int32))
    totals.append(np.empty((found, 3)))
    large_cells(*arguments, False, rows[-1], totals[-1])
    items, totals = np.concatenate(rows), np.concatenate(totals)
    return Scan(items, totals[:, 0].astype(np.int64), totals[:, 1], totals[:, 2])


@compiled
def tabulate(codes, levels, score, triples, table):
    """Add up (1, score, score²) in every cell of every attribute triple.

    `codes` (attributes × customers, uint8; the last level of each attribute means missing),
    `triples` (k × 3 attribute numbers), `table` (total cells × 4, the last column unused so that
    a cell fills half a cache line) filled triple after triple. Customers are taken in blocks that
    stay in the second-level cache; indexes are unsigned, which spares a test for negative ones.
    """
    customers = score.size
    pair = np.empty(min(BLOCK, customers), np.uint32)
    for begin in range(0, customers, BLOCK):
        end = min(begin + BLOCK, customers)
        part = score[begin:end]
        base = 0
        a_before, b_before, levels_before = -1, -1, -1
        for t in range(triples.shape[0]):
            a, b, c = triples[t, 0], triples[t, 1], triples[t, 2]
            if a != a_before or b != b_before or levels[c] != levels_before:
                one, two = codes[a, begin:end], codes[b, begin:end]
                for i in range(end - begin):
                    pair[i] = (one[i] * levels[b] + two[i]) * levels[c]
                a_before, b_before, levels_before = a, b, levels[c]
            cells = levels[a] * levels[b] * levels[c]
            mine, third = table[base : base + cells], codes[c, begin:end]
            for i in range(np.uint64(end - begin)):
                cell = np.uint64(pair[i]) + np.uint64(third[i])
                y = part[i]
                one_more = mine[cell, 0] + 1.0
                total = mine[cell, 1] + y
                square = mine[cell, 2] + y * y
                mine[cell, 0] = one_more
                mine[cell, 1] = total
                mine[cell, 2] = square
            base += cells


@compiled
def large_cells(table, triples, levels, depth, first, minimum, count_only, items, totals):
    """Read the cells with at least `minimum` customers off the tables of `tabulate`.

    The last level of each attribute (missing) is passed over; `first` is the number of each
    attribute's first condition. Returns the number of cells; fills `items` and `totals` unless
    `count_only`.
    """
    found = 0
    base = 0
    for t in range(triples.shape[0]):
        a, b, c = triples[t, 0], triples[t, 1], triples[t, 2]
        # attributes beyond the depth stand for "no condition" and have one level
        last_a = levels[a] - 1
        last_b = levels[b] - 1 if depth > 1 else 1
        last_c = levels[c] - 1 if depth > 2 else 1
        for x in range(last_a):
            for y in range(last_b):
                row = base + (x * levels[b] + y) * levels[c]
                for z in range(last_c):
                    if table[row + z, 0] < minimum:
                        continue
                    if not count_only:
                        items[found, 0] = first[a] + x
                        items[found, 1] = first[b] + y if depth > 1 else -1
                        items[found, 2] = first[c] + z if depth > 2 else -1
                        for k in range(3):
                            totals[found, k] = table[row + z, k]
                    found += 1
        base += levels[a] * levels[b] * levels[c]
    return found
