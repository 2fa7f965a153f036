"""Drift against the quarter before, and what is usual, by hand."""

import numpy as np
import pandas as pd
import pytest
from claimed import past_of, study_of

from helpers.history.drift import drift
from helpers.quarter import Quarter

NOW = Quarter.parse("2026Q1")
PARTS = pd.DataFrame({"metric": [], "account_id": [], "numerator": [], "denominator": []})


def attributes(**levels: int) -> pd.DataFrame:
    values = [name for name, n in levels.items() for _ in range(n)]
    return pd.DataFrame({"account_id": range(len(values)), "plan": values}).replace({"none": None})


def past(*usual: float, then: pd.DataFrame, parts: pd.DataFrame = PARTS) -> list:
    """Earlier quarters with that index of the plan; the last one is the quarter before."""
    quarters = ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    told = [
        pd.DataFrame({"field": ["plan"], "kind": ["attribute"], "psi": [value]}) for value in usual
    ]
    rows = [past_of(study_of(), name, {"drift": table})
            for name, table in zip(quarters, told, strict=False)]  # fmt: skip
    last = {"attributes": then, "metric_parts": parts}
    return [*rows[:4], past_of(study_of(), "2025Q4", last | ({"drift": told[4]} if len(told) > 4
                                                             else {}))]  # fmt: skip


def test_the_index_by_hand_and_the_level_behind_it():
    then, now = attributes(A=50, B=50), attributes(A=30, B=60, none=10)
    row = drift(past(then=then), NOW, now, PARTS, ["plan"]).iloc[0]
    p = np.array([50.5, 50.5, 0.5]) / 101.5
    q = np.array([30.5, 60.5, 10.5]) / 101.5
    assert row["psi"] == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert row[["largest", "share_before", "share_now"]].tolist() == ["A", 0.5, 0.3]
    assert (row["quarters"], row["verdict"]) == (0, "")


def test_what_is_usual_takes_four_earlier_quarters():
    then, now = attributes(A=50, B=50), attributes(A=30, B=70)
    of = [drift(past(*usual, then=then), NOW, now, PARTS, ["plan"]).iloc[0]
          for usual in ([0.01] * 3, [0.01] * 4, [0.01, 0.5, 0.02, 0.03])]  # fmt: skip
    assert [row["verdict"] for row in of] == ["", "unusual", "usual"]
    assert of[2][["usual_median", "usual_high"]].tolist() == pytest.approx([0.025, 0.5])


def test_metrics_are_compared_by_deciles_of_then():
    def parts(values) -> pd.DataFrame:
        return pd.DataFrame(
            {"metric": "nps", "account_id": range(len(values)), "numerator": values,
             "denominator": 1.0}
        )  # fmt: skip

    plain = attributes(A=10)
    same = drift(past(then=plain, parts=parts(np.arange(100.0))), NOW, plain,
                 parts(np.arange(100.0)), [])  # fmt: skip
    assert same["psi"].tolist() == [0]
    up = drift(past(then=plain, parts=parts(np.arange(100.0))), NOW, plain,
               parts(np.arange(100.0) + 30), [])  # fmt: skip
    assert up["psi"].iloc[0] > 0.25
    assert up["largest"].iloc[0].startswith("above")


def test_without_a_comparable_report_of_the_quarter_before_nothing_is_said():
    then = attributes(A=5)
    assert drift([], NOW, then, PARTS, ["plan"]).empty
    earlier = [past_of(study_of(), "2025Q3", {"attributes": then, "metric_parts": PARTS})]
    assert drift(earlier, NOW, then, PARTS, ["plan"]).empty
