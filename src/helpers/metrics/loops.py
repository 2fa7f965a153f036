"""The compiled loops of permutations and of resampled medians, and nothing else.

They are single-threaded and release the interpreter lock; callers run them in threads on separate
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
    customers, wide = parts.shape[0], whole.size
    inside = np.empty(whole.shape)
    sums, addends = inside.reshape(wide), parts.reshape(customers, wide)  # one flat loop is faster
    for permutation in range(orders.shape[0]):
        inside[:] = 0.0
        at = 0
        for place in range(sizes.size):
            while at < sizes[place]:
                customer = orders[permutation, at]
                for part in range(wide):
                    sums[part] += addends[customer, part]
                at += 1
            studentised(inside, whole, sizes[place], customers, found[permutation, place])


@compiled
def seen(sums, whole, sizes, customers, found):
    """Fill `found` (groups × ratios) with the statistics of the groups themselves."""
    for group in range(sizes.size):
        studentised(sums[group], whole, sizes[group], customers, found[group])


@compiled
def up_to_half(drawn, half, below, at_most, before):
    """Where the running sums of each column of `drawn` (bins × resamples) come to their `half`.

    Fills `below` and `at_most` with the number of rows in which the running sum is below half, and
    at most half; `before` with the last sum that is below. All start at 0.
    """
    running = np.zeros(half.size, half.dtype)
    for row in range(drawn.shape[0]):
        for column in range(half.size):
            now = running[column] + drawn[row, column]
            running[column] = now
            below[column] += now < half[column]
            at_most[column] += now <= half[column]
            before[column] = now if now < half[column] else before[column]


def load() -> None:
    """Have numba load what any compiled loop needs, in this process and its forks."""
    zeros = np.zeros(1, np.float32), *np.zeros((2, 1), np.int32), np.zeros(1, np.float32)
    up_to_half(np.zeros((1, 1), np.float32), *zeros)


def warm() -> None:
    """Compile the loops now; numba's cache keeps them for later runs."""
    from helpers.metrics.intervals import Spread
    from helpers.metrics.permutations import ratio_p_values

    at = np.arange(4)
    spread = Spread.of(at, at + 1.0, np.ones(4), customers=4)
    spread.medians(np.ones((4, 2), np.float32))

    customers = np.arange(1.0, 9.0)[:, None]
    ratio_p_values(customers, np.ones((8, 1)), [customers[:, 0] > 4], seed=0)
