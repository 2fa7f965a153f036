"""Remarks of stakeholders with their answers."""

from datetime import date

import pytest
from pydantic import ValidationError
from small_company import study_of

from helpers import outputs
from helpers.priority.feedback import feedback

SAID = [
    {"who": "Sales", "said_on": "2026-07-01", "said": "No news.", "answer": "Told beside others.",
     "answered_on": "2026-07-05"},
    {"who": "Finance", "said_on": "2026-07-02", "said": "Which margin?"},
    {"who": "Sales", "said_on": "2026-10-03", "said": "Where is the list?", "answer": "Linked."},
]  # fmt: skip


def test_open_remarks_come_first_then_the_latest():
    study = study_of(feedback=SAID)
    table = feedback(study, as_of=date(2026, 9, 30))
    outputs.held(study, "feedback", table)
    assert table["said"].tolist() == ["Which margin?", "Where is the list?", "No news."]
    assert table["open"].tolist() == [True, False, False]
    assert table["before_report"].tolist() == [True, False, True]
    assert table["answered_on"].notna().tolist() == [False, False, True]
    outputs.held(study, "feedback", feedback(study_of(), as_of=date(2026, 9, 30)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answered_on": "2026-07-05"}, "goes with an `answer`"),
        ({"answer": "Yes.", "answered_on": "2026-07-01"}, "is before `said_on`"),
    ],
)
def test_answers_come_after_what_was_said(change, told):
    with pytest.raises(ValidationError, match=told):
        study_of(feedback=[SAID[1] | change])
