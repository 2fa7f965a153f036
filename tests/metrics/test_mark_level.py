"""How often random groups are marked: beyond the size at which all permutations are drawn."""

import numpy as np
import pandas as pd
import pytest
from tiny import make_study

from helpers.metrics import permutations
from helpers.metrics.components import Components
from helpers.metrics.permutations import ratio_p_values
from helpers.metrics.profiles import segment_metrics


@pytest.mark.parametrize("size", [15, 60])
def test_tails_from_the_pearson_curve_hold_their_level(monkeypatch, size):
    """600 random groups of 400 skewed customers, counted as too many for all permutations."""
    monkeypatch.setattr(permutations, "MANY", 100)
    rng = np.random.default_rng(size)
    amounts = rng.lognormal(8, 1.2, (400, 1))
    kept = amounts * rng.choice([0, 0.6, 1.0], (400, 1), p=[0.1, 0.1, 0.8])
    groups = []
    for _ in range(600):
        inside = np.zeros(400, dtype=bool)
        inside[rng.choice(400, size, replace=False)] = True
        groups.append(inside)
    # Groups of one size share their permutations, so one draw of these would decide for all.
    p = np.hstack([ratio_p_values(kept, amounts, groups, seed=seed)[:, 0] for seed in range(8)])
    # Three standard errors of 600 groups above the nominal level.
    for level in (0.05, 0.005):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level * (1 - level) / 600)


def test_medians_of_random_groups_are_rarely_marked():
    """200 random groups of 30 of 300 customers with times of their own pace: p under 5 %."""
    rng = np.random.default_rng(4)
    ids = [f"c{at:03d}" for at in range(300)]
    pace = rng.lognormal(2, 0.8, 300)
    times = pd.DataFrame(
        {
            "account_id": np.repeat(ids, 4),
            "metric": "resolution_hours_median",
            "value": (pace[:, None] * rng.exponential(1, (300, 4))).ravel(),
            "tickets": 1,
        }
    )
    table = pd.DataFrame({"account_id": ids, "tenure_months": 24.0, "left": False})
    members = pd.concat(
        [
            pd.DataFrame({"segment_id": f"s{at}", "account_id": rng.choice(ids, 30, replace=False)})
            for at in range(200)
        ]
    )
    found = segment_metrics(
        make_study(), members, Components(table, times), metrics=["resolution_hours_median"]
    )
    assert (found["p_value"] <= 0.05).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert found["better"].isin(["better", "worse"]).mean() <= 0.05
