"""Tags of current customers."""

import pandas as pd
import pytest
from company import study_of

from helpers.segments.tags import tags

FRAME = pd.DataFrame(
    [
        # account, status, monthly revenue, tenure, band
        ("a", "current", 80.0, 0, "average"),
        ("b", "current", 15.0, 90, "excellent"),
        ("c", "current", 4.0, 365, "poor"),
        ("d", "current", 1.0, None, "average"),
        ("e", "current", None, 364, "poor"),
        ("f", "former", 900.0, 10, "excellent"),
    ],
    columns=["account_id", "status", "monthly_revenue", "tenure_days", "band"],
)
SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["s1", "s2", "s3"],
        "verdict": ["validated", "validated", "candidate"],
        "lift": [1.0, 2.0, 9.0],
    }
)
MEMBERS = pd.DataFrame(
    [("s1", "a"), ("s1", "e"), ("s2", "e"), ("s3", "d"), ("s1", "f")],
    columns=["segment_id", "account_id"],
)


def test_one_row_per_current_customer_with_every_tag():
    found = tags(study_of(), FRAME.iloc[::-1], SEGMENTS, MEMBERS)
    assert found.to_dict("list") == {
        "account_id": ["a", "b", "c", "d", "e"],
        "size_tier": ["A", "B", "C", "C", "C"],
        "tenure": ["first_90_days", "first_year", "veteran", "", "first_year"],
        "quality_band": ["average", "excellent", "poor", "average", "poor"],
        "segment": ["s1", "", "", "", "s2"],
        "segments": ["s1", "", "", "", "s2;s1"],
        "health_group": [""] * 5,
        "service_tier": ["priority", "priority", "self_service", "standard", "self_service"],
    }


def test_ranking_orders_the_segments_and_health_is_passed_on():
    ranked = pd.DataFrame({"segment_id": ["s1", "s2"], "rank": [1, 2]})
    frame = FRAME.assign(health_group=["key", None, "at_risk", None, None, None])
    found = tags(study_of(), frame, SEGMENTS, MEMBERS, ranked=ranked).set_index("account_id")
    assert found.loc["e", "segments"] == "s1;s2"
    assert found["health_group"].tolist() == ["key", "", "at_risk", "", ""]


def test_stages_are_those_of_the_lifecycle_segments():
    study = study_of(lifecycle={"trial": "account_id = 'b'", "onboarding": 30})
    found = tags(study, FRAME, SEGMENTS, MEMBERS)
    assert found["tenure"].tolist() == ["onboarding", "trial", "veteran", "", "first_year"]


@pytest.mark.parametrize("frame", [FRAME.head(0), FRAME.tail(1)])
def test_no_current_customers(frame):
    assert tags(study_of(), frame, SEGMENTS, MEMBERS).empty


def test_nothing_validated():
    found = tags(study_of(), FRAME, SEGMENTS.iloc[2:], MEMBERS)
    assert set(found["segments"]) == {""}
