"""The chart of shares: what is filled, what is withheld, what is left out."""

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.report import figures
from helpers.words import numbers as fmt

ROWS = [
    ("s", "bug", 40, 30.0, 20.0, 10.0, 2.0, 18.0),
    ("s", "how to", 40, 50.0, 55.0, -5.0, -12.0, 3.0),
    ("s", "billing", 40, 5.0, 6.0, -1.0, None, None),
    ("few", "bug", 4, 90.0, 20.0, 70.0, None, None),
    ("other", "bug", 40, 30.0, 20.0, 10.0, 2.0, 18.0),
]
COLUMNS = [
    "segment_id", "level", "customers", "value", "rest_value",
    "difference", "difference_low", "difference_high",
]  # fmt: skip
LABELS = {"s": "Kestrel users", "few": "A handful"}


@pytest.fixture
def shares() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=COLUMNS)


def points(figure) -> dict[float, bool]:
    """Difference → whether its mark is filled."""
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    return {m.get_xdata()[0]: m.get_markerfacecolor() != "white" for m in marks}


def labels(figure) -> list[str]:
    return [tick.get_text() for tick in figure.axes[0].get_yticklabels()]


def test_only_differences_whose_interval_leaves_out_zero_are_filled(shares):
    figure = figures.share_differences(shares, labels=LABELS)
    assert points(figure) == {10.0: True, -5.0: False, -1.0: False}


def test_names_segments_with_their_customers_and_shares(shares):
    told = labels(figures.share_differences(shares, labels=LABELS))
    assert told[0] == "Kestrel users  (n = 40)"
    assert told[1] == f"bug  {fmt.percent(0.3)}, rest {fmt.percent(0.2)}"
    assert not any("A handful" in label for label in told)  # four customers are too few to show


def test_keeps_the_levels_that_differ_most(shares):
    figure = figures.share_differences(shares, labels=LABELS, most=2)
    assert sorted(points(figure)) == [-5.0, 10.0]


def test_says_when_there_is_nothing_to_compare(shares):
    figure = figures.share_differences(shares, labels={"few": "A handful"})
    assert "No segment has enough customers" in figure.axes[0].texts[0].get_text()


def test_names_columns_that_are_missing(shares):
    with pytest.raises(StudyError, match="share_differences"):
        figures.share_differences(shares.drop(columns="rest_value"), labels=LABELS)
