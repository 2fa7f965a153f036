"""The section on earlier claims: its chart holds what the sentence beside it counts."""

import pytest

from helpers.history.scoreboard import scoreboard
from helpers.outputs import shaped
from helpers.report import exhibits
from helpers.report.sections import history

FORECAST = {"kind": "forecast", "inside": "yes", "fate": "held up", "value": 120.0}
LIFTED = {"kind": "lift", "inside": "no", "fate": "faded", "value": 10.0}


@pytest.mark.parametrize(
    ("kinds", "drawn"), [([FORECAST], None), ([FORECAST, LIFTED], "0 of 1 earlier claim came")]
)
def test_forecasts_alone_draw_no_chart_and_are_counted_apart(draft, kinds, drawn):
    """A range told for four of five quarters is no interval that holds 95 in 100."""
    blank = dict.fromkeys(("looks", "members", "others"), 1) | {"decided_in": "", "note": ""}
    rows = [
        blank | {"claim_id": f"c{at}", "quarter": "2026Q1", "id": "x", "name": "X", "rule": "",
                 "metric": "quality_score", "compared_with": "", "unit": "EUR", "expected": 100.0,
                 "predicted_low": 50.0, "predicted_high": 150.0, "realised": 90.0} | one
        for at, one in enumerate(kinds)
    ]  # fmt: skip
    told = shaped("claims", rows)
    history.claims(draft, [], told, scoreboard(told))
    found = exhibits.find(draft, "claims_chart")
    if drawn is None:
        assert found is None
        assert exhibits.find(draft, "claims_inside") is None
    else:
        assert drawn in str(found.chart.title)
        assert len(found.chart.body.rows) == 1
