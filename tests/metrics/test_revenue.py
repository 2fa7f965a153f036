"""The MRR bridge against hand-made months, a published data set and its own identity."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, contract

from helpers.metrics.exact import fetch
from helpers.metrics.revenue import (
    MOVEMENTS,
    contract_state,
    month_ends,
    monthly_bridge,
    movements_by_account,
    mrr_bridge,
    mrr_on_two_days,
    quarterly_bridge,
    recurring_by_account,
)
from helpers.quarter import Quarter

SUMMER = [dt.date(2026, 7, 31), dt.date(2026, 8, 31), dt.date(2026, 9, 30)]


def bridge_of(*rows: dict, months: list[dt.date] = SUMMER) -> pd.DataFrame:
    table = fetch(mrr_bridge(canonical("contracts", *rows), months=months))
    return table.assign(month=table["month"].dt.strftime("%m-%d"))


def moves(table: pd.DataFrame) -> list[tuple]:
    """(account, month, movement, amount) of everything that is not 0."""
    found = []
    for row in table.itertuples():
        for name in MOVEMENTS:
            amount = getattr(row, name)
            found += [(row.account_id, row.month, name, amount)] if amount else []
    return found


class TestBridge:
    def test_first_active_month_is_new(self):
        assert moves(bridge_of(contract("a", "2026-08-15", None, 100))) == [
            ("a", "08-31", "new", 100)
        ]

    def test_opening_from_before_the_window_is_no_movement(self):
        table = bridge_of(contract("a", "2017-01-01", None, 100))
        assert moves(table) == []
        assert table["opening"].tolist() == table["closing"].tolist() == [100, 100, 100]

    def test_expansion_and_contraction(self):
        table = bridge_of(
            contract("a", "2020-01-01", "2026-07-31", 100),
            contract("a", "2026-08-01", "2026-08-31", 150),
            contract("a", "2026-09-01", None, 120),
        )
        assert moves(table) == [("a", "08-31", "expansion", 50), ("a", "09-30", "contraction", -30)]

    def test_overlapping_contracts_are_summed(self):
        table = bridge_of(
            contract("a", "2020-01-01", None, 100), contract("a", "2026-08-01", None, 30)
        )
        assert moves(table) == [("a", "08-31", "expansion", 30)]

    def test_gap_is_churn_and_then_reactivation(self):
        table = bridge_of(
            contract("a", "2020-01-01", "2026-06-30", 100), contract("a", "2026-08-10", None, 70)
        )
        assert moves(table) == [("a", "07-31", "churned", -100), ("a", "08-31", "reactivated", 70)]

    def test_back_after_leaving_long_before_the_window_is_reactivated(self):
        table = bridge_of(
            contract("a", "2020-01-01", "2020-03-31", 100), contract("a", "2026-08-10", None, 70)
        )
        assert moves(table) == [("a", "08-31", "reactivated", 70)]

    def test_contract_that_saw_no_month_end_does_not_make_a_later_one_a_return(self):
        table = bridge_of(
            contract("a", "2020-01-05", "2020-01-20", 100), contract("a", "2026-08-10", None, 70)
        )
        assert moves(table) == [("a", "08-31", "new", 70)]

    def test_gap_within_a_month_is_no_movement(self):
        table = bridge_of(
            contract("a", "2020-01-01", "2026-08-05", 100), contract("a", "2026-08-20", None, 100)
        )
        assert moves(table) == []

    def test_nothing_is_churn_at_the_right_edge(self):
        # The contract's last day is the last day of the window: still in force on it.
        assert moves(bridge_of(contract("a", "2020-01-01", "2026-09-30", 100))) == []

    def test_last_day_before_the_month_end_is_churn(self):
        assert moves(bridge_of(contract("a", "2020-01-01", "2026-09-29", 100))) == [
            ("a", "09-30", "churned", -100)
        ]

    def test_contract_without_charge_is_not_active(self):
        table = bridge_of(
            contract("a", "2020-01-01", None, 0), contract("b", "2026-08-01", None, 10)
        )
        assert set(table["account_id"]) == {"b"}

    def test_fractions_of_a_cent_are_rounded_per_account_and_month(self):
        # Three times 33.333 is 99.999, which is 100.00; not three times 33.33.
        table = bridge_of(*[contract("a", "2026-08-01", None, 33.333)] * 3)
        assert moves(table) == [("a", "08-31", "new", 100.0)]

    def test_no_contracts(self):
        assert bridge_of().empty


def test_published_subscription_periods(datasets):
    raw = pd.read_csv(datasets / "mrr_playbook" / "subscription_periods.csv", dtype={1: str})
    ends = pd.to_datetime(raw["end_date"]) - pd.Timedelta(days=1)  # exclusive in the file
    rows = [
        contract(account, start, str(end.date()), float(mrr))
        for account, start, end, mrr in zip(
            raw["customer_id"], raw["start_date"], ends, raw["monthly_amount"], strict=True
        )
    ]
    contracts = canonical("contracts", *rows)
    table = monthly_bridge(contracts, months=month_ends(dt.date(2017, 1, 1), dt.date(2020, 2, 1)))
    assert {name: table[name].sum() for name in MOVEMENTS} == {
        "new": 2295, "reactivated": 150, "expansion": 660, "contraction": -555, "churned": -2550,
    }  # fmt: skip
    assert {name: table[f"{name}_accounts"].sum() for name in MOVEMENTS} == {
        "new": 55, "reactivated": 3, "expansion": 30, "contraction": 27, "churned": 58,
    }  # fmt: skip
    assert table["closing"].max() == 1840
    assert table.loc[table["closing"].idxmax(), "month"] == pd.Timestamp("2019-11-30")
    # The right edge: seen at the end of January 2020, its last contracts have not churned.
    edge = monthly_bridge(contracts, months=month_ends(dt.date(2017, 1, 1), dt.date(2020, 1, 31)))
    in_force = raw.loc[ends >= "2020-01-31", "monthly_amount"].sum()
    assert in_force > 0
    assert edge["closing"].iloc[-1] == in_force
    assert edge["churned"].sum() == -2550 + in_force
    assert edge[list(MOVEMENTS)].to_numpy().sum() == in_force


def test_open_contracts_count_like_those_that_end_later():
    later = canonical("contracts", contract("a", "2026-01-01", "2030-01-01", 10))
    still_open = canonical("contracts", contract("a", "2026-01-01", None, 10))
    quarter = Quarter.parse("2026Q3")
    pd.testing.assert_frame_equal(
        recurring_by_account(later, quarter=quarter),
        recurring_by_account(still_open, quarter=quarter),
    )


def test_quarterly_bridge_adds_up_months(quarter):
    contracts = canonical(
        "contracts",
        contract("a", "2025-01-01", None, 100),
        contract("b", "2026-04-10", "2026-08-20", 40),
        contract("b", "2026-09-01", None, 60),
    )
    table = quarterly_bridge(contracts, quarter=quarter, quarters=2).set_index("quarter")
    assert table.index.tolist() == ["2026Q2", "2026Q3"]
    assert table.loc["2026Q2", ["opening", "new", "closing"]].tolist() == [100, 40, 140]
    assert table.loc["2026Q3", ["opening", "churned", "reactivated", "closing"]].tolist() == [
        140, -40, 60, 160,
    ]  # fmt: skip
    assert (table["opening"] + table[list(MOVEMENTS)].sum(axis=1) == table["closing"]).all()


class TestByAccount:
    def test_state_on_the_days_that_matter(self, quarter):
        contracts = canonical(
            "contracts",
            contract("a", "2025-09-30", "2026-06-30", 10),  # in force exactly on the day a year ago
            contract("a", "2026-09-30", None, 25),
            contract("b", "2025-10-01", "2026-09-29", 7),
            contract("c", "2026-10-01", None, 9),  # after the as-of date
            contract("d", "2026-01-01", "2026-05-31", 5),
            contract("d", "2026-06-01", "2026-08-31", 0),
        )
        table = contract_state(contracts, quarter=quarter).set_index("account_id")
        assert table.index.tolist() == ["a", "b", "d"]
        assert table["mrr"].tolist() == [25, 0, 0]
        assert table["mrr_year_ago"].tolist() == [10, 0, 0]
        assert table["in_force"].tolist() == [True, False, False]
        assert table["in_force_before"].tolist() == [True, True, True]
        assert table["in_force_year_ago"].tolist() == [True, False, False]
        assert table.loc["d", "last_in_force"] == pd.Timestamp("2026-08-31")
        assert table.loc["d", "last_paid"] == pd.Timestamp("2026-05-31")

    def test_revenue_adds_up_month_ends(self, quarter):
        contracts = canonical("contracts", contract("a", "2026-02-15", "2026-08-15", 10))
        table = movements_by_account(contracts, quarter=quarter)
        # February to July are six month-ends, of which July lies in the quarter.
        assert table.loc[0, ["revenue", "revenue_12m", "mrr_churned"]].tolist() == [10, 60, -10]

    def test_mrr_on_days_of_each_account(self):
        contracts = canonical(
            "contracts", contract("a", "2025-01-01", None, 10), contract("b", "2025-06-01", None, 5)
        )
        days = pd.DataFrame(
            {
                "account_id": ["a", "b"],
                "now": pd.to_datetime(["2026-01-01", "2025-06-01"]),
                "then": pd.to_datetime(["2024-12-31", "2025-05-31"]),
            }
        )
        table = mrr_on_two_days(contracts, days)
        assert table[["now", "then"]].to_numpy().tolist() == [[10, 0], [5, 0]]


# ── rules over a space of inputs ─────────────────────────────────────────────────────────────────
def periods() -> st.SearchStrategy:
    """Contracts of three accounts around the window, in cents; some free, some open."""
    day = st.dates(dt.date(2026, 3, 1), dt.date(2026, 11, 30))
    period = st.tuples(
        st.sampled_from("abc"), day, st.none() | st.integers(0, 120), st.integers(0, 30_000)
    )
    return st.lists(period, min_size=1, max_size=12)


def rows_of(drawn: list[tuple]) -> list[dict]:
    return [
        contract(
            account,
            str(start),
            None if days is None else str(start + dt.timedelta(days=days)),
            cents / 100,
        )
        for account, start, days, cents in drawn
    ]


def mrr_by_hand(rows: list[dict], account: str, day: dt.date) -> int:
    """Cents in force on a day."""
    return sum(
        round(row["mrr"] * 100)
        for row in rows
        if row["account_id"] == account
        and row["starts_on"] <= str(day)
        and (row["ends_on"] is None or row["ends_on"] >= str(day))
    )


@settings(max_examples=25, deadline=None)
@given(periods())
def test_bridge_adds_up_to_the_cent(drawn):
    rows = rows_of(drawn)
    table = fetch(mrr_bridge(canonical("contracts", *rows), months=SUMMER))
    found = {(row.account_id, row.month.date()): row for row in table.itertuples()}
    for account in "abc":
        for before, month in zip([dt.date(2026, 6, 30), *SUMMER], SUMMER, strict=False):
            opening, closing = (mrr_by_hand(rows, account, day) for day in (before, month))
            row = found.get((account, month))
            if row is None:
                assert opening == closing == 0
                continue
            cents = {n: round(getattr(row, n) * 100) for n in ("opening", *MOVEMENTS, "closing")}
            assert (cents["opening"], cents["closing"]) == (opening, closing)
            assert opening + sum(cents[name] for name in MOVEMENTS) == closing
            assert sum(cents[name] != 0 for name in MOVEMENTS) <= 1


@settings(max_examples=25, deadline=None)
@given(periods())
def test_movements_of_an_account_are_its_bridge_added_up(drawn):
    """The year to September: twelve months of the bridge against one row per account."""
    contracts = canonical("contracts", *rows_of(drawn))
    quarter = Quarter.parse("2026Q3")
    months = month_ends(dt.date(2025, 10, 1), dt.date(2026, 9, 30))
    bridge = fetch(mrr_bridge(contracts, months=months))
    late = bridge[bridge["month"] >= "2026-07-01"].groupby("account_id")
    expected = late[list(MOVEMENTS)].sum().add_prefix("mrr_")
    expected["revenue"] = late["closing"].sum()
    found = movements_by_account(contracts, quarter=quarter).set_index("account_id")
    year = bridge.groupby("account_id")["closing"].sum()
    assert found.index.tolist() == year.index.tolist()
    np.testing.assert_allclose(found["revenue_12m"], year, atol=1e-9)
    expected = expected.reindex(found.index, fill_value=0.0)[list(found.columns[:-1])]
    np.testing.assert_allclose(found[expected.columns], expected, atol=1e-9)


def test_sums_do_not_depend_on_row_order():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"account_id": "a", "amount": rng.uniform(-1, 1, 5000) * 10.0 ** rng.integers(-3, 8, 5000)}
    )
    from helpers.metrics.exact import total

    found = set()
    for seed in range(5):
        table = ibis.memtable(frame.sample(frac=1, random_state=seed))
        found |= set(fetch(table.group_by("account_id").agg(s=total(table.amount)))["s"])
    assert len(found) == 1
