"""Nearest in time, each used once: against going through everybody."""

import numpy as np
import pytest

from helpers.metrics.matching import nearest


def gone_through(days, at, last, caliper, each) -> dict[int, list[int]]:
    free, found = np.ones(len(days), dtype=bool), {}
    for _ in range(each):
        for place, day in enumerate(at):
            fit = free & (np.abs(days - day) <= caliper) & (days <= last[place])
            if fit.any():
                (those,) = np.nonzero(fit)
                chosen = int(those[np.argmin(np.abs(days[those] - day))])
                free[chosen] = False
                found.setdefault(place, []).append(chosen)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_nearest_who_is_free_is_taken(seed):
    rng = np.random.default_rng(seed)
    for _ in range(10):
        span = rng.integers(1, 80)
        days = np.sort(rng.integers(0, span, rng.integers(0, 60)))
        at = rng.integers(0, span, rng.integers(1, 30))
        last, caliper = at + rng.integers(-30, 40, at.size), int(rng.integers(0, 30))
        found = nearest(days, at, last=last, caliper=caliper, each=3)
        assert found == gone_through(days, at, last, caliper, 3)
        taken = [one for those in found.values() for one in those]
        assert len(taken) == len(set(taken))
