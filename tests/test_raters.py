"""How far people agree, held against published worked examples and independent implementations."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.raters import concordance, icc, intraclass, kappa, kendall_tau, rand_index

# Agresti (2002), Categorical Data Analysis, table 10.8: two film critics (con, mixed, pro).
CRITICS = [[24, 8, 13], [8, 13, 11], [10, 9, 64]]
# Agresti (1990), Categorical Data Analysis, table 2.8: how often husbands and wives have fun (never
# to almost always), as R's vcd holds it with its output: unweighted 0.1293 (ASE 0.06860), weighted
# with equal spacing 0.2374 (ASE 0.07832).
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
# R's irr, data set anxiety: three raters of twenty people on a scale of six, with many ties. Its
# manual prints W = 0.54, chi-squared 30.8 with 19 degrees of freedom and p = 0.0429.
ANXIETY = {
    "rater 1": [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    "rater 2": [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    "rater 3": [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
}
# Shrout and Fleiss (1979), table 2: six targets, four judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
# Hollander and Wolfe (1999), example 8.1: lightness of tuna and what a panel thought of it.
TUNA = (
    [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1],
    [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8],
)


def said(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """The single judgements behind a table of two raters."""
    pairs = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
    return tuple(map(list, zip(*pairs, strict=True)))


def test_kappa_of_the_film_critics():
    found = kappa(*said(CRITICS), levels=range(3))
    assert found.value == pytest.approx(0.389, abs=5e-4)  # as published, with its standard error
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.0598, abs=5e-5)


@pytest.mark.parametrize(
    ("weights", "value", "error"), [("none", 0.1293, 0.06860), ("linear", 0.2374, 0.07832)]
)
def test_weighted_kappa_of_the_couples_with_its_published_error(weights, value, error):
    found = kappa(*said(COUPLES), levels=range(4), weights=weights)
    assert found.value == pytest.approx(value, abs=5e-5)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(error, abs=5e-6)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_is_that_of_another_implementation(weights):
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(3)
    one = rng.integers(0, 4, 60)
    other = np.clip(one + rng.integers(-1, 2, 60), 0, 3)
    expected = sklearn.cohen_kappa_score(one, other, weights=None if weights == "none" else weights)
    assert kappa(one, other, levels=range(4), weights=weights).value == pytest.approx(expected)


def test_steps_are_counted_on_the_whole_scale():
    # Nobody said "average": poor and excellent are two steps apart all the same.
    one = ["poor"] * 5 + ["excellent"] * 5
    other = ["poor"] * 4 + ["excellent"] * 6
    levels = ("poor", "average", "excellent")
    assert kappa(one, other, levels=levels, weights="linear").value == pytest.approx(0.8)


def test_full_agreement_of_few_leaves_room_below():
    found = kappa("aabb", "aabb", levels="ab")
    assert found.value == found.high == 1 and 0 < found.low < 0.3
    many = kappa("aabb" * 50, "aabb" * 50, levels="ab")
    assert many.low > 0.95


def test_one_answer_throughout_says_nothing():
    assert np.isnan(kappa("aaaa", "aaaa", levels="ab").value)
    assert np.isnan(intraclass([5, 5, 5], [5, 5, 5]).value)
    assert np.isnan(kendall_tau([1, 1, 1, 1], [1, 2, 3, 4]).value)


def test_intraclass_correlation_of_shrout_and_fleiss():
    found = icc(JUDGES)
    assert [round(x, 2) for x in found] == [0.17, -0.13, 0.72]  # as published, and by McGraw & Wong


def test_intraclass_correlation_is_that_of_scipys_analysis_of_variance():
    f = stats.f_oneway(*JUDGES.tolist()).statistic
    n, k = JUDGES.shape
    ends = [f / stats.f.ppf(0.975, n - 1, n * (k - 1)), f * stats.f.ppf(0.975, n * (k - 1), n - 1)]
    assert icc(JUDGES) == pytest.approx([(x - 1) / (x + k - 1) for x in (f, *ends)])


def test_who_looks_higher_throughout_does_not_agree():
    values = np.arange(20.0)
    assert (
        intraclass(values, values + 10).value < 0.4 < 0.99 < intraclass(values, values + 0.1).value
    )


def test_kendalls_tau_of_the_tuna():
    found = kendall_tau(*TUNA)
    assert found.value == pytest.approx(4 / 9)  # K = 16 of 36 pairs, as published
    assert found.low < 0 < found.high


@pytest.mark.parametrize("ties", [False, True])
def test_tau_is_that_of_scipy(ties):
    rng = np.random.default_rng(8)
    one, other = rng.normal(size=40), rng.normal(size=40)
    other = np.round(other) if ties else other
    expected = stats.kendalltau(one, other).statistic
    assert kendall_tau(one, other).value == pytest.approx(expected)


@pytest.mark.parametrize(("rho", "bands"), [(0.0, False), (0.6, True), (0.9, False)])
def test_intervals_of_tau_cover(rho, bands):
    rng = np.random.default_rng(2)
    cut = [-0.84, 0.84]

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        x, y = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n).T
        return x, np.digitize(y, cut) if bands else y

    true = stats.kendalltau(*draw(20_000)).statistic
    found = [kendall_tau(*draw(20)) for _ in range(400)]
    assert np.mean([one.low <= true <= one.high for one in found]) >= 0.93


def test_the_same_order_leaves_room_below():
    found = kendall_tau(range(12), range(12))
    assert found.value == found.high == 1 and 0.6 < found.low < 1


def test_concordance_of_ten_projects():
    # A worked example of teaching material: ten projects, four judges, sum of D² = 1048.
    ranks = pd.DataFrame(
        {
            "A": [1, 3, 4, 5, 2, 8, 6, 7, 10, 9],
            "B": [2, 1, 4, 5, 6, 3, 8, 7, 10, 9],
            "C": [3, 2, 1, 5, 7, 4, 6, 8, 9, 10],
            "D": [4, 2, 3, 1, 6, 7, 5, 9, 8, 10],
        }
    )
    found = concordance(ranks)
    assert found.w == pytest.approx(12 * 1048 / (16 * 990))
    assert (found.things, found.raters) == (10, 4)


def test_concordance_of_anxiety_is_the_published_one():
    found = concordance(pd.DataFrame(ANXIETY))
    assert (round(found.w, 2), round(3 * 19 * found.w, 1)) == (0.54, 30.8)
    assert found.p_value == pytest.approx(0.0429, abs=5e-5)


def test_concordance_is_friedmans_statistic():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.integers(1, 4, (12, 5)), columns=list("abcde"))
    statistic, p = stats.friedmanchisquare(*table.to_numpy().tolist())
    found = concordance(table)
    assert 5 * 11 * found.w == pytest.approx(statistic) and found.p_value == pytest.approx(p)


def test_concordance_needs_things_that_all_judged():
    table = pd.DataFrame({"a": [1, 2, 3, 4, np.nan], "b": [1, np.nan, 2, 3, 4]})
    assert concordance(table).things == 3 and concordance(table).w == pytest.approx(1)
    assert np.isnan(concordance(table.head(2)).w)


@pytest.mark.parametrize("groups", [(1, 1), (2, 3), (4, 4)])
def test_rand_index_is_that_of_another_implementation(groups):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(6)
    one = rng.integers(0, groups[0], 50)
    other = np.where(rng.random(50) < 0.5, one, rng.integers(0, groups[1], 50))
    assert rand_index(one, other) == pytest.approx(metrics.adjusted_rand_score(one, other))


def test_what_has_no_group_counts_nowhere():
    assert rand_index(["a", "a", "b", "b", None], ["x", "x", "y", None, "y"]) == 1.0
    assert rand_index([None, None], ["x", "y"]) == 1.0  # nothing is left to differ
