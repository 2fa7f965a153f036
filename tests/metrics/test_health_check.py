"""Last quarter's health against this quarter's outcomes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tiny import canonical, contract, customer_frame, make_study, parts_of

from helpers.metrics.accounts import components_of
from helpers.metrics.health_check import _checked, auc_of, check_health
from helpers.metrics.outcomes import known_rows, quarter_outcomes

CSAT = {
    "consumption": [],
    "activation": [],
    "outcomes": [{"metric": "csat", "poor": 0, "good": 100}],
}


class TestArea:
    def test_counts_pairs_in_the_right_order(self):
        # Pairs of event (3, 1) and other (2, 1, 0): 3 beats all, 1 beats 0 and ties with 1.
        auc, _ = auc_of(np.array([[3.0], [1], [2], [1], [0]]), np.array([1, 1, 0, 0, 0], bool))
        assert auc.tolist() == pytest.approx([(3 + 1.5) / 6])

    def test_is_the_mann_whitney_statistic_with_delong_s_covariance(self):
        rng = np.random.default_rng(3)
        event = rng.random(60) < 0.3
        values = rng.normal(size=(60, 2)).round(1) + event[:, None] * [0.8, 0.3]
        auc, covariance = auc_of(values, event)
        m, n = event.sum(), (~event).sum()
        for at in (0, 1):
            u = stats.mannwhitneyu(values[event, at], values[~event, at]).statistic
            assert auc[at] == pytest.approx(u / (m * n))
        # The definition of DeLong et al., pair by pair.
        gap = values[event][:, None, :] - values[~event][None, :, :]
        wins = (gap > 0) + 0.5 * (gap == 0)
        by_event, by_other = wins.mean(axis=1), wins.mean(axis=0)
        expected = np.cov(by_event.T) / m + np.cov(by_other.T) / n
        np.testing.assert_allclose(covariance, expected)

    def test_covers_the_true_area(self):
        # Two normals one unit apart: the area is Φ(1 ÷ √2).
        rng, truth, held = np.random.default_rng(4), stats.norm.cdf(2**-0.5), 0
        for _ in range(400):
            event = np.arange(80) < 20
            value = rng.normal(size=80) + event
            frame = outcomes(health=-value, left=event)
            row = _checked(frame, least=10).table.iloc[0]
            held += row["low"] <= truth <= row["high"]
        assert 0.92 <= held / 400 <= 0.98


def outcomes(*, health, left, revenue=None, expanded=np.nan) -> pd.DataFrame:
    """Customers of the quarter's start."""
    count = len(health)
    return pd.DataFrame(
        {
            "account_id": [f"{i:04d}" for i in range(count)],
            "health": np.asarray(health, float),
            "revenue": np.arange(count, dtype=float) % 7 if revenue is None else revenue,
            "left": np.asarray(left, float),
            "expanded": expanded,
        }
    )


class TestVerdict:
    def test_better_than_revenue(self):
        left = np.arange(200) % 4 == 0
        rng = np.random.default_rng(0)
        found = _checked(outcomes(health=rng.normal(size=200) - 3 * left, left=left), least=10)
        assert found.table["verdict"].tolist() == [
            "separates, better than revenue rank", "does not separate",
        ]  # fmt: skip

    def test_revenue_by_itself_is_as_good(self):
        left = np.arange(200) % 4 == 0
        health = np.random.default_rng(0).normal(size=200) - left
        found = _checked(outcomes(health=health, left=left, revenue=health), least=10).table
        assert found["difference"][0] == 0
        assert found["verdict"][0] == "separates, not shown to be better than revenue rank"

    def test_no_relation(self):
        rng = np.random.default_rng(1)
        found = _checked(
            outcomes(health=rng.normal(size=300), left=rng.random(300) < 0.2), least=10
        )
        assert found.table["verdict"][0].startswith("does not separate")

    def test_few_events_cannot_be_judged(self):
        found = _checked(outcomes(health=range(50), left=np.arange(50) < 9), least=10).table
        assert found["auc"].isna().all()
        assert set(found["verdict"]) == {"cannot be judged: fewer than 10 customers left"}
        assert found["events"].tolist() == [9, 9]

    def test_expansion_is_asked_too_where_contracts_are_known(self):
        left = np.zeros(60, bool)
        found = _checked(
            outcomes(health=range(60), left=left, expanded=np.arange(60) >= 45.0), least=10
        ).table
        assert found["outcome"].tolist() == ["churn", "churn", "expansion", "expansion"]
        assert found["auc"][2] == 1
        assert found["verdict"][2].startswith("no interval: separates completely")

    def test_where_nothing_is_related_anything_is_shown_in_one_table_of_twenty(self):
        """Six comparisons a table at 5 % each would show something in about every fifth."""
        rng, shown = np.random.default_rng(2), 0
        for _ in range(250):
            held = outcomes(
                health=rng.normal(size=150),
                left=rng.random(150) < 0.3,
                revenue=rng.normal(size=150),
                expanded=(rng.random(150) < 0.3).astype(float),
            )
            told = " ".join(_checked(held, least=10).table["verdict"])
            told = told.replace("does not separate", "").replace("not shown to be better", "")
            shown += "separates" in told or "better than" in told or "worse than" in told
        assert stats.binomtest(shown, 250, 0.05, "greater").pvalue > 0.01


class TestCalibration:
    def test_observed_share_by_fifth(self):
        found = _checked(outcomes(health=range(100), left=np.arange(100) < 30), least=10)
        assert found.calibration["events"].tolist() == [20, 10, 0, 0, 0]
        assert found.calibration["score_low"].tolist() == [0, 20, 40, 60, 80]
        from statsmodels.stats.proportion import proportion_confint

        low, high = proportion_confint(10, 20, method="wilson")
        row = found.calibration.iloc[1]
        assert (row["share"], row["low"], row["high"]) == pytest.approx((0.5, low, high))

    def test_equal_scores_stay_together_and_few_customers_make_few_groups(self):
        found = _checked(outcomes(health=[50.0] * 70 + [60.0] * 30, left=[0] * 100), least=10)
        assert found.calibration["customers"].tolist() == [70, 30]
        found = _checked(outcomes(health=range(45), left=[0] * 45), least=10)
        assert len(found.calibration) == 2


def test_what_was_known_at_the_time(quarter):
    before = quarter.previous
    surveys = canonical(
        "surveys",
        {"account_id": "a", "kind": "csat", "score": 5, "asked_on": "2026-06-30",
         "responded_on": "2026-06-30"},
        {"account_id": "a", "kind": "csat", "score": 1, "asked_on": "2026-06-29",
         "responded_on": "2026-07-01"},
        {"account_id": "a", "kind": "csat", "score": 1, "asked_on": "2026-07-01",
         "responded_on": "2026-07-01"},
    )  # fmt: skip
    known = known_rows({"surveys": surveys, "usage": None}, quarter=before)
    assert set(known) == {"surveys"}
    frame = known["surveys"].order_by("asked_on").to_pandas()
    assert frame["score"].fillna(-1).tolist() == [-1, 5]  # asked in time, answered too late


def company(quarter):
    """40 customers of June; the 12 with a bad rating then leave in July; every third expands."""
    names = [f"c{i:02d}" for i in range(40)]
    bad = set(names[:12])
    rows, contracts, surveys = [], [], []
    for at, name in enumerate(names):
        gone = name in bad
        rows.append(
            {"account_id": name, "status": "former" if gone else "current",
             "churned_on": "2026-07-15" if gone else None}
        )  # fmt: skip
        contracts.append(contract(name, "2025-01-01", "2026-07-14" if gone else None, 100.0 + at))
        if not gone and at % 3 == 0:
            contracts.append(contract(name, "2026-08-01", None, 10.0))
        # What they say in the quarter itself is the opposite, and must not be looked at.
        for score, day in ((1 if gone else 5, "2026-05-01"), (5 if gone else 1, "2026-07-10")):
            surveys.append(
                {"account_id": name, "kind": "csat", "score": score, "asked_on": day,
                 "responded_on": day}
            )  # fmt: skip
    rows.append({"account_id": "new", "won_on": "2026-07-01"})
    contracts.append(contract("new", "2026-07-01", None, 5.0))
    tables = {"contracts": canonical("contracts", *contracts),
              "surveys": canonical("surveys", *surveys)}  # fmt: skip
    customers = customer_frame(*rows)
    study = make_study(health=CSAT)
    return study, customers, components_of(study, quarter, customers, **tables), tables


def test_health_of_the_quarter_before_against_this_quarter(quarter):
    study, customers, parts, rows = company(quarter)
    opening = quarter_outcomes(parts).set_index("account_id")
    assert "new" not in opening.index
    assert opening["left"].sum() == 12
    assert opening.index[opening["expanded"] > 0].tolist() == [
        f"c{i}" for i in range(12, 40) if i % 3 == 0
    ]
    found = check_health(study, quarter, customers, parts, rows)
    table = found.table.set_index(["outcome", "predictor"])
    assert table.loc[("churn", "health"), ["customers", "events", "auc"]].tolist() == [40, 12, 1]
    # Revenue rises with the number, and the first twelve left: the order is perfect there as well.
    assert table.loc[("churn", "revenue"), "auc"] == 1
    # Expansion: 10 of 28 that stayed, all rated well, as are the 18 others; the 12 are not.
    assert table.loc[("expansion", "health"), "auc"] == pytest.approx((12 + 18 / 2) / 30)
    assert found.calibration["customers"].tolist() == [12, 28, 12, 28]


def test_nothing_to_judge_says_why(quarter):
    study, customers, parts, rows = company(quarter)
    found = check_health(study, quarter, customers, parts, {"contracts": rows["contracts"]})
    assert found.table.empty
    assert found.reason == "no input of health is collected"
    found = check_health(study, quarter, customers, parts_of(["a"], csat=[1]), rows)
    assert "has left is not known" in found.reason  # which is not that nobody was there
