"""What is said of renewals: what is likely lost, and what the last ones lost."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.priority.renewals import Renewals
from helpers.report import exhibits, summary
from helpers.report.sections import action

# What the tables below hold is not looked at here.
BLANK = {
    "health": "", "segment": "", "customers": 9, "first_on": pd.NaT, "renews_on": pd.NaT,
    "name": "", "owner": "", "contracts": 1, "health_group": "", "segment_name": "",
}  # fmt: skip
LISTED = pd.DataFrame({"account_id": ["a", "b"], "arr_at_stake": [100_000.0, 300_000.0]}).assign(
    **BLANK
)


def past(inside: str) -> pd.DataFrame:
    """Two past quarters, of which the last lost 80,000 of 400,000, and the one that comes."""
    return pd.DataFrame(
        {
            "quarter_end": pd.to_datetime(["2026-03-31", "2026-06-30", "2026-09-30"]),
            "at_stake": [200_000.0, 400_000.0, 400_000.0],
            "lost": [10_000.0, 80_000.0, np.nan],
            "lost_share": [0.05, 0.2, np.nan],
            "expected": [9_000.0, 20_000.0, 40_000.0],
            "low": [1_000.0, 9_000.0, 20_000.0],
            "high": [30_000.0, 60_000.0, 60_000.0],
            "inside": ["yes", inside, ""],
            "renewals": 9,
        }
    )


def told(ws, name: str) -> str:
    found = exhibits.find(ws, f"renewals_{name}")
    return "" if found is None else found.text.replace("\xa0", " ")


def test_what_the_last_renewals_lost_is_told_and_whether_it_was_foretold(empty):
    action.renewals(empty, Renewals(LISTED, LISTED, past("no")))
    assert "€80.0k was lost (20 %), outside" in told(empty, "last")
    assert "after 2026-06-30" in told(empty, "last")
    action.renewals(empty, Renewals(LISTED, LISTED, past("yes")))
    assert told(empty, "last").endswith("€80.0k was lost (20 %).")


def test_what_the_same_customers_pay_in_all_is_told_where_it_is_more(empty, monkeypatch):
    """Lists and steps count all of it: two amounts for the same customers, and why."""
    paid = pd.DataFrame({"account_id": ["a", "b", "c"], "arr": [150_000.0, 300_000.0, 9e6]})
    monkeypatch.setattr(type(empty), "data_files", ["account_metrics"])
    monkeypatch.setattr(type(empty), "load", lambda *_: paid)
    action.renewals(empty, Renewals(LISTED, LISTED, past("yes")))
    assert "pay €450k a year" in told(empty, "all")
    monkeypatch.setattr(type(empty), "load", lambda *_: paid.assign(arr=[100_000.0, 300_000.0, 9]))
    action.renewals(empty, Renewals(LISTED, LISTED, past("yes")))
    assert "€400k a year come up" in told(empty, "told")


def test_what_is_neither_counted_nor_foretold_is_told_with_the_forecast(empty):
    """It stood below a table of the document alone, and the forecast read as if complete."""
    unknown = "the day of renewal is not known of €6.01M a year (customers: 194)"
    action.renewals(empty, Renewals(LISTED, LISTED, past("yes"), notes=(unknown,)))
    content = SimpleNamespace(exhibit=lambda name: exhibits.find(empty, name))
    said = summary.renewals(content).replace("\xa0", " ")
    assert "of it is lost: in four of five" in said and f"nor foretold: {unknown}." in said


def test_who_is_in_no_segment_is_told_so_in_the_tables(empty):
    action.renewals(empty, Renewals(LISTED, LISTED, past("yes")))
    for name in ("renewal_groups", "renewals"):
        shown = exhibits.load(empty, name)
        place = shown.names.index("segment")
        assert {row[place] for row in shown.rows} == {"In none of them"}, name
