"""The log-rank test where it says nothing, and where it does."""

import numpy as np
import pytest
from scipy import stats

from helpers.metrics.permutations import survival_p_values


def test_groups_that_are_never_compared_have_no_p_value():
    months = np.array([1.0, 2.0, 5.0, 6.0])
    left = np.array([False, False, True, True])
    # Whoever is inside was last seen before the first one left.
    assert np.isnan(survival_p_values(months, left, [np.array([True, True, False, False])])).all()


def test_a_p_value_is_scipy_s():
    months = np.array([1.0, 3.0, 4.0, 6.0, 7.0, 9.0, 11.0, 12.0])
    left = np.array([True, True, False, True, True, False, True, True])
    inside = np.array([True, False, True, True, False, True, False, False])
    one, other = (
        stats.CensoredData(uncensored=months[who & left], right=months[who & ~left])
        for who in (inside, ~inside)
    )
    expected = stats.logrank(one, other).pvalue
    assert survival_p_values(months, left, [inside]) == pytest.approx([expected], rel=1e-9)
