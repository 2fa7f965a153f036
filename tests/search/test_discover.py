"""The public call: what it returns, that it repeats, and what it says to wrong inputs."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from helpers.search import discover

ATTRIBUTES = ["industry", "region", "plan", "size"]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """300 customers; logistics in the DACH region score 2 points more."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "industry": rng.choice(["Logistics", "Retail", "Health"], 300),
            "region": rng.choice(["DACH", "Nordics", None], 300),
            "plan": rng.choice(["basic", "pro"], 300),
            "size": pd.Categorical(
                rng.choice(["small", "mid", "large"], 300), ["small", "mid", "large"], ordered=True
            ),
        },
        index=[f"a{k:03d}" for k in range(300)],
    )
    better = (table["industry"] == "Logistics") & (table["region"] == "DACH")
    table["score"] = 5 + rng.normal(size=300) + 2.0 * better
    return table


@pytest.fixture(scope="module")
def found(customers):
    return discover(
        customers, score="score", attributes=ATTRIBUTES, labels={"industry": "Industry"}
    )


def test_the_planted_segment_is_validated(found, customers):
    best = found.segments.iloc[0]
    assert best["definition"] == "Industry: Logistics and region: DACH"
    assert best["rule"] == "\"industry\" = 'Logistics' AND \"region\" = 'DACH'"
    assert best["accepted"]
    assert best["p_adjusted"] == pytest.approx(1 / 1001)
    inside = (customers["industry"] == "Logistics") & (customers["region"] == "DACH")
    assert best["customers"] == inside.sum()
    scores = customers["score"]
    assert best["mean_score"] == pytest.approx(scores[inside].mean())
    assert best["naive_lift"] == pytest.approx(scores[inside].mean() - scores[~inside].mean())
    assert best["lift_low"] < 2.0 < best["lift_high"]
    assert best["lift_pct"] == pytest.approx(100 * best["lift"] / scores.mean())
    assert found.segments["accepted"].sum() == 1


def test_members_are_the_customers_that_meet_the_rule(found, customers):
    best = found.segments.iloc[0]["segment_id"]
    members = found.members.loc[found.members["segment_id"] == best, "account_id"]
    rows = customers.loc[members]
    assert set(rows["industry"]) == {"Logistics"}
    assert set(rows["region"]) == {"DACH"}
    counts = found.members.groupby("segment_id").size()
    expected = found.segments.set_index("segment_id")["customers"]
    pd.testing.assert_series_equal(counts.sort_index(), expected.sort_index(), check_names=False)


def test_echoes_name_the_segment_they_repeat(found):
    best = found.segments.iloc[0]["segment_id"]
    assert (found.candidates["p_adjusted"] <= 0.05).all()
    assert len(found.candidates) > 1
    assert set(found.candidates["echoes"]) == {best}
    assert found.candidates.iloc[0]["overlap"] == 1.0


def test_the_unproven_have_no_honest_lift(found):
    unproven = found.segments[~found.segments["accepted"]]
    assert len(unproven) > 0
    assert unproven[["lift", "lift_low", "lift_high", "lift_pct"]].isna().all(axis=None)
    assert (unproven["p_adjusted"] > 0.05).all()


def test_summary_says_what_could_have_been_found(found):
    summary = found.summary
    assert summary["customers"] == 300
    assert summary["segments_validated"] == 1
    assert summary["null_best_statistic"].shape == (1000,)
    assert 0.2 < summary["detectable_lift_sd"] < 2
    # 3 industries, 2 regions, 2 plans, 3 sizes: 10 alone, 37 pairs, 60 triples
    assert summary["definitions_possible"] == 10 + 37 + 60
    assert summary["definitions_possible"] >= summary["definitions_searched"]
    assert summary["definitions_searched"] >= summary["candidates_searched"]
    assert summary["detectable_customers"] == 30
    assert summary["detectable_lift_multiplied"] > summary["detectable_lift"]
    by_size = summary["detectable_by_size"]
    assert by_size["detectable_lift"].is_monotonic_decreasing


def test_neither_row_order_nor_threads_change_a_byte(found, customers):
    again = discover(
        customers.sample(frac=1, random_state=1),
        score="score",
        attributes=ATTRIBUTES,
        labels={"industry": "Industry"},
        threads=2,
    )
    for name in ("segments", "members", "candidates"):
        one, two = getattr(found, name), getattr(again, name)
        assert one.to_csv() == two.to_csv()
    np.testing.assert_array_equal(
        found.summary["null_best_statistic"], again.summary["null_best_statistic"]
    )


def test_segment_id_depends_on_the_rule_alone(found, customers):
    other = discover(customers, score="score", attributes=ATTRIBUTES[::-1], seed=3)
    assert other.segments.iloc[0]["segment_id"] == found.segments.iloc[0]["segment_id"]


def test_customers_without_a_score_are_left_out_and_counted(customers):
    table = customers.copy()
    table.loc[table.index[:20], "score"] = np.nan
    result = discover(table, score="score", attributes=ATTRIBUTES)
    assert result.summary["customers"] == 280
    assert result.summary["customers_without_score"] == 20
    assert not set(result.members["account_id"]) & set(table.index[:20])


def test_a_segment_must_be_better_within_the_strata(customers):
    table = customers.copy()
    table["score"] = np.random.default_rng(2).normal(size=300) + 3.0 * (table["plan"] == "pro")
    table["edition"] = table["plan"].map({"pro": "b", "basic": "a"})
    plain = discover(table, score="score", attributes=ATTRIBUTES)
    assert plain.segments.iloc[0]["definition"] == "plan: pro"
    within = discover(table, score="score", attributes=ATTRIBUTES, strata="edition")
    assert not within.segments["accepted"].any()


def test_nothing_stands_out_is_an_answer(customers):
    table = customers.assign(score=np.random.default_rng(4).normal(size=300))
    result = discover(table, score="score", attributes=ATTRIBUTES)
    assert not result.segments["accepted"].any()
    assert result.summary["detectable_lift"] > 0
    assert len(result.candidates) == 0


@pytest.mark.parametrize("constant", [0.0, 0.1])
def test_a_constant_score_has_no_segments(customers, constant):
    result = discover(customers.assign(score=constant), score="score", attributes=ATTRIBUTES)
    assert len(result.segments) == 0
    assert len(result.members) == 0


def test_attributes_that_cannot_split_give_an_empty_result(customers):
    table = customers.assign(empty=None, same="x")
    result = discover(table, score="score", attributes=["empty", "same"])
    assert len(result.segments) == 0
    assert result.summary["candidates_searched"] == 0
    assert list(result.segments.columns)[:3] == ["segment_id", "definition", "rule"]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda t: t.head(19), {}, "too few"),
        (lambda t: t.head(0), {}, "too few"),
        (lambda t: t.assign(score="high"), {}, "not a number"),
        (lambda t: pd.concat([t, t.head(1)]), {}, "one row per account"),
        (lambda t: t, {"score": "nope"}, "no column 'nope'"),
        (lambda t: t, {"attributes": []}, "nothing to search"),
        (lambda t: t, {"attributes": ["nope"]}, "not found"),
        (lambda t: t, {"attributes": ["score"]}, "cannot define segments"),
        (lambda t: t, {"permutations": 10}, "permutations"),
        (lambda t: t, {"max_conditions": 0}, "at least 1"),
    ],
)
def test_wrong_inputs_are_explained(customers, change, options, message):
    arguments = {"score": "score", "attributes": ATTRIBUTES} | options
    with pytest.raises(ValueError, match=message):
        discover(change(customers), **arguments)


def test_importing_the_search_does_not_load_the_compiler():
    code = "import sys, helpers.search; print('numba' in sys.modules)"
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert run.stdout.strip() == "False"


def test_a_stratum_of_large_scores_does_not_drown_the_others():
    """Score scaled by size tier; the planted group is better by 0.7 SD of its own tier."""
    found = 0
    for seed in range(10):
        rng = np.random.default_rng([6, seed])
        table = pd.DataFrame({f"a{k}": rng.choice(list("wxyz"), 600) for k in range(4)})
        table["tier"] = rng.choice(["small", "mid", "large"], 600)
        scale = table["tier"].map({"small": 0.2, "mid": 1.0, "large": 5.0})
        table["score"] = scale * (3 + rng.normal(size=600) + 0.7 * (table["a0"] == "w"))
        told = discover(table, "score", list(table.columns[:4]), strata="tier", permutations=199)
        best = told.segments.iloc[0]
        found += best["accepted"] and best["definition"] == "a0: w"
    assert found >= 9
