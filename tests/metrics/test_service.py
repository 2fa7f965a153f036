"""Tickets, costs, surveys, referrals, usage and orders, reduced to one row per account."""

import pandas as pd
import pytest
from tiny import canonical

from helpers.metrics.orders import orders_by_account, recency_days, value_in_two_years
from helpers.metrics.service import costs_by_customer, tickets_by_customer, touches_in_year
from helpers.metrics.surveys import nps_score, referrals_by_customer, surveys_by_customer
from helpers.metrics.times import ticket_times
from helpers.metrics.usage import activation_names, leading_features, usage_by_customer


def ticket(number: int, account: str, opened: str, **columns: object) -> dict:
    return {"ticket_id": str(number), "account_id": account, "opened_at": opened, **columns}


class TestTickets:
    rows = (
        ticket(
            1, "a", "2026-07-01 00:00:00", first_replied_at="2026-07-01 01:30:00",
            resolved_at="2026-07-02 00:00:00", agent_touches=1, reopens=0, escalated=False, csat=5,
        ),
        ticket(
            2, "a", "2026-09-30 23:59:59", first_replied_at="2026-10-01 00:29:59",
            agent_touches=3, reopens=2, escalated=True, csat=3,
        ),
        ticket(3, "a", "2026-08-01 08:00:00"),
        ticket(4, "b", "2026-08-01 08:00:00", resolved_at="2026-08-01 10:00:00", agent_touches=2),
        ticket(5, "a", "2026-06-30 23:59:59", resolved_at="2026-07-10 00:00:00", agent_touches=9),
        ticket(6, "a", "2026-10-01 00:00:00", agent_touches=9),
    )  # fmt: skip

    def test_sums_over_the_quarter(self, quarter):
        found = tickets_by_customer(canonical("tickets", *self.rows), quarter=quarter)
        found = found.drop(columns="complexity").set_index("account_id")
        assert found.loc["a"].to_dict() == {
            "tickets": 3, "replied": 2, "unanswered": 1, "reply_seconds": 7200,
            "resolved": 1, "open": 2, "resolution_seconds": 86_400,
            "touched": 2, "touches": 4, "one_touch": 1, "resolved_touched": 1,
            "reopens_known": 2, "reopened": 1, "escalation_known": 2, "escalated": 1,
            "rated": 2, "satisfied": 1, "backlog": 2, "backlog_seconds": 1 + 60 * 86_400 + 57_600,
        }  # fmt: skip
        assert found.loc["b", ["replied", "unanswered", "reply_seconds"]].tolist() == [0, 1, 0]
        assert found.loc["b", ["resolution_seconds", "one_touch", "backlog"]].tolist() == [
            7200, 0, 0,
        ]  # fmt: skip

    def test_times(self, quarter):
        found = ticket_times(canonical("tickets", *self.rows), quarter=quarter)
        assert found.drop(columns="complexity").to_dict("list") == {
            "account_id": ["a", "a", "a", "a", "a", "b"],
            "metric": ["first_reply_hours_median"] * 2
            + ["open_ticket_hours_median"] * 2
            + ["resolution_hours_median"] * 2,
            "value": [0.5, 1.5, 1 / 3600, 60 * 24 + 16.0, 24.0, 2.0],
            "tickets": [1] * 6,
        }

    def test_time_goes_on_while_the_clocks_are_changed(self, quarter):
        """In Santiago clocks went forward at midnight on 2026-09-06."""
        ticket_ = ticket(
            1, "a", "2026-09-05 23:00:00", opened_utc="2026-09-06 03:00:00",
            first_replied_at="2026-09-06 02:00:00", first_replied_utc="2026-09-06 05:00:00",
        )  # fmt: skip
        local = ticket(2, "b", "2026-09-05 23:00:00", first_replied_at="2026-09-06 02:00:00")
        rows = canonical("tickets", ticket_, local)
        found = tickets_by_customer(rows, quarter=quarter, zone="America/Santiago")
        assert found.reply_seconds.tolist() == [2 * 3600, 3 * 3600]  # nobody knows of the second
        assert found.backlog_seconds.tolist() == [25 * 86_400, 25 * 86_400 + 3600]
        times = ticket_times(rows, quarter=quarter, zone="America/Santiago")
        times = times[times.metric == "first_reply_hours_median"]
        assert times.value.tolist() == [2.0, 3.0]

    def test_year(self, quarter):
        found = touches_in_year(canonical("tickets", *self.rows), quarter=quarter)
        assert found["tickets"].tolist() == [4, 1]
        assert found["agent_touches"].tolist() == [13, 2]

    def test_no_tickets(self, quarter):
        assert tickets_by_customer(canonical("tickets"), quarter=quarter).empty


def test_costs_of_quarter_and_year(quarter):
    rows = [
        ("2026-07-01", "service", 10.0), ("2026-09-30", "Acquisition", 100.0),
        ("2025-10-01", "service", 1000.0), ("2026-10-01", "service", 5.0),
    ]  # fmt: skip
    costs = canonical(
        "costs",
        *[
            {"account_id": "a", "incurred_on": day, "kind": kind, "amount": amount}
            for day, kind, amount in rows
        ],
    )
    found = costs_by_customer(costs, quarter=quarter)
    assert found[["cost", "direct_cost_12m"]].to_numpy().tolist() == [[110, 1010]]


def answer(account: str, kind: str, asked: str, score: int | None, **columns: object) -> dict:
    return {"account_id": account, "kind": kind, "asked_on": asked, "score": score, **columns}


class TestSurveys:
    def found(self, quarter, *rows: dict) -> pd.DataFrame:
        return surveys_by_customer(canonical("surveys", *rows), quarter=quarter).set_index(
            "account_id"
        )

    def test_worked_example(self):
        assert nps_score(60, 30, 10) == 50

    def test_classes_of_scores(self, quarter):
        rows = [answer("a", "nps", "2026-08-01", score, contact=str(score)) for score in range(11)]
        found = self.found(quarter, *rows).loc["a"]
        assert found[["nps_responses", "promoters", "detractors"]].tolist() == [11, 2, 7]

    def test_latest_answer_of_each_contact(self, quarter):
        rows = [
            answer("a", "nps", "2026-07-01", 3, contact="x", responded_on="2026-07-02"),
            answer("a", "nps", "2026-08-01", 9, contact="x", responded_on="2026-08-02"),
            answer("a", "nps", "2026-08-01", 0, contact="y", responded_on="2026-08-02"),
            answer("b", "nps", "2026-07-01", 10),
            answer("b", "nps", "2026-07-20", 5),  # no contacts: the account answers for itself
        ]
        found = self.found(quarter, *rows)
        assert found.loc["a", ["nps_responses", "promoters", "detractors"]].tolist() == [2, 1, 1]
        assert found.loc["b", ["nps_responses", "promoters", "detractors"]].tolist() == [1, 0, 1]

    def test_an_answer_counts_on_the_day_it_came_in(self, quarter):
        rows = [
            answer("a", "nps", "2026-06-20", 9, responded_on="2026-07-01"),
            answer("b", "nps", "2026-06-20", 9, responded_on="2026-06-30"),
        ]
        found = self.found(quarter, *rows)
        assert found.index.tolist() == ["a"]
        assert found.loc["a", ["nps_responses", "nps_asked"]].tolist() == [1, 0]

    def test_csat_and_response_rates(self, quarter):
        rows = [
            answer("a", "csat", "2026-07-01", 3), answer("a", "csat", "2026-07-02", 4),
            answer("a", "csat", "2026-07-03", 5), answer("a", "csat", "2026-07-04", None),
            answer("a", "nps", "2026-09-30", None), answer("a", "nps", "2026-10-01", 9),
        ]  # fmt: skip
        found = self.found(quarter, *rows).loc["a"]
        assert found[["csat_ratings", "satisfied", "csat_asked", "csat_answered"]].tolist() == [
            3, 2, 4, 3,
        ]  # fmt: skip
        assert found[["nps_responses", "nps_asked", "nps_answered"]].tolist() == [0, 1, 0]


def test_referrals_of_the_year(quarter):
    rows = [("2025-09-30", True), ("2025-10-01", True), ("2026-09-30", False), ("2026-01-01", None)]
    table = canonical(
        "referrals",
        *[{"referrer_account_id": "a", "referred_on": day, "won": won} for day, won in rows],
    )
    found = referrals_by_customer(table, quarter=quarter)
    assert found.iloc[0].tolist() == ["a", 3, 2, 1]


class TestUsage:
    def test_features_used_in_the_quarter(self, quarter):
        rows = [
            ("2026-07-01", "SSO", 1.0), ("2026-07-01", "SSO", 2.0), ("2026-09-30", "SSO", None),
            ("2026-08-01", "API", 0.0), ("2026-06-30", "Export", 5.0), ("2026-10-01", "Later", 1.0),
            ("2026-08-01", None, 1.0),
        ]  # fmt: skip
        table = canonical(
            "usage",
            *[
                {"account_id": "a", "used_on": day, "feature": feature, "quantity": quantity}
                for day, feature, quantity in rows
            ],
        )
        found = usage_by_customer(table, quarter=quarter)
        assert found["feature"].fillna("none").tolist() == ["SSO", "none"]
        assert found["days"].tolist() == [2, 1]
        assert leading_features(table, quarter=quarter, most=9) == (["API", "Export", "SSO"], 3)

    def test_features_of_most_accounts_lead_whatever_their_names(self, quarter):
        # An export of events that names a thing in every row: one account each, but for two.
        rows = [("a", f"page {k}") for k in range(40)] + [("a", "z"), ("b", "z"), ("b", "y")]
        rows += [("c", "y"), ("c", "z")]
        table = canonical(
            "usage",
            *[
                {"account_id": account, "used_on": "2026-08-01", "feature": feature}
                for account, feature in rows
            ],
        )
        assert leading_features(table, quarter=quarter, most=3) == (["page 0", "y", "z"], 42)

    def test_names(self):
        assert activation_names(["Größe & Gewicht", "größe gewicht", "—"]) == {
            "Größe & Gewicht": "feature_activation_größe_gewicht",
            "größe gewicht": "feature_activation_größe_gewicht_2",
            "—": "feature_activation_other",
        }


class TestOrders:
    rows = (
        ("2025-09-30", 10.0), ("2025-10-01", 100.0), ("2026-06-30", 5.0), ("2026-07-01", 50.0),
        ("2026-09-30", -20.0), ("2026-10-01", 999.0),
    )  # fmt: skip

    def table(self, rows):
        return canonical(
            "orders",
            *[
                {"order_id": str(i), "account_id": "a", "ordered_on": day, "amount": amount}
                for i, (day, amount) in enumerate(rows)
            ],
        )

    def test_windows_and_returns(self, quarter):
        found = orders_by_account(self.table(self.rows), quarter=quarter).iloc[0]
        assert found[["order_value", "order_value_12m", "orders_12m"]].tolist() == [30, 135, 3]
        assert found["ordered_before"]
        assert found["first_ordered_on"] == pd.Timestamp("2025-09-30")
        assert found["last_ordered_on"] == pd.Timestamp("2026-07-01")  # a return is no order
        last = pd.Series([found["last_ordered_on"]])
        assert recency_days(last, quarter=quarter).tolist() == [91]

    @pytest.mark.parametrize(("day", "before"), [("2025-07-01", True), ("2025-06-30", False)])
    def test_twelve_months_before_the_quarter(self, quarter, day, before):
        found = orders_by_account(self.table([(day, 1.0)]), quarter=quarter)
        assert found["ordered_before"].tolist() == [before]

    def test_two_years_of_an_account(self):
        days = pd.DataFrame(
            {
                "account_id": ["a"],
                "now": pd.to_datetime(["2026-09-30"]),
                "then": pd.to_datetime(["2025-09-30"]),
                "before": pd.to_datetime(["2024-09-30"]),
            }
        )
        found = value_in_two_years(self.table(self.rows), days)
        assert found[["now", "then", "earlier"]].iloc[0].tolist() == [135, 10, False]
