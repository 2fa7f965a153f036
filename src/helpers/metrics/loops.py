"""The compiled loop of permutations, and nothing else.

It is single-threaded and releases the interpreter lock; callers run it in threads on separate
blocks of permutations. A sum is always taken in one order, so results do not depend on threads.
"""

from __future__ import annotations

import numpy as np

from helpers.compiling import compiled

NEAR, NOTHING = 1e-5, 1e-12  # differences that are rounding: relative, absolute


@compiled
def statistic(above, below, squares, products, weights, size):
    """A ratio and its squared standard error, linearised, from sums over `size` customers."""
    ratio = above / below
    away = max(squares - 2 * ratio * products + ratio**2 * weights, 0.0)
    return ratio, away * size / (size - 1) / below**2


@compiled
def studentised(inside, whole, size, customers, found):
    """Fill `found` (ratios) with the differences of a group from its rest over their errors.

    `inside`, `whole`: sums (5 × ratios) of numerators, denominators, their squares and products,
    over the group and over everybody. Without any spread there is no difference beyond rounding.
    """
    for ratio in range(found.size):
        one, its = statistic(
            inside[0, ratio], inside[1, ratio], inside[2, ratio], inside[3, ratio],
            inside[4, ratio], size,
        )  # fmt: skip
        other, theirs = statistic(
            whole[0, ratio] - inside[0, ratio], whole[1, ratio] - inside[1, ratio],
            whole[2, ratio] - inside[2, ratio], whole[3, ratio] - inside[3, ratio],
            whole[4, ratio] - inside[4, ratio], customers - size,
        )  # fmt: skip
        apart = abs(one - other)
        if one == other or (np.isfinite(apart) and apart <= NOTHING + NEAR * abs(other)):
            found[ratio] = 0.0
        else:
            found[ratio] = (one - other) / np.sqrt(its + theirs)


@compiled
def dealt(orders, parts, whole, sizes, found):
    """Fill `found` (permutations × sizes × ratios) with the statistics of permuted customers.

    `orders`: one permutation of the customers per row, of which the first are a group, whatever
    its size. `parts`: customers × 5 × ratios. `sizes` rise, so that each begins with the sums of
    the one before it.
    """
    customers = parts.shape[0]
    inside = np.empty(whole.shape)
    for permutation in range(orders.shape[0]):
        inside[:] = 0.0
        at = 0
        for place in range(sizes.size):
            while at < sizes[place]:
                inside += parts[orders[permutation, at]]
                at += 1
            studentised(inside, whole, sizes[place], customers, found[permutation, place])


@compiled
def seen(sums, whole, sizes, customers, found):
    """Fill `found` (groups × ratios) with the statistics of the groups themselves."""
    for group in range(sizes.size):
        studentised(sums[group], whole, sizes[group], customers, found[group])


def warm() -> None:
    """Compile the loops now; numba's cache keeps them for later runs."""
    from helpers.metrics.permutations import ratio_p_values

    customers = np.arange(1.0, 9.0)[:, None]
    ratio_p_values(customers, np.ones((8, 1)), [customers[:, 0] > 4], seed=0)
