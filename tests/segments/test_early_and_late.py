"""A lift that is not the same among customers won early and won late is told beside the claim."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.report import wording
from helpers.segments.drift import early_and_late


def company(seed: int, early: float, late: float, n: int = 300):
    """Skewed scores; members are better by so much if won in the first half, or in the second."""
    rng = np.random.default_rng(seed)
    member, first = rng.random(n) < 0.3, np.arange(n) < n // 2
    score = rng.lognormal(0, 1, n) + member * np.where(first, early, late)
    won = pd.date_range("2020-01-01", periods=n)
    return pd.DataFrame({"quality_score": score, "won_on": won}), member


def test_both_lifts_and_their_difference_by_hand():
    frame, member = company(1, 3.0, 0.0)
    row = early_and_late(frame, {"s": member}, None).loc["s"]
    halves, score = np.arange(300) < 149, frame["quality_score"].to_numpy()
    errors, lifts = [], []  # the median day itself is late
    for half in (halves, ~halves):
        inside, outside = score[half & member], score[half & ~member]
        lifts.append(inside.mean() - outside.mean())
        errors.append(inside.var(ddof=1) / inside.size + outside.var(ddof=1) / outside.size)
    assert row[["lift_early", "lift_late"]].tolist() == pytest.approx(lifts)
    z = (lifts[0] - lifts[1]) / np.sqrt(sum(errors))
    assert row["drift_p"] == pytest.approx(2 * stats.norm.sf(abs(z)))
    two = early_and_late(frame, {"s": member, "t": ~member}, None)
    assert two.loc["s", "drift_p"] == pytest.approx(2 * row["drift_p"])  # Holm over the segments


def test_level_and_power():
    """Nominal 5 % where a lift is the same in both halves, and found where it is in one only."""
    shown = [
        early_and_late(*(lambda c: (c[0], {"s": c[1]}))(company(seed, 1.0, late)), None)["drift_p"]
        .le(0.05)
        .item()
        for late in (1.0, -0.6)
        for seed in range(400)
    ]
    same, moved = sum(shown[:400]), sum(shown[400:])
    assert stats.binomtest(same, 400, 0.05, alternative="greater").pvalue > 0.01, same
    assert moved / 400 > 0.8, moved


def test_only_a_shown_difference_is_told():
    row = {"lift_early": 24_700.0, "lift_late": 8_300.0, "drift_p": 0.003}
    told = wording.drift(row, "EUR", alpha=0.05)
    assert "€24.7k" in told and "€8,300" in told
    assert wording.drift(row | {"drift_p": 0.2}, "EUR", alpha=0.05) == ""
    assert wording.drift(row | {"drift_p": float("nan")}, "EUR", alpha=0.05) == ""


def test_without_days_nothing_is_compared():
    frame, member = company(2, 1.0, 1.0)
    blank = early_and_late(frame.drop(columns="won_on"), {"s": member}, None)
    assert blank.isna().all(axis=None)
