"""Declared hypotheses and the search share one alpha."""

import numpy as np
import pandas as pd
import pytest
from company import frame_of, score_without, scores_of, study_of
from scipy import stats

from helpers.segments import budget, effects, hypotheses, searching, verdicts

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
    wanted = np.minimum(2 * effects.holm(declared["p_value"]), 1.0)
    assert declared["p_adjusted"].tolist() == pytest.approx(wanted.tolist())


def test_chance_of_anything_false_among_hypotheses_and_search_together():
    """400 companies without any difference; alpha is 5 % for both together (before: 7.4 %)."""
    companies, false = 400, 0
    for seed in range(companies):
        frame = frame_of(120, seed=seed)
        study = study_of(hypotheses=CLAIMS, scope={"permutations": 99, "max_conditions": 2})
        table = hypotheses.test_hypotheses(
            study, frame, scores_of(frame), score_without=score_without
        )
        found = searching.searched(study, frame, table)
        shown = verdicts.is_supported(table.loc[table["declared"], "verdict"]).any()
        false += bool(shown or found.summary["segments_validated"])
    low = stats.beta.ppf(0.05, false, companies - false + 1) if false else 0.0
    assert low <= 0.05, false / companies
