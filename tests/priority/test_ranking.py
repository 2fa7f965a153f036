"""The order of segments, how firm it is, and typical customers."""

import numpy as np
import pandas as pd
import pytest
from small_company import segments_of, study_of

from helpers import outputs
from helpers.priority import ranking
from helpers.priority.criteria import criteria

FIN, EU = {"fin": "industry = 'FinTech'"}, {"eu": "region = 'EU'"}


def ranked(frame, rules, **priorities):
    study = study_of(priorities=priorities)
    measured = criteria(study, *segments_of(frame, rules), frame)
    return ranking.priorities(study, measured, frame, draws=400)


def test_score_is_the_weighted_mean(frame):
    table = ranked(frame, FIN | EU, value=5, targetability=3, size=2).set_index("segment_id")
    by_hand = table["value"] * 0.5 + table["targetability"] * 0.3 + table["size"] * 0.2
    assert table["priority_score"].to_numpy() == pytest.approx(by_hand.to_numpy())
    assert table["rank"].to_dict() == {"fin": 1, "eu": 2}
    assert table["share_first"].sum() == pytest.approx(1)


def test_a_clear_order_is_firm_and_a_toss_up_is_not(frame):
    clear = ranked(frame, FIN | EU, value=1, targetability=0, size=0).set_index("segment_id")
    assert clear.loc["fin", ["rank_low", "rank_high", "share_first"]].tolist() == [1, 1, 1.0]
    # Two random halves of everybody: nothing tells them apart.
    rng = np.random.default_rng(1)
    frame["plan"] = pd.Categorical(rng.permutation(["Basic", "Pro"] * 200))
    toss = ranked(
        frame, {"one": "plan = 'Basic'", "two": "plan = 'Pro'"}, value=1, size=1
    ).set_index("segment_id")
    assert toss["rank_low"].tolist() == [1, 1]
    assert toss["rank_high"].tolist() == [2, 2]


def test_weights_of_zero_stay_zero(frame):
    table = ranked(frame, FIN | EU, value=0, targetability=0, size=1).set_index("segment_id")
    assert table.loc["eu", ["rank", "rank_high", "share_first"]].tolist() == [1, 1, 1.0]


@pytest.mark.parametrize("count", [0, 1, 2, 8])
def test_any_number_of_segments(frame, count):
    rules = {f"s{at}": f"seats_raw > {20 * at}" for at in range(count)}
    table = ranked(frame, rules)
    assert len(table) == count
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    if count == 1:
        assert table[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1, 1]]
        assert table["share_first"].tolist() == [1.0]
    assert table["share_first"].sum() == pytest.approx(min(count, 1))


def test_ties_share_the_better_rank_and_the_first_place(frame):
    table = ranked(frame, {"a": "region = 'EU'", "b": "region = 'EU'"})
    assert table["rank"].tolist() == [1, 1]
    assert table["share_first"].tolist() == [0.5, 0.5]


def test_same_inputs_same_order(frame):
    pd.testing.assert_frame_equal(ranked(frame, FIN | EU), ranked(frame, FIN | EU))


def test_resampling_keeps_the_honest_lift(frame):
    """A lift corrected to nothing stays near nothing in the draws, whatever was observed."""
    study = study_of(priorities={"value": 1, "targetability": 0, "size": 0})
    segments, members = segments_of(frame, FIN | EU)
    segments["lift"] = segments["lift"].where(segments["segment_id"] != "fin", 1.0)
    measured = criteria(study, segments, members, frame)
    table = ranking.priorities(study, measured, frame, draws=400).set_index("segment_id")
    assert table.loc["eu", "share_first"] > 0.9


def test_acceptability_of_the_weights_is_that_of_the_closed_form(frame):
    """Two segments, firm measurements: the first wins where its weight of value is above a half."""
    from scipy.stats import beta

    study = study_of(priorities={"value": 0.6, "targetability": 0.4, "size": 0})
    rng = np.random.default_rng(3)
    drawn = rng.dirichlet(ranking.CONCENTRATION * np.array([0.6, 0.4]), size=20_000)
    scores = drawn @ np.array([[0.8, 0.2], [0.2, 0.8]])
    first = (ranking._ranks(scores) == 1).mean(axis=0)
    exact = beta.sf(0.5, ranking.CONCENTRATION * 0.6, ranking.CONCENTRATION * 0.4)
    assert study.priorities.shares == pytest.approx((0.6, 0.4, 0))
    assert first == pytest.approx([exact, 1 - exact], abs=0.01)


def test_a_dominated_segment_never_comes_first(frame):
    rng = np.random.default_rng(4)
    for _ in range(60):
        table = pd.DataFrame(rng.integers(0, 4, (5, 3)) / 4, columns=list(ranking.CRITERIA))
        table["segment_id"] = [f"s{at}" for at in range(5)]
        table["dominated_by"] = ranking.dominated(table)
        weights = rng.dirichlet([1, 1, 1])
        scores = table[list(ranking.CRITERIA)].to_numpy() @ weights
        best = table["segment_id"][scores >= scores.max() - 1e-12]
        assert (table.set_index("segment_id").loc[best, "dominated_by"] == "").any()
        for row in table.itertuples():
            better = table[table["segment_id"].eq(row.dominated_by)]
            for other in better.itertuples():
                assert all(getattr(other, c) >= getattr(row, c) for c in ranking.CRITERIA)


def test_ranges_of_equal_segments_hold_both_places():
    """Two halves drawn at random, neither better: the range holds the truth, the share does not."""
    rng = np.random.default_rng(5)
    held, sure = 0, 0
    for _ in range(40):
        frame = pd.DataFrame(
            {
                "account_id": [f"A{at:03d}" for at in range(200)],
                "status": "current",
                "plan": rng.permutation(["Basic", "Pro"] * 100),
                "quality_score": rng.lognormal(0, 1, 200),
            }
        )
        place = frame["quality_score"].rank(pct=True)
        frame["band"] = np.where(place > 0.8, "excellent", "average")
        rules = {"one": "plan = 'Basic'", "two": "plan = 'Pro'"}
        study = study_of(priorities={"value": 1, "targetability": 0, "size": 0})
        segments, members = segments_of(frame, rules)
        segments["lift"] = segments["lift"].clip(lower=0)
        measured = criteria(study, segments, members, frame)
        table = ranking.priorities(study, measured, frame, draws=200)
        held += (table["rank_low"] == 1).all()
        sure += table["share_first"].max() > 0.6
    assert held >= 36
    assert sure > 12  # why no sentence quotes the share


def test_stakeholders_weigh_for_themselves(frame):
    by = {"Sales": {"value": 0, "targetability": 0, "size": 1}, "Finance": {"value": 1, "size": 0}}
    study = study_of(priorities={"value": 1, "targetability": 0, "size": 0, "by": by})
    measured = criteria(study, *segments_of(frame, FIN | EU), frame)
    ranked = ranking.priorities(study, measured, frame, draws=50)
    table = ranking.by_stakeholder(study, ranked)
    outputs.held(study, "priorities_by", table)
    assert table["who"].unique().tolist() == ["The study", "Sales", "Finance"]
    first = table[table["rank"] == 1].set_index("who")["segment_id"].to_dict()
    assert first == {"The study": "fin", "Sales": "eu", "Finance": "fin"}
    finance = table[table["who"] == "Finance"].iloc[0]
    # value 1, targetability left out 0.3, size 0.
    assert finance["value_weight"] == pytest.approx(1 / 1.3)


# ── representatives ──────────────────────────────────────────────────────────────────────────────
def typical(frame, rules=FIN, count=5):
    study = study_of(priorities={"representatives": count})
    segments, members = segments_of(frame, rules)
    order = pd.DataFrame({"segment_id": list(rules)})
    return ranking.representatives(study, order, segments, members, frame)


def test_representatives_are_typical_current_members(frame):
    found = typical(frame)
    assert found.columns[:3].tolist() == ["segment_id", "account_id", "name"]
    chosen = frame.set_index("account_id").loc[found["account_id"]]
    assert set(chosen["industry"]) == {"FinTech"}
    assert set(chosen["status"]) == {"current"}
    inside = frame[(frame["industry"] == "FinTech") & (frame["status"] == "current")]
    usual = inside["region"].mode()[0]
    assert set(chosen["region"]) == {usual}
    low, high = inside["quality_score"].quantile([0.3, 0.7])
    assert chosen["quality_score"].between(low, high).all()
    assert inside["quality_score"].idxmax() not in set(
        frame.index[frame["account_id"].isin(found["account_id"])]
    )
    assert found["distance"].is_monotonic_increasing
    assert "Industry" not in found["why"].iloc[0]
    assert f"Region {usual}" in found["why"].iloc[0]
    assert "against a median of" in found["why"].iloc[0]


def test_distance_by_hand():
    frame = pd.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "name": ["A", "B", "C"],
            "status": "current",
            "industry": ["X"] * 3,
            "region": pd.Categorical(["EU", "EU", "US"]),
            "plan": pd.Categorical(["Pro", None, "Pro"]),
            "seats": pd.Categorical(["< 50"] * 3),
            "seats_raw": [10.0, 20.0, 30.0],
            "quality_score": [5.0, 1.0, 9.0],
        }
    )
    found = typical(frame, {"x": "industry = 'X'"}).set_index("account_id")["distance"]
    # a: region 0, plan 0, seats 1 (rank 1 of 3), score 0; b: region 0, plan unknown, seats 0,
    # score 1; c: region 1, plan 0, seats 1, score 1. Attributes and score count half each.
    assert found.to_dict() == pytest.approx({"a": 1 / 6, "b": 1 / 2, "c": 5 / 6})


def test_fewer_customers_than_asked_for(frame):
    assert len(typical(frame, {"x": "account_id = 'A0001'"})) == 1
    assert typical(frame, {"x": "account_id = 'A0000'"}).empty  # a former customer
    assert typical(frame, {}).empty


def test_acceptability_is_that_of_another_implementation_written_plainly(frame):
    """SMAA once more, one customer and one weight at a time, with its own stream of chance."""
    import random

    frame = frame.head(120)
    study = study_of(priorities={"value": 5, "targetability": 3, "size": 2})
    segments, members = segments_of(frame, {"us": "region = 'US'", **EU})
    measured = criteria(study, segments, members, frame)
    table = ranking.priorities(study, measured, frame).set_index("segment_id")
    held = {
        name: set(members.loc[members["segment_id"] == name, "account_id"]) for name in table.index
    }
    customers = frame[["account_id", "quality_score", "band"]].to_dict("records")

    def gap(drawn, inside):
        own = [one["quality_score"] for one in drawn if inside(one)]
        other = [one["quality_score"] for one in drawn if not inside(one)]
        return sum(own) / len(own) - sum(other) / len(other)

    chance = random.Random(11)
    least = 10 / len(customers)  # the smallest segment, as a share
    seen = {name: gap(customers, lambda one, n=name: one["account_id"] in held[n]) for name in held}
    first = dict.fromkeys(held, 0)
    draws = 1500
    for _ in range(draws):
        drawn = chance.choices(customers, k=len(customers))
        lead = gap(drawn, lambda one: one["band"] == "excellent")
        gammas = [chance.gammavariate(10 * share, 1) for share in (0.5, 0.3, 0.2)]
        weights = [one / sum(gammas) for one in gammas]
        total = {}
        for name, accounts in held.items():
            now = gap(drawn, lambda one, a=accounts: one["account_id"] in a)
            lift = table.loc[name, "lift"] + now - seen[name]
            value = min(max(lift / lead, 0), 1)
            share = max(sum(one["account_id"] in accounts for one in drawn) / len(drawn), least)
            size = 1 - np.log(share) / np.log(least)
            total[name] = float(np.dot(weights, [value, table.loc[name, "targetability"], size]))
        first[max(total, key=total.get)] += 1
    plain = np.array([first[name] / draws for name in table.index])
    assert 0.05 < plain[0] < 0.95  # else nothing is compared
    # Four standard errors of the two draws.
    assert table["share_first"].to_numpy() == pytest.approx(plain, abs=4 * 0.5 / np.sqrt(600))


def test_weights_under_which_another_would_win():
    table = pd.DataFrame(
        {
            "segment_id": ["a", "b", "c"],
            "value": [0.8, 0.2, 0.1],
            "targetability": [0.2, 0.8, 0.1],
            "size": [0.0, 0.0, 0.0],
        }
    )
    found = ranking.weights_that_win(table, np.array([0.7, 0.3, 0.0]))
    assert found[0] == pytest.approx([0.7, 0.3, 0.0])
    # b comes first where targetability weighs as much as value: the nearest such weights.
    assert found[1] == pytest.approx([0.5, 0.5, 0.0])
    assert np.isnan(found[2]).all()  # a is better on everything


def test_criteria_have_intervals_that_hold_what_was_measured(frame):
    table = ranked(frame, FIN | EU)
    for name in ranking.UNCERTAIN:
        assert (table[f"{name}_low"] <= table[name] + 1e-9).all()
        assert (table[name] <= table[f"{name}_high"] + 1e-9).all()
    outputs.held(study_of(), "priorities", table)
