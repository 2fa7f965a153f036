"""Plays that come with the program: what they rest on, and whom they name."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers.priority.beside import beside, named, top_reasons
from helpers.priority.groups import Groups
from helpers.priority.playbook import next_steps
from helpers.priority.plays import BUILT_IN, PRACTICES, built_in

RANKED = pd.DataFrame(
    {"segment_id": ["s1", "s2"], "definition": ["First", "Second"], "customers": [400, 400],
     "rank": [1, 2]}
)  # fmt: skip
GROUPS = pd.DataFrame(
    {
        "segment_id": ["s1", "s2", "size-large", "health-key", "tier-one-to-one"],
        "kind": ["segments", "segments", "size", "health", "tier"],
        "definition": ["First", "Second", "Large", "Key", "One to one"],
        "rule": "",
        "customers": 400,
        "worked_with": 400,
        "arr": 1000.0,
        "judged": True,
    }
)
MIX = pd.DataFrame(
    {
        "segment_id": ["size-large", "size-large", "s1"],
        "dimension": "reason",
        "level": ["Login", "Bill", "Bill"],
        "customers": 300,
        "observations": 900,
        "value": [40.0, 30.0, 10.0],
        "low": [35.0, 25.0, 5.0],
        "high": [45.0, 35.0, 15.0],
        "rest_value": [10.0, 20.0, 9.0],
        "difference": [30.0, 10.0, 1.0],
        "difference_low": 5.0,
        "difference_high": 35.0,
        "p_adjusted": [0.001, 0.01, 0.8],
        "better": ["higher", "higher", "no difference shown"],
        "unit": "%",
        "method": "",
    }
)
TIERS = pd.DataFrame(
    {"tier": ["one_to_one"], "customers": [400], "kept": [50.0], "late": [50.0],
     "kept_share": [0.5], "kept_low": [0.4], "kept_high": [0.6]}
)  # fmt: skip


def metrics_of(rows) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["segment_id", "metric", "value", "rest_value", "half"])
    gap = table["value"] - table["rest_value"]
    return table.assign(
        customers=400, unit="ratio", low=table["value"] - table["half"],
        high=table["value"] + table["half"], rest_low=table["rest_value"] - table["half"],
        rest_high=table["rest_value"] + table["half"], p_value=np.where(gap == 0, 1.0, 0.001),
        better=np.where(gap == 0, "no difference shown", "higher"), shares_score_inputs="",
    )  # fmt: skip


BASE = metrics_of(
    [
        ("s1", "one_touch_rate", 0.60, 0.4, 0.02),
        ("s2", "one_touch_rate", 0.40, 0.5, 0.02),
        ("s1", "complexity_share_low", 0.30, 0.3, 0.02),
        ("size-large", "complexity_share_low", 0.60, 0.3, 0.02),
        ("s2", "features_used_share", 0.20, 0.5, 0.02),
    ]
)


def run(base: pd.DataFrame = BASE, **more):
    groups = Groups(GROUPS, pd.DataFrame({"segment_id": [], "account_id": []}, dtype="str"))
    facts = beside(groups, MIX, TIERS)
    metrics = pd.concat([base, facts], ignore_index=True)
    metrics["shares_score_inputs"] = metrics["shares_score_inputs"].fillna("")
    return next_steps(
        study_of(**more), RANKED, metrics, groups=groups, reasons=named(MIX),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return run()


def row(found, group: str, start: str) -> pd.Series:
    mine = found.table[found.table["segment_id"] == group]
    return mine[mine["action"].str.startswith(start)].iloc[0]


def test_the_reason_that_is_most_ahead_goes_to_product(found):
    step = row(found, "size-large", "Bring the contact reason")
    assert step["action"].endswith("with its tickets: Login.")
    assert (step["owner"], step["about"]) == ("Product", "company")
    assert step[["baseline", "target"]].tolist() == [40.0, 10.0]
    assert "shown, adjusted p" in step["reason"]
    assert top_reasons(MIX)["level"].tolist() == ["Login"]
    # Groups without such a reason are no gap in the data.
    assert not found.unclear["why"].str.contains("top_reason_share").any()


def test_a_promise_that_is_shown_to_be_missed_is_a_step_for_its_tier(found):
    step = row(found, "tier-one-to-one", "Route this tier")
    assert step[["baseline", "target"]].tolist() == [0.5, 0.9]
    kept = run(engagement={"kept_least": 0.55}).table
    assert not kept["action"].str.startswith("Route").any()  # 40 to 60 %: not shown to be missed


def test_simple_requests_and_features_rest_on_differences_that_are_shown(found):
    assert row(found, "size-large", "Offer self-service")["baseline"] == 0.6
    assert row(found, "s2", "Show each customer")["target"] == 0.5
    names = set(found.table.loc[found.table["action"].str.startswith("Offer self"), "segment_id"])
    assert names == {"size-large"}
    none = run(engagement={"simple": ["trivial"]})
    assert not none.table["action"].str.startswith("Offer self").any()
    # The data has other names for simple requests: no gap. Features are told where they lack.
    assert not none.unclear["why"].str.contains("complexity").any()
    blank = BASE[BASE["metric"] != "features_used_share"]
    assert run(base=blank).unclear["why"].eq("not collected: Features in use").any()


def test_a_practice_is_carried_over_by_a_trial_with_what_would_have_to_be_true(found):
    step = row(found, "s2", "Carry over how tickets of First")
    assert step["kind"] == "experiment"
    assert "That can help only where" in step["action"]
    assert step[["baseline", "target"]].tolist() == pytest.approx([0.4, 0.6])
    assert "is not shown, so it is tried first" in step["reason"]
    assert 2 * step["per_arm"] <= 400
    assert (
        not found.table[found.table["segment_id"] == "s1"]["action"].str.startswith("Carry").any()
    )


def test_protect_refer_and_every_other_play_for_groups_that_need_no_proof(found):
    assert np.isnan(row(found, "s1", "Protect and expand")["p_adjusted"])
    assert row(found, "health-key", "Ask for a reference")["owner"] == "Sales"


def test_the_study_leaves_built_in_plays_out():
    assert run(built_in_plays=False).table.empty


def test_every_play_of_the_field_is_there():
    plays = built_in(study_of())
    assert len(plays) == len(BUILT_IN) + 1 + 3 + len(PRACTICES)
    assert all(play.owner and play.check and play.by is not None for play in plays.values())
