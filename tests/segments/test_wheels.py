"""Sums over permutations: of few customers by shuffling, of many by turns of a wheel."""

import numpy as np
import pytest
from scipy import stats

from helpers.segments.strata import cells_of
from helpers.segments.wheels import BLOCK, WHEEL, permuted_sums

MANY = WHEEL * BLOCK  # customers of a stratum from which it is a wheel


def drawn(values, weights, cells, draws, seed=0, squares=None):
    """Sums of values, and of squares, per cell, of all permutations."""
    squares = weights if squares is None else squares
    blocks = permuted_sums(
        values, weights, squares, cells, draws=draws, rng=np.random.default_rng(seed)
    )
    cellwise = zip(*blocks, strict=True)
    return [tuple(map(np.vstack, zip(*cell, strict=True))) for cell in cellwise]


def test_every_draw_is_a_permutation_within_its_stratum():
    """Weights that spell each customer's value: the sums say which value went where."""
    labels = np.where(np.arange(3 * MANY // 2) % 3 == 0, "a", "b")
    cells = cells_of(labels)
    assert min(map(len, cells)) < MANY <= max(map(len, cells))  # one of each kind
    values = np.arange(1.0, labels.size + 1)
    picked = np.array([5, 6, 700, 701])
    weights = np.zeros((labels.size, picked.size))
    weights[picked, np.arange(picked.size)] = 1.0
    for rows, (sums, squares) in zip(cells, drawn(values, weights, cells, 300), strict=True):
        own = np.isin(picked, rows)
        got = np.rint(sums[:, own])
        np.testing.assert_allclose(sums[:, own], got, atol=1e-6)
        assert np.isin(got, values[rows]).all()
        np.testing.assert_allclose(squares[:, own], got**2, rtol=1e-9)
        assert all(len(set(row)) == own.sum() for row in got)  # no value is dealt out twice
        assert (got == values[picked[own]]).mean() < 0.01
        assert not np.abs(sums[:, ~own]).max(initial=0.0) > 1e-6


def test_sums_of_a_wheel_are_those_of_its_turns():
    """By hand: the same order and turns, each permutation written out."""
    n, rng = MANY, np.random.default_rng(7)
    values, weights = rng.lognormal(size=n), rng.random((n, 2)) < 0.3
    weights = weights.astype(float)
    ((sums, squares),) = drawn(values, weights, [np.arange(n)], 40, seed=3)
    again = np.random.default_rng(3)
    order = again.permutation(n)
    turns = 1 + again.choice(n - 1, 40, replace=False)
    for row, turn in enumerate(turns):
        dealt = np.empty(n)
        dealt[order] = np.roll(values[order], -turn)
        np.testing.assert_allclose(sums[row], dealt @ weights, rtol=1e-10)
        np.testing.assert_allclose(squares[row], dealt**2 @ weights, rtol=1e-10)


def test_more_permutations_than_turns_take_another_wheel():
    n = MANY
    values = np.random.default_rng(1).normal(size=n)
    weights = (np.arange(n) < 50).astype(float)[:, None]
    ((sums, _),) = drawn(values, weights, [np.arange(n)], n + 500)
    assert sums.shape == (n + 500, 1)
    assert np.unique(sums).size == n + 500


def test_weights_of_squares_may_be_others():
    n, rng = MANY, np.random.default_rng(4)
    values, weights, squares = rng.normal(size=(3, n))
    ((_, got),) = drawn(values, weights[:, None], [np.arange(n)], 10, squares=squares[:, None])
    ((_, alone),) = drawn(values, squares[:, None], [np.arange(n)], 10)
    np.testing.assert_allclose(got, alone, rtol=1e-9)


def test_turns_of_a_wheel_are_as_spread_as_shuffles():
    """Against the variance of a permuted sum of products, n² s²(x) s²(y) ÷ (n − 1), and normal."""
    n, rng = MANY, np.random.default_rng(2)
    x, y = np.sort(rng.exponential(size=n)), rng.lognormal(size=n)  # customers in order of x
    x, y = x - x.mean(), y - y.mean()
    ((sums, _),) = drawn(y, x[:, None], [np.arange(n)], 10_000)
    z = sums[:, 0] / np.sqrt((x @ x) * (y @ y) / (n - 1))
    assert z.mean() == pytest.approx(0, abs=0.03)
    assert z.std() == pytest.approx(1, abs=0.03)
    assert stats.kstest(z, "norm").pvalue > 0.01


def test_a_test_by_turns_of_a_wheel_keeps_its_level():
    """500 companies in which nothing differs: 25 expected at 5 %, 12 to 40 in 99.7 %."""
    n, claimed = MANY, 0
    member = (np.arange(n) < n // 5).astype(float)
    for number in range(500):
        y = np.random.default_rng([5, number]).lognormal(0, 1.2, n)
        ((sums, _),) = drawn(y, member[:, None], [np.arange(n)], 99, seed=number)
        claimed += (1 + (sums[:, 0] >= y @ member).sum()) / 100 <= 0.05
    assert 12 <= claimed <= 40
