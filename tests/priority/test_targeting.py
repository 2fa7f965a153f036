"""Finding a segment by what is visible from outside, out of sample."""

import numpy as np
import pandas as pd
import pytest

from helpers.priority.targeting import found_outside

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
