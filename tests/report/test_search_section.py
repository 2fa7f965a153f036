"""The section on the search: what it accepted, and why ranks found more than is told."""

from types import SimpleNamespace

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
