"""Which of several validated definitions is taken."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.search import inference, select
from helpers.search.encode import encode
from helpers.search.enumerate import Candidates, enumerate_segments
from helpers.search.inputs import prepare

TABLE = pd.DataFrame({"a": ["A"] * 60 + ["B"] * 240, "b": (["x"] * 20 + ["y"] * 40) * 5})


def searched(table: pd.DataFrame, conditions: int) -> Candidates:
    encoded = encode(table, list(table.columns))
    return enumerate_segments(encoded, minimum=10, max_conditions=conditions)


def named(found: Candidates, candidate: int) -> str:
    return " and ".join(c.label for c in found.described(candidate))


def test_normal_scores_keep_the_order_and_lose_the_outlier():
    score = np.array([2.0, 900.0, 1.0, 2.0])
    shares = np.array([2.5, 4.0, 1.0, 2.5]) - 0.5  # midranks less a half
    found = select.normal_scores_of(score)
    np.testing.assert_allclose(found, stats.norm.ppf(shares / 4))


@pytest.fixture
def outlier():
    """The 60 customers of group A all score better; twenty of them, spread thin, enormously so.

    By means the twenty (A and x) have the larger t, by ranks all of A.
    """
    rng = np.random.default_rng(1)
    score = rng.normal(0, 1, 300) + 2.0 * (np.arange(300) < 60)
    score[:20] = 40.0 + rng.normal(0, 4, 20)
    return searched(TABLE, 2), score


def test_of_the_passing_candidates_ranks_take_the_clearest(outlier):
    found, score = outlier
    cell = np.zeros(300, np.int64)
    layout = inference.arrange(found, cell, 10)
    z = inference.compare(layout, score).z
    assert named(found, int(np.argmax(z))) == "a: A and b: x"
    standing = select.normal_scores_of(score)
    passing = layout.eligible[z[layout.eligible] >= 3.0]
    assert {named(found, j) for j in passing} >= {"a: A", "a: A and b: x"}
    assert named(found, select.clearest(found, passing, standing, cell, 10)) == "a: A"
    # a definition that does not pass is no choice, however clear it is
    part = passing[[named(found, j) == "a: A and b: x" for j in passing]]
    assert select.clearest(found, part, standing, cell, 10) == part[0]


@pytest.mark.parametrize("seed", range(5))
def test_customers_drawn_twice_count_twice(outlier, seed):
    """As in a bootstrap sample: the same choice as from a table that repeats the rows."""
    found, score = outlier
    count = np.random.default_rng(seed).integers(0, 3, 300)
    rows = np.repeat(np.arange(300), count)
    standing = select.normal_scores_of(score)
    repeated = searched(
        pd.DataFrame({"a": TABLE["a"].to_numpy()[rows], "b": TABLE["b"].to_numpy()[rows]}), 2
    )
    alike = repeated, np.arange(len(repeated)), standing[rows], np.zeros(rows.size, np.int64), 10
    whole = found, np.arange(len(found)), standing, np.zeros(300, np.int64), 10
    expected = named(repeated, select.clearest(*alike))
    assert named(found, select.clearest(*whole, count=count.astype(float))) == expected


def test_a_step_claims_something_only_if_the_best_of_the_search_passes():
    """The choice by ranks is made among passing candidates: it adds no claim and loses none."""
    claimed = 0
    for seed in range(40):
        rng = np.random.default_rng([7, seed])
        table = pd.DataFrame({f"a{k}": rng.choice(list("xyz"), 120) for k in range(4)})
        score = rng.lognormal(0, 1, 120) + 0.7 * (table["a0"] == "x").to_numpy()
        found = searched(table, 2)
        told = select.forward_select(found, score, minimum=10, permutations=99, seed=seed)
        best = inference.p_values(told.observed.z.max(), told.null, told.kept)
        assert bool(told.steps) == bool(best <= 0.05)
        claimed += bool(told.steps)
        for step in told.steps:
            assert step.z >= step.critical - inference.LOOSE
            assert step.p_value <= 0.05
    assert 0 < claimed < 40


def test_highly_skewed_scores_may_spend_four_fifths_of_alpha():
    """p-values are larger by a quarter, and what passes the critical value has p up to alpha."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({f"a{k}": rng.choice(list("xyz"), 200) for k in range(3)})
    found = searched(table, 2)
    calm = rng.normal(size=200) + 1.0 * (table["a0"] == "x").to_numpy()
    for score, kept in ((calm, 1.0), (np.exp(1.5 * calm), 0.8), (-np.exp(1.5 * calm), 0.8)):
        told = select.forward_select(found, score, minimum=10, permutations=199, seed=1)
        assert told.kept == kept
        reached = (told.null[None, :] >= told.observed.z[:, None] - inference.LOOSE).sum(axis=1)
        np.testing.assert_allclose(told.p_values, np.minimum((1 + reached) / 200 / kept, 1))
        limit = inference.critical_value(told.null, 0.05 * told.kept)
        passing = told.observed.z >= limit - inference.LOOSE
        np.testing.assert_array_equal(passing, told.p_values <= 0.05 + 1e-9)


def test_large_customers_do_not_drown_a_better_group_of_small_ones():
    """Scores of a tier scale by ½, 1 and 2½; one group of the smallest is 1.7 times as good."""
    found_of = {"plain": 0, "within": 0}
    for seed in range(9):
        rng, n = np.random.default_rng([seed, 91]), 700
        table = pd.DataFrame({f"a{k}": rng.choice(list("xyzu"), n) for k in range(3)})
        tier = rng.choice(["s", "m", "l"], n, p=[0.5, 0.3, 0.2])
        better = (table["a0"] == "x").to_numpy() & (tier == "s")
        scale = np.select([tier == "s", tier == "m"], [0.5, 1.0], 2.5)
        table["score"] = scale * np.exp(0.8 * rng.normal(size=n)) * np.where(better, 1.7, 1.0)
        table["tier"] = tier
        given = prepare(
            table, "score", ["a0", "a1", "a2"], max_conditions=1, min_customers=None, alpha=0.05,
            permutations=99, strata="tier", cluster=None, missing="ignore", labels=None,
            strict=True,
        )  # fmt: skip
        candidates = enumerate_segments(given.encoded, minimum=given.minimum, max_conditions=1)
        plain = (given.score - given.score.mean()) / given.score.std()
        for name, score in (("plain", plain), ("within", given.tested)):
            steps = select.forward_select(
                candidates, score, minimum=given.minimum, strata=given.strata,
                permutations=99, seed=seed, max_segments=1,
            ).steps  # fmt: skip
            labels = [one.label for s in steps for one in candidates.described(s.candidate)]
            found_of[name] += labels == ["a0: x"]
    assert found_of["within"] >= 6 > 2 >= found_of["plain"], found_of
