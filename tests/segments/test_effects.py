"""Effect sizes and tests against scipy and statsmodels, and their level by simulation."""

import itertools

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.nonparametric import rank_compare_2indep

from helpers import families
from helpers.segments import effects, studentised
from helpers.segments.strata import cells_of

RNG = np.random.default_rng(7)
SCORES = RNG.lognormal(0, 1, 80).round(1)  # rounded: with ties
MEMBER = np.arange(80) < 25


# ── against other authorities ────────────────────────────────────────────────────────────────────
def test_difference_is_welch():
    found = effects.difference(SCORES, MEMBER)
    other = stats.ttest_ind(SCORES[MEMBER], SCORES[~MEMBER], equal_var=False)
    assert found.effect / found.error == pytest.approx(other.statistic)
    assert found.freedom == pytest.approx(other.df)
    wanted = other.confidence_interval(0.9)
    assert found.interval(level=0.9) == pytest.approx((wanted.low, wanted.high))


def test_permutation_p_is_that_of_scipy():
    def statistic(x, y, axis):
        return stats.ttest_ind(x, y, axis=axis, equal_var=False).statistic

    found = effects.permutation_tests(SCORES, MEMBER[:, None], draws=9999, seed=1)
    other = stats.permutation_test(
        (SCORES[MEMBER], SCORES[~MEMBER]),
        statistic,
        vectorized=True,
        n_resamples=9999,
        rng=np.random.default_rng(2),
    )
    assert found.statistic[0] == pytest.approx(other.statistic)
    # Two random draws of 9,999: four standard errors of their difference.
    assert found.p[0] == pytest.approx(other.pvalue, abs=4 * np.sqrt(2 * 0.25 / 9999))


def test_permutation_p_by_all_permutations_of_seven_customers():
    values, member = np.array([9.0, 7, 8, 1, 2, 3, 7]), np.arange(7) < 3
    found = effects.permutation_tests(values, member[:, None], draws=19_999, seed=0)
    every = []
    for chosen in itertools.combinations(range(7), 3):
        inside = np.isin(np.arange(7), chosen)
        one = effects.difference(values, inside)
        every.append(one.effect / one.error)
    share = np.mean(np.array(every) >= found.statistic[0] - 1e-9)
    skews = studentised.skews_of_difference(values, member, cells_of(np.zeros(7)))
    up, _ = studentised.one_sided(found.statistic, np.array([2.0]), np.array([skews]).T)
    assert found.p[0] == pytest.approx(2 * max(share, up[0]), abs=0.006)


def test_holm_is_that_of_statsmodels():
    p = np.array([0.01, 0.2, 0.03, 0.004, 0.03])
    assert families.holm(p) == pytest.approx(multipletests(p, method="holm")[1])


@pytest.mark.parametrize("blank", [(), (0,), (1, 4), (0, 1, 2, 3, 4)])
def test_holm_with_blanks(blank):
    p = np.array([0.01, 0.2, 0.03, 0.004, 0.03])
    p[list(blank)] = np.nan
    known = np.isfinite(p)
    adjusted = families.holm(p)
    assert np.isnan(adjusted[~known]).all()
    if known.any():
        assert adjusted[known] == pytest.approx(multipletests(p[known], method="holm")[1])


def test_false_discovery_rate_is_that_of_statsmodels():
    p = np.array([0.01, np.nan, 0.2, 0.03, 0.004, 0.03])
    adjusted, known = families.false_discovery(p), np.isfinite(p)
    assert adjusted[known] == pytest.approx(multipletests(p[known], method="fdr_bh")[1])
    assert np.isnan(adjusted[~known]).all() and np.isnan(families.false_discovery([np.nan])).all()


def test_ranks_are_those_of_statsmodels_and_scipy():
    inside, outside = SCORES[MEMBER], SCORES[~MEMBER]
    other = rank_compare_2indep(inside, outside)
    assert effects.cliffs_delta(inside, outside) == pytest.approx(2 * other.prob1 - 1)
    assert effects.brunner_munzel(inside, outside) == pytest.approx(other.pvalue)
    x = np.arange(80.0)
    assert effects.spearman(x, SCORES) == pytest.approx(tuple(stats.spearmanr(x, SCORES)))


def test_kruskal_wallis_and_its_effect_size():
    levels = np.arange(80) % 4
    size, p = effects.kruskal_wallis(SCORES, levels)
    other = stats.kruskal(*(SCORES[levels == k] for k in range(4)))
    assert p == pytest.approx(other.pvalue)
    assert size == pytest.approx(other.statistic * (80 + 1) / (80**2 - 1))  # Kelley's form


def test_association_picks_its_test():
    outcome, two = np.arange(80) % 3 == 0, np.arange(80) < 40
    table = stats.contingency.crosstab(outcome, two).count
    test, size, p = effects.association(outcome, two, draws=99, seed=0)
    assert (test, p) == ("chi-square", pytest.approx(stats.chi2_contingency(table).pvalue))
    assert size == pytest.approx(stats.contingency.association(table, method="cramer"))

    few = np.arange(80) < 6
    table = stats.contingency.crosstab(outcome, few).count
    test, _, p = effects.association(outcome, few, draws=99, seed=0)
    assert (test, p) == ("Fisher", pytest.approx(stats.fisher_exact(table).pvalue))

    rare = np.r_[np.zeros(4), np.ones(40), np.full(36, 2)]
    test, _, p = effects.association(outcome, rare, draws=9999, seed=0)
    table = stats.contingency.crosstab(outcome, rare).count
    method = stats.PermutationMethod(n_resamples=9999, rng=np.random.default_rng(3))
    other = stats.chi2_contingency(table, correction=False, method=method).pvalue
    assert test == "permutation chi-square"
    assert p == pytest.approx(other, abs=0.03)


# ── edges ────────────────────────────────────────────────────────────────────────────────────────
def test_constant_score():
    flat = np.full(20, 3.0)
    member = np.arange(20) < 8
    found = effects.permutation_tests(flat, member[:, None], draws=99, seed=0)
    assert found.p.tolist() == [1.0] and np.isnan(found.family).all()
    assert effects.difference(flat, member).interval() == (0.0, 0.0)
    assert effects.brunner_munzel(flat[member], flat[~member]) == 1.0
    assert effects.cliffs_delta(flat[member], flat[~member]) == 0.0


def test_groups_that_do_not_overlap():
    values, member = np.r_[np.full(8, 5.0), np.zeros(12)], np.arange(20) < 8
    found = effects.permutation_tests(values, member[:, None], draws=999, seed=0)
    assert found.statistic[0] == np.inf
    assert found.p[0] == pytest.approx(2 / 1000)
    assert effects.brunner_munzel(values[member], values[~member]) == pytest.approx(2 / 125_970)


@pytest.mark.parametrize("members", [0, 1, 20])
def test_too_few_on_one_side(members):
    found = effects.difference(np.arange(20.0), np.arange(20) < members)
    assert np.isnan(found.interval()).all()
    assert np.isnan(found.detectable())


def test_no_groups_at_all():
    assert effects.permutation_tests(SCORES, np.empty((80, 0)), draws=9, seed=0).p.size == 0


def test_scale_and_shift_of_the_score_change_nothing():
    one = effects.permutation_tests(SCORES, MEMBER[:, None], draws=199, seed=4)
    other = effects.permutation_tests(1e6 + 1e3 * SCORES, MEMBER[:, None], draws=199, seed=4)
    assert one.p == pytest.approx(other.p)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6)


# ── level and power, by simulation with a fixed seed ─────────────────────────────────────────────
def scores_with_equal_means(kind: str, rng, customers: int, member: np.ndarray) -> np.ndarray:
    if kind == "skewed":
        return rng.lognormal(0, 1, customers)
    if kind == "many zeros":
        return rng.lognormal(0, 1, customers) * (rng.random(customers) < 0.4)
    values = rng.gamma(2, 1, customers) - 2  # skewed, mean 0
    values[member] *= 3  # members vary three times as much
    return values


@pytest.mark.parametrize("kind", ["skewed", "many zeros", "skewed, unequal spread"])
def test_level_of_the_test_and_of_its_interval(kind):
    """Nominal 5 % in two tails. A plain permutation of means claims 30 % with unequal spread."""
    rng, member = np.random.default_rng(11), np.arange(200) < 30
    companies, found, better, covered = 400, 0, 0, 0
    for _ in range(companies):
        values = scores_with_equal_means(kind, rng, 200, member)
        tested = effects.permutation_tests(
            values, member[:, None], draws=199, seed=int(rng.integers(2**31))
        )
        gap = effects.difference(values, member)
        low, high = tested.interval(0, gap, family=False)
        found += tested.p[0] <= 0.05
        better += tested.p[0] <= 0.05 and gap.effect > 0
        covered += low <= 0 <= high
    error = np.sqrt(0.05 * 0.95 / companies)
    assert found / companies <= 0.05 + 3 * error + 0.015  # the test is exact only asymptotically
    assert better / companies <= 0.025 + 3 * error
    assert covered / companies >= 0.95 - 3 * error - 0.015
    assert better > 0  # both tails work: by |t| alone this was 0


def test_level_of_the_family_with_overlapping_groups():
    rng = np.random.default_rng(12)
    companies, found = 300, 0
    for _ in range(companies):
        masks = rng.random((150, 12)) < 0.2
        masks[:, 6:] = masks[:, :6] & (rng.random((150, 6)) < 0.8)
        values = rng.lognormal(0, 1, 150)
        tested = effects.permutation_tests(values, masks, draws=199, seed=int(rng.integers(2**31)))
        low, high = tested.family
        found += ((tested.statistic < low) | (tested.statistic > high)).any()
    assert found / companies <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / companies)
    assert found > 0


def test_family_finds_planted_groups_and_no_others():
    rng = np.random.default_rng(13)
    masks = rng.random((300, 5)) < 0.3
    values = rng.normal(size=300) + 2 * masks[:, 1] + 0.8 * masks[:, 3]
    tested = effects.permutation_tests(values, masks, draws=999, seed=0)
    above = []
    for group in range(5):
        gap = effects.difference(values, masks[:, group])
        low, high = tested.interval(group, gap, family=True)
        own_low, own_high = tested.interval(group, gap, family=False)
        assert low < own_low < own_high < high  # the extremes of five lie farther out
        above.append(low > 0)
    assert above == [False, True, False, True, False]


def test_detectable_difference_is_found_in_four_of_five_companies():
    rng, member = np.random.default_rng(14), np.arange(120) < 40
    spread = np.where(member, 2.0, 1.0)
    true = (stats.t.ppf(0.995, 60) + stats.t.ppf(0.8, 60)) * np.sqrt(4 / 40 + 1 / 80)
    companies, found, told = 500, 0, []
    for _ in range(companies):
        values = rng.normal(size=120) * spread
        told.append(effects.difference(values, member).detectable(alpha=0.01))
        lifted = values + true * member
        found += stats.ttest_ind(lifted[member], lifted[~member], equal_var=False).pvalue <= 0.01
    assert np.mean(told) == pytest.approx(true, rel=0.03)
    assert found / companies == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / companies) + 0.01)


def test_rank_tests_keep_their_level():
    rng = np.random.default_rng(15)
    companies, hits = 400, np.zeros(3)
    for _ in range(companies):
        values = rng.lognormal(0, 1, 100).round(1)
        levels = rng.integers(0, 4, 100)
        hits += (
            np.array(
                [
                    effects.brunner_munzel(values[:30], values[30:]),
                    effects.kruskal_wallis(values, levels)[1],
                    effects.association(values > 1, levels == 0, draws=99, seed=0)[2],
                ]
            )
            <= 0.05
        )
    assert (hits / companies <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / companies)).all()
    assert (hits > 0).all()
