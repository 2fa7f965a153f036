"""The compiled loops of permutations and of resampled medians, and nothing else.

They are single-threaded and release the interpreter lock; callers run them in threads on separate
blocks of permutations. A sum is always taken in one order, so results do not depend on threads.
"""

from __future__ import annotations

import numpy as np

from helpers.compiling import compiled

NEAR, NOTHING = 1e-5, 1e-12  # differences that are rounding: relative, absolute
EQUAL = 1e-4  # statistics that differ by rounding only, relative
FARTHEST = 1e300  # a statistic without end


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
def dealt(chance, parts, whole, sizes, found):
    """Fill `found` (permutations × sizes × ratios) with the statistics of permuted customers.

    `chance`: random 32-bit numbers (permutations × half of the customers). `parts`: customers × 5 ×
    ratios. One order of the customers serves all sizes: its first are a group or, where that is the
    smaller side, its rest. It is shuffled as far as it is asked for (Fisher and Yates 1938); that a
    number of 32 bits decides between n places favours none by more than n ÷ 2³².
    """
    customers, wide = parts.shape[0], whole.size
    sides = np.minimum(sizes, customers - sizes)
    rising = np.argsort(sides)
    addends = parts.reshape(customers, wide)  # one flat loop is faster
    inside, other = np.empty(whole.shape), np.empty(whole.shape)
    sums, order = inside.reshape(wide), np.empty(customers, np.int32)
    for permutation in range(found.shape[0]):
        for at in range(customers):
            order[at] = at
        inside[:] = 0.0
        at = 0
        for place in rising:
            while at < sides[place]:
                ahead = np.uint64(chance[permutation, at]) * np.uint64(customers - at)
                swapped = at + np.int64(ahead >> np.uint64(32))
                customer = order[swapped]
                order[swapped] = order[at]
                for part in range(wide):
                    sums[part] += addends[customer, part]
                at += 1
            if sizes[place] == sides[place]:
                studentised(inside, whole, sizes[place], customers, found[permutation, place])
            else:
                other[:] = whole - inside
                studentised(other, whole, sizes[place], customers, found[permutation, place])


@compiled
def seen(sums, whole, sizes, customers, found):
    """Fill `found` (groups × ratios) with the statistics of the groups themselves."""
    for group in range(sizes.size):
        studentised(sums[group], whole, sizes[group], customers, found[group])


@compiled
def further(drawn, seen, place, up, down):
    """Count (groups × ratios) the permutations that go as far as `seen`, `up` and `down`.

    `place`: where each group's size stands among the sizes of `drawn` (permutations × sizes ×
    ratios). Equal up to rounding is as far. Where two sides differ and neither varies, the
    statistic has no end; where it is not defined, it counts as no difference.
    """
    up[:] = 0
    down[:] = 0
    for group in range(place.size):
        for permutation in range(drawn.shape[0]):
            for ratio in range(seen.shape[1]):
                level = within(seen[group, ratio])
                slack = EQUAL * max(abs(level), NOTHING)
                reach = within(drawn[permutation, place[group], ratio])
                up[group, ratio] += reach >= level - slack
                down[group, ratio] += reach <= level + slack


@compiled
def within(statistic):
    """A statistic that can be compared: 0 where it is not defined, and never endless."""
    return 0.0 if np.isnan(statistic) else min(max(statistic, -FARTHEST), FARTHEST)


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
