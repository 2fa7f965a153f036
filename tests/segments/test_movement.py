"""Changes against the previous quarter."""

import pandas as pd

from helpers.segments.movement import movement


def quarter(scores: dict, segments: dict, members: list[tuple[str, str]]) -> dict:
    return {
        "quality_scores": pd.DataFrame(
            [(name, f"Company {name}", *values) for name, values in scores.items()],
            columns=["account_id", "name", "status", "band", "rank"],
        ),
        "segments": pd.DataFrame(
            [(name, f"Segment {name}", *values) for name, values in segments.items()],
            columns=["segment_id", "definition", "verdict", "customers", "mean_score"],
        ),
        "segment_members": pd.DataFrame(members, columns=["segment_id", "account_id"]),
    }


BEFORE = quarter(
    {
        "a": ("current", "poor", 3),
        "b": ("current", "average", 2),
        "c": ("current", "excellent", 1),
        "gone": ("former", "poor", 4),
    },
    {"s": ("candidate", 2, 10.0), "quiet": ("not_proven", 1, 5.5), "old": ("validated", 9, 1.0)},
    [("s", "a"), ("s", "b"), ("quiet", "a"), ("old", "a")],
)
AFTER = quarter(
    {
        "a": ("current", "average", 2),
        "b": ("former", "average", 3),
        "c": ("current", "excellent", 1),
        "new": ("current", "poor", 4),
    },
    {"s": ("validated", 3, 10.0), "quiet": ("not_proven", 2, 5.5), "fresh": ("validated", 1, 1.0)},
    [("s", "a"), ("s", "c"), ("s", "new"), ("quiet", "b"), ("quiet", "c"), ("fresh", "a")],
)


def test_every_change_and_nothing_else():
    found = movement(AFTER, BEFORE)
    assert found.reason == ""
    rows = found.table.drop(columns="name").astype(object)
    rows = rows.where(rows.notna(), None).to_numpy().tolist()
    assert rows == [
        ["customer", "a", "band", "poor", "average", None],
        ["customer", "a", "rank", "3", "2", -1.0],
        ["customer", "b", "left", "s", "", None],
        ["customer", "b", "rank", "2", "3", 1.0],
        ["customer", "b", "status", "current", "former", None],
        ["customer", "c", "joined", "", "s", None],
        ["customer", "gone", "gone", "", "", None],
        ["customer", "new", "new", "", "", None],
        ["segment", "fresh", "new", "", "", None],
        ["segment", "old", "gone", "", "", None],
        ["segment", "quiet", "customers", "1", "2", 1.0],
        ["segment", "s", "customers", "2", "3", 1.0],
        ["segment", "s", "verdict", "candidate", "validated", None],
    ]
    names = dict(zip(found.table["id"], found.table["name"], strict=True))
    assert (names["gone"], names["s"]) == ("Company gone", "Segment s")


def test_the_same_quarter_again():
    found = movement(AFTER, AFTER)
    assert (len(found.table), found.reason) == (0, "nothing changed")


def test_blank_numbers_do_not_move():
    blank = quarter({}, {"s": ("too_small", 0, None)}, [])
    assert movement(blank, blank).table.empty


def test_reasons_for_nothing():
    found = movement(AFTER, None)
    assert found.table.columns.tolist() == [
        "kind", "id", "name", "change", "before", "after", "difference",
    ]  # fmt: skip
    assert found.reason == "there is no report of the quarter before"
    lacking = {name: table for name, table in BEFORE.items() if name != "segments"}
    assert movement(AFTER, lacking).reason == "the report of the quarter before lacks segments"
