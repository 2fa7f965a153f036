"""Of which day columns of accounts are: a history gives the as-of date's, others are named."""

import pandas as pd
import pytest

from helpers.collect.sources import canonical, collect, rejected
from helpers.collect.states import EXPORT, QUARTER, exported_on, made_of_as_of, states
from helpers.errors import StudyError

ACCOUNTS = """account_id,won_on,churned_on,plan,since
A,2024-01-10,,small,
A,2024-01-10,,large,2024-06-01
A,2024-01-10,2025-03-01,gone,2025-03-01
B,2024-02-20,,small,2024-02-20
C,2024-03-05,,large,2025-01-15
"""
PLAN = {"attributes": {"plan": {"label": "Plan"}}}


def source(query: str, **more) -> dict:
    return {"files": {"raw": "accounts.csv"}, "query": query, **more}


def plans(ws) -> dict:
    table = canonical(ws, "accounts").to_pandas().set_index("account_id")["plan"]
    return {name: None if value != value else value for name, value in table.items()}


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [
        ("2024Q1", {"A": "small", "B": "small", "C": None}),
        ("2024Q4", {"A": "large", "B": "small", "C": None}),
        ("2025Q1", {"A": "gone", "B": "small", "C": "large"}),
    ],
)
def test_the_state_of_the_quarter_counts_where_a_history_is_given(study, quarter, expected):
    ws = study(
        tables={"accounts": source("SELECT * FROM raw", history="since")},
        files={"accounts.csv": ACCOUNTS},
        quarter=quarter,
        **PLAN,
    )
    collect(ws)
    assert plans(ws) == expected
    record = ws.recorded("collection/accounts")
    assert record["history"] == {"choice": "since", "rows": 2} and record["rows_in"] == 3
    assert states(ws) == {"plan": QUARTER}


def test_a_history_must_name_a_column_of_days(study):
    for column, told in (("valid_from", "does not return"), ("plan", "are no days")):
        ws = study(
            tables={"accounts": source("SELECT * FROM raw", history=column)},
            files={"accounts.csv": ACCOUNTS},
        )
        with pytest.raises(StudyError, match=told):
            collect(ws)


def test_columns_of_a_later_day_are_named_unless_the_query_makes_them_of_the_date(study):
    text = "account_id,won_on,churned_on,plan\nA,2024-01-10,2025-02-01,x\nB,2024-02-20,,y\n"
    query = "SELECT *, churned_on <= {as_of} AS gone FROM raw"
    attributes = {"plan": {"label": "Plan"}, "gone": {"label": "Gone", "type": "boolean"}}
    tables = {"accounts": source(query), "contracts": "account_id,starts_on,mrr\nA,2024-01-10,1\n"}
    for quarter, plan in (("2024Q4", EXPORT), ("2025Q1", QUARTER)):  # left on 2025-02-01
        ws = study(
            tables=tables, files={"accounts.csv": text}, quarter=quarter, attributes=attributes
        )
        collect(ws)
        assert exported_on(ws).isoformat() == "2025-02-01"
        assert states(ws) == {"plan": plan, "gone": QUARTER}


def test_what_a_query_makes_of_the_date():
    query = "WITH x AS (SELECT 1) SELECT a, coalesce(b, {as_of}) AS b2, b FROM x -- {quarter}"
    assert made_of_as_of(query) == {"b2"}
    assert made_of_as_of("SELECT getvariable('as_of') AS today, plan FROM raw") == {"today"}
    assert made_of_as_of("SELECT plan FROM raw") == set()


def test_rows_of_accounts_won_later_are_not_of_unknown_ones(study):
    """Trials and first tickets come before the contract; C is won after the quarter, D unknown."""
    accounts = "account_id,won_on\nA,2024-01-10\nB,2024-06-20\nC,2025-02-05\n"
    tickets = (
        "ticket_id,account_id,opened_at\n1,A,2024-02-01\n2,B,2024-03-01\n3,C,2024-11-01\n"
        "4,D,2024-11-02\n5,A,2025-03-01\n"
    )
    contracts = "account_id,starts_on,mrr\nA,2024-01-10,1\nB,2024-06-20,1\n"
    ws = study(tables={"accounts": accounts, "contracts": contracts, "tickets": tickets})
    collect(ws)
    record = ws.recorded("collection/tickets")
    rows = [record[f"rows_{what}"] for what in ("in", "after_as_of", "rejected", "used")]
    assert rows == [5, 2, 1, 2] and record["before_won"] == 1


def test_a_referral_is_not_won_before_the_referred_account_is(study):
    """C is won after the quarter; E and D are no accounts, and of D nothing is told."""
    accounts = "account_id,won_on\nA,2024-01-10\nB,2024-06-20\nC,2025-02-05\n"
    referrals = (
        "referrer_account_id,referred_on,referred_account_id,won\n"
        "A,2024-05-01,B,yes\nA,2024-11-01,C,yes\nB,2024-11-02,E,yes\nB,2024-11-03,D,maybe\n"
    )
    contracts = "account_id,starts_on,mrr\nA,2024-01-10,1\nB,2024-06-20,1\n"
    ws = study(tables={"accounts": accounts, "contracts": contracts, "referrals": referrals})
    collect(ws)
    found = canonical(ws, "referrals").to_pandas().set_index("referred_account_id")["won"]
    assert {name: None if pd.isna(won) else bool(won) for name, won in found.items()} == {
        "B": True, "C": None, "E": True, "D": None,
    }  # fmt: skip
    # That it is not known yet is no fault of the cell.
    assert rejected(ws)[["column", "value"]].to_numpy().tolist() == [["won", "maybe"]]
