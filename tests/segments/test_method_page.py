"""Every number of the method page's worked example is recomputed here."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import helpers.segments
from helpers.segments import discover, inference

PAGE = (Path(helpers.segments.__file__).parent / "method.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("## Worked example: ten customers")[1].split("\n## ")[0]
FLAT = " ".join(EXAMPLE.split())


def printed(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace("-", "−")


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """The example's table, read from the page."""
    rows = re.findall(r"^\| ([A-J]) \| (\w+) \| (\w+) \| (\d+) \|$", EXAMPLE, re.MULTILINE)
    table = pd.DataFrame(rows, columns=["customer", "industry", "region", "score"])
    return table.astype({"score": float}).set_index("customer")


@pytest.fixture(scope="module")
def found(customers):
    return discover(
        customers,
        score="score",
        attributes=["industry", "region"],
        min_customers=3,
        max_conditions=2,
    )


def test_candidates_table(customers, found):
    candidates = found.evidence.candidates
    assert len(customers) == 10
    assert "That leaves 6 candidates" in FLAT
    assert len(candidates) == 6
    counts = customers.groupby(["industry", "region"]).size()
    assert counts["Logistics", "South"] == counts["Retail", "North"] == 2
    score = customers["score"].to_numpy()
    for j in range(6):
        inside = candidates.mask(j)
        name = ", ".join(c.label.split(": ")[1] for c in candidates.described(j))
        t = stats.ttest_ind(score[inside], score[~inside], equal_var=False).statistic
        a, b = score[inside].mean(), score[~inside].mean()
        numbers = [printed(a, 1), printed(b, 1), printed(a - b, 1), printed(t, 2)]
        assert f"| {name} | {inside.sum()} | {' | '.join(numbers)} |" in EXAMPLE


def test_one_statistic_by_hand(customers):
    groups = customers.groupby("industry")["score"]
    squares = groups.apply(lambda s: ((s - s.mean()) ** 2).sum())
    assert squares.tolist() == pytest.approx([17.2, 5.2])
    assert (squares / 4).tolist() == pytest.approx([4.3, 1.3])
    error = np.sqrt(4.3 / 5 + 1.3 / 5)
    assert "add up to 17.2" in FLAT
    assert f"√(4.3 ÷ 5 + 1.3 ÷ 5) = {printed(error, 2)}" in FLAT
    assert f"which gives {printed(6.2 / error, 2)}" in FLAT


def test_normal_scores_and_permutations(customers, found):
    selection = found.evidence.selection
    names = ["industry: Logistics", "industry: Logistics and region: North"]
    z = {
        " and ".join(c.label for c in found.evidence.candidates.described(j)): value
        for j, value in enumerate(selection.observed.z)
    }
    assert f"normal score is {printed(z[names[1]], 2)}, that of Logistics " in FLAT
    assert f"that of Logistics {printed(z[names[0]], 2)}." in FLAT
    reached = int((selection.null >= z[names[0]] - inference.LOOSE).sum())
    assert f"reached {printed(z[names[0]], 2)} in {reached}." in FLAT
    p = found.segments.iloc[0]["p_adjusted"]
    assert f"({reached} + 1) ÷ (1,000 + 1) = {printed(p, 3)}" in FLAT
    assert p == pytest.approx((reached + 1) / 1001)
    assert f"critical value is {printed(found.summary['critical_value'], 2)}." in FLAT


def test_alone_it_needs_one_pick_in_252(customers):
    score = customers["score"].to_numpy()
    t = []
    for picked in combinations(range(10), 5):
        inside = np.isin(np.arange(10), picked)
        t.append(stats.ttest_ind(score[inside], score[~inside], equal_var=False).statistic)
    assert len(t) == 252
    assert sum(value >= t[0] - 1e-9 for value in t) == 1
    assert "of the 252 ways to pick 5 customers out of 10, only 1 has" in FLAT


def test_second_step_and_honest_lift(customers, found):
    candidates, step = found.evidence.candidates, found.evidence.selection.steps[0]
    assert len(found.evidence.selection.steps) == 1
    cell = candidates.mask(step.candidate).astype(int)
    layout = inference.arrange(candidates, cell, 3)
    tested = found.evidence.study.tested
    z = inference.compare(layout, tested).z
    best = int(np.argmax(z))
    assert [c.label for c in candidates.described(best)] == ["region: North"]
    null = inference.null_of(layout, tested, permutations=1000, seed=(0, 1))
    p = float(inference.p_values(z[best], null))
    assert f"Its adjusted p-value is {printed(p, 3)}, more than 0.05" in FLAT
    means = customers.groupby(["industry", "region"])["score"].mean()
    inside, outside = means["Logistics"], means["Retail"]
    assert f"{printed(inside['North'], 1)} against {printed(inside['South'], 1)} inside" in FLAT
    assert f"{printed(outside['North'], 1)} against {printed(outside['South'], 1)} outside" in FLAT
    best = found.segments.iloc[0]
    assert best["verdict"] == "validated"
    assert found.segments.iloc[1]["definition"] == "region: North"
    assert found.segments.iloc[1]["verdict"] == "candidate"
    numbers = (printed(best[name], 1) for name in ("naive_lift", "lift", "lift_low", "lift_high"))
    assert "{} measured, {} corrected, interval {} to {}.".format(*numbers) in FLAT


def test_no_other_numbers_stand_in_the_example():
    """Numbers that no test above recomputes would go stale unseen."""
    known = {
        "3",
        "2",
        "8",
        "4",
        "6",
        "5",
        "10",
        "1",
        "11",
        "252",
        "1,000",
        "10.6",
        "4.4",
        "6.2",
        "5.86",
        "12.0",
        "5.6",
        "6.4",
        "6.30",
        "9.0",
        "6.0",
        "3.0",
        "1.37",
        "4.3",
        "8.9",
        "4.5",
        "2.88",
        "17.2",
        "5.2",
        "1.3",
        "1.06",
        "1.90",
        "2.68",
        "0.012",
        "8.5",
        "0.058",
        "0.05",
        "3.6",
        "8.6",
        "12",
        "13",
        "9",
    }
    assert set(re.findall(r"\d+(?:[.,]\d+)*", EXAMPLE)) <= known
