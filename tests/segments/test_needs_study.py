"""From interviews to groups, their value, the next interviews and the service they get."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.segments.behaviour import behaviour_beside
from helpers.segments.interviewing import (
    ideal_customers,
    interview_sample,
    observed_experience,
)
from helpers.segments.needs import NOT_DIMENSIONS
from helpers.segments.needs_study import _typical, study_needs
from helpers.segments.needs_value import needs_by_value, side_by_side
from helpers.segments.service_design import design, sample_size, trials
from helpers.study import Study


@pytest.fixture(scope="module")
def study():
    minimal = {
        "study": "acme",
        "title": "Acme",
        "business_model": "subscription",
        "sources": {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"files": {"billing": "contracts.csv"}, "query": "SELECT * FROM billing"},
        },
    }

    def make(**interviews) -> Study:
        attributes = {
            "industry": {"label": "Industry", "external": True},
            "region": {"external": True},
            "package": {"label": "Package"},
        }
        content = {**minimal, "attributes": attributes, "seed": 3, "interviews": interviews}
        return Study.model_validate({**content, "path": Path("study.yml")})

    return make


def frame(n: int = 200) -> pd.DataFrame:
    """Excellent customers are mostly of Steel; half of them are healthy."""
    rng = np.random.default_rng(1)
    band = np.repeat(["excellent", "average", "poor"], [n // 5, n - 2 * (n // 5), n // 5])
    steel = rng.random(n) < np.where(band == "excellent", 0.8, 0.35)
    return pd.DataFrame(
        {
            "account_id": [f"A{k:03d}" for k in range(n)],
            "name": [f"Company {k}" for k in range(n)],
            "status": np.where(np.arange(n) % 10 == 9, "former", "current"),
            "band": band,
            "health_group": np.where(np.arange(n) % 2, "key", "at_risk"),
            "industry": np.where(steel, "Steel", "Retail"),
            "region": rng.choice(["north", "south"], n),
            "package": np.where(np.arange(n) % 3, "guided", "alone"),
        }
    )


def needs(n: int = 80, clear: float = 0.9) -> pd.DataFrame:
    """Interviews: two outcomes; those who want to grow are of two minds on the experience."""
    rng = np.random.default_rng(2)
    outcome = np.where(np.arange(n) < 5 * n // 8, "grow", "save time")
    mind = rng.integers(0, 2, n)
    told = {"account_id": [f"A{k:03d}" for k in range(n)], "required_outcome": outcome}
    for name in ("setup", "support", "reporting", "terms"):
        kept = (rng.random(n) < clear) & (outcome == "grow")
        told[name] = np.where(np.where(kept, mind, rng.integers(0, 2, n)), "much", "little")
    told["interviewed_on"] = pd.Timestamp("2026-08-01")
    return pd.DataFrame(told)


@pytest.fixture(scope="module")
def understood(study):
    return study_needs(study(), needs(), frame())


def test_profiles_within_an_outcome_are_found_where_they_are(understood):
    assert understood.found["grow"].verdict == "profiles"
    assert understood.found["save time"].verdict == "no groups"
    members = understood.members.set_index("account_id")
    grow = members[members["required_outcome"] == "grow"]
    assert grow["scope"].eq("grow").all() and set(grow["profile"]) == {1.0, 2.0}
    groups = understood.groups.set_index("group_id")
    assert (
        groups.loc["needs-grow", "customers"] == 50 and groups.loc["needs-grow", "share"] == 0.625
    )
    first = groups.loc["needs-grow-experience-1"]
    assert first["customers"] == (grow["profile"] == 1).sum() and first["interviewed"] == 50
    assert "Setup: " in first["answers"]
    assert groups.loc[groups["kind"] == "outcome", "customers"].sum() == 80
    chosen = understood.profiles.set_index(["scope", "chosen"])
    assert chosen.loc[("grow", True), "profiles"] == 2


def test_nobody_was_interviewed(study):
    found = study_needs(study(), None, frame())
    assert found.groups.empty and found.members.empty and not found.found
    assert needs_by_value(found, frame(), pd.DataFrame({"account_id": []}), pd.DataFrame()).empty
    # What customers need is not known; the other segmentations stand beside each other.
    assert side_by_side(study(a_priori="package"), found, frame())["one"].tolist() == ["a priori"]


def test_few_interviews_keep_the_outcomes(study):
    found = study_needs(study(), needs().head(12), frame())
    assert found.found[""].verdict == "too few" and found.members["profile"].isna().all()
    assert found.groups["kind"].unique().tolist() == ["outcome"]


def test_the_cross_counts_each_customer_once_and_says_who_is_over_served(understood):
    customers = frame()
    metrics = pd.DataFrame({"account_id": customers["account_id"], "arr": 100.0,
                            "service_cost_12m": np.arange(200.0)})  # fmt: skip
    level = np.where(np.arange(200) < 3, "over", np.where(np.arange(200) < 5, "under", "as peers"))
    service = pd.DataFrame({"account_id": customers["account_id"], "service_level": level})
    found = needs_by_value(understood, customers, metrics, service)
    of = found[found["group_id"].isin(["needs-grow", "needs-save-time"])]
    assert of["customers"].sum() == 80 and of["arr"].sum() == 8000
    cell = found.set_index(["group_id", "band"]).loc[("needs-grow", "excellent")]
    assert cell[["customers", "over", "under"]].tolist() == [40, 3, 2]
    assert cell["service_cost"] == pytest.approx(19.5)
    blank = needs_by_value(understood, customers, metrics[["account_id"]], service)
    assert blank[["arr", "service_cost"]].isna().all(axis=None)


def test_segmentations_side_by_side(study, understood):
    customers = frame()
    customers["package"] = customers["band"]  # segmented by value already
    found = side_by_side(study(a_priori="package"), understood, customers)
    pairs = found.set_index(["one", "other"])
    assert pairs.loc[("a priori", "value"), "rand_index"] == 1
    assert pairs.loc[("a priori", "value"), "cramers_v"] == pytest.approx(1)
    assert pairs.loc[("needs", "value"), "customers"] == 80
    assert pairs.loc[("a priori", "value"), "customers"] == 200


# ── whom to ask ──────────────────────────────────────────────────────────────────────────────────
def test_the_sample_has_ideal_customers_look_alikes_contrasts_and_prospects(study):
    customers = frame()
    market = pd.DataFrame({"industry": ["Steel", "Retail"] * 6, "region": ["north", "south"] * 6,
                           "weight": 10.0})  # fmt: skip
    asked = frozenset(customers["account_id"].head(10))
    found = interview_sample(study(customers=20), customers, interviewed=asked, market=market)
    assert found["drawn_as"].value_counts().to_dict() == {
        "ideal": 8, "look-alike": 4, "contrast": 4, "prospect": 4,
    }  # fmt: skip
    assert not set(found["account_id"]) & asked
    of = found.merge(customers, on="account_id", how="left")
    ideal, alike = of[of["drawn_as"] == "ideal"], of[of["drawn_as"] == "look-alike"]
    assert (ideal["band"] == "excellent").all() and (ideal["health_group"] == "key").all()
    assert (alike["industry"] == "Steel").all() and (alike["band"] == "average").all()
    assert (of.loc[of["drawn_as"] == "contrast", "band"] == "poor").all()
    assert found.loc[found["drawn_as"] == "prospect", "name"].str.contains("Industry: Steel").all()
    again = interview_sample(study(customers=20), customers, interviewed=asked, market=market)
    pd.testing.assert_frame_equal(found, again)


def test_ideal_needs_health_only_where_it_is_known():
    customers = frame()
    assert ideal_customers(customers).sum() == 16  # of 40 excellent, half healthy, some gone
    assert ideal_customers(customers.assign(health_group=None)).sum() == 36


def test_what_sets_ideal_customers_apart_is_found(study):
    customers = frame()
    rng = np.random.default_rng(3)
    ideal = ideal_customers(customers)
    metrics = pd.DataFrame(
        {
            "account_id": customers["account_id"],
            "feature_activation_api": np.where(ideal, 0.9, 0.1) > rng.random(200),
            "tickets_per_customer_month": rng.poisson(2, 200),
            "arr": 5.0,
        }
    )
    found = observed_experience(study(), customers, metrics, {"feature_activation_api": "Uses API"})
    assert found["what"].iloc[0] == "Uses API" and found["apart"].iloc[0] > 1.5
    assert not found["what"].str.contains("arr").any()


# ── the service and its test ─────────────────────────────────────────────────────────────────────
def test_touches_go_to_their_groups_and_bare_groups_are_told(study, understood):
    touches = [
        {"touch": "Call", "outcome": "grow", "profile": 1},
        {"touch": "Letter", "outcome": "grow"},
    ]
    found = design(study(touches=touches), understood).set_index("definition")["touch"]
    assert found["Required outcome: grow"] == "Letter"
    assert found["Experience 1 of those who need: grow"].tolist() == ["Call", "Letter"]
    assert found["Required outcome: save time"] == ""


def test_sample_size_is_that_of_the_textbook():
    # Cohen (1988), section 6.4: h = 0.20, two-sided 5 %, power 80 % asks for 392 of each.
    share = np.sin(np.arcsin(np.sqrt(0.5)) + 0.1) ** 2
    assert sample_size(0.5, float(share), alpha=0.05) == pytest.approx(392, abs=1)


def test_a_test_of_the_service_is_planned_then_read(study, understood):
    trial = {"outcome": "grow", "metric": "renewed", "baseline": 0.3, "target": 0.9,
             "starts": dt.date(2026, 7, 1)}  # fmt: skip
    ids = [f"A{k:03d}" for k in range(200)]
    before, after = pd.Timestamp("2026-06-30"), pd.Timestamp("2026-09-30")
    none = pd.DataFrame({"account_id": ids})
    planned = trials(study(trials=[trial]), understood, none, before).iloc[0]
    assert (
        planned["state"] == "planned" and planned["with_service"] + planned["without_service"] == 50
    )
    assert planned["needed_per_arm"] == sample_size(0.3, 0.9, alpha=0.05)
    assert trials(study(trials=[trial]), understood, none, after)["state"][0] == "under way"
    from helpers.segments.service_design import WITH, _arms

    arms = _arms(study(trials=[trial]), study(trials=[trial]).interviews.trials[0], understood)
    renewed = pd.Series(ids).map(arms).map({WITH: 1.0}).fillna(0.0)
    read = trials(study(trials=[trial]), understood, none.assign(renewed=renewed), after).iloc[0]
    assert read["state"] == "better" and read["low"] > 0 and read["difference"] == 1
    other = trials(study(trials=[trial]), understood, none.assign(renewed=1 - renewed), after)
    assert other["state"][0] == "worse"
    fine = {**trial, "baseline": 0.5, "target": 0.52}
    assert trials(study(trials=[fine]), understood, none, before)["state"][0] == "too few"


def test_a_trial_compares_shares_and_no_hours(study, understood):
    trial = {"outcome": "grow", "metric": "hours", "baseline": 0.3, "target": 0.9,
             "starts": dt.date(2026, 7, 1)}  # fmt: skip
    hours = pd.DataFrame({"account_id": [f"A{k:03d}" for k in range(200)], "hours": 2.5})
    with pytest.raises(StudyError, match="hours is no yes or no"):
        trials(study(trials=[trial]), understood, hours, pd.Timestamp("2026-09-30"))


def test_comments_of_interviews_are_no_dimension():
    needs = pd.DataFrame(
        {"account_id": ["a"], "required_outcome": ["grow"], "pace": ["fast"], "comment": ["We…"]}
    )
    assert [name for name in needs if name not in NOT_DIMENSIONS] == ["pace"]


def test_typical_answers_are_shares_of_all_of_the_group(study):
    answers = pd.DataFrame({"pace": ["fast", *[None] * 11], "help": ["much"] * 12})
    assert _typical(study(), answers) == "Help: much (100\xa0%)"


def acted(customers: pd.DataFrame, tickets: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {"account_id": customers["account_id"], "tickets_per_customer_month": tickets}
    )


def test_behaviour_beside_the_answers_is_found_where_it_differs(study, understood):
    customers = frame().assign(status="current")
    asked = understood.members.set_index("account_id")["required_outcome"]
    grows = customers["account_id"].map(asked).eq("grow").to_numpy()
    noise = np.random.default_rng(5).normal(0, 1, len(customers))
    found = behaviour_beside(
        study(), understood, customers, acted(customers, noise + 3 * grows),
        {"tickets_per_customer_month": "Tickets"},
    )  # fmt: skip
    first = found.iloc[0]
    assert (first["what"], first["shown"]) == ("Tickets", "more")
    rows = found.set_index(["group_id", "what"])
    one = rows.loc[("needs-grow", "Tickets")]
    inside = (noise + 3 * grows)[grows]
    assert one["customers"] == 50 and one["value"] == pytest.approx(inside.mean())
    assert one["others"] == 30 and one["p_adjusted"] <= 0.05
    twin = rows.loc[("needs-save-time", "Tickets")]
    assert twin["shown"] == "less" and twin["apart"] == pytest.approx(-one["apart"])
    assert twin["p_adjusted"] == one["p_adjusted"]  # of two groups the comparison is one
    # Two outcomes, two profiles among all, two within an outcome: three comparisons of each thing.
    assert len(found) == 6 * 3 and found["other_side"].sum() == 9
    assert one["p_adjusted"] == pytest.approx(9 * one["p_value"])
    # A profile stands beside the others of its outcome, who do as it does.
    profile = rows.loc[("needs-grow-experience-1", "Tickets")]
    assert profile["customers"] + profile["others"] == 50 and profile["shown"] == "not shown"
    assert ("needs-grow", "Package: guided") in rows.index  # an attribute of customers alone
    assert not any("Industry" in what for _, what in rows.index)  # seen from outside: no behaviour


def test_behaviour_without_a_difference_is_not_shown(study, understood):
    customers = frame().assign(status="current")
    shown = [
        behaviour_beside(
            study(), understood, customers,
            acted(customers, np.random.default_rng(seed).exponential(1, 200)), {},
        )["shown"].isin(["more", "less"]).any()
        for seed in range(20)
    ]  # fmt: skip
    assert sum(shown) <= 4  # at most one in twenty by chance; five are one in 400


def test_nobody_observed_is_too_few(study, understood):
    customers = frame().assign(status="former")
    found = behaviour_beside(study(), understood, customers, acted(customers, np.ones(200)), {})
    assert found.empty
