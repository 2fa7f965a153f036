"""Attributes that the CRM may have computed from revenue."""

import numpy as np
import pandas as pd
import pytest
from company import frame_of, study_of

from helpers.segments.by_revenue import made_by_revenue


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    made = frame_of(lift=2500.0)
    top = made["monthly_revenue"] > made["monthly_revenue"].quantile(0.8)
    return made.assign(marquee=pd.Categorical(np.where(top, "yes", "no")))


def test_a_flag_set_by_revenue_is_named_and_others_are_not(frame):
    found = made_by_revenue(study_of(), frame, ["marquee = 'yes'", "industry = 'FinTech'"])
    assert found == [("marquee", "yes", 1.0)]


def test_only_attributes_of_findings_that_declare_nothing_are_asked_about(frame):
    assert made_by_revenue(study_of(), frame, ["industry = 'FinTech'"]) == []
    declared = {"industry": {}, "marquee": {"type": "boolean", "shares": ["base"]}}
    assert made_by_revenue(study_of(attributes=declared), frame, ["marquee = 'yes'"]) == []


def test_last_years_tier_with_a_few_movers_is_still_seen_and_a_price_list_is_not(frame):
    rng = np.random.default_rng(1)
    paid_before = frame["monthly_revenue"] * rng.lognormal(0, 0.05, len(frame))
    tier = np.where(paid_before > paid_before.quantile(0.7), "yes", "no")
    found = made_by_revenue(study_of(), frame.assign(marquee=tier), ["marquee = 'yes'"])
    assert [name for name, *_ in found] == ["marquee"]
    loose = frame["monthly_revenue"] * rng.lognormal(0, 1.0, len(frame))
    tier = np.where(loose > loose.quantile(0.7), "yes", "no")
    assert made_by_revenue(study_of(), frame.assign(marquee=tier), ["marquee = 'yes'"]) == []


def test_four_customers_are_too_few_to_tell(frame):
    top = frame["monthly_revenue"].rank(ascending=False) <= 4
    few = frame.assign(marquee=np.where(top, "yes", "no"))
    assert made_by_revenue(study_of(), few, ["marquee = 'yes'"]) == []
