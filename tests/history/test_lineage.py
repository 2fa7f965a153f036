"""Segments that were found once: followed until retired, by hand."""

import numpy as np
import pandas as pd
import pytest
from claimed import past_of, study_of
from scipy import stats

from helpers.history.lineage import lineage
from helpers.history.series import segment_series
from helpers.quarter import Quarter

NOW = Quarter.parse("2026Q1")
RULE = "region = 'North'"
FRAME = pd.DataFrame(
    {"account_id": list("abcdefgh"), "region": ["North"] * 4 + ["South"] * 4,
     "quality_score": [9.0, 7, 8, 6, 1, 2, 3, 4]}
)  # fmt: skip


def tables(members: dict[str, str], verdict="validated", ranks=None, rule=RULE) -> dict:
    order = ranks or {}
    return {
        "segments": pd.DataFrame(
            [{"segment_id": name, "definition": name.upper(), "rule": rule, "verdict": verdict,
              "customers": len(of), "customer_share": len(of) / 8, "lift": 5.0, "lift_low": 1.0,
              "lift_high": 9.0} for name, of in members.items()]
        ),
        "segment_members": pd.DataFrame(
            [(name, one) for name, of in members.items() for one in of],
            columns=["segment_id", "account_id"],
        ),
        "quality_scores": FRAME[["account_id", "quality_score"]],
        "priorities": pd.DataFrame(
            [(name, *places) for name, places in order.items()],
            columns=["segment_id", "rank", "rank_low", "rank_high"],
        ),
    }  # fmt: skip


def told(then: dict, now: dict, **study) -> pd.Series:
    made = study_of(**study)
    return lineage(made, [past_of(made, "2025Q4", then)], NOW, FRAME, now).set_index("segment_id")


def test_what_was_found_is_followed_by_its_exact_rule_though_nobody_looks_any_more():
    found = told(tables({"s": "abcd"}), tables({"other": "ef"}, "not_proven")).loc["s"]
    assert found[["first_found", "last_found", "verdict", "state"]].tolist() == [
        "2025Q4", "2025Q4", "", "followed",
    ]  # fmt: skip
    assert (found["customers"], found["lift"]) == (4, 5.0)
    limits = stats.ttest_ind(FRAME["quality_score"][:4], FRAME["quality_score"][4:],
                             equal_var=False).confidence_interval()  # fmt: skip
    assert found[["lift_low", "lift_high"]].tolist() == pytest.approx([limits.low, limits.high])


@pytest.mark.parametrize(
    ("now", "rule", "retires", "state"),
    [
        ({"s": "abcd"}, RULE, (), "found"),
        ({"x": "abcd"}, RULE, (), "goes on"),
        ({"y": "h"}, "region = 'East'", (), "nobody left"),
        ({"y": "h"}, RULE, ("s",), "retired"),
    ],
)
def test_states(now, rule, retires, state):
    log = [{"date": "2026-02-01", "change": "No more", "retires": list(retires)}]
    later = tables(now, rule=rule)
    found = told(tables({"s": "abcd"}, rule=rule), later, change_log=log).loc["s"]
    assert found["state"] == state
    assert found["continues"] == ("x" if state == "goes on" else "")


def test_what_is_found_again_under_its_own_rule_goes_on_under_nobody_elses():
    """s was called x for a quarter and is s again: s is there, and x goes on as s."""
    made = study_of()
    past = [past_of(made, quarter, tables({name: "abcd"}))
            for quarter, name in (("2025Q3", "s"), ("2025Q4", "x"))]  # fmt: skip
    found = lineage(made, past, NOW, FRAME, tables({"s": "abcd"})).set_index("segment_id")
    assert found.loc["s", ["continues", "state"]].tolist() == ["", "found"]
    assert found.loc["x", ["continues", "state"]].tolist() == ["s", "goes on"]


def test_a_retirement_counts_from_its_day_on():
    log = [{"date": "2026-04-01", "change": "No more", "retires": ["s"]}]
    found = told(tables({"s": "abcd"}), tables({"y": "h"}), change_log=log)
    assert found.loc["s", "state"] == "followed"


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [(3, (1, 1, 2), "rises"), (2, (1, 1, 2), "may rise"), (1, (2, 1, 3), "falls"),
     (2, (2, 1, 3), "")],
)  # fmt: skip
def test_a_segment_that_rises_is_told_and_whether_its_place_is_firm(then, now, moved):
    before = tables({"s": "abcd"}, ranks={"s": (then, then, then)})
    assert told(before, tables({"s": "abcd"}, ranks={"s": now})).loc["s", "moved"] == moved


def test_series_hold_each_quarters_value_with_its_own_noise_band():
    now, then = tables({"s": "abcd", "never": "ef"}, "not_proven"), tables({"s": "abc"})
    profiles = pd.DataFrame(
        [{"segment_id": "s", "metric": "nps", "value": 30.0, "low": 10.0, "high": 50.0,
          "customers": 4}]
    )  # fmt: skip
    past = [past_of(study_of(), "2025Q4", then | {"segment_metrics": profiles})]
    found = segment_series(past, NOW, now["segments"], profiles, currency="EUR")
    assert set(found["segment_id"]) == {"s"}
    size = found[found["measure"] == "customer_share"]
    assert size["value"].tolist() == [3 / 8, 4 / 8]
    limits = stats.binomtest(3, 8).proportion_ci(method="wilson")
    assert size[["low", "high"]].iloc[0].tolist() == pytest.approx([limits.low, limits.high])
    assert found["measure"].tolist() == ["customer_share"] * 2 + ["lift"] * 2 + ["nps"] * 2
    assert found["verdict"].tolist() == ["validated", "not_proven"] * 3
    assert np.isfinite(found["value"]).all()
