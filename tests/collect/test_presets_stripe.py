"""Customers, contracts and payments from a Stripe export; expected values are derived beside it."""
# ruff: noqa: E501 — tables are easier to check when their rows are lines

import datetime as dt
import math
from typing import ClassVar

import numpy as np
import pytest
from exports import cautions, collected, export, refused, told

from helpers.collect.presets import preset_choices

EXPORT = {
    "customer": """
        id | created             | name  | livemode | metadata
        A  | 2024-01-01 10:00:00 | Alder | true     | {"crm":"SF-1"}
        B  | 2024-02-01 10:00:00 | Birch | true     |
        C  | 2024-03-01 10:00:00 | Cedar | true     |
        D  | 2024-04-01 10:00:00 | Dill  | true     |
        T  | 2024-04-01 10:00:00 | Test  | false    |""",
    "plan": """
        id      | amount | currency | interval | interval_count | usage_type | nickname
        monthly | 5000   | eur      | month    | 1              | licensed   | Basic
        yearly  | 120000 | eur      | year     | 1              | licensed   | Yearly
        usage   | 10     | eur      | month    | 1              | metered    | Usage""",
    "subscription": """
        id | customer_id | status   | start_date          | trial_end           | ended_at            | canceled_at         | cancel_at_period_end | current_period_end  | livemode
        s1 | A           | active   | 2024-01-15 10:00:00 |                     |                     |                     | false                | 2025-01-15 10:00:00 | true
        s2 | B           | active   | 2024-02-01 10:00:00 | 2024-03-01 10:00:00 |                     | 2024-11-20 10:00:00 | true                 | 2024-12-01 10:00:00 | true
        s3 | C           | canceled | 2024-03-01 10:00:00 | 2024-03-15 10:00:00 | 2024-03-10 10:00:00 | 2024-03-10 10:00:00 | false                |                     | true
        s4 | D           | past_due | 2024-04-01 10:00:00 |                     |                     |                     | false                |                     | true
        s5 | D           | incomplete_expired | 2024-04-01 10:00:00 |           |                     |                     | false                |                     | true
        s6 | T           | active   | 2024-04-01 10:00:00 |                     |                     |                     | false                |                     | false""",
    "subscription_item": """
        id | subscription_id | plan_id | quantity
        i1 | s1              | yearly  | 3
        i2 | s1              | usage   |
        i3 | s2              | monthly | 2
        i4 | s3              | monthly | 1
        i5 | s4              | monthly | 1
        i6 | s5              | monthly | 1
        i7 | s6              | monthly | 1""",
}
COLUMNS = ("account_id", "starts_on", "ends_on", "mrr", "product", "currency")


@pytest.fixture
def stripe(study):
    def build(table="contracts", *, files=None, rates=None, **options):
        entry = {"preset": "stripe", "folder": "export", "options": options}
        tables = {table: entry, "rates": rates}
        return study(tables=tables, files=export({**EXPORT, **(files or {})}))

    return build


def contracts(ws) -> list[list]:
    frame = collected(ws, "contracts").sort_values(["account_id", "starts_on", "product"])
    return told(frame, *COLUMNS)


# 120,000 cents a year, three of them: 1,200 × 3 / 12 = 300 a month.
YEARLY = ["A", "2024-01-15", None, 300.0, "Yearly", "EUR"]
# Two at 50, from the end of the trial to the day before the period ends.
CANCELLED = ["B", "2024-03-01", "2024-11-30", 100.0, "Basic", "EUR"]
PAST_DUE = ["D", "2024-04-01", None, 50.0, "Basic", "EUR"]


class TestContracts:
    def test_interval_quantity_trial_and_cancellation_at_period_end(self, stripe):
        # s3 ended within its trial, s5 was never paid, s6 is test mode, usage is not recurring.
        assert contracts(stripe()) == [YEARLY, CANCELLED, PAST_DUE]

    def test_a_trial_may_be_part_of_the_contract(self, stripe):
        assert contracts(stripe(trials="revenue")) == [
            YEARLY,
            ["B", "2024-02-01", "2024-11-30", 100.0, "Basic", "EUR"],
            ["C", "2024-03-01", "2024-03-09", 50.0, "Basic", "EUR"],
            PAST_DUE,
        ]

    def test_a_subscription_may_begin_when_it_was_created(self, stripe):
        subscription = """
            id | customer_id | status | start_date          | created             | ended_at
            s1 | A           | active | 2024-01-15 10:00:00 | 2024-02-20 10:00:00 |
            s2 | A           | active |                     |                     |"""
        ws = stripe(files={"subscription": subscription}, starts_on="created")
        assert contracts(ws) == [["A", "2024-02-20", None, 300.0, "Yearly", "EUR"]]
        # Nothing is left out in silence: a subscription without its day is a rejected row.
        assert told(refused(ws, "contracts"), "column", "reason") == [["starts_on", "missing"]]

    def test_a_cancellation_may_count_from_the_request(self, stripe):
        ended = ["B", "2024-03-01", "2024-11-19", 100.0, "Basic", "EUR"]
        assert contracts(stripe(cancelled="request")) == [YEARLY, ended, PAST_DUE]

    def test_an_end_after_the_as_of_date_is_unknown(self, stripe):
        later = EXPORT["subscription"].replace("2024-12-01 10:00:00", "2025-02-01 10:00:00")
        (_, cancelled, _) = contracts(stripe(files={"subscription": later}))
        assert cancelled[2] is None

    def test_subscriptions_past_due_may_be_left_out(self, stripe):
        assert contracts(stripe(past_due="leave_out")) == [YEARLY, CANCELLED]

    def test_metered_items_may_be_rejected_rows(self, stripe):
        plan = EXPORT["plan"].replace("| 10     | eur", "|        | eur")
        ws = stripe(files={"plan": plan}, metered="reject")
        assert contracts(ws) == [YEARLY, CANCELLED, PAST_DUE]
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "missing"]]

    def test_test_mode_may_be_kept(self, stripe):
        kept = contracts(stripe(test_mode="keep"))
        assert kept[-1] == ["T", "2024-04-01", None, 50.0, "Basic", "EUR"]

    @pytest.mark.parametrize(
        ("currency", "mrr"),
        # 120,000 yen are 120,000 yen; 120,000 fils are 120 dinars; each × 3 / 12.
        [("jpy", 30000.0), ("kwd", 30.0)],
    )
    def test_minor_units(self, stripe, currency, mrr):
        plan = EXPORT["plan"].replace("120000 | eur", f"120000 | {currency}")
        rates = f"currency,month,rate\n{currency.upper()},2024-01-01,1\n"
        ws = stripe(files={"plan": plan}, rates=rates)
        assert contracts(ws)[0][3] == mrr

    def test_the_list_of_zero_decimal_currencies_is_a_choice(self, stripe):
        assert contracts(stripe(zero_decimal=["eur"]))[0][3] == 30000.0

    @pytest.mark.parametrize(
        ("interval", "count", "mrr"),
        [
            ("month", 3, 1200.0),  # 1,200 × 3 / 3
            ("week", 1, 15653.571429),  # 3,600 × 365.25 / 12 / 7
            ("day", 30, 3652.5),  # 3,600 / 30 × 365.25 / 12
        ],
    )
    def test_intervals(self, stripe, interval, count, mrr):
        plan = EXPORT["plan"].replace(
            "120000 | eur      | year     | 1", f"120000 | eur | {interval} | {count}"
        )
        assert contracts(stripe(files={"plan": plan}))[0][3] == pytest.approx(mrr, abs=1e-6)

    def test_prices_in_the_place_of_plans(self, stripe):
        price = """
            id      | unit_amount | currency | recurring_interval | recurring_interval_count | transform_quantity_divide_by | transform_quantity_round
            yearly  | 120000      | eur      | year               | 1                        | 2                            | up
            monthly | 5000        | eur      | month              | 1                        |                              |"""
        ws = stripe(files={"price": price})
        assert contracts(ws)[0][3] == 300.0  # the plan goes first
        (ws.raw / "export" / "plan.csv").unlink()
        # Three seats in packages of two: two packages of 1,200 a year.
        assert [row[3] for row in contracts(ws)] == [200.0, 100.0, 50.0]

    def test_an_item_without_a_known_price_is_a_rejected_row(self, stripe):
        plan = EXPORT["plan"].replace("yearly ", "retired")
        ws = stripe(files={"plan": plan})
        assert contracts(ws) == [CANCELLED, PAST_DUE]
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "missing"]]

    def test_history_says_what_a_subscription_was(self, stripe):
        history = """
            id | customer_id | status   | start_date          | ended_at            | _fivetran_start     | _fivetran_end
            s1 | A           | active   | 2024-01-15 10:00:00 |                     | 2024-01-15 10:00:00 | 2025-01-31 23:59:59
            s1 | A           | canceled | 2024-01-15 10:00:00 | 2024-10-01 10:00:00 | 2025-02-01 00:00:00 | 9999-12-31 23:59:59"""
        today = EXPORT["subscription"].replace(
            "s1 | A           | active   | 2024-01-15 10:00:00 |                     |                     |",
            "s1 | A           | canceled | 2024-01-15 10:00:00 |                     | 2024-10-01 10:00:00 |",
        )
        files = {"subscription": today, "subscription_history": history}
        ended = ["A", "2024-01-15", "2024-09-30", 300.0, "Yearly", "EUR"]
        # The cancellation was entered in February, with an earlier date.
        assert contracts(stripe(files=files)) == [YEARLY, CANCELLED, PAST_DUE]
        assert contracts(stripe(files=files, history="ignore")) == [ended, CANCELLED, PAST_DUE]


HEAD = "id | customer_id | status | start_date | trial_end | ended_at | canceled_at | current_period_end"


class TestStates:
    """One subscription of 100 a month (i3 of s2), in every state that Stripe knows."""

    def rows(self, stripe, line, head=HEAD, history=None, **options) -> list[list]:
        files = {"subscription": f"{head}\n{line}\ns1 | A | active | 2024-01-15 10:00:00 | | | |"}
        files |= {"subscription_history": history} if history else {}
        found = [row for row in contracts(stripe(files=files, **options)) if row[0] == "B"]
        return [row[1:4] for row in found]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("active | 2024-02-01 | | | |", [["2024-02-01", None, 100.0]]),
            ("past_due | 2024-02-01 | | | |", [["2024-02-01", None, 100.0]]),
            ("trialing | 2024-12-20 | 2025-01-20 | | |", []),
            ("incomplete | 2024-02-01 | | | |", []),
            ("incomplete_expired | 2024-02-01 | | | |", []),
            # Paused since its trial ended; since the period that was paid; nobody knows since when.
            ("paused | 2024-02-01 | 2024-03-01 | | |", []),
            ("paused | 2024-02-01 | | | | 2024-09-01", [["2024-02-01", "2024-08-31", 100.0]]),
            ("paused | 2024-02-01 | | | |", []),
            ("unpaid | 2024-02-01 | | | | 2024-12-01", []),
            ("canceled | 2024-02-01 | | 2024-08-01 | 2024-07-01 |", [["2024-02-01", "2024-07-31", 100.0]]),
            # Without the day of the end, that of the cancellation counts, else the end of the period.
            ("canceled | 2024-02-01 | | | 2024-07-01 |", [["2024-02-01", "2024-06-30", 100.0]]),
            ("canceled | 2024-02-01 | | | | 2024-09-01", [["2024-02-01", "2024-08-31", 100.0]]),
            # Cancelled for the end of the period, which is after the as-of date.
            ("active | 2024-02-01 | | | 2024-12-05 | 2025-02-01", [["2024-02-01", None, 100.0]]),
            # Lived for minutes; for a night.
            ("canceled | 2024-02-01 10:00:00 | | 2024-02-01 10:20:00 | |", []),
            ("canceled | 2024-02-01 23:50:00 | | 2024-02-02 00:10:00 | |", [["2024-02-01", "2024-02-01", 100.0]]),
        ],
    )  # fmt: skip
    def test_what_is_in_force(self, stripe, line, expected):
        assert self.rows(stripe, f"s2 | B | {line}") == expected

    def test_a_cancellation_without_any_day_is_a_rejected_row(self, stripe):
        files = {
            "subscription": f"{HEAD}\ns1 | A | canceled | 2024-02-01 | | | |\ns2 | B | active | 2024-02-01 | | | |"
        }
        ws = stripe(files=files)
        assert [row[0] for row in contracts(ws)] == ["B"]
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "missing"]]

    @pytest.mark.parametrize(
        ("option", "status"),
        [("unpaid", "unpaid"), ("paused", "paused"), ("incomplete", "incomplete")],
    )
    def test_what_is_left_out_may_be_in_force(self, stripe, option, status):
        line = f"s2 | B | {status} | 2024-02-01 | | | |"
        assert self.rows(stripe, line, **{option: "in_force"}) == [["2024-02-01", None, 100.0]]

    def test_a_day_may_be_a_contract(self, stripe):
        line = "s2 | B | canceled | 2024-02-01 10:00:00 | | 2024-02-01 10:20:00 | |"
        one = [["2024-02-01", "2024-02-01", 100.0]]
        assert self.rows(stripe, line, same_day="one_day") == one

    def test_a_trial_in_the_middle_is_a_gap(self, stripe):
        line = "s2 | B | active | 2024-02-01 | 2024-07-01 | 2024-06-01 | | |"
        head = "id | customer_id | status | start_date | trial_end | trial_start | ended_at | canceled_at | current_period_end"
        files = {"subscription": f"{head}\n{line}"}
        assert [row[1:4] for row in contracts(stripe(files=files))] == [
            ["2024-02-01", "2024-05-31", 100.0],
            ["2024-07-01", None, 100.0],
        ]

    def test_pauses_are_gaps_where_the_history_tells_them(self, stripe):
        history = """
            id | customer_id | status | start_date          | _fivetran_start     | _fivetran_end
            s2 | B           | active | 2024-02-01 00:00:00 | 2024-02-01 00:00:00 | 2024-05-09 23:59:59
            s2 | B           | paused | 2024-02-01 00:00:00 | 2024-05-10 00:00:00 | 2024-06-19 23:59:59
            s2 | B           | active | 2024-02-01 00:00:00 | 2024-06-20 00:00:00 | 2024-10-31 23:59:59
            s2 | B           | unpaid | 2024-02-01 00:00:00 | 2024-11-01 00:00:00 | 9999-12-31 23:59:59"""
        line = "s2 | B | unpaid | 2024-02-01 | | | |"
        assert self.rows(stripe, line, history=history) == [
            ["2024-02-01", "2024-05-09", 100.0],
            ["2024-06-20", "2024-10-31", 100.0],
        ]

    def test_a_state_of_later_is_not_the_state_of_then(self, stripe):
        history = """
            id | customer_id | status | start_date          | _fivetran_start     | _fivetran_end
            s2 | B           | active | 2024-02-01 00:00:00 | 2024-02-01 00:00:00 | 2025-02-09 23:59:59
            s2 | B           | paused | 2024-02-01 00:00:00 | 2025-02-10 00:00:00 | 9999-12-31 23:59:59"""
        line = "s2 | B | paused | 2024-02-01 | | | |"
        assert self.rows(stripe, line, history=history) == [["2024-02-01", None, 100.0]]

    def test_what_is_left_out_is_counted_in_money(self, stripe):
        files = {
            "subscription": f"{HEAD}\ns2 | B | unpaid | 2024-02-01 | | | |\ns1 | A | active | 2024-02-01 | | | |"
        }
        ws = stripe(files=files)
        contracts(ws)
        told_by = preset_choices(ws).set_index("choice").loc["unpaid"]
        assert (told_by["rows"], told_by["amount"]) == (1, "100.00 EUR a month")
        assert any("unpaid" in text and "concerns: 1; 100.00 EUR" in text for text in cautions(ws))


class TestItems:
    ITEMS = """
        id | subscription_id | plan_id | quantity | created"""
    VERSIONS = """
        id | subscription_id | plan_id | quantity | _fivetran_start | _fivetran_end | _fivetran_active"""

    def rows(self, stripe, head, *lines, **options) -> list[list]:
        files = {"subscription_item": "\n".join([head, *lines])}
        return [row[1:4] for row in contracts(stripe(files=files, **options)) if row[0] == "A"]

    # Subscription s1 runs from 2024-01-15; a monthly seat is 50.
    def test_seats_change_on_the_day_on_which_they_do(self, stripe):
        lines = [
            "i1 | s1 | monthly | 2 | 2024-01-15 10:00:00 | 2024-06-30 23:59:59 | false",
            "i1 | s1 | monthly | 3 | 2024-07-01 00:00:00 | 2024-07-01 11:59:59 | false",
            "i1 | s1 | monthly | 4 | 2024-07-01 12:00:00 | 2025-01-31 23:59:59 | false",
            "i1 | s1 | monthly | 9 | 2025-02-01 00:00:00 | 9999-12-31 23:59:59 | true",
        ]
        # Of two changes on one day the last counts; the nine seats came after the as-of date.
        assert self.rows(stripe, self.VERSIONS, *lines) == [
            ["2024-01-15", "2024-06-30", 100.0],
            ["2024-07-01", None, 200.0],
        ]
        assert self.rows(stripe, self.VERSIONS, *lines, history="ignore") == [
            ["2024-01-15", None, 450.0]
        ]

    def test_an_item_that_another_took_the_place_of(self, stripe):
        lines = [
            "i1 | s1 | monthly | 2 | 2024-01-15 10:00:00 | 2024-08-04 23:59:59 | false",
            "i9 | s1 | monthly | 6 | 2024-08-05 00:00:00 | 9999-12-31 23:59:59 | true",
        ]
        assert self.rows(stripe, self.VERSIONS, *lines) == [
            ["2024-01-15", "2024-08-04", 100.0],
            ["2024-08-05", None, 300.0],
        ]

    def test_a_history_that_is_younger_than_the_subscription(self, stripe):
        line = "i1 | s1 | monthly | 2 | 2024-06-01 00:00:00 | 9999-12-31 23:59:59 | true"
        assert self.rows(stripe, self.VERSIONS, line) == [["2024-01-15", None, 100.0]]
        unknown = self.rows(stripe, self.VERSIONS, line, earlier_price="unknown")
        assert unknown == [["2024-06-01", None, 100.0]]

    def test_an_item_without_history_counts_from_its_creation(self, stripe):
        lines = [
            "i1 | s1 | monthly | 2 | 2024-01-15 10:00:00",
            "i2 | s1 | monthly | 1 | 2024-09-01 10:00:00",
            "i3 | s1 | monthly | 7 | 2025-01-20 10:00:00",
        ]
        assert self.rows(stripe, self.ITEMS, *lines) == [
            ["2024-01-15", None, 100.0],
            ["2024-09-01", None, 50.0],
        ]

    def test_that_changes_cannot_be_seen_is_said(self, stripe):
        line = "i1 | s1 | monthly | 2 | 2024-08-05 10:00:00"
        ws = stripe(files={"subscription_item": f"{self.ITEMS}\n{line}"})
        assert [row[1:4] for row in contracts(ws)] == [["2024-01-15", None, 100.0]]
        texts = cautions(ws)
        assert (
            sum("price and seat changes inside a subscription cannot be seen" in t for t in texts)
            == 1
        )
        (carried,) = [text for text in texts if "carry the earliest price" in text]
        assert "concerns: 1; 100.00 EUR a month)" in carried
        versions = "i1 | s1 | monthly | 2 | 2024-01-15 10:00:00 | 9999-12-31 23:59:59 | true"
        ws = stripe(files={"subscription_item": f"{self.VERSIONS}\n{versions}"})
        contracts(ws)
        assert not any("cannot be seen" in text for text in cautions(ws))

    def test_two_equal_subscriptions_are_two(self, stripe):
        subscription = (
            EXPORT["subscription"].replace("s4 | D ", "s4 | B ").replace("2024-04-01", "2024-03-01")
        )
        subscription = subscription.replace(
            "| 2024-11-20 10:00:00 | true                 | 2024-12-01 10:00:00",
            "|                     | false                |                    ",
        )
        item = EXPORT["subscription_item"].replace(
            "i5 | s4              | monthly | 1", "i5 | s4 | monthly | 2"
        )
        ws = stripe(files={"subscription": subscription, "subscription_item": item})
        frame = collected(ws, "contracts")
        two = frame[frame["account_id"] == "B"]
        assert told(two, "starts_on", "mrr") == [["2024-03-01", 100.0], ["2024-03-01", 100.0]]


class TestDiscounts:
    COUPONS = """
        id    | percent_off | amount_off | duration
        half  | 50          |            | repeating
        ten   |             | 1000       | forever
        first | 90          |            | once"""

    def files(self, rows: str) -> dict[str, str]:
        head = "id | coupon_id | customer_id | subscription_id | start | end | invoice_id\n"
        return {"coupon": self.COUPONS, "discount": head + rows}

    def test_a_percentage_while_it_runs(self, stripe):
        rows = "d | half | A | s1 | 2024-02-15 10:00:00 | 2024-05-15 10:00:00 |"
        assert contracts(stripe(files=self.files(rows)))[:3] == [
            ["A", "2024-01-15", "2024-02-14", 300.0, "Yearly", "EUR"],
            ["A", "2024-02-15", "2024-05-14", 150.0, "Yearly", "EUR"],
            ["A", "2024-05-15", None, 300.0, "Yearly", "EUR"],
        ]

    def test_an_amount_off_is_per_invoice(self, stripe):
        # Ten a year on a yearly plan; ten a month on a monthly one.
        rows = "d | ten | A | | 2024-01-01 10:00:00 | |\ne | ten | B | s2 | 2024-01-01 10:00:00 | |"
        assert [row[3] for row in contracts(stripe(files=self.files(rows)))] == [
            pytest.approx(300 - 10 / 12, abs=1e-6),
            90.0,
            50.0,
        ]

    def test_both_and_never_below_zero(self, stripe):
        rows = "d | half | B | s2 | 2024-01-01 | |\ne | ten | B | s2 | 2024-01-01 | |"
        (_, both, _) = contracts(stripe(files=self.files(rows)))
        assert both[3] == 40.0  # 100 × 50 % − 10
        coupons = self.COUPONS.replace("1000", "900000")
        files = {**self.files(rows), "coupon": coupons}
        assert contracts(stripe(files=files))[1][3] == 0.0

    def test_one_of_the_subscription_takes_the_place_of_the_customers(self, stripe):
        rows = "d | half | B | | 2024-01-01 | |\ne | ten | B | s2 | 2024-06-01 | |"
        mine = [row[1:4] for row in contracts(stripe(files=self.files(rows))) if row[0] == "B"]
        assert mine == [["2024-03-01", "2024-05-31", 50.0], ["2024-06-01", "2024-11-30", 90.0]]
        ws = stripe(files=self.files(rows), several_discounts="both")
        assert [row[3] for row in contracts(ws) if row[0] == "B"] == [50.0, 40.0]

    def test_an_amount_in_another_currency_is_none_off(self, stripe):
        files = self.files("d | ten | B | s2 | 2024-01-01 | |")
        files["coupon"] = (
            "id | percent_off | amount_off | duration | currency\nten | | 1000 | forever | usd"
        )
        assert contracts(stripe(files=files))[1][3] == 100.0

    def test_a_repeating_coupon_ends_by_its_months(self, stripe):
        files = self.files("d | ten | B | s2 | 2024-03-01 | |")
        files["coupon"] = (
            "id | percent_off | amount_off | duration | duration_in_months\nten | | 1000 | repeating | 3"
        )
        mine = [row[1:4] for row in contracts(stripe(files=files)) if row[0] == "B"]
        assert mine == [["2024-03-01", "2024-05-31", 90.0], ["2024-06-01", "2024-11-30", 100.0]]

    def test_discounts_of_one_invoice_do_not_count(self, stripe):
        rows = "d | first | A | s1 | 2024-01-01 | |\ne | half | A | s1 | 2024-01-01 | | in_1"
        assert contracts(stripe(files=self.files(rows))) == [YEARLY, CANCELLED, PAST_DUE]

    def test_the_list_price_may_count(self, stripe):
        rows = "d | half | A | s1 | 2024-01-01 | |"
        ws = stripe(files=self.files(rows), discounts="list_price")
        assert contracts(ws) == [YEARLY, CANCELLED, PAST_DUE]

    def test_an_unknown_coupon_is_a_rejected_row(self, stripe):
        ws = stripe(files=self.files("d | lost | A | s1 | 2024-01-01 | |"))
        assert contracts(ws) == [CANCELLED, PAST_DUE]
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "missing"]]

    def test_day_by_day_against_plain_arithmetic(self, stripe):
        """Random subscriptions, each with up to three random discounts, looked at on random days."""
        rng = np.random.default_rng(20241231)

        def day() -> dt.date:
            return dt.date(2023, 10, 1) + dt.timedelta(days=int(rng.integers(0, 450)))

        coupons = {"p20": (20, None), "p35": (35, None), "o9": (None, 900), "o40": (None, 4000)}
        subscriptions, items, discounts, known = [], [], [], {}
        for number in range(40):
            start, length = day(), int(rng.integers(1, 300))
            stop = start + dt.timedelta(days=length) if rng.random() < 0.5 else None
            plan, months, price = [("monthly", 1, 5000), ("yearly", 12, 120000)][number % 2]
            quantity, found = int(rng.integers(1, 5)), []
            for _ in range(int(rng.integers(0, 4))):
                coupon, begins = str(rng.choice(list(coupons))), day()
                ends = begins + dt.timedelta(days=int(rng.integers(1, 200)))
                ends = ends if rng.random() < 0.7 else None
                found.append((begins, ends, *coupons[coupon]))
                discounts.append(
                    f"d{len(discounts)} | {coupon} | c{number} | s{number} | {begins} 10:00:00 | "
                    f"{f'{ends} 10:00:00' if ends else ''}"
                )
            ended = f"{stop} 10:00:00" if stop else ""
            subscriptions.append(f"s{number} | c{number} | active | {start} 10:00:00 | {ended}")
            items.append(f"i{number} | s{number} | {plan} | {quantity}")
            known[f"c{number}"] = (start, stop, price * quantity / months / 100, months, found)

        def expected(account: str, on: dt.date) -> float:
            start, stop, price, months, found = known[account]
            if on < start or (stop and on >= stop):
                return 0.0
            running = [d for d in found if d[0] <= on and (d[1] is None or on < d[1])]
            share = math.prod(1 - (percent or 0) / 100 for _, _, percent, _ in running)
            off = sum(off or 0 for *_, off in running) / months / 100
            return max(0.0, price * share - off)

        head = "id | customer_id | status | start_date | ended_at\n"
        files = {
            "subscription": head + "\n".join(subscriptions),
            "subscription_item": "id | subscription_id | plan_id | quantity\n" + "\n".join(items),
            "discount": "id | coupon_id | customer_id | subscription_id | start | end\n"
            + "\n".join(discounts),
            "coupon": "id | percent_off | amount_off | duration\n"
            + "\n".join(f"{k} | {p or ''} | {o or ''} | forever" for k, (p, o) in coupons.items()),
        }
        rows = contracts(stripe(files=files))
        for account in known:
            for on in (day() for _ in range(20)):
                in_force = [
                    mrr
                    for name, starts_on, ends_on, mrr, *_ in rows
                    if name == account and starts_on <= str(on) and str(on) <= (ends_on or "9")
                ]
                if on <= dt.date(2024, 12, 31):
                    assert sum(in_force) == pytest.approx(expected(account, on), abs=1e-6)


class TestAccounts:
    def test_won_with_the_first_subscription_after_the_trial(self, stripe):
        # Cedar left within its trial.
        accounts = collected(stripe("accounts"), "accounts").reset_index()
        assert told(accounts, "account_id", "won_on", "name") == [
            ["A", "2024-01-15", "Alder"],
            ["B", "2024-03-01", "Birch"],
            ["D", "2024-04-01", "Dill"],
        ]

    def test_won_on_a_column(self, stripe):
        accounts = collected(stripe("accounts", won_on="created"), "accounts").reset_index()
        assert told(accounts, "account_id", "won_on") == [
            ["A", "2024-01-01"],
            ["B", "2024-02-01"],
            ["C", "2024-03-01"],
            ["D", "2024-04-01"],
        ]

    def test_won_with_the_first_charge(self, stripe):
        ws = stripe("accounts", files=PAYMENTS, won_on="first_charge")
        accounts = collected(ws, "accounts").reset_index()
        assert told(accounts, "account_id", "won_on") == [["A", "2024-05-01"], ["B", "2024-06-01"]]

    def test_the_account_may_be_named_in_the_metadata(self, stripe):
        customer = EXPORT["customer"].replace("true     |\n", 'true     | {"crm":"SF-2"}\n')
        ws = stripe(files={"customer": customer}, account_id="metadata.crm")
        assert {row[0] for row in contracts(ws)} == {"SF-1", "SF-2"}


PAYMENTS = {
    "charge": """
        id  | customer_id | amount | amount_captured | currency | status    | captured | created             | livemode
        ch1 | A           | 10000  |                 | eur      | succeeded | true     | 2024-05-01 10:00:00 | true
        ch2 | A           | 9900   |                 | eur      | failed    | false    | 2024-04-02 10:00:00 | true
        ch3 | B           | 5000   | 4000            | eur      | succeeded | true     | 2024-06-01 10:00:00 | true
        ch4 | B           | 5000   |                 | eur      | succeeded | false    | 2024-05-01 10:00:00 | true
        ch5 | T           | 5000   |                 | eur      | succeeded | true     | 2024-05-01 10:00:00 | false""",
    "refund": """
        id  | charge_id | amount | status    | created
        re1 | ch1       | 2500   | succeeded | 2024-07-01 10:00:00
        re2 | ch1       | 2500   | failed    | 2024-07-02 10:00:00
        re3 | ch3       | 4000   | succeeded | 2025-01-02 10:00:00""",
}


class TestOrders:
    ROWS = ("order_id", "account_id", "ordered_on", "amount")
    CHARGES = (["ch1", "A", "2024-05-01", 100.0], ["ch3", "B", "2024-06-01", 40.0])

    def orders(self, ws) -> list[list]:
        return told(collected(ws, "orders").reset_index(), *self.ROWS)

    def test_charges_and_refunds_on_their_own_days(self, stripe):
        # Failed, uncaptured and test charges are none; the second refund failed, the third is
        # later than the run.
        refund = ["re1", "A", "2024-07-01", -25.0]
        assert self.orders(stripe("orders", files=PAYMENTS)) == [*self.CHARGES, refund]

    def test_refunds_may_count_on_the_day_of_the_charge(self, stripe):
        ws = stripe("orders", files=PAYMENTS, refunds="charge_date")
        assert self.orders(ws) == [*self.CHARGES, ["re1", "A", "2024-05-01", -25.0]]

    def test_refunds_may_be_ignored(self, stripe):
        ws = stripe("orders", files=PAYMENTS, refunds="ignore")
        assert self.orders(ws) == [*self.CHARGES]

    def test_without_a_file_of_refunds_the_choice_is_printed(self, stripe):
        ws = stripe("orders", files={"charge": PAYMENTS["charge"]})
        assert self.orders(ws) == [*self.CHARGES]
        choices = preset_choices(ws).set_index("choice")
        assert choices.loc["refunds", "value"] == "ignore"

    def test_what_was_refunded_of_a_charge_where_no_file_says_when(self, stripe):
        charge = """
            id  | customer_id | amount | amount_refunded | currency | status    | created
            ch1 | A           | 10000  | 2500            | eur      | succeeded | 2024-05-01 10:00:00"""
        assert self.orders(stripe("orders", files={"charge": charge})) == [
            ["ch1", "A", "2024-05-01", 75.0]
        ]

    DISPUTES = """
        id  | charge_id | amount | status       | created
        du1 | ch1       | 6000   | lost         | 2024-08-01 10:00:00
        du2 | ch3       | 4000   | won          | 2024-08-02 10:00:00
        du3 | ch3       | 1000   | under_review | 2024-08-03 10:00:00
        du4 | ch1       | 1000   | lost         | 2025-01-03 10:00:00"""

    @pytest.mark.parametrize(
        ("option", "expected"),
        [
            (None, [["du1", "A", "2024-08-01", -60.0]]),
            (
                "lost_and_open",
                [["du1", "A", "2024-08-01", -60.0], ["du3", "B", "2024-08-03", -10.0]],
            ),
            ("ignore", []),
        ],
    )
    def test_disputes_take_money_back(self, stripe, option, expected):
        files = {"charge": PAYMENTS["charge"], "dispute": self.DISPUTES}
        ws = stripe("orders", files=files, **({"disputes": option} if option else {}))
        assert self.orders(ws) == [*self.CHARGES, *expected]

    def test_without_a_file_of_disputes_that_is_said(self, stripe):
        ws = stripe("orders", files=PAYMENTS)
        self.orders(ws)
        assert any("disputes are not looked at" in text for text in cautions(ws))

    # A subscription's payment, another with a training day of 30 on the invoice, an invoice of its
    # own, and a payment without an invoice.
    CHARGE = """
        id  | customer_id | amount | currency | status    | created             | invoice_id
        ch1 | A           | 10000  | eur      | succeeded | 2024-05-01 10:00:00 | in1
        ch2 | A           | 13000  | eur      | succeeded | 2024-06-01 10:00:00 | in2
        ch3 | A           | 7000   | eur      | succeeded | 2024-06-02 10:00:00 | in3
        ch4 | A           | 5000   | eur      | succeeded | 2024-06-03 10:00:00 |"""
    INVOICE = "id | subscription_id \n in1 | s1 \n in2 | s1 \n in3 |"
    LINES = """
        id | invoice_id | amount | type         | proration
        l1 | in1        | 10000  | subscription | false
        l2 | in2        | 11000  | subscription | false
        l3 | in2        | 3000   | invoiceitem  | false
        l4 | in2        | -1000  | invoiceitem  | true
        l5 | in3        | 7000   | invoiceitem  | false"""

    def paid(self, study, files, **options) -> dict:
        own = {"charge": self.CHARGE, **files}
        entries = {
            name: {"preset": "stripe", "folder": "export", "options": o}
            for name, o in {"contracts": {}, "orders": options}.items()
        }
        ws = study(tables=entries, files=export({**EXPORT, **own}))
        return collected(ws, "orders")["amount"].to_dict(), ws

    def test_payments_of_subscriptions_are_no_orders_beside_contracts(self, study):
        amounts, ws = self.paid(study, {"invoice": self.INVOICE})
        assert amounts == {"ch3": 70.0, "ch4": 50.0}
        row = (
            preset_choices(ws)
            .set_index(["table", "choice"])
            .loc[("orders", "subscription_payments")]
        )
        assert (row["value"], row["rows"], row["amount"]) == ("leave_out", 2, "230.00 EUR")

    def test_lines_of_their_own_on_such_an_invoice_are_orders(self, study):
        files = {"invoice": self.INVOICE, "invoice_line_item": self.LINES}
        # The proration belongs to the subscription: 30 of 130 are the training day.
        assert self.paid(study, files)[0] == pytest.approx({"ch2": 30.0, "ch3": 70.0, "ch4": 50.0})

    def test_without_invoices_none_that_pays_one_is_an_order(self, study):
        amounts, ws = self.paid(study, {})
        assert amounts == {"ch4": 50.0}
        assert any("no charge that pays an invoice is an order" in t for t in cautions(ws))

    def test_all_charges_may_be_orders(self, study):
        amounts, _ = self.paid(study, {"invoice": self.INVOICE}, subscription_payments="count")
        assert len(amounts) == 4

    def test_without_contracts_they_are_revenue(self, study):
        entry = {"preset": "stripe", "folder": "export"}
        files = export({**EXPORT, "charge": self.CHARGE, "invoice": self.INVOICE})
        tables = {"orders": entry, "contracts": None}
        ws = study(tables=tables, files=files, business_model="transactional")
        assert len(collected(ws, "orders")) == 4


class TestPricesWithoutAnAmount:
    """12 units; tiers: up to 10 at 100 with 500 once, beyond at 50 with 200 once (hundredths)."""

    TIERS = '[{"up_to":10,"unit_amount":100,"flat_amount":500},{"up_to":null,"unit_amount":50,"flat_amount":200}]'
    ITEM: ClassVar[dict[str, str]] = {
        "subscription_item": """
            id | subscription_id | plan_id | quantity
            i1 | s1              | tiered  | 12
            i3 | s2              | monthly | 2"""
    }

    def plan(self, mode: str, tiers: str = TIERS) -> dict[str, str]:
        return self.ITEM | {
            "plan": f"""
                id      | amount | currency | interval | interval_count | usage_type | nickname | tiers_mode | tiers
                monthly | 5000   | eur      | month    | 1              | licensed   | Basic    |            |
                tiered  |        | eur      | month    | 1              | licensed   | Seats    | {mode}     | {tiers}"""
        }

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("volume", 12 * 0.50 + 2.00),
            ("graduated", 10 * 1.00 + 5.00 + 2 * 0.50 + 2.00),
        ],
    )
    def test_tiers_price_the_quantity(self, stripe, mode, expected):
        ws = stripe(files=self.plan(mode))
        assert collected(ws, "contracts").set_index("account_id").mrr["A"] == expected
        (told_of,) = [text for text in cautions(ws) if "no amount of its own" in text]
        assert "tiers of the price" in told_of
        assert f"{expected:,.2f} EUR a month" in told_of

    def test_tiers_may_stand_in_the_price_beside_the_plan(self, stripe):
        # `plan` of a tiered price has neither amount nor tiers; `price` of the same id has both.
        files = self.plan("", "") | {
            "price": f"""
                id      | unit_amount | unit_amount_decimal | currency | recurring_interval | recurring_interval_count | tiers_mode | tiers
                monthly | 5000        | 5000                | eur      | month              | 1                        |            |
                tiered  |             |                     | eur      | month              | 1                        | graduated  | {self.TIERS}"""
        }
        ws = stripe(files=files)
        expected = 10 * 1.00 + 5.00 + 2 * 0.50 + 2.00
        assert collected(ws, "contracts").set_index("account_id").mrr["A"] == expected

    def test_a_quantity_on_the_edge_belongs_to_the_step_below(self, stripe):
        files = self.plan("volume")
        files["subscription_item"] = files["subscription_item"].replace("| 12", "| 10")
        ws = stripe(files=files)
        assert collected(ws, "contracts").set_index("account_id").mrr["A"] == 10 * 1.00 + 5.00

    def test_without_tiers_the_latest_whole_invoice_line_says_it(self, stripe):
        # Not the proration, not the line of another price, not the line after the as-of date.
        lines = {
            "invoice_line_item": """
                id | invoice_id | amount | type         | proration | subscription_item_id | plan_id | period_start
                1  | in1        | 1500   | subscription | false     | i1                   | tiered  | 2024-10-15 10:00:00
                2  | in2        | 1800   | subscription | false     | i1                   | tiered  | 2024-11-15 10:00:00
                3  | in2        | 300    | subscription | true      | i1                   | tiered  | 2024-11-20 10:00:00
                4  | in3        | 9900   | subscription | false     | i1                   | monthly | 2024-12-01 10:00:00
                5  | in4        | 2400   | subscription | false     | i1                   | tiered  | 2025-01-15 10:00:00"""
        }
        plan = {
            "plan": """
                id      | amount | currency | interval | interval_count | usage_type | nickname
                monthly | 5000   | eur      | month    | 1              | licensed   | Basic
                tiered  |        | eur      | month    | 1              | licensed   | Seats"""
        }
        ws = stripe(files=self.ITEM | plan | lines)
        assert collected(ws, "contracts").set_index("account_id").mrr["A"] == 18.0
        assert any("latest invoice line" in text for text in cautions(ws))

    def test_nothing_that_says_it_is_a_rejected_row(self, stripe):
        ws = stripe(files=self.plan("", ""), no_amount="reject")
        assert collected(ws, "contracts").account_id.tolist() == ["B"]
        assert refused(ws, "contracts").reason.tolist() == ["missing"]
