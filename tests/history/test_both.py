"""One quarter under two methods, side by side."""

import pandas as pd
import pytest

from helpers.history.both import both_methods


def tables(scores: list[float], lifts: dict[str, float], **more) -> dict[str, pd.DataFrame]:
    return {
        "quality_scores": pd.DataFrame({"quality_score": scores}),
        "segments": pd.DataFrame(
            [(name, name.upper(), "validated", lift) for name, lift in lifts.items()],
            columns=["segment_id", "definition", "verdict", "lift"],
        ),
        "account_metrics": pd.DataFrame(more or {"account_id": []}),
    }


def test_headline_and_findings_side_by_side():
    then = tables([1.0, 3.0], {"a": 10.0, "b": 5.0}, arr=[100.0, 50.0])
    now = tables([2.0, 4.0, 6.0], {"a": 12.0}, arr=[100.0, 50.0, 25.0])
    found = both_methods(then, now, currency="EUR").set_index(["segment_id", "measure"])
    assert found.loc[("", "customers"), ["then", "now"]].tolist() == [2, 3]
    assert found.loc[("", "mean_score"), ["then", "now"]].tolist() == [2, 4]
    assert found.loc[("", "arr"), ["then", "now"]].tolist() == [150, 175]
    assert found.loc[("", "validated"), ["then", "now"]].tolist() == [2, 1]
    assert found.loc[("a", "lift"), ["then", "now"]].tolist() == [10, 12]
    assert found.loc[("b", "lift"), "then"] == 5
    assert pd.isna(found.loc[("b", "lift"), "now"])


def test_what_neither_has_is_no_row():
    found = both_methods(tables([1.0], {}), tables([1.0], {}), currency="EUR")
    assert "arr" not in set(found["measure"])
    assert found["then"].tolist() == pytest.approx(found["now"].tolist())
