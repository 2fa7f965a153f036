"""Declared hypotheses and the search share one alpha."""

import numpy as np
import pandas as pd
import pytest
from company import frame_of, score_without, scores_of, study_of
from sized import at_least, companies

from helpers import families
from helpers.segments import budget, hypotheses, searching, verdicts

CLAIMS = [
    {"id": "H1", "statement": "s", "variables": ["industry"], "where": "industry = 'FinTech'"},
    {"id": "H2", "statement": "t", "variables": ["marquee"], "where": "marquee = 'yes'"},
]


def told(**declared) -> pd.DataFrame:
    return pd.DataFrame({"declared": True, "p_adjusted": list(declared.values())})


def test_an_empty_family_leaves_its_half_and_a_family_that_is_shown_passes_on():
    study = study_of(hypotheses=CLAIMS)
    assert budget.declared_share(study) == 0.5
    assert budget.declared_share(study_of()) == 1.0
    alone = {"plan": {"shares": ["base"]}, "industry": {"search": False}}
    only = study_of(attributes=alone, hypotheses=[CLAIMS[0]])
    assert budget.declared_share(only) == 1.0
    assert budget.search_share(study, told(a=0.01, b=0.2)) == 0.5
    assert budget.search_share(study, told(a=0.01, b=0.05)) == 1.0
    assert budget.search_share(study, told(a=0.01).iloc[:0]) == 1.0


def test_the_share_is_part_of_the_adjusted_p():
    frame = frame_of(lift=800.0)
    study = study_of(hypotheses=CLAIMS)
    table = hypotheses.test_hypotheses(study, frame, scores_of(frame), score_without=score_without)
    declared = table[table["declared"]]
    wanted = np.minimum(2 * families.holm(declared["p_value"]), 1.0)
    assert declared["p_adjusted"].tolist() == pytest.approx(wanted.tolist())


def test_each_search_has_half_of_what_is_left():
    study = study_of(hypotheses=CLAIMS)
    assert budget.of_each_search(study, told(a=0.01, b=0.2)) == 0.25
    assert budget.of_each_search(study, told(a=0.01, b=0.05)) == 0.5
    frame = frame_of(120)
    found = searching.searched(study, frame, told(a=0.01, b=0.2))
    assert found.summary["alpha"] == pytest.approx(0.0125)


def scores_like(shape: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Scores of companies unlike the sample's: long tails, few values, mostly nothing."""
    tail = rng.lognormal(0, 1.5, n)
    return {
        "skew": tail,
        "left skew": -tail,
        "ties": rng.poisson(1.2, n).astype(float),
        "zeros": np.where(rng.random(n) < 0.7, 0.0, tail),
        "few customers": rng.standard_t(3, n),
    }[shape]


SHAPES = ("skew", "left skew", "ties", "zeros", "few customers")


def anything_false(study, shape: str, seed: int) -> bool:
    """Whether a hypothesis or a search finds something in a company without any difference."""
    customers = 50 if shape == "few customers" else 120
    frame = frame_of(customers, seed=seed)
    frame["quality_score"] = scores_like(shape, customers, np.random.default_rng([seed, 1]))
    table = hypotheses.test_hypotheses(study, frame, scores_of(frame), score_without=score_without)
    found = searching.searched(study, frame, table)
    shown = verdicts.is_supported(table.loc[table["declared"], "verdict"]).any()
    return bool(shown or found.segments["accepted"].any())


def test_chance_of_anything_false_in_the_whole_study():
    """Hypotheses, search of means and of ranks: 5 % together, in each kind of company and in all.

    Fails where the lower bound of the share with anything false is above alpha.
    """
    each = companies(200)
    study = study_of(hypotheses=CLAIMS, scope={"permutations": 199, "max_conditions": 2})
    false = {shape: sum(anything_false(study, shape, seed) for seed in range(each))
             for shape in SHAPES}  # fmt: skip
    print(false, "of", each)
    assert all(at_least(count, each) <= 0.05 for count in false.values()), false
    assert at_least(sum(false.values()), each * len(SHAPES)) <= 0.05, false
