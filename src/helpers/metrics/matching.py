"""Whom to set beside whom: the nearest in time who are still free, each used once.

Thousands of leavers and a million others share few days, so that nobody is gone through twice: who
is taken points to the next one, and whoever follows the pointers shortens them (Tarjan 1975,
Journal of the ACM 22).
"""

import numpy as np


def nearest(
    days: np.ndarray, at: np.ndarray, *, last: np.ndarray, caliper: int, each: int
) -> dict[int, list[int]]:
    """Up to so many places of ``days`` for every day of ``at``, in rounds of one for each.

    One round after the other, so that early ones do not take what later ones need. Of two as near
    the earlier day is taken, and of one day the first that is free.

    Parameters
    ----------
    days : (others,) numbers of days, ascending.
    at : (wanted,) the day that is to be near.
    last : (wanted,) the last day that will do.
    caliper : days that may lie between.
    each : rounds.

    Returns
    -------
    Places of ``days``, the first taken first, by place of ``at``; those without any are left out.

    Examples
    --------
    >>> nearest(np.array([1, 4, 4, 9]), np.array([5, 4]), last=np.array([9, 9]), caliper=3, each=2)
    {0: [1], 1: [2, 0]}
    """
    begins, middles = np.searchsorted(days, at - caliper), np.searchsorted(days, at)
    ends = np.searchsorted(days, np.minimum(at + caliper, last), side="right")
    bounds = np.column_stack([at, begins, np.minimum(middles, ends), ends]).tolist()
    first_of_day, day_of = np.searchsorted(days, days).tolist(), days.tolist()
    # The next free place at or after each, and at or before each; the latter shifted by one.
    after, before = list(range(len(day_of) + 1)), list(range(len(day_of) + 1))
    found: dict[int, list[int]] = {}
    for _ in range(each):
        for place, (day, begin, middle, end) in enumerate(bounds):
            later, earlier = _end(after, middle), _end(before, middle) - 1
            chosen = later if later < end else -1
            if earlier >= begin and (chosen < 0 or day - day_of[earlier] <= day_of[chosen] - day):
                chosen = _end(after, first_of_day[earlier])
            if chosen >= 0:
                after[chosen], before[chosen + 1] = chosen + 1, chosen
                found.setdefault(place, []).append(chosen)
    return found


def _end(pointers: list[int], place: int) -> int:
    """Where pointers lead to; all on the way lead there at once from now on."""
    end = place
    while pointers[end] != end:
        end = pointers[end]
    while pointers[place] != end:
        pointers[place], place = end, pointers[place]
    return end
