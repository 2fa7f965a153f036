"""Monthly churn and the reasons for leaving, by hand."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tiny import customer_frame

from helpers.metrics import staying
from helpers.metrics.components import Components
from helpers.metrics.losses import churn_months, churn_reasons
from helpers.metrics.retention import DAYS_PER_MONTH
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
# account, won, left (first day as none), last MRR, reason
LIVES = [
    ("a", "2024-01-01", None, 100.0, None),
    ("b", "2024-01-01", "2026-09-30", 50.0, "price"),
    ("c", "2024-01-01", "2026-09-01", 25.0, " price "),
    ("d", "2026-08-10", None, 10.0, None),
    ("e", "2024-01-01", "2025-12-31", 200.0, ""),
    ("f", "2024-01-01", "2025-09-30", 900.0, "merger"),  # before the twelve months
    ("g", "2024-01-01", "2026-01-15", 60.0, "merger"),
]


@pytest.fixture
def customers() -> pd.DataFrame:
    rows = [
        {"account_id": name, "won_on": won, "churned_on": left,
         "status": "current" if left is None else "former", "monthly_revenue": mrr}
        for name, won, left, mrr, _ in LIVES
    ]  # fmt: skip
    return customer_frame(*rows).assign(churn_reason=[life[4] for life in LIVES])


@pytest.fixture
def parts() -> Components:
    as_of = pd.Timestamp("2026-09-30")
    days = [(pd.Timestamp(left or as_of) - pd.Timestamp(won)).days for _, won, left, *_ in LIVES]
    table = pd.DataFrame(
        {
            "account_id": [life[0] for life in LIVES],
            "tenure_months": (np.array(days) / DAYS_PER_MONTH).round(6),
            "left": [life[2] is not None for life in LIVES],
        }
    )
    return Components(table, pd.DataFrame({"account_id": [], "metric": []}))


def test_nobody_is_seen_to_leave_by_silence_before_the_records_are_a_year_old(
    parts, customers, monkeypatch
):
    ws = SimpleNamespace(study=SimpleNamespace(records_begin=None))
    monkeypatch.setattr(staying, "revenue_of", lambda _: "orders")
    monkeypatch.setattr(staying, "observed_from", lambda *_: date(2025, 9, 1))
    begin = staying.leaving_seen_from(ws, customers.assign(churned_on=pd.NaT))
    assert begin == date(2026, 8, 31)
    table = churn_months(parts, customers, QUARTER, records_begin=begin)
    assert set(table["month"].astype(str)) == {"2026-09-30"}  # the months before are not 0 %
    assert staying.leaving_seen_from(ws, customers) is None  # the CRM knows who left


def test_each_month_counts_who_was_there_when_it_began(parts, customers):
    table = churn_months(parts, customers, QUARTER)
    table = table[table["dimension"] == "all"].set_index("month")
    assert len(table) == 24
    assert table.index[[0, -1]].strftime("%Y-%m-%d").tolist() == ["2024-10-31", "2026-09-30"]
    # On 31 August: a, b, c and the new d. b and c leave in September, on its last and first day.
    september = table.loc["2026-09-30"]
    assert september[["customers", "left"]].tolist() == [4, 2]
    assert september["churn_monthly"] == 0.5
    limits = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert september[["low", "high"]].tolist() == pytest.approx([limits.low, limits.high])
    assert table.loc["2026-08-31", ["customers", "left"]].tolist() == [3, 0]  # d came within it
    assert table["left"].sum() == 5


def test_months_before_records_begin_are_left_out(parts, customers):
    table = churn_months(parts, customers, QUARTER, records_begin="2026-06-30")
    table = table[table["dimension"] == "all"]
    assert table["month"].dt.month.tolist() == [7, 8, 9]


def test_lost_arr_by_reason(parts, customers):
    table = churn_reasons(parts, customers, QUARTER)
    assert table["reason"].tolist() == ["price", "merger", "unknown"]
    assert table["customers"].tolist() == [2, 1, 1]
    assert table["lost_arr"].tolist() == [12 * 75, 12 * 60, 12 * 200]
    assert table["share"].tolist() == pytest.approx([75 / 335, 60 / 335, 200 / 335])


def test_reasons_that_are_not_collected_are_no_rows(parts, customers):
    assert churn_reasons(parts, customers.drop(columns="churn_reason"), QUARTER).empty


def test_months_by_tenure_and_by_what_the_study_names(parts, customers):
    plan = customers["account_id"].map(lambda name: "L" if name in "ab" else "S")
    table = churn_months(parts, customers, QUARTER, levels={"Plan": plan})
    assert list(dict.fromkeys(table["dimension"])) == ["all", "tenure", "Plan"]
    september = table[table["month"] == "2026-09-30"].set_index(["dimension", "level"])
    counts = september[["customers", "left"]].apply(tuple, axis=1).to_dict()
    assert counts[("Plan", "L")] == (2, 1)  # a and b
    assert counts[("Plan", "S")] == (2, 1)  # c and the new d
    assert counts[("tenure", "0 to 12 months")] == (1, 0)
    assert counts[("tenure", "24 months or longer")] == (3, 2)
    for name in ("tenure", "Plan"):
        sums = table[table["dimension"] == name].groupby("month")[["customers", "left"]].sum()
        every = table[table["dimension"] == "all"].set_index("month")[["customers", "left"]]
        pd.testing.assert_frame_equal(sums, every, check_dtype=False)


def test_levels_of_too_few_customers_are_left_out_of_a_month(parts, customers):
    table = churn_months(parts, customers, QUARTER, least=2)
    assert (table.loc[table["dimension"] != "all", "customers"] >= 2).all()
    assert (table["dimension"] == "all").sum() == 24


def test_the_same_month_a_year_before_stands_beside(parts, customers):
    table = churn_months(parts, customers, QUARTER)
    every = table[table["dimension"] == "all"].set_index("month")
    assert every.loc["2026-09-30", "year_before"] == every.loc["2025-09-30", "churn_monthly"] > 0
    assert every["year_before"].head(12).isna().all()


def test_a_month_that_the_exports_do_not_reach_the_end_of_is_marked(parts, customers):
    table = churn_months(parts, customers, QUARTER, known_until="2026-09-12")
    assert table.loc[table["finished"] == "no", "month"].unique().tolist() == [
        pd.Timestamp("2026-09-30")
    ]
    assert (churn_months(parts, customers, QUARTER)["finished"] == "yes").all()
