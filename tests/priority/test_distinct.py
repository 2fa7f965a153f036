"""Segments as groups that exclude one another."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.priority.distinct import LEFT_OVER, distinct, explained_share

IDS = [f"a{at:02d}" for at in range(12)]
FRAME = pd.DataFrame(
    {
        "account_id": IDS,
        "status": ["current"] * 10 + ["former"] * 2,
        "quality_score": [90.0, 80, 70, 60, 20, 20, 20, 20, 10, 10, 500, 500],
    }
)
WORTH = pd.DataFrame({"account_id": IDS, "arr": [40.0, 20, 10, 10, 5, 5, 5, 5, np.nan, 0, 9, 9]})
INSIDE = {"first": [0, 1, 2, 10], "second": [1, 2, 3, 11], "third": [3, 4, 5], "fourth": [0, 8, 9]}


def found(*, least=2, order=tuple(INSIDE), worth=WORTH):
    study = study_of(scope={"min_customers": least})
    ranked = pd.DataFrame({"segment_id": order, "definition": [f"The {name}" for name in order]})
    members = pd.DataFrame(
        [(name, IDS[at]) for name, places in INSIDE.items() for at in places],
        columns=["segment_id", "account_id"],
    )
    apart = distinct(study, ranked, members, FRAME, worth=worth)
    outputs.held(study, "distinct_segments", apart.table)
    outputs.held(study, "segment_overlaps", apart.overlaps)
    return apart


def test_each_customer_stands_once_and_sums_add_up():
    held = found().table.set_index("segment_id")
    assert held["members"].tolist() == [3, 3, 3, 3, 4]
    # Only a03 is left to the second, which is dropped, and so a03 goes to the third.
    assert held["customers"].tolist() == [3, 0, 3, 0, 4]
    assert held["customers"].sum() == 10
    assert held.loc["first", "score_share"] == pytest.approx(240 / 400)
    assert held.loc["first", "arr_share"] == pytest.approx(70 / 100)
    assert held["arr"].sum() == 100.0
    assert held.loc[LEFT_OVER, "mean_score"] == pytest.approx(15.0)


def test_what_adds_nothing_says_why():
    held = found().table.set_index("segment_id")["dropped"]
    assert held["second"] == (
        "2 of its 3 customers belong to segments before it; fewer than 2 are left"
    )
    # a08 and a09 score 10; a06 and a07, who are in no segment, score 20.
    assert held["fourth"] == (
        "its 2 customers that belong to no segment before it score no better than those in none"
    )
    assert held["first"] == held["third"] == ""


def test_the_order_decides_whose_customers_are_whose():
    held = found(order=("third", "second")).table.set_index("segment_id")
    assert held.loc[["third", "second"], "customers"].tolist() == [3, 2]


def test_overlaps_have_both_denominators():
    pairs = found(order=("first", "fourth")).overlaps
    assert pairs.to_dict("records") == [
        {"segment_id": "first", "other_id": "fourth", "both": 1, "of_segment": 1 / 3,
         "of_other": 1 / 3}
    ]  # fmt: skip


def test_without_segments_or_money_nothing_is_made_up():
    assert found(order=()).table.empty
    held = found(worth=None).table
    assert held[["arr", "arr_share"]].isna().all().all()


def test_the_spread_between_groups_is_that_of_the_analysis_of_variance():
    from scipy.stats import f_oneway

    score = pd.Series([1.0, 2, 3, 7, 8, 9, 4, 4, 5])
    belongs = pd.Series(list("aaabbbccc"))
    f = f_oneway(*(score[belongs == name] for name in "abc")).statistic
    # ε² from F with 2 and 6 degrees of freedom (Okada 2013, Behaviormetrika 40, equation 5).
    assert explained_share(score, belongs) == pytest.approx(2 * (f - 1) / (2 * f + 6))
    assert np.isnan(explained_share(score, pd.Series(["a"] * 9)))


def test_groups_made_by_chance_explain_nothing_on_average():
    rng = np.random.default_rng(3)
    shares = [
        explained_share(
            pd.Series(rng.lognormal(0, 1, 200)), pd.Series(rng.integers(0, 8, 200).astype(str))
        )
        for _ in range(200)
    ]
    assert abs(np.mean(shares)) < 0.006  # three standard errors
