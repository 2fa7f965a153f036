"""Tiers of the engagement model, and promises that are judged by hand."""

import ibis
import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from small_company import study_of

from helpers import outputs
from helpers.errors import StudyError
from helpers.priority.engagement import engagement
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
TAGS = pd.DataFrame(
    {
        "account_id": list("abcdef"),
        "size_tier": ["A", "A", "B", "C", "C", "C"],
        "health_group": ["key", "at_risk", "key", "high_potential", "", "at_risk"],
        "segment": [""] * 6,
        "need": [""] * 6,
        "size": [""] * 6,
        "tenure": [""] * 6,
        "quality_band": ["excellent", *["average"] * 5],
    }
)
WORTH = pd.DataFrame({"account_id": list("abcdef"), "arr": [9.0, 5.0, 4.0, 1.0, 1.0, np.nan]})
NAMES = ["account_id", "opened_at", "first_replied_at", "resolved_at", "waiting_hours",
         "complexity"]  # fmt: skip
ROWS = [
    # a: on time by the minute; late; not answered and old; not answered and young
    ("a", "2026-07-01 10:00", "2026-07-01 14:00", "2026-07-02 10:00", 6.0, "low"),
    ("a", "2026-07-02 10:00", "2026-07-02 14:01", "2026-07-02 16:00", None, "High"),
    ("a", "2026-07-03 10:00", None, None, None, None),
    ("a", "2026-09-30 23:00", None, None, None, "low"),
    ("a", "2026-06-30 10:00", "2026-06-30 10:05", None, None, "low"),  # a day too early
    ("b", "2026-08-01 10:00", "2026-08-01 11:00", "2026-08-01 12:00", 3.0, "low"),  # waited longer
    ("e", "2026-08-01 10:00", "2026-08-09 10:00", None, None, "high"),
    ("z", "2026-08-01 10:00", "2026-08-01 11:00", None, None, "low"),  # a former customer
]
PROMISED = {
    "one_to_one": {"response_hours": 4, "cadence_days": 30},
    "pooled": {"response_hours": 24},
    "automated": {},
}


def tickets(rows=ROWS):
    frame = pd.DataFrame(rows, columns=NAMES)
    for name in NAMES[1:4]:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return ibis.memtable(
        frame.astype({"waiting_hours": float}),
        schema=dict(zip(NAMES, ["string", *["timestamp"] * 3, "float64", "string"], strict=True)),
    )


def engaged(rows=ROWS, **section):
    study = study_of(min_group_size=1, engagement={"tiers": PROMISED} | section)
    found = engagement(
        study, TAGS, None if rows is None else tickets(rows), quarter=QUARTER, worth=WORTH
    )
    outputs.held(study, "engagement", found.table)
    outputs.held(study, "tags", found.tags)
    return found


def test_tiers_follow_from_need_value_health_and_potential():
    tiers = engaged().tags.set_index("account_id")["engagement_tier"]
    assert tiers.to_dict() == {
        "a": "one_to_one",  # class A and excellent
        "b": "one_to_one",  # class A at risk
        "c": "pooled",  # class B
        "d": "pooled",  # high potential
        "e": "pooled",  # its only ticket is complex
        "f": "automated",
    }


def test_promises_by_hand():
    first, second, third = engaged().table.to_dict("records")
    assert (first["customers"], first["arr"], first["tickets"]) == (2, 14.0, 5)
    assert [first[name] for name in ("kept", "late", "pending")] == [2, 2, 1]
    assert first["kept_share"] == 0.5
    assert 0 <= first["kept_low"] < 0.5 < first["kept_high"] <= 1
    # One ticket of 24 hours waited 6 for the customer; one of two hours waited for it throughout.
    assert first["waiting_known"] == 2
    assert (first["waiting_customer_hours"], first["waiting_us_hours"]) == (4.0, 9.0)
    assert [second[name] for name in ("kept", "late", "pending")] == [0, 1, 0]
    assert np.isnan(second["kept_share"])  # one customer is no group
    assert np.isnan(third["arr"]) and third["tickets"] == 0 and np.isnan(third["kept"])


def test_what_was_not_collected_or_not_promised_is_not_judged():
    found = engaged(None)
    assert found.table[["tickets", "kept", "kept_share"]].isna().all().all()
    assert found.tags.set_index("account_id").loc["e", "engagement_tier"] == "automated"
    assert any("tickets were not collected" in note for note in found.notes)
    unanswered = [(*row[:2], None, None, None, None) for row in ROWS]
    found = engaged(unanswered)
    assert found.table["kept"].isna().all()
    assert any("first_replied_at was not collected" in note for note in found.notes)
    found = engagement(study_of(), TAGS, tickets(), quarter=QUARTER)
    assert found.table["kept"].isna().all() and found.table["tickets"].sum() == 6
    assert any("declares no" in note for note in found.notes)


def test_own_tiers_in_words_of_the_study():
    tiers = {"near": {"when": "health = 'at_risk' AND tickets >= 1"}, "far": {}}
    found = engaged(tiers=tiers).tags
    assert found.loc[found["engagement_tier"] == "near", "account_id"].tolist() == ["b"]
    with pytest.raises(StudyError, match=r"engagement\.tiers\.near"):
        engaged(tiers={"near": {"when": "wealth > 1"}, "far": {}})
    with pytest.raises(ValidationError, match="takes who is left"):
        study_of(engagement={"tiers": {"near": {"when": "tickets > 1"}}})
    with pytest.raises(ValidationError, match="takes who is left"):
        study_of(engagement={"tiers": {"one_to_one": {}, "pooled": {}}})


def test_the_order_in_which_built_in_tiers_are_written_says_nothing():
    turned = dict(reversed(PROMISED.items()))
    assert list(study_of(engagement={"tiers": turned}).engagement.tiers) == list(PROMISED)


def test_a_tier_that_nobody_answered_kept_nothing():
    """Answers are collected, for another tier: silence here is a promise missed, not a blank."""
    silent = [("a", f"2026-07-0{day} 10:00", None, None, None, None) for day in range(1, 7)]
    answered = [("c", "2026-08-01 10:00", "2026-08-01 11:00", None, None, "low")]
    first = engaged([*silent, *answered]).table.to_dict("records")[0]
    assert (first["kept"], first["late"], first["pending"]) == (0, 6, 0)
