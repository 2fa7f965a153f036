"""Each robustness check against data made to fail or to pass it."""

import numpy as np
import pandas as pd
import pytest

from helpers.search import discover, robustness


def company(n: int = 400, lift: float = 2.0, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {name: rng.choice(["x", "y", "z"], n) for name in ("industry", "region", "plan")},
        index=[f"c{k:03d}" for k in range(n)],
    )
    table["won_on"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, n), "D")
    table["score"] = 10 + rng.normal(size=n) + lift * (table["industry"] == "x")
    return table


ATTRIBUTES = ["industry", "region", "plan"]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return company()


@pytest.fixture(scope="module")
def found(customers):
    return discover(customers, score="score", attributes=ATTRIBUTES)


def test_a_large_lift_is_firm_in_every_respect(found, customers):
    result = robustness.check(
        found,
        strata=["region", "plan"],
        won_on="won_on",
        date="2025-01-01",
        score_variants={"log": np.log(customers["score"])},
        bootstrap=40,
    )
    row = result.summary.iloc[0]
    assert row["selection_frequency"] == 1.0
    assert row["survives_without"]
    assert row["strata_same_direction"] == 1.0
    assert row["variants_same_direction"] == 1.0
    assert row["lift_within_strata"] == pytest.approx(2.0, abs=0.4)
    assert row["lift_before"] == pytest.approx(2.0, abs=0.6)
    assert row["lift_after"] == pytest.approx(2.0, abs=0.6)
    assert set(result.checks["check"]) == {"influence", "stratum", "score", "time"}


def test_most_influential_customer_is_the_one_whose_removal_lowers_the_lift_most(found, customers):
    row = robustness.check(found, bootstrap=0).summary.iloc[0]
    inside = customers["industry"] == "x"
    lifts = {}
    for account in customers.index:
        rest = customers.drop(account)
        means = rest["score"].groupby(inside.drop(account)).mean()
        lifts[account] = means[True] - means[False]
    lowest = min(lifts, key=lifts.get)
    assert row["most_influential"] == lowest
    assert row["lift_without"] == pytest.approx(lifts[lowest])
    assert np.isnan(row["selection_frequency"])


def test_lifts_of_the_cases_are_plain_differences_of_means(found, customers):
    late = customers["won_on"] >= "2025-01-01"
    result = robustness.check(found, won_on="won_on", date="2025-01-01", bootstrap=0)
    part = customers[late]
    means = part["score"].groupby(part["industry"] == "x").mean()
    case = result.checks.set_index("case").loc["won on or after 2025-01-01"]
    assert case["lift"] == pytest.approx(means[True] - means[False])
    assert case["customers"] + case["others"] == late.sum()
    assert case["lift_low"] < case["lift"] < case["lift_high"]


def test_a_reversal_within_strata_is_seen():
    """Better overall only because it sits in the better stratum; worse inside each (Simpson)."""
    rng = np.random.default_rng(1)
    n = 600
    big = rng.random(n) < 0.5
    inside = rng.random(n) < np.where(big, 0.8, 0.1)
    table = pd.DataFrame(
        {
            "group": np.where(inside, "in", "out"),
            "size": np.where(big, "big", "small"),
            "score": 5.0 * big - 1.0 * inside + rng.normal(size=n),
        },
        index=[f"c{k:03d}" for k in range(n)],
    )
    found = discover(table, score="score", attributes=["group"])
    assert found.segments.iloc[0]["definition"] == "group: in"
    row = robustness.check(found, strata=["size"], bootstrap=0).summary.iloc[0]
    assert row["strata_same_direction"] == 0.0
    assert row["lift_within_strata"] == pytest.approx(-1.0, abs=0.3)


def test_a_lift_made_by_one_customer_does_not_survive_it():
    table = company(lift=0.0, seed=3)
    found = discover(table, score="score", attributes=ATTRIBUTES, permutations=99, alpha=0.99)
    row = robustness.check(found, bootstrap=0).summary.iloc[0]
    assert row["lift_without"] < found.segments.iloc[0]["naive_lift"]


def test_a_weak_lift_is_selected_less_often_than_a_strong_one(found):
    weak_found = discover(
        company(lift=0.45, seed=5), score="score", attributes=ATTRIBUTES, alpha=0.2
    )
    assert len(weak_found.evidence.selection.steps) > 0
    weak = robustness.check(weak_found, bootstrap=40).summary["selection_frequency"].min()
    assert weak < 1.0
    again = robustness.check(weak_found, bootstrap=40).summary["selection_frequency"].min()
    assert weak == again


def test_nothing_validated_gives_empty_tables():
    table = company(lift=0.0, seed=4)
    result = robustness.check(discover(table, score="score", attributes=ATTRIBUTES))
    assert len(result.summary) == len(result.checks) == 0
    assert "selection_frequency" in result.summary


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strata": ["nope"]}, "no column 'nope'"),
        ({"won_on": "nope", "date": "2025-01-01"}, "won_on"),
        ({"won_on": "won_on"}, "date"),
        ({"score_variants": {"other": "nope"}}, "no column 'nope'"),
        ({"score_variants": {"other": pd.Series({"c000": 1.0})}}, "399 customers"),
    ],
)
def test_wrong_inputs_are_explained(found, options, message):
    with pytest.raises(ValueError, match=message):
        robustness.check(found, bootstrap=0, **options)
