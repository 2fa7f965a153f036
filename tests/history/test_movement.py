"""Changes against the previous quarter."""

import pandas as pd
import pytest

from helpers.history.movement import flows, movement


def quarter(scores: dict, segments: dict, members: list[tuple[str, str]]) -> dict:
    return {
        "quality_scores": pd.DataFrame(
            [(name, f"Company {name}", *values) for name, values in scores.items()],
            columns=["account_id", "name", "status", "band", "rank"],
        ).assign(base=[-100.0 * values[2] for values in scores.values()]),
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
    rows = found.table.drop(columns=["name", "because", "reason"]).astype(object)
    rows = rows.where(rows.notna(), None).to_numpy().tolist()
    assert rows == [
        ["customer", "a", "band", "poor", "average", None],
        ["customer", "b", "left", "s", "", None],
        ["customer", "b", "status", "current", "former", None],
        ["customer", "c", "joined", "", "s", None],
        ["customer", "gone", "gone", "", "", None],
        ["customer", "new", "new", "", "", None],
        ["segment", "fresh", "new", "", "", None],
        ["segment", "old", "gone", "", "", None],
        ["segment", "old", "renamed", "old", "fresh", None],
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
        "kind", "id", "name", "change", "before", "after", "difference", "because",
        "reason",
    ]  # fmt: skip
    assert found.reason == "there is no report of the quarter before"
    lacking = {name: table for name, table in BEFORE.items() if name != "segments"}
    assert movement(AFTER, lacking).reason == "the report of the quarter before lacks segments"


def many(ranks: list[int]) -> dict:
    scores = {f"c{i:03d}": ("current", "average", rank) for i, rank in enumerate(ranks)}
    return quarter(scores, {}, [])


def test_ranks_move_only_beyond_the_noise():
    """A hundred customers change places with a neighbour, one falls from the top to the bottom."""
    before = list(range(1, 101))
    after = [0, *(rank + (1 if rank % 2 else -1) for rank in before[1:])]
    after[0] = 101
    ranks = sorted(after)
    found = movement(many([ranks.index(one) + 1 for one in after]), many(before)).table
    assert found[["id", "change", "before", "after"]].to_numpy().tolist() == [
        ["c000", "rank", "1", "100"],
    ]
    assert found["reason"].tolist() == ["Base: −100 → −10,000"]


def test_who_is_new_moves_nobody():
    """Eighteen new customers at the top move all others by eighteen places: no change of theirs."""
    before = many(list(range(1, 41)))
    names = list(before["quality_scores"]["account_id"])
    scores = {name: ("current", "average", 19 + i) for i, name in enumerate(names)}
    scores |= {f"new{i}": ("current", "average", 1 + i) for i in range(18)}
    found = movement(quarter(scores, {}, []), before).table
    assert set(found["change"]) == {"new"}


def test_why_a_customer_moved():
    def with_plan(tables: dict, plan: str) -> dict:
        attributes = pd.DataFrame({"account_id": ["a"], "plan": [plan]})
        rules = tables["segments"].assign(rule="plan = 'Pro'")
        return tables | {"attributes": attributes, "segments": rules}

    now = quarter({"a": ("current", "poor", 1)}, {"s": ("validated", 1, 1.0)}, [("s", "a")])
    then = quarter({"a": ("current", "poor", 1)}, {"s": ("validated", 0, 1.0)}, [])
    found = movement(with_plan(now, "Pro"), with_plan(then, "Basic")).table.set_index("change")
    assert found.loc["joined", "reason"] == "Plan: Basic → Pro"
    same = movement(with_plan(now, "Pro"), with_plan(then, "Pro")).table.set_index("change")
    assert same.loc["joined", "reason"] == "none of the attributes in its rule changed"


def test_health_groups_are_followed():
    def with_health(group: str, points: float) -> dict:
        table = pd.DataFrame({"account_id": ["a"], "health_group": [group], "outcomes": [points]})
        return quarter({"a": ("current", "poor", 1)}, {}, []) | {"health": table}

    found = movement(with_health("at_risk", 20.0), with_health("key", 90.0)).table
    assert found[["change", "before", "after", "reason"]].to_numpy().tolist() == [
        ["health", "key", "at_risk", "Outcomes: 90 → 20"],
    ]


def test_a_stage_of_life_passes_with_time():
    def with_stage(stage: str) -> dict:
        table = pd.DataFrame({"account_id": ["a"], "tenure": [stage]})
        return quarter({"a": ("current", "poor", 1)}, {}, []) | {"tags": table}

    found = movement(with_stage("established"), with_stage("first year")).table
    assert found[["change", "before", "after", "because"]].to_numpy().tolist() == [
        ["stage", "first year", "established", "time since it was won"],
    ]


def test_flows_count_moves_by_what_was_behind_them():
    rows = [
        ("band", "poor", "average", "Growth"), ("band", "poor", "average", "Growth"),
        ("band", "poor", "average", "Costs"), ("band", "average", "poor", "Costs"),
        ("joined", "", "s", "Plan"), ("rank", "1", "9", "Base"),
    ]  # fmt: skip
    changes = pd.DataFrame(rows, columns=["change", "before", "after", "because"])
    found = flows(changes.assign(kind="customer"))
    assert found.to_numpy().tolist() == [
        ["band", "poor", "average", "Growth", 2],
        ["band", "poor", "average", "Costs", 1],
        ["band", "average", "poor", "Costs", 1],
        ["segment", "", "s", "Plan", 1],
    ]


def company_of(**segments: str) -> dict:
    """Ten customers; each segment is validated and holds those whose letters it names."""
    scores = {letter: ("current", "average", at) for at, letter in enumerate("abcdefghij", 1)}
    rows = {name: ("validated", len(held), 1.0) for name, held in segments.items()}
    return quarter(scores, rows, [(name, one) for name, held in segments.items() for one in held])


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [
        ({"old": "abcde"}, {"fresh": "abcde"}, [["old", "renamed", "fresh"]]),
        ({"old": "abcde"}, {"fresh": "abcdef"}, [["old", "renamed", "fresh"]]),
        ({"old": "abcde"}, {"fresh": "abc"}, []),
        ({"old": "abcdef"}, {"x": "abc", "y": "def"}, [["old", "split", "x; y"]]),
        ({"u": "abc", "v": "def"}, {"x": "abcdef"}, [["u", "merged", "x"], ["v", "merged", "x"]]),
        ({"old": "abcde"}, {"old": "abcde", "fresh": "abcde"}, []),
    ],
)
def test_segments_that_go_on_under_another_rule(then, now, told):
    found = movement(company_of(**now), company_of(**then)).table
    rows = found[found["change"].isin(["renamed", "split", "merged"])]
    assert rows[["id", "change", "after"]].to_numpy().tolist() == told
