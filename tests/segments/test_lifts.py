"""Lifts corrected for selection, and the smallest lift that could have been found."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.segments import inference, lifts, power, search
from helpers.segments.selection import forward_select

PLAIN = lifts.Shape(0.0, 0.0)


def test_naive_lift_is_welchs():
    rng = np.random.default_rng(0)
    score, inside = rng.exponential(size=60), np.arange(60) < 20
    lift, error = lifts.naive_lift(score, inside)
    expected = stats.ttest_ind(score[inside], score[~inside], equal_var=False)
    assert lift == pytest.approx(score[:20].mean() - score[20:].mean())
    assert lift / error == pytest.approx(expected.statistic)


def test_weighted_lift_counts_whole_weights_like_copies():
    score = np.array([1.0, 3.0, 8.0, 2.0, 4.0])
    inside = np.array([True, True, False, False, False])
    lift, _ = lifts.naive_lift(score, inside, np.array([1.0, 2.0, 1.0, 1.0, 3.0]))
    assert lift == pytest.approx((1 + 3 + 3) / 3 - (8 + 2 + 4 * 3) / 5)


def test_student_undoes_the_normal_score():
    t = np.array([-4.0, -0.5, 0.0, 2.0, 6.0])
    z = inference.normal_score(t, np.full(5, 12.0))
    np.testing.assert_allclose(lifts.student(z, 12.0), t, atol=1e-9)


def test_far_above_the_threshold_nothing_is_corrected():
    estimate, low, high = lifts.selection_corrected(12.0, 4.0, np.full(9, 3.0), PLAIN)
    assert estimate == pytest.approx(12.0, abs=0.01)
    assert (low, high) == pytest.approx((12 - 1.96, 12 + 1.96), abs=0.01)


@pytest.mark.parametrize("t", [4.2, 4.6, 5.5])
def test_without_shape_the_law_is_the_truncated_normal(t):
    """At the estimate, half of the normal law cut off below the threshold lies beyond t."""
    estimate, low, high = lifts.selection_corrected(t, 4.0, np.empty(0), PLAIN)
    for mean, share in ((estimate, 0.5), (low, 0.025), (high, 0.975)):
        if mean > 0:
            beyond = stats.truncnorm.sf(t - mean, 4.0 - mean, np.inf)
            assert beyond == pytest.approx(share, abs=0.002)


def test_closer_to_the_threshold_means_more_correction():
    corrections = [
        t - lifts.selection_corrected(t, 4.0, np.empty(0), PLAIN)[0] for t in (4.1, 4.5, 5.0, 7.0)
    ]
    assert corrections == sorted(corrections, reverse=True)
    assert corrections[-1] < 0.1


def test_right_skewed_scores_need_less_correction():
    rng = np.random.default_rng(1)
    inside = np.arange(400) < 60
    shape = lifts.shape_of(rng.exponential(size=400), inside)
    assert 0.3 < shape.link < 0.95
    symmetric = lifts.shape_of(rng.normal(size=400), inside)
    assert abs(symmetric.link) < 0.2
    skewed = lifts.conditional_mean(4.6, np.array([4.0]), shape, 0.5)
    plain = lifts.conditional_mean(4.6, np.array([4.0]), PLAIN, 0.5)
    assert skewed > plain


def test_reported_lifts_are_right_where_naive_ones_are_not():
    """80 companies, one segment of 30 in 240 customers with a lift of 0.7 SD, normal scores.

    It is found in about half of them, so naive lifts of what is found are far too high.
    """
    errors, honest, covered = [], [], []
    for number in range(80):
        rng = np.random.default_rng(number)
        table = pd.DataFrame({f"a{k}": rng.choice(list("xy"), 240) for k in range(5)})
        found = search.enumerate_segments(
            search.encode(table, list(table.columns)), minimum=20, max_conditions=3
        )
        inside = (table[["a0", "a1", "a2"]] == "x").all(axis=1).to_numpy()
        score = rng.normal(size=240) + 0.7 * inside
        steps = forward_select(
            found, score, minimum=20, permutations=99, seed=number, max_segments=1
        ).steps
        for step in steps:
            mask = found.mask(step.candidate)
            truth = 0.7 * (inside[mask].mean() - inside[~mask].mean())
            lift = lifts.honest_lift(found, step, score, permutations=64)
            errors.append(lift.naive - truth)
            honest.append(lift.lift - truth)
            covered.append(lift.low <= truth <= lift.high)
    assert len(errors) > 25
    assert np.mean(errors) > 0.12
    assert abs(np.mean(honest)) < 0.10
    assert np.mean(covered) > 0.88


def test_detectable_lift_has_the_stated_power():
    """Planted at exactly the stated size, a segment passes the critical value 4 times in 5."""
    critical, n, m = 3.5, 500, 60
    lift = float(power.detectable_lift(m, n, 1.0, critical))
    rng = np.random.default_rng(2)
    inside, outside = rng.normal(size=(4000, m)) + lift, rng.normal(size=(4000, n - m))
    t = stats.ttest_ind(inside, outside, equal_var=False, axis=1).statistic
    hits = inference.normal_score(t, np.full(4000, m - 1.0)) >= critical
    assert hits.mean() == pytest.approx(0.8, abs=0.03)


def test_power_table_shrinks_with_size_and_keeps_its_units():
    table = power.power_table(400, 12, 250.0, 1000.0, 3.6)
    assert table["customers"].iloc[0] == 12
    assert table["detectable_lift"].is_monotonic_decreasing
    np.testing.assert_allclose(table["detectable_lift_sd"] * 250, table["detectable_lift"])
    np.testing.assert_allclose(table["detectable_lift_pct"], table["detectable_lift"] / 10)
