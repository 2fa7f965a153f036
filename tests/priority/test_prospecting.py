"""Filters for companies like those of a segment, and the criteria measure by measure."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_company import ATTRIBUTES, frame_of, segments_of, study_of

from helpers import outputs
from helpers.priority.criteria import criteria
from helpers.priority.measured import measured
from helpers.priority.prospecting import prospect_rules, raw_rule
from helpers.priority.ranking import priorities
from helpers.segments.rules import evaluate_rule


@pytest.fixture(scope="module")
def company():
    frame = frame_of()
    # Whoever is on the plan Pro is mostly a FinTech, so that the industry gives half of it away.
    rng = np.random.default_rng(3)
    often = np.where(frame["industry"] == "FinTech", 0.9, 0.1)
    frame["plan"] = pd.Categorical(np.where(rng.random(400) < often, "Pro", "Basic"))
    rules = {"seen": "industry = 'FinTech'", "alike": "plan = 'Pro'"}
    segments, members = segments_of(frame, rules)
    segments["lift_low"], segments["lift_high"] = segments["lift"] - 1, segments["lift"] + 1
    study = study_of()
    found = criteria(study, segments, members, frame)
    ranked = priorities(study, found, frame)
    return study, frame, segments, ranked, found.masks


MARKET = pd.DataFrame(
    {"industry": ["FinTech", "Retail"], "region": ["EU", "US"], "weight": [300.0, 700.0]}
)


def test_a_definition_that_is_visible_is_the_filter(company):
    study, frame, segments, ranked, masks = company
    rules = prospect_rules(study, ranked, segments, frame, masks, MARKET).set_index("segment_id")
    seen = rules.loc["seen"]
    assert (seen["sql"], seen["in_words"]) == ("industry = 'FinTech'", "Industry: FinTech")
    won = ((frame["industry"] == "FinTech") & (frame["status"] == "current")).sum()
    assert seen[["customers", "companies"]].tolist() == [won, 300]
    assert seen["won_share"] == pytest.approx(won / (won + 300))
    assert np.isnan(seen["precision_outside"])  # what is the definition errs nowhere
    half = pd.concat([MARKET, MARKET.assign(industry=None)], ignore_index=True)
    told = prospect_rules(study, ranked, segments, frame, masks, half).set_index("segment_id")
    assert told.loc["seen", "companies"] == 300  # and of a thousand others it is not known
    assert told.loc["seen", "won_share"] == pytest.approx(won / (won + 600))
    none = prospect_rules(study, ranked, segments, frame, masks, MARKET.assign(industry=None))
    assert np.isnan(none.set_index("segment_id").loc["seen", "won_share"])
    outputs.held(study, "prospect_rules", rules.reset_index())


def test_other_attributes_are_the_filter_where_they_tell_with_what_they_miss(company):
    study, frame, segments, ranked, masks = company
    alike = prospect_rules(study, ranked, segments, frame, masks, None).set_index("segment_id")
    row = alike.loc["alike"]
    assert row["told_by"] == "other attributes"
    picked = evaluate_rule(frame, row["sql"])
    assert "FinTech" in row["sql"] and picked.sum() > 50
    assert 0.8 < row["precision_outside"] < 1 and np.isnan(row["companies"])


def test_a_segment_of_an_attribute_that_nobody_sees_has_no_filter(company):
    study, frame, segments, ranked, masks = company
    told = prospect_rules(
        study, ranked.assign(told_by="no"), segments, frame, masks, MARKET
    ).set_index("segment_id")
    assert set(told["sql"]) == {""}
    assert set(told["why"]) == {"nothing that is visible before a sale tells these companies"}


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        ("seats = '50–199'", '"seats" >= 50 AND "seats" < 200'),
        ("seats = '≥ 200' AND industry = 'a_raw'", "\"seats\" >= 200 AND industry = 'a_raw'"),
        ("seats_raw >= 7 OR seats_raw IS NULL", '"seats" >= 7 OR "seats" IS NULL'),
        ("'50–199' = seats", '"seats" >= 50 AND "seats" < 200'),
        ("seats <> '50–199'", 'NOT ("seats" >= 50 AND "seats" < 200)'),
        ("NOT seats = '50–199'", 'NOT ("seats" >= 50 AND "seats" < 200)'),
        (
            "seats NOT IN ('50–199', '≥ 200') AND industry = 'Media'",
            'NOT (("seats" >= 50 AND "seats" < 200) OR "seats" >= 200) AND industry = \'Media\'',
        ),
        (
            "seats IN ('< 50', '50–199') OR plan = 'Pro'",
            '"seats" < 50 OR ("seats" >= 50 AND "seats" < 200) OR plan = \'Pro\'',
        ),
        ("seats LIKE '%50%'", ""),  # names of bands have no counterpart among numbers
        ("seats IN ('50–199', 'many')", ""),
        ("plan = 'seats = ''50–199'''", "plan = 'seats = ''50–199'''"),
    ],
)
def test_filters_hold_raw_numbers_and_never_bands(company, rule, sql):
    study, frame, *_ = company
    made = raw_rule(study, rule, frame)
    assert made == sql
    if made:
        raw = frame.assign(seats=frame["seats_raw"]).drop(columns="seats_raw")
        assert evaluate_rule(raw, made).tolist() == evaluate_rule(frame, rule).tolist()


@pytest.mark.parametrize(
    "rule",
    [
        "seats = 'unknown'",
        "seats <> '50–199'",
        "seats NOT IN ('unknown', '< 50')",
        "seats = '< 50'",
    ],
)
def test_filters_know_the_level_of_what_is_not_known(company, rule):
    _, frame, *_ = company
    seats = study_of().attributes["seats"].model_dump(exclude_unset=True) | {"missing": "level"}
    study = study_of(attributes=ATTRIBUTES | {"seats": seats})
    blank = np.arange(len(frame)) % 7 == 0
    frame = frame.assign(seats=frame["seats"].cat.add_categories("unknown"))
    frame.loc[blank, "seats"], frame.loc[blank, "seats_raw"] = "unknown", np.nan
    made = raw_rule(study, rule, frame)
    raw = frame.assign(seats=frame["seats_raw"]).drop(columns="seats_raw")
    assert made and evaluate_rule(raw, made).tolist() == evaluate_rule(frame, rule).tolist()
    assert evaluate_rule(raw, made)[blank].all() == (
        rule in ("seats = 'unknown'", "seats <> '50–199'")
    )


def test_measures_by_hand(company):
    study, frame, segments, ranked, masks = company
    worth = pd.DataFrame({"account_id": frame["account_id"], "arr": 100.0})
    profiles = pd.DataFrame(
        [("seen", "grr", 0.9, 0.8, 0.95, 0.7, "ratio")],
        columns=["segment_id", "metric", "value", "low", "high", "rest_value", "unit"],
    )
    rules = prospect_rules(study, ranked, segments, frame, masks, MARKET)
    table = measured(study, ranked, segments, profiles, frame, masks, worth, rules)
    outputs.held(study, "criteria", table)
    at = table[table["segment_id"] == "seen"].set_index("measure")
    inside = frame["industry"] == "FinTech"
    scores = frame.loc[inside, "quality_score"]
    assert at.loc["Mean score", "value"] == pytest.approx(scores.mean())
    ends = stats.t.interval(0.95, len(scores) - 1, scores.mean(), stats.sem(scores))
    assert at.loc["Mean score", ["low", "high"]].tolist() == pytest.approx(ends)
    grr = at[at["value"] == 0.9].iloc[0]
    assert grr[["low", "high", "rest_value"]].tolist() == [0.8, 0.95, 0.7]
    region = at.loc["Most frequent: Region"]
    known = frame.loc[inside & frame["region"].notna(), "region"].astype(str)
    assert region["level"] == known.mode()[0]
    assert region["value"] == pytest.approx((known == region["level"]).mean())
    share = stats.binomtest(int((known == region["level"]).sum()), len(known))
    assert region[["low", "high"]].tolist() == pytest.approx(
        list(share.proportion_ci(method="wilson")), abs=1e-6
    )
    current = frame["status"] == "current"
    assert at.loc["Share of ARR", "value"] == pytest.approx(
        (inside & current).sum() / current.sum()
    )
    # What is not known is a row that says why, and what is known gives no reason.
    assert (table["why"].ne("") == table["value"].isna()).all()
    assert at.loc["Net revenue retention" if "Net revenue retention" in at.index else "NRR", "why"]
