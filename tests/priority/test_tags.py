"""Tags of current customers."""

import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.priority.tags import changed, tags
from helpers.quarter import Quarter

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
        "confounding": ["holds", "", ""],
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
        "size": [""] * 5,
        "need": [""] * 5,
        "segment_name": ["s1", "", "", "", "s2"],
        "renewal_quarter": [""] * 5,
    }


def test_a_valuable_customer_at_risk_is_served_first():
    lone = MEMBERS[MEMBERS["account_id"] != "a"]  # of class A, and in no validated segment
    calm = tags(study_of(), FRAME, SEGMENTS, lone).set_index("account_id")
    assert calm.loc["a", "service_tier"] == "standard"
    frame = FRAME.assign(health_group=["at_risk", *[None] * 5])
    found = tags(study_of(), frame, SEGMENTS, lone).set_index("account_id")
    assert found.loc["a", "service_tier"] == "priority"


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


def test_sizes_needs_and_renewals_are_tagged():
    sizes = {"by": "monthly_revenue", "from": {"SMB": 2, "SME": 15}}
    frame = FRAME.assign(
        required_outcome=["less downtime", None, None, None, None, None],
        renews_on=pd.to_datetime(["2026-10-01", "2026-12-31", "2027-01-01", None, None, None]),
    )
    found = tags(
        study_of(sizes=sizes), frame, SEGMENTS, MEMBERS, quarter=Quarter.parse("2026Q3")
    ).set_index("account_id")
    assert found["size"].tolist() == ["SME", "SME", "SMB", "", ""]
    assert found["need"].tolist() == ["less downtime", "", "", "", ""]
    assert found["renewal_quarter"].tolist() == ["2026Q4", "2026Q4", "2027Q1", "", ""]


def test_only_what_changed_is_written_again():
    then = tags(study_of(), FRAME, SEGMENTS, MEMBERS)
    moved = FRAME.assign(band=["excellent", *FRAME["band"][1:]]).drop(index=3)
    now = tags(study_of(), moved, SEGMENTS, MEMBERS)
    found = changed(now, then.drop(columns="need"))
    outputs.held(study_of(), "tag_changes", found)
    by_tag = found.set_index(["account_id", "tag"])
    assert by_tag.loc[("a", "quality_band")].tolist() == ["average", "excellent"]
    assert by_tag.loc[("d", "service_tier")].tolist() == ["standard", ""]
    assert set(found["account_id"]) == {"a", "d"}
    assert changed(now, None).empty
    assert changed(now, now).empty
