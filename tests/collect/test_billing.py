"""What customers pay: days in force, families, who has left, by hand and by plain Python."""

from datetime import date, timedelta
from decimal import Decimal

import ibis
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.collect.billing import fetched, of_customers, order_revenue, recurring_revenue

AS_OF = date(2024, 12, 31)
DAYS = st.integers(-400, 0).map(lambda days: AS_OF + timedelta(days=days))
SCHEMA = {"account_id": "string", "starts_on": "date", "ends_on": "date", "mrr": "float64"}


def table(rows: list[tuple], schema: dict[str, str]) -> ibis.Table:
    return ibis.memtable(pd.DataFrame(rows, columns=list(schema), dtype="object"), schema=schema)


def known(accounts: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(accounts, columns=["account_id", "customer_id", "left_crm"])
    return frame.astype({"account_id": "str", "customer_id": "str", "left_crm": "datetime64[s]"})


def test_first_and_last_day_are_in_force():
    contracts = table(
        [
            ("A", date(2024, 4, 1), date(2024, 6, 30), 10.0),
            ("A", date(2024, 7, 1), None, 20.0),
            ("B", date(2024, 4, 1), date(2024, 6, 30), 5.0),
        ],
        SCHEMA,
    ).mutate(left_on=ibis.null("date"))
    mrr = {
        day: recurring_revenue(contracts, on=date(2024, *day)).mrr.to_pandas().dropna().tolist()
        for day in [(3, 31), (4, 1), (6, 30), (7, 1)]
    }
    assert {day: sorted(found) for day, found in mrr.items()} == {
        (3, 31): [],
        (4, 1): [5.0, 10.0],
        (6, 30): [5.0, 10.0],
        (7, 1): [20.0],
    }


def paid_by_hand(contracts: list[tuple], accounts: list[tuple]) -> dict[str, tuple]:
    """customer → mrr, paid_until, last_mrr, one contract at a time."""
    owner = {account: customer for account, customer, _ in accounts}
    left = {account: day for account, _, day in accounts}
    found = {}
    for customer in {owner[account] for account, *_ in contracts}:
        own = [row[1:] for row in contracts if owner[row[0]] == customer]
        ends = [
            (starts, min(ends or AS_OF, left[customer] or AS_OF), Decimal(str(mrr)))
            for starts, ends, mrr in own
        ]
        paid = [(until, mrr) for starts, until, mrr in ends if mrr > 0 and starts <= until]
        now = [Decimal(str(mrr)) for starts, ends, mrr in own if (ends or AS_OF) >= AS_OF]
        last = max((until for until, _ in paid), default=None)
        found[customer] = (
            float(sum(now)) if now else None,
            last,
            float(sum(mrr for until, mrr in paid if until == last)) if paid else None,
        )
    return found


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), DAYS, st.none() | DAYS | st.just(AS_OF),
                       st.sampled_from([0.0, 0.1, 0.2, 0.7, 1e9])), min_size=1, max_size=12),
    st.sampled_from(["abcd", "aacd", "aaaa", "abbb"]),
    st.lists(st.none() | DAYS, min_size=4, max_size=4),
)  # fmt: skip
def test_families_and_those_who_left(contracts, owners, left):
    days = dict(zip("abcd", left, strict=True))
    accounts = [(account, of, days[of]) for account, of in zip("abcd", owners, strict=True)]
    bills = of_customers(table(contracts, SCHEMA), known(accounts))
    found = recurring_revenue(bills, on=AS_OF).to_pandas().set_index("account_id")
    rows = {
        row.Index: tuple(None if pd.isna(cell) else cell for cell in row[1:])
        for row in found.itertuples()
    }
    expected = paid_by_hand(contracts, accounts)
    assert rows == {
        customer: (mrr, until and pd.Timestamp(until), last)
        for customer, (mrr, until, last) in expected.items()
    }


def test_orders_of_the_year():
    schema = {"account_id": "string", "ordered_on": "date", "amount": "float64"}
    orders = table(
        [
            ("child", date(2024, 1, 1), 24.0),
            ("top", date(2023, 12, 31), 600.0),
            ("top", date(2024, 3, 1), -12.0),
            ("old", date(2023, 5, 1), 9.0),
            ("back", date(2024, 5, 1), -6.0),
        ],
        schema,
    )
    accounts = known([("child", "top", None), ("top", "top", None), ("old", "old", None)])
    found = order_revenue(of_customers(orders, accounts), since=date(2024, 1, 1)).to_pandas()
    found = found.set_index("account_id").sort_index()
    assert found.revenue.to_dict() == {"back": -0.5, "old": 0.0, "top": 1.0}
    assert found.active.to_dict() == {"back": False, "old": False, "top": True}
    assert found.paid_until.dropna().to_dict() == {
        "old": pd.Timestamp("2023-05-01"),
        "top": pd.Timestamp("2024-01-01"),
    }


def test_fetched_is_what_ibis_gives():
    kinds = {"t": "string", "d": "date", "x": "float64", "n": "int64", "m": "int64", "b": "boolean"}
    rows = [("a", date(2024, 1, 1), 0.5, 1, 7, True), (None, None, None, None, 8, None)]
    plain = table(rows, kinds)
    for one in (plain, plain.limit(1), plain.mutate(at=plain.d.cast("timestamp"))):
        pd.testing.assert_frame_equal(fetched(one), one.to_pandas())
