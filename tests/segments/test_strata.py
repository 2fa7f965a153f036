"""Tests within strata: against statsmodels and by hand, and blind to what strata explain."""

import itertools

import numpy as np
import pandas as pd
import pytest
from company import frame_of, score_without, scores_of, study_of
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from helpers.errors import StudyError
from helpers.segments import effects, hypotheses, strata, trials

RNG = np.random.default_rng(3)
LABELS = np.repeat(["a", "b", "c"], 40)
STRATA = [label == LABELS for label in "abc"]
MEMBER = RNG.random(120) < np.repeat([0.2, 0.4, 0.7], 40)
SCORE = RNG.lognormal(0, 0.8, 120) + 0.5 * MEMBER


def test_difference_is_that_of_the_regression_on_strata():
    """Weights m(n − m)/n: the coefficient of membership beside one intercept per stratum."""
    columns = [MEMBER, *STRATA]
    expected = np.linalg.lstsq(np.column_stack(columns).astype(float), SCORE, rcond=None)[0][0]
    found = effects.difference(SCORE, MEMBER, LABELS)
    assert found.effect == pytest.approx(expected)
    assert (found.members, found.others) == (MEMBER.sum(), 120 - MEMBER.sum())


def test_one_stratum_is_welchs_test():
    plain, one = (effects.difference(SCORE, MEMBER, s) for s in (None, np.zeros(120)))
    for name in ("effect", "error", "freedom"):
        assert getattr(one, name) == pytest.approx(getattr(plain, name))


def test_difference_by_hand():
    """Stratum x: 10 against 4 (weight 2·2/4 = 1), y: 7 against 5 (weight 2·1/3 = 2/3).

    z has a single member and is left out. Effect (6·1 + 2·2/3) ÷ (5/3) = 4.4.
    """
    values = np.array([9.0, 11, 3, 5, 6, 8, 5, 100, 0])
    member = np.array([1, 1, 0, 0, 1, 1, 0, 1, 0], bool)
    found = effects.difference(values, member, np.array(list("xxxxyyyzz")))
    assert found.effect == pytest.approx(4.4)
    # members: squares 2 and 2, weights (1/2)² and (1/3)², 4 customers for 2 degrees of freedom
    own = 4 / 2 * (2 / 4 + 2 / 9)
    # others: squares 2 and 0, weights (1/2)² and (2/3)², 3 customers for 1 degree of freedom
    rest = 3 / 1 * (2 / 4)
    assert found.error == pytest.approx(np.sqrt(own + rest) / (5 / 3))


def test_permutation_p_by_all_permutations_within_strata():
    values = np.array([9.0, 7, 1, 2, 30, 28, 21, 22])
    labels, member = np.repeat(["a", "b"], 4), np.array([1, 1, 0, 0] * 2, bool)
    found = effects.permutation_tests(values, member[:, None], draws=9999, seed=0, strata=labels)
    every = []
    for one, two in itertools.product(itertools.combinations(range(4), 2), repeat=2):
        inside = np.isin(np.arange(8), [*one, *(4 + at for at in two)])
        gap = effects.difference(values, inside, labels)
        every.append(gap.effect / gap.error)
    share = np.mean(np.array(every) >= found.statistic[0] - 1e-9)
    assert share == pytest.approx(1 / 36)
    assert found.p[0] == pytest.approx(2 * share, abs=0.008)


def test_what_strata_explain_does_not_count():
    """Members sit in the richer strata; within them they are like everybody else."""
    rng = np.random.default_rng(1)
    low = []
    for seed in range(60):
        labels = np.repeat([0, 1, 2], 40)
        member = rng.random(120) < 0.15 + 0.3 * labels
        score = rng.exponential(1 + labels)
        masks, options = member[:, None], {"draws": 99, "seed": seed}
        plain = effects.permutation_tests(score, masks, **options).p[0]
        within = effects.permutation_tests(score, masks, strata=labels, **options).p[0]
        low.append((plain <= 0.05, within <= 0.05))
    assert np.mean(low, axis=0)[0] > 0.35
    assert np.mean(low, axis=0)[1] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)


def relation(outcome, levels, labels, **options):
    chosen = {"ranks": True, "ordered": True, "draws": 4999, "seed": 0} | options
    return strata.relation(outcome, levels, labels, **chosen)


def test_yes_no_against_mantel_and_haenszel():
    outcome = (np.median(SCORE) < SCORE).astype(float)
    found = relation(outcome, MEMBER.astype(str), LABELS, ranks=False, ordered=False)
    tables = [stats.contingency.crosstab(MEMBER[of], outcome[of]).count for of in STRATA]
    other = StratifiedTable(tables).test_null_odds(correction=False).pvalue
    assert found["p_value"] == pytest.approx(other, abs=0.02)


def test_without_strata_it_is_spearmans_and_kruskal_and_wallis():
    one, x = np.zeros(120), RNG.normal(size=120) + 0.2 * SCORE
    found = relation(SCORE, x, one)
    other = stats.spearmanr(x, SCORE)
    assert found["effect_size"] == pytest.approx(other.statistic)
    assert found["p_value"] == pytest.approx(other.pvalue, abs=0.02)
    found = relation(SCORE, LABELS, one, ordered=False)
    other = stats.kruskal(*(SCORE[of] for of in STRATA))
    assert found["effect_size"] == pytest.approx(other.statistic / 119)
    assert found["p_value"] == pytest.approx(other.pvalue, abs=0.02)


def test_nothing_to_compare_is_no_finding():
    assert relation(np.ones(120), SCORE, LABELS)["p_value"] == 1.0
    assert relation(SCORE, (LABELS == "a").astype(float), LABELS)["p_value"] == 1.0


# ── the hypotheses of a study ────────────────────────────────────────────────────────────────────
PRO_PAYS = {
    "id": "H1",
    "statement": "FinTech is better",
    "variables": ["industry"],
    "where": "industry = 'FinTech'",
}


def confounded() -> pd.DataFrame:
    """FinTech customers are mostly on the plan Pro, whose customers score higher."""
    frame = frame_of(400, seed=2)
    rng = np.random.default_rng(0)
    fintech = (frame["industry"] == "FinTech").to_numpy()
    pro = rng.random(400) < np.where(fintech, 0.8, 0.2)
    frame["plan"] = pd.Categorical(np.where(pro, "Pro", "Basic"))
    frame["quality_score"] += 1500.0 * pro
    return frame


def verdicts(frame: pd.DataFrame, stratum: str | None) -> pd.DataFrame:
    scope = {"permutations": 200} | ({"strata": stratum} if stratum else {})
    study = study_of(hypotheses=[PRO_PAYS], scope=scope)
    table = hypotheses.test_hypotheses(study, frame, scores_of(frame), score_without=score_without)
    return table.set_index("hypothesis_id")


def test_a_study_with_strata_tests_its_hypotheses_within_them():
    frame = confounded()
    plain, within = verdicts(frame, None), verdicts(frame, "plan")
    assert plain.loc[["H1", "variable-industry"], "verdict"].tolist() == ["supported"] * 2
    assert within.loc[["H1", "variable-industry"], "verdict"].tolist() == ["not supported"] * 2
    assert within.loc["H1", "compares"] == "members minus others, within Plan"
    assert within.loc["variable-industry", "test"] == trials.BETWEEN
    assert within.loc["variable-seats", "test"] == trials.TREND
    assert within.loc["H1", "effect_low"] < 0 < within.loc["H1", "effect_high"]
    assert within.loc["variable-plan", "verdict"] == "not testable"


def test_a_real_difference_within_strata_is_supported():
    frame = confounded()
    frame.loc[frame["industry"] == "FinTech", "quality_score"] += 1500.0
    row = verdicts(frame, "plan").loc["H1"]
    assert row["verdict"] == "supported"
    assert row["effect_low"] < 1500 < row["effect_high"]


def test_a_stratum_that_the_frame_lacks():
    with pytest.raises(StudyError, match="lacks"):
        verdicts(frame_of(100).drop(columns="plan"), "plan")
