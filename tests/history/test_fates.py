"""Prediction intervals and verdicts against hand sums, published values and simulation."""

import numpy as np
import pytest
from scipy import stats

from helpers.history.fates import FADED, HELD_UP, TOO_EARLY, News, fate_of, spent, standard_error


def test_looks_spend_no_more_than_alpha_however_many():
    assert sum(spent(look) for look in range(1, 10_000)) < 0.05
    assert spent(1) == 0.025


def test_a_prediction_interval_by_hand():
    found = fate_of(News(10.0, 3.0, 4.0, 4.0), look=1)
    assert (found.low, found.high) == pytest.approx((10 - 1.959964 * 5, 10 + 1.959964 * 5))
    assert (found.value_low, found.value_high) == pytest.approx((4 - 7.839856, 4 + 7.839856))
    assert found.inside
    assert found.fate == TOO_EARLY  # 4 is one error above 0, and 1.2 below what was said


@pytest.mark.parametrize(
    ("value", "fate", "inside"),
    [(10, HELD_UP, True), (2.3, HELD_UP, False), (0.0, FADED, False), (1.5, FADED, False)],
)
def test_verdicts(value, fate, inside):
    """A claim of which something is left has held up, and lies outside."""
    found = fate_of(News(10.0, 1.0, value, 1.0), look=1)
    assert (found.fate, found.inside) == (fate, inside)


@pytest.mark.parametrize(("luck", "fate"), [(0.02, HELD_UP), (0.03, TOO_EARLY)])
def test_what_luck_shows_as_often_has_not_held_up(luck, fate):
    """Beyond the t limit, but in a group of few of whom one is very large."""
    assert fate_of(News(10.0, 1.0, 9.0, 1.0, luck=luck), look=1).fate == fate


def test_few_degrees_of_freedom_widen():
    few, many = (fate_of(News(10.0, 3.0, 4.0, 4.0, df, df), look=1) for df in (4, 1e9))
    assert few.high - few.low == pytest.approx(2 * stats.t.ppf(0.975, 4) * 5)
    assert few.high > many.high
    assert few.power < many.power


def test_a_confidence_interval_holds_an_equal_second_value_in_83_percent():
    """Why prediction intervals: Cumming, Williams & Fidler (2004), Understanding Statistics 3."""
    rng = np.random.default_rng(0)
    said, realised = rng.normal(0, 1, (2, 20_000))
    alone = np.abs(realised - said) <= 1.96
    assert alone.mean() == pytest.approx(0.834, abs=0.01)
    inside = [fate_of(News(a, 1, b, 1), look=1).inside for a, b in zip(said, realised, strict=True)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.006)


@pytest.mark.parametrize("spread", [4.0, 10.0])
def test_claims_with_power_are_told_as_held_up(spread):
    """True values of any size, published where they look large: power is what happens then."""
    rng = np.random.default_rng(1)
    truth = rng.normal(0, spread, 30_000)
    said = truth + rng.normal(0, 3, truth.size)
    realised = truth + rng.normal(0, 2, truth.size)
    kept = said > 6
    found = [
        fate_of(News(one, 3, other, 2), look=2)
        for one, other in zip(said[kept], realised[kept], strict=True)
    ]
    strong = [one for one in found if one.power >= 0.8]
    assert len(strong) > 100
    held = np.mean([one.fate == HELD_UP for one in strong])
    assert held >= np.mean([one.power for one in strong]) - 0.06
    assert held >= 0.8


def test_an_intervals_error():
    assert standard_error(-1.959964, 1.959964) == pytest.approx(1)
