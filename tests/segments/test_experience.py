"""Groups by experience: planted ones come back, noise gives none. Larger runs: bench/needs.py."""

from multiprocessing.synchronize import SemLock

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from tqdm import tqdm

from helpers.segments import experience
from helpers.segments.experience import association, find_profiles

ASKED = {"least": 25, "most": 4, "stable": 0.6}


def interviews(n: int, seed: int, *, groups: int = 3, clear: float = 0.8):
    """Interviews of customers in groups, each of which has one favourite answer per question."""
    rng = np.random.default_rng(seed)
    group = rng.choice(groups, n, p=np.array([5, 3, 2][:groups]) / sum([5, 3, 2][:groups]))
    favourite = rng.permuted(np.tile(np.arange(3), (5, 1)), axis=1).T[:groups]
    answers = np.where(rng.random((n, 5)) < clear, favourite[group], rng.integers(0, 3, (n, 5)))
    names = ["setup", "support", "reporting", "contact", "terms"]
    table = pd.DataFrame(answers, [f"A{k:03d}" for k in range(n)], names).astype(str)
    return table, pd.Series(group, table.index)


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_profiles_come_back(seed):
    answers, group = interviews(60, seed)
    found = find_profiles(answers, seed=4, **ASKED)
    assert found.verdict == "profiles" and found.profile.nunique() == 3
    assert adjusted_rand_score(group, found.profile) >= 0.6
    sizes = found.profile.value_counts()
    assert sizes.index.tolist() == sorted(sizes.index)  # the first is the largest
    chosen = found.tried.set_index("chosen").loc[True]
    assert chosen["bic"] == found.tried["bic"].min() and chosen["stability"] >= 0.6


def test_the_same_interviews_in_another_order_give_the_same_profiles():
    answers, _ = interviews(60, 1)
    one = find_profiles(answers, seed=4, **ASKED)
    other = find_profiles(answers.sample(frac=1, random_state=1), seed=4, **ASKED)
    pd.testing.assert_series_equal(one.profile, other.profile)
    pd.testing.assert_frame_equal(one.tried, other.tried)


def test_unrelated_answers_give_no_groups():
    rng = np.random.default_rng(6)
    found = []
    for seed in range(40):
        # Skewed answers, some of them missing.
        answers = pd.DataFrame(rng.choice(list("abc"), (40, 5), p=[0.7, 0.2, 0.1]))
        answers = answers.where(rng.random((40, 5)) < 0.95)
        found.append(find_profiles(answers, seed=seed, **ASKED).verdict)
    assert found.count("no groups") >= 37  # 95 % of 40 are 38; fewer than 37 is one in 20 at worst


def test_the_test_of_association_keeps_its_level():
    rng = np.random.default_rng(7)
    p = [
        association(rng.integers(0, 3, (30, 4)), seed=seed, permutations=99) for seed in range(200)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.09 and np.mean(p) == pytest.approx(0.5, abs=0.08)


def test_answers_that_depend_without_groups_need_not_make_any(monkeypatch):
    answers, _ = interviews(60, 1)
    monkeypatch.setattr(experience, "_stability", lambda *_, **__: 0.2)
    found = find_profiles(answers, seed=4, **ASKED)
    assert (found.verdict, found.reason) == ("no groups", "unstable")
    assert found.profile.empty and not found.tried["chosen"].iloc[1:].any()


def test_few_interviews_and_questions_that_tell_nobody_apart():
    answers, _ = interviews(24, 1)
    assert find_profiles(answers, seed=4, **ASKED).verdict == "too few"
    answers, _ = interviews(60, 1)
    alike = answers[["setup"]].assign(support="self-service", terms=None)
    found = find_profiles(alike, seed=4, **ASKED)
    assert found.verdict == "too few" and found.dimensions == ("setup",)


def test_missing_answers_are_no_level_of_their_own():
    answers, group = interviews(80, 3, clear=0.9)
    gaps = np.random.default_rng(1).random(answers.shape) < 0.15
    found = find_profiles(answers.mask(gaps), seed=4, **ASKED)
    assert found.verdict == "profiles"
    assert adjusted_rand_score(group, found.profile.reindex(group.index)) >= 0.6


def test_an_answer_that_one_customer_gave_does_not_spoil_the_redrawn_interviews():
    # Half of the redrawn interviews lack it: their answers are fewer than are to be predicted.
    answers, group = interviews(60, 1)
    plain = find_profiles(answers, seed=4, **ASKED)
    answers.iloc[7, -1] = "9"  # a level beyond all others, of the last question
    found = find_profiles(answers, seed=4, **ASKED)
    assert found.verdict == "profiles" and adjusted_rand_score(group, found.profile) >= 0.6
    stability = found.tried.set_index("chosen").loc[True, "stability"]
    assert stability == pytest.approx(
        plain.tried.set_index("chosen").loc[True, "stability"], abs=0.1
    )


def test_no_semaphore_of_the_system_is_left_by_a_kernel_that_is_ended(monkeypatch):
    made = []
    monkeypatch.setattr(SemLock, "__init__", lambda self, *_, **__: made.append(self))
    monkeypatch.delattr(tqdm, "_lock", raising=False)
    answers = experience._indicators(np.tile([[0, 1], [1, 0], [1, 1]], (10, 1)))
    experience._fitted(answers[0], 2, answers[1], seed=1, starts=1)
    assert not made
