"""Limits of few, unequal customers stay within what a reader can believe, or are blank."""

import numpy as np
import pytest
from test_profiles import made, one, segment

# Hours until the first reply: of twelve customers with one ticket each eight are nearly alike, so
# that many resamples hardly vary, and a standard error in the denominator is next to nothing.
HOURS = np.array([1, 1, 1, 1, 1.1, 1, 1.1, 1, 9, 14, 20, 12.0])
ONES = np.ones(2 * len(HOURS))


def of_hours(hours: np.ndarray):
    """The row of a group with these hours, beside others with the same."""
    parts = made(first_reply_hours_mean=(np.tile(hours, 2), ONES[: 2 * len(hours)]))
    return one(parts, segment(len(hours)), "first_reply_hours_mean")


def test_no_limit_lies_far_beyond_what_any_customer_shows():
    row = of_hours(HOURS)
    assert row["value"] == pytest.approx(HOURS.mean())
    error = HOURS.std(ddof=1) / np.sqrt(len(HOURS))
    # Chebyshev: at most 1 % of any distribution lies √99 standard errors to one side.
    assert row["high"] == pytest.approx(HOURS.mean() + np.sqrt(99) * error)
    assert HOURS.max() < row["high"] < 1.5 * HOURS.max()
    assert 0.5 * HOURS.min() < row["low"] < HOURS.mean()
    assert np.abs(row[["difference_low", "difference_high"]].astype(float)).max() < 25


def test_a_limit_that_resamples_do_not_name_stays_blank():
    row = of_hours(np.array([1.0, 1, 1, 1, 1.5, 1, 1, 1.5, 1, 1, 15, 24]))
    assert np.isnan(row["high"])
    assert np.isnan(row["difference_high"])
    assert row["low"] < row["value"]


def test_limits_that_lie_within_are_as_they_were():
    """None of these reaches ten standard errors: the bootstrap-t as it is."""
    hours = np.arange(2.0, 14)
    row, error = of_hours(hours), np.arange(2.0, 14).std(ddof=1) / np.sqrt(12)
    assert hours.mean() + 2 * error < row["high"] < hours.mean() + 3.5 * error
    assert hours.mean() - 3.5 * error < row["low"] < hours.mean() - 1.5 * error


def test_one_customer_that_outweighs_hundreds():
    """300 customers, of which one bought a quarter of everything: 12 % is not up to 13,800 %."""
    bought = np.full(600, 100.0)
    returned = np.tile(np.r_[np.linspace(0, 30, 40), np.zeros(259), 60.0], 2)
    bought[[299, 599]], returned[[299, 599]] = 10_000.0, 4_000.0
    row = one(made(return_rate=(returned, bought)), segment(300), "return_rate")
    # They weigh as much as 16 of equal size: as far as any of them, or ten standard errors.
    assert row["value"] < row["high"] < 1


def test_amounts_lost_have_the_limits_of_the_same_amounts_won():
    """What was lost is never told as perhaps a gain."""
    won = np.zeros(60)
    won[:9] = [500, 1200, 80, 2500, 640, 300, 4100, 90, 700]
    gained = one(made(mrr_expansion=(won, np.ones(60))), segment(40), "mrr_expansion")
    lost = one(made(mrr_churned=(-won, np.ones(60))), segment(40), "mrr_churned")
    assert lost["value"] == -gained["value"]
    assert lost[["low", "high"]].tolist() == pytest.approx([-gained["high"], -gained["low"]])
    assert lost["high"] < 0
