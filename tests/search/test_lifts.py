"""Lifts corrected for selection, and the smallest lift that could have been found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.search import inference, lifts, power
from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments
from helpers.search.select import forward_select
from helpers.segments import effects


def test_naive_lift_is_welchs():
    rng = np.random.default_rng(0)
    score, inside = rng.exponential(size=60), np.arange(60) < 20
    lift, error = lifts.naive_lift(score, inside)
    expected = stats.ttest_ind(score[inside], score[~inside], equal_var=False)
    assert lift == pytest.approx(score[:20].mean() - score[20:].mean())
    assert lift / error == pytest.approx(expected.statistic)


# Stratum 0: members 10 and 14, others 3, 5, 4; 1: members 6, 8, other 5; 2: one
# member, left out; 3: no member, left out.
WITHIN = np.array([10.0, 14, 3, 5, 4, 6, 8, 5, 99, 0, 7])
MEMBERS = np.array([1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0], bool)
STRATA = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3])


def test_lift_within_strata_by_hand():
    """12 − 4 = 8 counts 2·3/5 = 1.2, 7 − 5 = 2 counts 2·1/3 = 2/3: (9.6 + 4/3) ÷ (28/15) = 41/7."""
    lift, error = lifts.naive_lift(WITHIN, MEMBERS, strata=STRATA)
    assert lift == pytest.approx(41 / 7)
    # members: squares 8 and 2, weights (3/5)² and (1/3)², 4 customers for 2 degrees of freedom
    own = 4 / 2 * (8 * 9 / 25 + 2 / 9)
    # others: squares 2 and 0, weights (2/5)² and (2/3)², 4 customers for 2 degrees of freedom
    rest = 4 / 2 * (2 * 4 / 25)
    assert error == pytest.approx(np.sqrt(own + rest) / (28 / 15))
    same = effects.difference(WITHIN, MEMBERS, STRATA)
    assert (lift, error) == pytest.approx((same.effect, same.error))


def test_no_stratum_compares_so_there_is_no_lift():
    assert np.isnan(lifts.naive_lift(WITHIN, STRATA == 1, strata=STRATA)).all()


@pytest.mark.parametrize("gap", [0.0, 3.0])
def test_the_honest_lift_is_that_within_strata(gap):
    """Members sit mostly in the better stratum; what that explains is no part of the lift."""
    rng = np.random.default_rng(4)
    strata = np.repeat([0, 1], 300)
    member = rng.random(600) < np.where(strata == 1, 0.8, 0.2)
    table = pd.DataFrame({"a": np.where(member, "x", "y")})
    score = rng.normal(size=600) + 1.5 * member + gap * strata
    found = enumerate_segments(encode(table, ["a"]), minimum=12, max_conditions=1)
    selection = forward_select(found, score, minimum=12, strata=strata, permutations=99)
    lift = lifts.honest_lift(found, selection.steps, 0, score, strata=strata)
    assert lift.naive == pytest.approx(effects.difference(score, member, strata).effect)
    assert lift.low < 1.5 < lift.high
    assert lift.high - lift.low < 0.8


def test_student_undoes_the_normal_score():
    t = np.array([-4.0, -0.5, 0.0, 2.0, 6.0])
    z = inference.normal_score(t, np.full(5, 12.0))
    np.testing.assert_allclose(lifts.student(z, 12.0), t, atol=1e-9)


@pytest.mark.parametrize("ceiling", [np.inf, 5.5])
@pytest.mark.parametrize("mean", [0.0, 2.0, 3.9, 4.1, 7.0])
def test_the_law_is_the_normal_one_cut_off_at_both_ends(mean, ceiling):
    law = stats.truncnorm(3.0 - mean, ceiling - mean, loc=mean)
    for t in (3.0, 3.2, 4.0, 5.4):
        share = lifts.share_beyond(t, mean, 3.0, ceiling)
        assert share == pytest.approx(law.sf(t), abs=1e-9)


def test_the_law_keeps_its_digits_far_out():
    """Nine against forty standard errors: both tails are far below what a float holds."""
    assert lifts.share_beyond(50.0, 9.0, 49.0) == pytest.approx(
        np.exp(stats.norm.logsf(41.0) - stats.norm.logsf(40.0))
    )


def test_far_above_the_floor_nothing_is_corrected():
    expected = (12.0, 12 - 1.96, 12 + 1.96)
    assert lifts.corrected(12.0, 4.0) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("ceiling", [np.inf, 6.5])
@pytest.mark.parametrize("t", [4.2, 4.6, 5.5])
def test_limits_leave_their_share_beyond_the_statistic(t, ceiling):
    estimate, low, high = lifts.corrected(t, 4.0, ceiling)
    shares = ((estimate, lifts.MIDDLE, t), (low, 0.025, t - 1.96), (high, 0.975, t + 1.96))
    for mean, share, most in shares:
        beyond = stats.truncnorm.sf(t - mean, 4.0 - mean, ceiling - mean)
        if 0 < mean < most - 1e-3:
            assert beyond == pytest.approx(share, abs=1e-6)
        elif mean == 0:  # even no lift at all would show as much
            assert beyond >= share
        else:  # as much as an uncorrected result would give
            assert beyond <= share


def test_closer_to_the_floor_means_more_correction():
    corrections = [t - lifts.corrected(t, 4.0)[0] for t in (4.1, 4.5, 5.0, 7.0)]
    assert corrections == sorted(corrections, reverse=True)
    assert corrections[0] == pytest.approx(4.1)  # all of it
    assert corrections[-1] < 0.1


def test_what_was_held_back_is_corrected_less():
    """Accepted second, just below the first: luck did not help it more than the first."""
    assert lifts.corrected(4.6, 4.0, 5.0)[0] > lifts.corrected(4.6, 4.0)[0]
    estimate, low, high = lifts.corrected(4.6, 4.0, 4.600001)
    assert (estimate, low, high) == pytest.approx((4.6, 4.6 - 1.96, 4.6 + 1.96), abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.floats(2, 9), st.floats(0, 60), st.floats(0, 5))
def test_the_interval_holds_the_estimate_and_stays_within_the_plain_one(floor, excess, room):
    t = floor + excess
    estimate, low, high = lifts.corrected(t, floor, max(t + room, t + 1e-6))
    assert 0 <= low <= estimate <= min(high, t)
    assert low <= max(t - 1.9599, 0)
    assert high <= t + 1.96


def companies_with_one_segment(count: int):
    """Steps of companies with one segment of 30 in 240 customers, 0.7 SD better, normal scores."""
    for number in range(count):
        rng = np.random.default_rng(number)
        table = pd.DataFrame({f"a{k}": rng.choice(list("xy"), 240) for k in range(5)})
        found = enumerate_segments(encode(table, list(table.columns)), minimum=20, max_conditions=3)
        inside = (table[["a0", "a1", "a2"]] == "x").all(axis=1).to_numpy()
        score = rng.normal(size=240) + 0.7 * inside
        yield (
            found,
            score,
            inside,
            forward_select(found, score, minimum=20, permutations=99, seed=number).steps,
        )


def test_reported_lifts_are_right_where_naive_ones_are_not():
    """The segment is found in about half of the companies, so naive lifts of it are too high.

    In others a neighbour is found instead (two of its three conditions, say), lucky against the
    segment itself as well: that part of the luck is not corrected, the interval covers it.
    """
    naive, honest, covered, exact = [], [], [], []
    for found, score, inside, steps in companies_with_one_segment(110):
        for at, step in enumerate(steps):
            mask = found.mask(step.candidate)
            truth = 0.7 * (inside[mask].mean() - inside[~mask].mean())
            lift = lifts.honest_lift(found, steps, at, score)
            naive.append(lift.naive - truth)
            honest.append(lift.lift - truth)
            covered.append(lift.low <= truth <= lift.high)
            exact.append((mask == inside).all())
    naive, honest, exact = np.array(naive), np.array(honest), np.array(exact)
    assert exact.sum() > 40
    assert naive[exact].mean() > 0.10
    assert abs(honest[exact].mean()) < 0.07
    assert abs(honest.mean()) < naive.mean() / 2
    assert np.mean(covered) > 0.90


def test_where_nothing_is_left_the_lift_is_nothing(monkeypatch):
    """Rounding left 1e-14, which was told as "better by €0.00"."""
    monkeypatch.setattr(lifts, "corrected", lambda *given: (0.0, 0.0, 3.0))
    seen = []
    for found, score, _, steps in companies_with_one_segment(12):
        if steps:  # the first step's comparison is the plain one
            seen.append(lifts.honest_lift(found, steps, 0, score, raw=1e4 * score))
    assert len(seen) > 4
    assert all(one.lift == 0 and one.low <= 0 < one.high for one in seen)


@pytest.mark.parametrize(("gain", "passed_before"), [(1.2, True), (0.45, False)])
def test_the_basis_is_the_steps_own_comparison(gain, passed_before):
    """First step: no ceiling. Second: what it lacked to pass at the first step, if it did lack."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame({f"a{k}": rng.choice(list("xy"), 400) for k in range(3)})
    found = enumerate_segments(encode(table, list(table.columns)), minimum=20, max_conditions=1)
    score = rng.normal(size=400) + 3.0 * (table["a0"] == "x") + gain * (table["a1"] == "x")
    score = score.to_numpy()
    steps = forward_select(found, score, minimum=20, permutations=99, max_segments=2).steps
    assert len(steps) == 2
    first, second = (lifts.basis_of(steps, at) for at in (0, 1))
    inside = found.mask(steps[0].candidate)
    welch = stats.ttest_ind(score[inside], score[~inside], equal_var=False)
    assert first.t == pytest.approx(welch.statistic, rel=0.02)  # but for the mixed-in spread
    assert first.unit == pytest.approx(lifts.naive_lift(score, inside)[1], rel=0.02)
    assert first.ceiling == np.inf
    chosen = steps[1].candidate
    before, after = (float(step.observed.z[chosen]) for step in steps)
    assert (before >= steps[0].critical) == passed_before
    if passed_before:
        assert second.ceiling == np.inf
    else:
        limit = np.array(after + steps[0].critical - before)
        straight = lifts.student(limit, steps[1].layout.df[chosen])
        expected = inference.bent(straight, steps[1].observed.skew[chosen])
        assert second.ceiling == pytest.approx(float(expected))
    assert second.floor < second.t < second.ceiling


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


def test_multiplied_lift_has_the_stated_power():
    """Scores times the stated factor: the segment passes the critical value 4 times in 5."""
    critical, n, m, mean, spread = 3.0, 800, 100, 2.0, 1.0
    lift = float(power.multiplied_lift(m, n, spread, mean, critical))
    factor = 1 + lift / mean
    rng = np.random.default_rng(4)
    inside = factor * rng.normal(mean, spread, (4000, m))
    outside = rng.normal(mean, spread, (4000, n - m))
    t = stats.ttest_ind(inside, outside, equal_var=False, axis=1).statistic
    hits = inference.normal_score(t, np.full(4000, m - 1.0)) >= critical
    assert hits.mean() == pytest.approx(0.8, abs=0.03)
    assert lift > float(power.detectable_lift(m, n, spread, critical))


def test_no_factor_suffices_where_scores_vary_too_much_for_the_size():
    assert np.isnan(power.multiplied_lift(10, 300, 5.0, 1.0, 3.0))
    assert np.isnan(power.multiplied_lift(50, 300, 1.0, -1.0, 3.0))


def test_power_is_told_of_sizes_that_were_searched_only():
    table = power.power_table(400, 12, 250.0, 1000.0, 3.6, largest=30)
    assert table["customers"].tolist() == [12, 20]
