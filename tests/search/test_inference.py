"""The statistic is Welch's, the null is the whole search's, the level holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.search import inference
from helpers.search.encode import encode
from helpers.search.enumerate import Candidates, enumerate_segments
from helpers.search.select import forward_select


def company(n: int, attributes: int, seed: int) -> Candidates:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({f"a{k}": rng.choice(list("xyz"), n) for k in range(attributes)})
    encoded = encode(table, list(table.columns))
    return enumerate_segments(encoded, minimum=max(5, n // 50), max_conditions=3)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**20))
def test_without_strata_the_statistic_is_welchs_t(seed):
    found = company(120, 3, seed)
    score = np.random.default_rng(seed + 1).exponential(size=120)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference, "PRIOR", 0.0)
        patch.setattr(inference, "FLOOR", 0.0)
        layout = inference.arrange(found, np.zeros(120, int), 5)
        t = inference.compare(layout, score).t
    expected = [
        stats.ttest_ind(score[found.mask(j)], score[~found.mask(j)], equal_var=False).statistic
        for j in range(len(found))
    ]
    np.testing.assert_allclose(t, expected, rtol=1e-9)


def test_with_strata_the_effect_is_the_sum_of_within_stratum_deviations():
    """Strata in which the segment has a single customer, who has no spread, are left out."""
    found = company(200, 3, 0)
    rng = np.random.default_rng(1)
    cell, score = rng.integers(0, 6, 200), rng.normal(size=200)
    layout = inference.arrange(found, cell, 5)
    observed = inference.compare(layout, score)
    deviation = score - pd.Series(score).groupby(cell).transform("mean").to_numpy()
    singles = 0
    for j in layout.eligible:
        members = pd.DataFrame({"cell": cell[found.of(j)], "deviation": deviation[found.of(j)]})
        several = members.groupby("cell").filter(lambda part: len(part) > 1)
        singles += len(members) - len(several)
        assert observed.effect[j] == pytest.approx(several["deviation"].sum(), abs=1e-9)
    assert singles > 10


def test_one_outlier_in_another_cell_does_not_carry_a_candidate():
    """Customer 0 is the only one of its segment in the first cell, and far above everybody."""
    n = 120
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"a": np.where(np.isin(np.arange(n), [0, *range(60, 72)]), "x", "y")})
    found = enumerate_segments(encode(table, ["a"]), minimum=10, max_conditions=1)
    score = rng.normal(size=n)
    score[0] = 30.0
    observed = inference.compare(inference.arrange(found, np.arange(n) // 60, 10), score)
    x = int(np.argmin(found.sizes))
    welch = stats.ttest_ind(score[60:72], score[72:], equal_var=False).statistic
    assert observed.t[x] == pytest.approx(welch, abs=0.3)


def test_compiled_null_equals_plain_python_null():
    found = company(90, 3, 3)
    rng = np.random.default_rng(4)
    cell, score = rng.integers(0, 2, 90), rng.exponential(size=90)
    layout = inference.arrange(found, cell, 5)
    null = inference.null_of(layout, score, permutations=5, seed=(7, 0))
    values = score[layout.order].astype(np.float32).astype(float)
    for part in layout.cells:
        values[part] -= values[part].mean()
    lanes = np.repeat(values[:, None].astype(np.float32), inference.loops.LANES, axis=1)
    stream = np.random.default_rng([7, 0, 0])
    for part in layout.cells:
        stream.permuted(lanes[part], axis=0, out=lanes[part])
    for lane in range(5):
        shuffled = np.empty(90)
        shuffled[layout.order] = lanes[:, lane]
        z = inference.compare(layout, shuffled).z
        assert null[lane] == pytest.approx(z.max(), abs=1e-4)


def test_normal_score_is_close_to_the_exact_one():
    t = np.linspace(-6, 6, 49)
    for df in (8, 20, 200):
        exact = stats.norm.isf(stats.t.sf(t, df))
        np.testing.assert_allclose(inference.normal_score(t, np.full(t.size, df)), exact, atol=0.02)


def test_p_value_counts_the_data_as_one_permutation():
    null = np.arange(1.0, 100.0)
    assert inference.p_values(99.0, null) == pytest.approx(2 / 100)
    assert inference.p_values(100.0, null) == pytest.approx(1 / 100)
    critical = inference.critical_value(null, 0.05)
    assert inference.p_values(critical + 0.001, null) <= 0.05 < inference.p_values(95.0, null)


def test_threads_change_nothing():
    found = company(150, 4, 5)
    score = np.random.default_rng(6).normal(size=150)
    one, two = (
        forward_select(found, score, minimum=5, permutations=200, threads=threads)
        for threads in (1, 2)
    )
    np.testing.assert_array_equal(one.null, two.null)
    np.testing.assert_array_equal(one.p_values, two.p_values)


@pytest.mark.parametrize("kind", ["exchangeable", "unequal spread", "strata"])
def test_where_nothing_differs_five_percent_of_companies_show_something(kind):
    """300 companies of 150: 15 expected, 26 or more has probability below 0.005."""
    rng = np.random.default_rng(7)
    claimed = 0
    for number in range(300):
        found = company(150, 4, number)
        score = rng.exponential(size=150)
        cell = None
        if kind == "unequal spread":
            score = rng.normal(size=150) * np.where(found.meets(0), 2.0, 1.0)
        elif kind == "strata":  # a segment of the strata's own attribute is not a finding
            cell = found.meets(0).astype(int)
            score = score + 3.0 * cell
        selection = forward_select(
            found, score, minimum=5, strata=cell, permutations=99, seed=number
        )
        claimed += bool(selection.steps)
    assert claimed <= 25


def test_a_planted_segment_is_found_once_and_without_its_copies():
    """A lift of 1.5 SD in one segment: found exactly, and copies of it are not added."""
    exact = extra = 0
    for number in range(20):
        rng = np.random.default_rng(number)
        table = pd.DataFrame({f"a{k}": rng.choice(list("xyz"), 400) for k in range(5)})
        found = enumerate_segments(encode(table, list(table.columns)), minimum=10, max_conditions=3)
        inside = ((table["a0"] == "x") & (table["a1"] == "y")).to_numpy()
        score = rng.exponential(size=400) + 1.5 * inside
        selection = forward_select(found, score, minimum=10, permutations=199, seed=number)
        masks = [found.mask(step.candidate) for step in selection.steps]
        exact += any((mask == inside).all() for mask in masks)
        extra += len(masks) - 1
    assert exact >= 17
    assert extra <= 5
