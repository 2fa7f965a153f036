"""Lists and alerts on the landing page: every number is a cell."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.priority.lists import COLUMNS, Lists
from helpers.report.acting import points
from helpers.report.sections.priorities import to_act_on

LISTED = pd.DataFrame(
    {
        "account_id": ["a", "a", "b", "c"],
        "action": ["Renew.", "Call.", "Renew.", "Write."],
        "responsible": ["Success", "Sales", "Success", ""],
        "value_at_stake": [1000.0, 1000.0, 5000.0, float("nan")],
    }
)
ALERTS = pd.DataFrame(
    {
        "segment_id": ["partners"],
        "definition": ["Partners"],
        "metric": ["escalation_rate"],
        "value": [0.31],
        "reference": [0.11],
        "unit": ["ratio"],
        "compared_with": ["other customers"],
    }
)


def told(**tables) -> list[tuple[str, str]]:
    found = points(tables, currency="EUR")
    return [(" ".join(one["text"].split()), one["file"]) for one in found]


def test_every_action_has_its_line_and_file():
    assert told(customers_to_act_on=LISTED, alerts=ALERTS) == [
        ("Success: Renew. 2 customers, annual revenue €6,000.", "customers_to_act_on"),
        ("Sales: Call. 1 customer, annual revenue €1,000.", "customers_to_act_on"),
        ("Write. 1 customer; their annual revenue is not known.", "customers_to_act_on"),
        ("Alert: Partners, Escalated tickets: 31 %, other customers 11 %.", "alerts"),
    ]


def test_money_that_is_partly_unknown_is_no_zero():
    part = LISTED.assign(value_at_stake=[1000.0, 0.0, float("nan"), float("nan")])
    assert [text for text, _ in told(customers_to_act_on=part)] == [
        "Success: Renew. 2 customers, annual revenue €1,000, without 1 of whom it is not known.",
        "Sales: Call. 1 customer, annual revenue €0.",
        "Write. 1 customer; their annual revenue is not known.",
    ]


def test_every_line_leads_somewhere():
    found = points({"customers_to_act_on": LISTED, "alerts": ALERTS}, currency="EUR")
    assert [one["href"] for one in found] == [
        "lists.html#success-renew", "lists.html#sales-call", "lists.html#write",
        "data/alerts.csv",
    ]  # fmt: skip


def test_nothing_to_act_on():
    assert told(customers_to_act_on=LISTED.head(0), alerts=ALERTS.head(0)) == []
    assert told() == []


def test_groups_that_are_too_small_to_show_are_counted_in_no_line():
    counts = pd.DataFrame({"definition": ["A", "B"], "customers": [4, 5], "at_risk": [4, 1]})
    lines = points({"alert_counts": counts}, currency="EUR", least=5)
    assert [one["text"] for one in lines] == [
        "Too few for statistics, in counts: B: customers 5, at risk 1."
    ]


def test_a_small_group_of_which_only_its_size_is_known_has_no_line():
    counts = pd.DataFrame(
        {
            "definition": ["Class C", "First year", "Pooled"],
            "customers": [5, 7, 4],
            "before": [5, 7, 6],
            "at_risk": [0, 2, float("nan")],
        }
    )
    lines = [text for text, _ in told(alert_counts=counts)]
    assert len(lines) == 2
    assert "First year" in lines[0] and "at risk 2" in lines[0]
    assert "Pooled" in lines[1] and "at risk" not in lines[1]


@pytest.mark.parametrize(
    ("status", "arr", "said"),
    [
        (["current", "current"], [100.0, 0.0], "; €100 of annual revenue stand behind the "),
        (["current", "current"], [100.0, np.nan], "€100 of annual revenue .* without 1 current "),
        (["current", "former"], [np.nan, np.nan], "; what they pay is not known"),
        (["former", "former"], [np.nan, np.nan], "; none of them pays today"),
    ],
)
def test_what_customers_pay_is_known_zero_or_unknown(draft, status, arr, said):
    table = pd.DataFrame({name: ["", ""] for name in COLUMNS}).assign(
        account_id=["a", "b"], status=status, arr=arr, value_at_stake=arr, renews_on=pd.NaT,
        by=pd.NaT,
    )  # fmt: skip
    first = to_act_on(draft, Lists(table))[0]
    told = " ".join(first.text.split())
    assert re.search(said, told) and ("without" in told) == ("without" in said)
