"""Cohorts, repeat and lapse, counted by hand."""

import numpy as np
import pandas as pd
import pytest
from tiny import canonical, contract

from helpers.metrics.cohorts import cohorts
from helpers.metrics.repeats import by_month, repeat_months
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
SPANS = pd.DataFrame(
    {
        "account_id": ["a", "b", "c", "d"],
        "won_on": pd.to_datetime(["2025-10-01", "2025-12-31", "2026-01-01", "2020-05-05"]),
        "left_on": pd.to_datetime([None, "2026-06-30", "2026-03-31", None]),
    }
)


def kept(table: pd.DataFrame, column: str) -> dict:
    return {name: rows[column].tolist() for name, rows in table.groupby("cohort", sort=False)}


def test_who_is_there_at_the_end_of_each_quarter():
    table = cohorts(SPANS, QUARTER)
    # b is gone on the last day of 2026Q2; c left on the last day of the quarter it was won in.
    assert kept(table, "kept") == {"2025Q4": [2, 2, 1, 1], "2026Q1": [0, 0, 0]}
    assert table["age"].tolist() == [0, 1, 2, 3, 0, 1, 2]
    assert table["revenue_share"].isna().all()  # contracts are not collected: not 0


def test_who_was_won_on_no_known_day_is_in_no_cohort():
    unknown = SPANS.iloc[:1].assign(account_id="u", won_on=pd.NaT)
    pd.testing.assert_frame_equal(
        cohorts(pd.concat([SPANS, unknown], ignore_index=True), QUARTER), cohorts(SPANS, QUARTER)
    )


def test_revenue_is_what_is_in_force_on_the_last_day():
    paid = canonical(
        "contracts",
        contract("a", "2025-10-01", "2026-06-29", 100.0),
        contract("a", "2026-06-30", None, 150.0),
        contract("b", "2025-12-31", "2026-06-29", 60.0),
    )
    table = cohorts(SPANS, QUARTER, contracts=paid)
    assert kept(table, "revenue")["2025Q4"] == [160, 160, 150, 150]
    assert kept(table, "revenue_share")["2025Q4"] == pytest.approx([1, 1, 150 / 160, 150 / 160])
    assert np.isnan(kept(table, "revenue_share")["2026Q1"]).all()  # paid nothing at first


def test_cohorts_of_before_records_begin_and_of_few_are_left_out():
    begin = cohorts(SPANS, QUARTER, records_begin=pd.Timestamp("2025-11-01").date())
    assert set(begin["cohort"]) == {"2026Q1"}
    assert set(cohorts(SPANS, QUARTER, least=2)["cohort"]) == {"2025Q4"}


ORDERS = canonical(
    "orders",
    *[
        {"order_id": str(at), "account_id": account, "ordered_on": day, "amount": amount}
        for at, (account, day, amount) in enumerate(
            [
                ("a", "2025-01-15", 10.0),
                ("a", "2026-09-30", 20.0),
                ("b", "2025-09-01", 5.0),
                ("b", "2025-10-02", -5.0),  # a return is no order
                ("c", "2026-09-02", 7.0),
                ("c", "2026-10-01", 9.0),  # after the quarter
            ]
        )
    ],
)


def test_repeat_and_lapse_month_by_month():
    table = repeat_months(by_month(ORDERS, QUARTER), QUARTER).set_index("month")
    september = table.loc["2026-09-30"]
    # a had ordered before, c had not. b ordered in September 2025, a year and a month before.
    assert september[["ordered", "repeat", "repeat_share"]].tolist() == [2, 1, 0.5]
    assert september[["customers", "lapsed", "lapse_rate"]].tolist() == [1, 1, 1.0]
    # a was there until December 2025, lapsed in January 2026, and came back.
    assert table.loc["2026-01-31", ["customers", "lapsed"]].tolist() == [2, 1]
    assert table["lapsed"].sum() == 2


def test_nobody_can_lapse_in_the_first_year_of_the_records():
    table = repeat_months(by_month(ORDERS, QUARTER), QUARTER).set_index("month")
    assert table.loc[:"2025-12-31", "lapse_rate"].isna().all()
    few = repeat_months(by_month(ORDERS, QUARTER), QUARTER, least=3)
    assert few[["repeat_share", "lapse_rate"]].isna().all().all()


def test_cohorts_of_orders_count_who_ordered_in_the_quarter():
    spans = pd.DataFrame(
        {"account_id": ["a", "b"], "won_on": pd.to_datetime(["2025-01-15", "2025-09-01"]),
         "left_on": pd.NaT}
    )  # fmt: skip
    table = cohorts(spans, QUARTER, ordered=by_month(ORDERS, QUARTER))
    assert kept(table, "kept")["2025Q1"] == [1, 0, 0, 0, 0, 0, 1]
    assert kept(table, "revenue_share")["2025Q1"] == [1, 0, 0, 0, 0, 0, 2.0]
    assert kept(table, "revenue")["2025Q3"] == [5, -5, 0, 0, 0]


def test_a_whole_quarter_is_not_compared_with_the_part_of_one_that_is_on_record():
    """Orders begin in December: what was bought in it is no quarter's worth."""
    months = pd.to_datetime(["2025-12-31", "2026-03-31", "2026-06-30"])
    ordered = pd.DataFrame(
        {"account_id": ["a", "a", "b"], "month": months, "orders": 1, "amount": [10.0, 30.0, 5.0]}
    )
    spans = pd.DataFrame(
        {"account_id": ["a", "b"], "won_on": pd.to_datetime(["2025-12-02", "2026-06-02"]),
         "left_on": pd.NaT}
    )  # fmt: skip
    table = cohorts(spans, QUARTER, ordered=ordered)
    assert np.isnan(kept(table, "revenue_share")["2025Q4"]).all()
    assert kept(table, "kept")["2025Q4"][:2] == [1, 1]
    assert kept(table, "revenue_share")["2026Q2"][0] == 1
