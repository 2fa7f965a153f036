"""Rules that hold for any rows: sums over segments, row order, split files, the as-of date."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, contract, customer_frame, make_study

from helpers.metrics.accounts import components_of
from helpers.metrics.components import Components
from helpers.metrics.profiles import company_metrics, segment_metrics
from helpers.metrics.revenue import MOVEMENTS, month_ends, monthly_bridge
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
ACCOUNTS = "abcdefgh"
FIRST, LATER = dt.date(2025, 7, 1), QUARTER.as_of + dt.timedelta(days=1)
STUDY = make_study(metrics={"resamples": 100, "discount_rate": 0.08})
TYPES = ("contracts", "orders", "costs")


# ── any rows ─────────────────────────────────────────────────────────────────────────────────────
def days(first: dt.date = FIRST, last: dt.date = QUARTER.as_of) -> st.SearchStrategy:
    return st.dates(first, last).map(str)


def rows_of(table: str, day: st.SearchStrategy) -> st.SearchStrategy:
    """Rows of one canonical table that are dated on such a day."""
    account, cents = st.sampled_from(ACCOUNTS), st.integers(0, 500_000).map(lambda n: n / 100)
    some = st.integers(1, 400)
    columns = {
        "contracts": {"account_id": account, "starts_on": day, "mrr": cents, "days": some},
        "orders": {"account_id": account, "ordered_on": day, "amount": cents, "back": some},
        "costs": {"account_id": account, "incurred_on": day, "amount": cents,
                  "kind": st.sampled_from(("service", "acquisition"))},
    }[table]  # fmt: skip
    return st.lists(st.fixed_dictionaries(columns).map(finished), max_size=6)


def finished(row: dict) -> dict:
    """What follows from the drawn values: ends and returns."""
    row = dict(row)
    if "starts_on" in row:
        ends = dt.date.fromisoformat(row["starts_on"]) + dt.timedelta(days=row.pop("days"))
        row["ends_on"] = str(ends) if ends <= QUARTER.as_of else None
    if "back" in row:
        row["amount"] *= -1 if row.pop("back") % 4 == 0 else 1
    return row


def keyed(tables: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """The rows with the identifiers of orders."""
    orders = [{**row, "order_id": str(i)} for i, row in enumerate(tables["orders"])]
    return {**tables, "orders": orders}


def any_tables(day: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({name: rows_of(name, day) for name in TYPES}).map(keyed)


def parts_of(tables: dict[str, ibis.Table]) -> Components:
    customers = customer_frame(*[{"account_id": name} for name in ACCOUNTS])
    return components_of(STUDY, QUARTER, customers, **tables)


def read(tables: dict[str, list[dict]]) -> dict[str, ibis.Table]:
    return {name: canonical(name, *rows) for name, rows in tables.items()}


def assert_same(one: Components, other: Components) -> None:
    """Equal to the last bit: nothing may depend on the order in which sums were made."""
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    pd.testing.assert_frame_equal(one.observations, other.observations, check_exact=True)
    assert one.definitions == other.definitions


# ── rules ────────────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=3, deadline=None)
@given(
    any_tables(days()),
    any_tables(days(LATER, dt.date(2027, 12, 31))),
    st.integers(0, 6),
    st.randoms(use_true_random=False),
)
def test_order_files_and_the_future_do_not_matter(tables, later, at, random):
    known = parts_of(read(tables))
    shuffled = {name: random.sample(rows, len(rows)) for name, rows in tables.items()}
    assert_same(known, parts_of(read(shuffled)))
    in_two_files = {
        name: canonical(name, *rows[at:]).union(canonical(name, *rows[:at]))
        for name, rows in tables.items()
    }
    assert_same(known, parts_of(in_two_files))
    later["orders"] = [row | {"order_id": f"later {row['order_id']}"} for row in later["orders"]]
    both = {name: rows + later[name] for name, rows in tables.items()}
    assert_same(known, parts_of(read(both)))


@settings(max_examples=3, deadline=None)
@given(any_tables(days()), st.lists(st.sampled_from("123"), min_size=8, max_size=8))
def test_exclusive_segments_add_up_to_the_whole(tables, drawn):
    parts = parts_of(read(tables))
    members = pd.DataFrame({"segment_id": drawn, "account_id": list(ACCOUNTS)})
    company = company_metrics(STUDY, parts).set_index("metric")["value"]
    profiles = segment_metrics(STUDY, members, parts)
    segment = parts.table["account_id"].map(members.set_index("account_id")["segment_id"])
    checked = set()
    for name, rows in profiles.groupby("metric"):
        form = parts.definition(name).form
        if name not in parts.ratios or form not in {"sum", "ratio", "share"}:
            continue
        value = rows.set_index("segment_id")["value"]
        if form == "sum":
            whole = company[name] if parts.denominator(name).any() else 0.0
            assert value.sum() == pytest.approx(whole, rel=1e-8, abs=1e-6), name
        else:
            # A ratio of the whole is that of its parts, weighted by their denominators.
            weight = parts.denominator(name).groupby(segment).sum()
            added = (value * weight).sum()
            # Segments that have no ratio of their own, for want of a denominator, still count.
            without = weight.reindex(segment).to_numpy() <= 0
            added += parts.definition(name).scale * parts.numerator(name)[without].sum()
            if weight.sum() > 0:
                whole = company[name] * weight.sum()
                assert added == pytest.approx(whole, rel=1e-7, abs=1e-6), name
        checked.add(name)
    assert {"arr", "mrr_new", "mrr_churned", "orders", "aov", "nrr", "margin"} <= checked


@settings(max_examples=8, deadline=None)
@given(rows_of("contracts", days(dt.date(2024, 7, 1))))
def test_gross_retention_is_at_most_one_and_at_most_net(rows):
    customers = customer_frame(*[{"account_id": name} for name in ACCOUNTS])
    contracts = canonical("contracts", *rows)
    parts = components_of(STUDY, QUARTER, customers, contracts=contracts)
    found = company_metrics(STUDY, parts).set_index("metric")["value"]
    opening = parts.denominator("grr").sum()
    assert np.isnan(found["grr"]) == np.isnan(found["nrr"]) == (opening == 0)
    if opening:
        assert 0 <= found["grr"] <= min(1, found["nrr"]) + 1e-9
        # What gross retention leaves out of net is growth of the opening cohort.
        growth = (parts.numerator("nrr") - parts.denominator("nrr")).clip(lower=0).sum()
        assert found["nrr"] - found["grr"] == pytest.approx(growth / opening, abs=1e-8)


@settings(max_examples=8, deadline=None)
@given(rows_of("contracts", days(dt.date(2025, 1, 1), dt.date(2026, 12, 31))))
def test_the_company_bridge_adds_up_month_by_month(rows):
    months = month_ends(QUARTER.year_start, QUARTER.as_of)
    table = monthly_bridge(canonical("contracts", *rows), months=months)
    cents = (table[["opening", *MOVEMENTS, "closing"]] * 100).round().astype("int64")
    assert (cents["opening"] + cents[list(MOVEMENTS)].sum(axis=1) == cents["closing"]).all()
    assert (cents["closing"].to_numpy()[:-1] == cents["opening"].to_numpy()[1:]).all()
    by_hand = [
        sum(
            round(row["mrr"] * 100)
            for row in rows
            if row["starts_on"] <= str(day) and (row["ends_on"] or "9") >= str(day)
        )
        for day in months
    ]
    assert cents["closing"].tolist() == by_hand


def test_nobody_who_stays_is_booked_as_churned():
    # Open-ended, ending on the last day, and ending later: none has left by the as-of date.
    contracts = canonical(
        "contracts",
        contract("a", "2015-01-01", None, 10),
        contract("b", "2015-01-01", "2026-09-30", 20),
        contract("c", "2026-09-30", "2030-01-01", 40),
    )
    table = monthly_bridge(contracts, months=month_ends(QUARTER.year_start, QUARTER.as_of))
    assert table["churned"].sum() == 0
    assert table["opening"].iloc[0] == 30
    assert table["closing"].iloc[-1] == 70
