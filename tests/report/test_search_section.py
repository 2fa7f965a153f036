"""The section on the search: what it accepted, and why ranks found more than is told."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.report import exhibits
from helpers.report.sections import segments


@pytest.mark.parametrize("reasons", [(0, 0, 0), (1, 2, 0)])
def test_what_ranks_found_and_is_not_told_is_counted_by_its_reason(empty, monkeypatch, reasons):
    numbers = {"definitions_searched": 100, "attributes": 4, "segments_validated": 1}
    untold = dict(zip(("repeated", "within", "middle_open"), reasons, strict=True))
    summary = numbers | {"segments_typical": 0} | {f"ranks_{k}": n for k, n in untold.items()}
    inputs = SimpleNamespace(customers=None)
    monkeypatch.setattr(segments, "likely", lambda *_: None)
    found = SimpleNamespace(summary=summary, evidence=SimpleNamespace(inputs=inputs))
    empty.record("detectable_lift", {})
    segments.searched(empty, found)
    assert "accepted 1 by their means" in exhibits.find(empty, "search_told").text
    told = exhibits.find(empty, "ranks_untold")
    if not any(reasons):
        assert told is None
    else:
        assert "Ranks found 3 more" in told.text
        assert "1 because nearly the same" in told.text and "2 because they are part" in told.text


def test_the_heading_on_reasons_counts_answers_that_name_one(empty, monkeypatch):
    monkeypatch.setattr(segments, "_collected", lambda *_: True)
    monkeypatch.setattr(segments, "response_bounds", lambda *_: pd.DataFrame())
    best = SimpleNamespace(validated=pd.DataFrame({"segment_id": [], "definition": []}))
    # Of 10 promoters 6 name price and 4 support; of 20 detractors 12 support and 8 price.
    given = pd.DataFrame(
        {
            "segment_id": "all", "group": ["promoters"] * 2 + ["detractors"] * 2,
            "reason": ["price", "support", "support", "price"],
            "customers": [9, 9, 18, 18], "responses": [10, 10, 20, 20],
            "value": [60.0, 40.0, 60.0, 40.0], "low": 0.0, "high": 99.0, "rest_value": float("nan"),
        }
    )  # fmt: skip
    segments.reasons(empty, best, given, pd.DataFrame(), given)
    told = exhibits.find(empty, "survey_reasons_told").text
    assert "support" in told and "in 16 of 30 answers" in told
