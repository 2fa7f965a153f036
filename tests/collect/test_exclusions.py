"""Each exclusion rule at its exact threshold."""

from datetime import date

import pandas as pd
import pytest

from helpers.collect.exclusions import cut_off, excluded, reason
from helpers.errors import StudyError
from helpers.quarter import Quarter
from helpers.study import Rule

QUARTER = Quarter.parse("2026Q3")


def rule(**keys) -> Rule:
    return Rule(**keys)


def customers(**columns) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame({"account_id": [f"A{k}" for k in range(size)], **columns})
    return frame.set_index("account_id", drop=False)


def out(given: Rule, frame: pd.DataFrame) -> list[bool]:
    return excluded(given, frame, quarter=QUARTER, columns=tuple(frame.columns)).tolist()


def test_account_type_in_any_capitals():
    frame = customers(account_type=["Test", "poc ", "customer", None])
    assert out(rule(rule="account_type", **{"is": ["test", "POC"]}), frame) == [
        True,
        True,
        False,
        False,
    ]


def test_account_type_needs_its_column():
    frame = customers(account_type=["x"])
    with pytest.raises(StudyError, match="needs the column account_type"):
        excluded(
            rule(rule="account_type", **{"is": ["test"]}),
            frame,
            quarter=QUARTER,
            columns=("account_id", "won_on"),
        )


@pytest.mark.parametrize(
    ("revenues", "expected"),
    [
        ([400.0, 100.0, 50.0], [False, False, False]),  # exactly four times is not more
        ([400.01, 100.0, 50.0], [True, False, False]),
        ([50.0, 1000.0, 100.0], [False, True, False]),
        ([1000.0, 1000.0, 1.0], [False, False, False]),  # the second-largest is a tie
        ([1000.0], [False]),
        ([1000.0, 0.0], [False, False]),  # nothing to compare with
    ],
)
def test_revenue_outlier(revenues, expected):
    frame = customers(monthly_revenue=revenues)
    assert out(rule(rule="revenue_outlier", times_second=4), frame) == expected


def test_dates_are_included_in_what_stays():
    frame = customers(won_on=pd.to_datetime(["2026-03-30", "2026-03-31", "2026-04-01"]))
    assert out(rule(rule="won_after", date=date(2026, 3, 31)), frame) == [False, False, True]
    assert out(rule(rule="won_before", date=date(2026, 3, 31)), frame) == [True, False, False]
    assert out(rule(rule="won_after", months_before_quarter_end=6), frame) == [False, False, True]


@pytest.mark.parametrize(
    ("quarter", "months", "expected"),
    [
        ("2026Q3", 6, date(2026, 3, 31)),
        ("2026Q3", 7, date(2026, 2, 28)),
        ("2026Q3", 0, date(2026, 9, 30)),
        ("2026Q1", 13, date(2025, 2, 28)),
        ("2024Q1", 1, date(2024, 2, 29)),
    ],
)
def test_months_before_the_end_of_the_quarter(quarter, months, expected):
    given = rule(rule="won_after", months_before_quarter_end=months)
    assert cut_off(given, Quarter.parse(quarter)) == expected


def test_revenue_below_keeps_the_exact_amount():
    frame = customers(monthly_revenue=[2499.99, 2500.0, 0.0])
    assert out(rule(rule="revenue_below", monthly=2500), frame) == [True, False, True]


def test_where_reads_all_columns_and_unknown_excludes_nobody():
    frame = customers(country=["Testland", "France", None], monthly_revenue=[1.0, 2.0, 3.0])
    assert out(rule(rule="where", sql="country = 'Testland' -- sandbox"), frame) == [
        True,
        False,
        False,
    ]
    assert out(rule(rule="where", sql="monthly_revenue > 1 OR country LIKE 'T%'"), frame) == [
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("sql", ["contry = 'Testland'", "country = ", "no_such(country)"])
def test_where_that_fails_says_which_columns_there_are(sql):
    frame = customers(country=["a"])
    with pytest.raises(StudyError, match="SQL of a rule `where` failed") as error:
        out(rule(rule="where", sql=sql), frame)
    assert "account_id, country" in str(error.value)


def test_reasons_are_sentences_with_their_numbers():
    told = {
        "account type test, poc": rule(rule="account_type", **{"is": ["test", "poc"]}),
        "monthly revenue above 4 times the second-largest": rule(
            rule="revenue_outlier", times_second=4
        ),
        "won after 2026-03-31": rule(rule="won_after", months_before_quarter_end=6),
        "won before 2015-01-01": rule(rule="won_before", date=date(2015, 1, 1)),
        "monthly revenue below 2,500 EUR": rule(rule="revenue_below", monthly=2500),
        "internal sandbox": rule(rule="where", sql="true", reason="internal sandbox"),
    }
    for expected, given in told.items():
        assert reason(given, quarter=QUARTER, currency="EUR") == expected
