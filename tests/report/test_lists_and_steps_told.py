"""Money of those who left: no zero where nobody pays, and no revenue behind who pays none."""

from types import SimpleNamespace

import pandas as pd

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
    steps = steps.assign(metric="", target=1.0, baseline=2.0, definition="", action="", why="")
    kept = {}
    monkeypatch.setattr(
        priorities, "table", lambda _, id, data, **more: kept.update({id: data} | more)
    )
    priorities.next_steps(empty, SimpleNamespace(table=steps, unclear=steps.head(0), reason=""))
    assert kept["next_steps"]["arr"].isna().tolist() == [True, False]
    assert "last paid" in kept["note"]


def test_plays_that_several_figures_call_for_say_why_their_file_has_more_rows(empty, monkeypatch):
    steps = pd.DataFrame(columns=["segment_id", "metric", "target", "baseline", "arr"])
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
