"""Money of those who left: no zero where nobody pays, and no revenue behind who pays none."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.outputs import VIEWS
from helpers.report import exhibits
from helpers.report.sections import priorities, research


def text(ws, name: str) -> str:
    return exhibits.find(ws, name).text.replace("\xa0", " ")


def test_revenue_stands_behind_those_who_are_customers(empty, monkeypatch):
    listed = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "c"], "arr": [100.0, 100.0, 50.0, 0.0],
            "status": ["current", "current", "current", "former"],
        }
    )  # fmt: skip
    monkeypatch.setattr(priorities, "table", lambda *_, **__: None)
    priorities.to_act_on(empty, SimpleNamespace(table=listed, reason=""))
    assert "€150 of annual revenue stand behind the 2 that are customers today, 1 have" in text(
        empty, "listed"
    )
    priorities.to_act_on(empty, SimpleNamespace(table=listed.head(3), reason=""))
    assert "left" not in text(empty, "listed")


def test_a_step_for_those_who_left_has_no_zero_for_its_money(empty, monkeypatch):
    """Of a group of today that brings nothing, zero is what is known."""
    steps = pd.DataFrame({"segment_id": ["win-back-price", "stage-trial"], "arr": [0.0, 0.0]})
    steps = steps.assign(
        metric="",
        target=1.0,
        baseline=2.0,
        unit="",
        definition="",
        action="",
        why="",
        owner="CS",
        check="",
    )
    kept = {}
    monkeypatch.setattr(
        priorities, "table", lambda _, id, data, **more: kept.update({id: data} | more)
    )
    priorities.next_steps(empty, SimpleNamespace(table=steps, unclear=steps.head(0), reason=""))
    assert kept["next_steps"]["arr"].isna().tolist() == [True, False]
    assert "last paid" in kept["note"]


def test_a_target_asks_for_a_change_or_says_keep(empty, monkeypatch):
    steps = pd.DataFrame(
        [
            ("nrr", 0.93, 0.93, "ratio"), ("nrr", 0.9351, 0.9449, "ratio"),
            ("first_reply_hours_mean", 6.827, 3.09, "hours"), ("", np.nan, np.nan, ""),
            ("nps", np.nan, 30.0, "points"),
        ],
        columns=["metric", "baseline", "target", "unit"],
    )  # fmt: skip
    steps = steps.assign(
        segment_id="top", arr=1.0, definition="", action="", why="", owner="CS", check=""
    )
    kept = {}
    monkeypatch.setattr(priorities, "table", lambda _, id, data, **more: kept.update({id: data}))
    priorities.next_steps(empty, SimpleNamespace(table=steps, unclear=steps.head(0), reason=""))
    goals = [told.replace("\xa0", " ") for told in kept["next_steps"]["goal"]]
    assert goals == ["keep", "94.5 %", "3.09 h", "", "30.0"]
    assert "goal" in VIEWS["next_steps"] and "target" not in VIEWS["next_steps"]


def test_steps_without_an_owner_or_a_way_to_know_are_counted(empty, monkeypatch):
    monkeypatch.setattr(priorities, "table", lambda *_, **__: None)
    steps = pd.DataFrame(
        {"segment_id": "top", "arr": 1.0, "definition": "", "action": "", "why": "", "metric": "",
         "unit": "", "target": np.nan, "baseline": [1.0, np.nan, np.nan],
         "owner": ["CS", "CS", ""], "check": ["", "who stays", ""]}
    )  # fmt: skip

    def told(rows: pd.DataFrame) -> str:
        priorities.next_steps(empty, SimpleNamespace(table=rows, unclear=rows.head(0), reason=""))
        return text(empty, "steps_told")

    assert "each with an owner and a way to know" in told(steps.head(2))
    assert "without an owner: 1, without a way to know whether it helped: 1" in told(steps)


def test_plays_that_several_figures_call_for_say_why_their_file_has_more_rows(empty, monkeypatch):
    steps = pd.DataFrame(
        columns=["segment_id", "metric", "target", "baseline", "unit", "arr", "owner", "check"]
    )
    left = pd.DataFrame({"definition": ["Best"] * 3, "action": ["do", "do", "try"], "why": "no"})
    kept = {}
    monkeypatch.setattr(
        priorities, "table", lambda _, id, data, **more: kept.update({id: (len(data), more)})
    )
    priorities.next_steps(empty, SimpleNamespace(table=steps, unclear=left, reason="none"))
    rows, more = kept["plays_left_out"]
    assert rows == 2 and "the data file has 3 rows" in more["note"]
    once = left.drop_duplicates("action")
    priorities.next_steps(empty, SimpleNamespace(table=steps, unclear=once, reason="none"))
    assert kept["plays_left_out"][1]["note"] == ""


def test_a_field_that_two_people_find_alike_only_so_far_is_a_caution(empty):
    fields = {"erp_system": "weak", "industry": "usable", "employees": "not usable"}
    agreed = pd.DataFrame(
        {"field": list(fields), "label": ["ERP", "Industry", "Employees"],
         "verdict": list(fields.values()), "agreement": [0.786, 0.9, 0.3]}
    )  # fmt: skip
    filled = pd.DataFrame({"field": list(fields), "kept_out": [0, 0, 7]})
    told = [one.text for one in research._kept_out(empty, agreed, filled)]
    assert [one.split(" was")[0] for one in told] == ["ERP", "Employees"]
    assert "0.786" in told[0] and "7 researched values" in told[1]
