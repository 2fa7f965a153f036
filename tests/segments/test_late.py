"""A hypothesis that was fixed after a report is tested on what nobody knew then."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers.declared import Declaration
from helpers.segments.hypotheses import test_hypotheses as tested
from helpers.study import Study

AS_OF = dt.date(2026, 6, 30)
DAY = dt.date(2026, 1, 15)


def study_of(outcome="quality_score") -> Study:
    source = {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
    return Study(
        study="tiny",
        title="Tiny",
        business_model="subscription",
        sources={"accounts": source, "contracts": source},
        attributes={"region": {}},
        scope={"permutations": 199},
        hypotheses=[
            {
                "id": "H",
                "statement": "The North is better",
                "variables": ["region"],
                "where": "region = 'North'",
                "outcome": outcome,
                "direction": "higher",
            }
        ],
        path="study.yml",
    )


def customers(seed=0, *, lift_since=0.0, lift_before=3.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    won = pd.to_datetime(["2024-03-01"] * 300 + ["2026-03-01"] * 120)
    region = rng.choice(["North", "South"], len(won))
    since = won > pd.Timestamp(DAY)
    lift = np.where(since, lift_since, lift_before) * (region == "North")
    return pd.DataFrame(
        {
            "account_id": [f"A{i:03d}" for i in range(len(won))],
            "won_on": won,
            "region": pd.Categorical(region),
            "status": "current",
            "quality_score": rng.normal(10, 2, len(won)) + lift,
        }
    )


def test(frame, *when, outcome="quality_score", measured=None):
    scores = frame[["account_id", "quality_score"]].assign(base=frame["quality_score"])
    table = tested(
        study_of(outcome),
        frame,
        scores,
        score_without=lambda scores, lines: scores["quality_score"],
        measured=measured,
        fixed={"H": Declaration(*when)},
        as_of=AS_OF,
    )
    return table[table["hypothesis_id"] == "H"].iloc[0]


test.__test__ = False


def test_beforehand_all_customers_count():
    row = test(customers(), "beforehand", DAY)
    assert (row["customers"] + row["others"], row["verdict"]) == (420, "supported")
    assert (row["declared"], row["family"], row["tested_on"]) == (True, "declared", "")


@pytest.mark.parametrize(("since", "verdict"), [(0.0, "not supported"), (3.0, "supported")])
def test_later_customers_won_since_count(since, verdict):
    """What was seen on the old scores is not there, or is there, among those won since."""
    row = test(customers(lift_since=since), "later", DAY)
    assert (row["customers"] + row["others"], row["verdict"]) == (120, verdict)
    assert row["declared"]
    assert "2026-01-15" in row["tested_on"]


def test_later_and_nobody_won_since():
    frame = customers()
    row = test(frame[frame["won_on"] < pd.Timestamp(DAY)], "later", DAY)
    assert (row["verdict"], row["customers"]) == ("not testable", 0)
    assert np.isnan(row["p_value"])


def test_proposed_is_a_family_of_its_own_and_not_declared():
    row = test(customers(), "proposed")
    assert (row["declared"], row["family"]) == (False, "proposed")


@pytest.mark.parametrize(
    ("day", "customers_", "verdict"),
    [(dt.date(2025, 6, 29), 420, "supported"), (dt.date(2025, 7, 1), 0, "not testable")],
)
def test_an_outcome_counts_once_its_window_began_later(day, customers_, verdict):
    frame = customers()
    rng = np.random.default_rng(1)
    left = rng.random(len(frame)) < np.where(frame["region"] == "North", 0.5, 0.1)
    measured = pd.DataFrame({"account_id": frame["account_id"]}).assign(
        left=pd.array(left, "boolean"), expanded=pd.NA, nps=np.nan, csat=np.nan
    )
    row = test(frame, "later", day, outcome="left", measured=measured)
    assert (row["customers"] + row["others"], row["verdict"]) == (customers_, verdict)


def test_last_quarters_best_group_declared_and_tested_again_on_the_same_customers():
    """Null companies: read off and declared, the best of many groups proves nothing.

    On the same customers, at a score correlation of .95, it is supported far too often.
    """
    rng = np.random.default_rng(7)
    shown = {"beforehand": 0, "later": 0}
    companies = 40
    for _ in range(companies):
        won = pd.to_datetime(["2024-03-01"] * 400 + ["2026-03-01"] * 120)
        groups = rng.random((200, len(won))) < 0.5
        score = rng.normal(0, 1, len(won))
        best = groups[(groups[:, :400] @ score[:400]).argmax()]
        now = 0.95 * score + np.sqrt(1 - 0.95**2) * rng.normal(0, 1, len(won))
        frame = pd.DataFrame(
            {
                "account_id": [f"A{i:03d}" for i in range(len(won))],
                "won_on": won,
                "region": pd.Categorical(np.where(best, "North", "South")),
                "status": "current",
                "quality_score": now,
            }
        )
        for status in shown:
            shown[status] += test(frame, status, DAY)["verdict"] == "supported"
    assert shown["later"] <= 3  # of 40; 2.5 % each are allowed
    assert shown["beforehand"] >= 8
