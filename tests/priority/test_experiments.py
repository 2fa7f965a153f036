"""How many customers a trial takes."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of
from statsmodels.stats.power import TTestIndPower, tt_ind_solve_power

from helpers import outputs
from helpers.priority.experiments import customers_per_arm, drawn_by_lot
from helpers.priority.groups import Groups


def arm(**changes) -> float:
    given = {"baseline": 10.0, "target": 20.0, "low": 4.0, "high": 16.0, "customers": 64}
    return customers_per_arm(**(given | {"alpha": 0.05} | changes))


def test_by_hand():
    # Half the interval is 6 = 1.96 standard errors; the spread is that × √64 = 24.5; effect 0.408.
    spread = 6 / 1.959964 * 8
    needed = arm()
    assert needed == np.ceil(tt_ind_solve_power(10 / spread, alpha=0.05, power=0.8))
    power = TTestIndPower().power(10 / spread, needed, 0.05)
    assert 0.8 <= power < 0.81


def test_a_trial_of_this_size_finds_the_change_in_four_of_five():
    rng = np.random.default_rng(0)
    count, spread = int(arm()), 6 / 1.959964 * 8
    without = rng.normal(10, spread, (4000, count))
    with_it = rng.normal(20, spread, (4000, count))
    from scipy.stats import ttest_ind

    found = ttest_ind(without, with_it, axis=1).pvalue <= 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize(
    "changes", [{"target": np.nan}, {"low": np.nan}, {"target": 10.0}, {"low": 16.0}]
)
def test_nothing_is_said_without_a_target_or_spread(changes):
    assert np.isnan(arm(**changes))


def test_a_huge_change_still_takes_a_few():
    assert arm(target=1e6) == 3


def test_who_is_in_a_trial_is_drawn_by_lot_and_the_same_again():
    accounts = [f"A{at:02d}" for at in range(40)]
    held = pd.DataFrame({"segment_id": "s1", "account_id": accounts, "worked_with": True})
    groups = Groups(pd.DataFrame(), held)
    steps = pd.DataFrame(
        {"segment_id": "s1", "play": ["p1", "p2", "p3"], "action": "try",
         "per_arm": [12, 20, np.nan],
         "kind": ["experiment", "experiment", "step"]}
    )  # fmt: skip
    frame = pd.DataFrame({"account_id": accounts, "name": [f"Firm {one}" for one in accounts]})
    study = study_of(seed=3)
    drawn = drawn_by_lot(study, steps, groups, frame)
    outputs.held(study, "trial_customers", drawn)
    assert drawn.groupby(["play", "arm"]).size().tolist() == [12, 12, 20, 20]
    assert not drawn.duplicated(["play", "account_id"]).any()
    assert drawn.equals(drawn_by_lot(study, steps, groups, frame))
    other = drawn_by_lot(study_of(seed=4), steps, groups, frame)
    assert not drawn["account_id"].equals(other["account_id"])
    # By lot: over many seeds every customer gets the play about as often as any other.
    often = sum(
        drawn_by_lot(study_of(seed=seed), steps.head(1), groups, frame)
        .query("arm == 'with it'")["account_id"].isin(accounts[:20]).sum()
        for seed in range(100)
    )  # fmt: skip
    assert 520 <= often <= 680  # 600 of 1,200 are expected; a standard deviation is about 12
