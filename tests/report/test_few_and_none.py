"""Zeros, few customers, and nothing found: told as what they are, on every page alike."""

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.retention import survival_curve, until_today
from helpers.report import acting, charts, wording
from helpers.report.charts.churn import churn_line, cohort_grid
from helpers.report.charts.health import hazard_chart, health_calibration
from helpers.report.deck.places import Places
from helpers.words import N_, say, speak
from helpers.words.marks import whole_counts


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "No rows of 5 are used; none are late. None left."),
        (1, "1 row of 5 is used; 1 is late. 1 left."),
        (3, "3 rows of 5 are used; 3 are late. 3 left."),
    ],
)
def test_a_zero_is_told_by_a_word_which_begins_a_sentence_with_a_capital(count, told):
    sentence = N_(
        "{n:no} {n:one|row|rows} of 5 {n:one|is|are} used; {n:none} {n:one|is|are} late. "
        "{n:none} left."
    )
    assert say(sentence, n=count) == told


def test_other_languages_tell_a_zero_in_figures():
    speak("zh")
    try:
        assert say(N_("{n:none} / {n:no}"), n=0) == "0 / 0"
    finally:
        speak("en")


def test_the_curve_of_who_stays_goes_on_to_the_longest_that_anybody_was_observed():
    months, left = np.array([5.0, 20.0, 30.0, 40.0]), np.array([1, 1, 0, 0])
    curve = until_today(survival_curve(months, left), pd.Series(months))
    assert curve["months"].tolist() == [0.0, 5.0, 20.0, 40.0]
    assert curve["remaining"].tolist()[-2:] == pytest.approx([0.5, 0.5])
    assert curve[["at_risk", "left"]].to_numpy()[-1].tolist() == [1, 0]
    nobody = survival_curve(months, left * 0)
    assert until_today(nobody, pd.Series(months)) is nobody


def test_who_stays_is_told_of_the_months_observed_with_its_range_where_that_is_wide():
    curve = pd.DataFrame({"time": [0.0, 4.5, 9.2], "survival": [1.0, 0.9, 0.9]})
    assert wording.stay(curve).endswith("after 9 months")
    wide = curve.assign(low=[1.0, 0.7, 0.7], high=[1.0, 0.96, 0.96])
    assert "(70\N{NO-BREAK SPACE}% to 96\N{NO-BREAK SPACE}%)" in wording.stay(wide)
    sure = curve.assign(low=[1.0, 0.88, 0.88], high=[1.0, 0.93, 0.93])
    assert "(" not in wording.stay(sure)


def test_where_nobody_left_no_chart_calls_that_a_rate():
    months = pd.date_range("2026-01-31", periods=3, freq="ME")
    line = pd.DataFrame({"month": months, "customers": 30, "left": 0, "churn_monthly": 0.0})
    line = line.assign(low=0.0, high=0.11, finished="yes")
    assert churn_line(line).title == "No customer left in 3 months"
    hazard = pd.DataFrame({"band": ["0–3 months"], "customers": [30], "left": [0]})
    hazard = hazard.assign(hazard=0.0, low=0.0, high=0.041)
    told = hazard_chart(hazard).title.replace("\N{NO-BREAK SPACE}", " ")
    assert "Nobody has left" in told and "4.1 %" in told
    cohorts = pd.DataFrame({"cohort": ["2025Q1"] * 5, "age": range(5), "customers": 9})
    cohorts = cohorts.assign(logo_share=1.0)
    assert cohort_grid(cohorts).body.body == "nothing"
    assert cohort_grid(cohorts.assign(logo_share=[1, 1, 1, 1, 0.9])).body.body != "nothing"


def test_outcomes_that_nobody_had_have_no_rows():
    rows = pd.DataFrame({"score_low": [0, 50], "score_high": [49, 90], "customers": 20})
    rows = rows.assign(low=0.0, high=0.2)
    left = rows.assign(outcome="churn", share=0.0)
    grown = rows.assign(outcome="expansion", share=[0.3, 0.6])
    chart = health_calibration(pd.concat([left, grown], ignore_index=True))
    assert "no customer" in chart.title and "60" in chart.title
    assert len(chart.body.rows) == 3  # a heading and two groups
    assert health_calibration(left).body.body == "nothing"


def test_small_groups_are_not_drawn_among_the_effects_of_hypotheses():
    table = pd.DataFrame({"hypothesis_id": ["H1", "H2"], "statement": ["Two alone", "Thirty"]})
    table = table.assign(
        variables="source", customers=[2, 30], effect=[38000.0, 900.0], effect_low=np.nan,
        effect_high=np.nan, unit="EUR", detectable_effect=np.nan, declared=True,
        family="declared", verdict="not supported",
    )  # fmt: skip
    drawn = charts.hypothesis_effects(table, label=str, least=5)
    labels = [row.label for row in drawn.body.rows]
    assert "Thirty" in labels and "Two alone" not in labels


def test_where_nobody_is_left_out_there_are_no_bars_of_zeros():
    effects = pd.DataFrame({"rule": ["known accounts", "in CRM", "included"]})
    effects = effects.assign(reason=effects["rule"], accounts=[30, 0, 30])
    effects = effects.assign(monthly_revenue=[900.0, 0.0, 900.0])
    assert charts.exclusion_effect(effects, currency="EUR").body.body == "nothing"


def test_an_amount_and_its_range_are_told_in_one_unit(rendered_cases):
    from helpers.report.content import Content

    at = Places(Content(rendered_cases("none").ws), {})
    row = {"lift": -3318.0, "lift_low": -11_456.0, "lift_high": 8410.0, "verdict": "not_proven"}
    assert at.lift(row) == "−€3.3k (−€11.5k to €8.4k)"


def test_counts_of_small_groups_leave_zeros_out():
    row = {"definition": "Poor", "customers": 6, "at_risk": 0, "escalated": 2, "before": 0}
    told = acting.counted_group(row)
    assert "at risk" not in told and "escalated ticket 2" in told and "a quarter ago 0" in told


def test_no_line_of_a_chart_ends_before_a_sign_of_per_cent():
    assert whole_counts("the first 80 % of revenue") == "the first 80\N{NO-BREAK SPACE}% of revenue"
