"""Finding a segment by what is visible from outside, out of sample."""

import numpy as np
import pandas as pd
import pytest

from helpers.priority.targeting import found_outside, limits, told_before_a_sale

OUTSIDE = ["industry", "region"]


def company(seed: int = 0, size: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "industry": pd.Categorical(rng.choice(list("ABCDEFGH"), size)),
            "region": pd.Categorical(rng.choice([*"XYZ", None], size)),
            "plan": rng.choice(["Basic", "Pro"], size),
        }
    )


def found(frame: pd.DataFrame, inside: pd.Series) -> tuple[float, float]:
    return found_outside(frame, inside.to_numpy(), OUTSIDE, conditions=3, seed=1)


def test_what_is_defined_from_outside_is_found_whole():
    frame = company()
    assert found(frame, (frame["industry"] == "A") & (frame["region"] == "X")) == (1.0, 1.0)


def test_what_hangs_on_something_internal_is_not_found():
    """The plan has nothing to do with what is visible: the rule does no better than the share."""
    precisions = []
    for seed in range(20):
        frame = company(seed)
        inside = frame["plan"] == "Pro"
        precisions.append(found(frame, inside)[0] - inside.mean())
    # In sample the best of eleven levels would lie well above; out of sample nothing is left.
    assert np.nanmean(precisions) == pytest.approx(0, abs=0.03)


def test_half_of_the_definition_is_found_with_half_of_the_precision():
    frame = company(size=4000)
    precision, recall = found(frame, (frame["industry"] == "A") & (frame["plan"] == "Pro"))
    assert recall == 1.0
    assert precision == pytest.approx(0.5, abs=0.05)


def test_too_few_members_and_no_attributes():
    frame = company()
    few = pd.Series(np.arange(300) < 4)
    assert all(np.isnan(found(frame, few)))
    precision, recall = found_outside(
        frame, (frame["plan"] == "Pro").to_numpy(), [], conditions=3, seed=1
    )
    assert np.isnan(precision)
    assert recall == 0


def test_what_tells_a_segment_before_a_sale():
    def told(**more):
        given = {"conditions": 2, "external": 1, "precision": 0.5, "precision_low": 0.4,
                 "recall": 0.6, "share": 0.2} | more  # fmt: skip
        return told_before_a_sale(**given)

    assert told(external=2, precision=np.nan, recall=np.nan) == "its definition"
    assert told() == "other attributes"
    assert told(precision_low=0.15) == "no"
    assert told(precision=np.nan, precision_low=np.nan, recall=0.0) == "no"
    assert told(recall=np.nan) == "unknown"


def test_limits_are_those_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    low, high, recall_low, recall_high = limits(0.4, 0.5, 40)  # 20 hits of 50 picks
    assert (low, high) == pytest.approx(proportion_confint(20, 50, method="wilson"))
    assert (recall_low, recall_high) == pytest.approx(proportion_confint(20, 40, method="wilson"))
    assert np.isnan(limits(np.nan, 0.0, 40)[0])


def test_segments_that_hang_on_an_internal_attribute_are_hidden_and_planted_ones_are_not():
    """50 companies each: the plan by chance, and the plan that goes with the industry."""
    from small_company import frame_of, segments_of, study_of

    from helpers.priority.criteria import criteria

    rng = np.random.default_rng(8)
    hidden, found = 0, 0
    for _ in range(50):
        frame = frame_of()
        frame["plan"] = rng.choice(["Basic", "Pro"], len(frame))
        told = criteria(study_of(), *segments_of(frame, {"s": "plan = 'Pro'"}), frame).table
        hidden += told["told_by"].eq("no").sum()
        likely = np.where(frame["industry"] == "FinTech", 0.8, 0.2)
        frame["plan"] = np.where(rng.random(len(frame)) < likely, "Pro", "Basic")
        told = criteria(study_of(), *segments_of(frame, {"s": "plan = 'Pro'"}), frame).table
        found += told["told_by"].eq("other attributes").sum()
    assert hidden >= 44 and found == 50
