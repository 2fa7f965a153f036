"""Components and account metrics; the catalog and the computed columns hold together."""

import numpy as np
import pandas as pd
import pytest
from tiny import canonical, contract, customer_frame, make_study

from helpers.errors import StudyError
from helpers.metrics.accounts import Components, account_metrics, components_of
from helpers.metrics.catalog import CLV, METRICS, at_account_level, metric
from helpers.metrics.spans import active_on, customer_spans
from helpers.workspace import Workspace

# Names that the design fixes.
FIXED = [
    "arr",
    "arr_per_customer",
    "acv",
    "mrr_new",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churned",
    "mrr_reactivated",
    "nrr",
    "grr",
    "logo_churn_rate",
    "logo_churn_rate_monthly",
    "logo_churn_rate_annual",
    "lifetime_months",
    "clv",
    "aov",
    "purchase_frequency",
    "nps",
    "csat",
    "nps_response_rate",
    "csat_response_rate",
    "first_reply_hours_mean",
    "first_reply_hours_median",
    "resolution_hours_mean",
    "resolution_hours_median",
    "tickets_per_customer_month",
    "agent_touches_mean",
    "one_touch_rate",
    "reopen_rate",
    "escalation_rate",
    "referrals_per_customer",
    "referral_win_rate",
    "cost_to_serve",
    "margin",
]


class TestCatalog:
    def test_names_of_the_design(self):
        assert set(FIXED) <= set(METRICS)

    def test_entries_are_complete(self):
        for name, entry in METRICS.items():
            assert entry.name == name
            assert entry.label
            assert entry.definition.endswith(".")
            assert all(part in METRICS for part in entry.parts)
            made = entry.form in {"transformed", "pooled", "concentration"}
            assert bool(entry.function) == made
            # A value that exists for one customer is a ratio, a sum or a median of its own, or, for
            # the lifetime value, made from them beforehand.
            if entry.level != "segment" and name != "clv":
                assert entry.form in {"sum", "ratio", "share", "median"}
        assert all(part in METRICS for parts, _ in CLV.values() for part in parts)

    def test_features_and_unknown_names(self):
        assert metric("feature_activation_sso").form == "share"
        with pytest.raises(StudyError, match="npss"):
            metric("npss")


class TestSpans:
    def spans(self, quarter, *rows: dict, **known: dict) -> pd.DataFrame:
        known = {name: pd.to_datetime(pd.Series(days)) for name, days in known.items()}
        return customer_spans(customer_frame(*rows), quarter=quarter, **known)

    def test_whole_windows(self, quarter):
        found = self.spans(quarter, {"account_id": "a"}).iloc[0]
        assert found[["exposure_quarter", "exposure_year"]].tolist() == [3, 12]
        assert pd.isna(found["left_on"])

    def test_parts_of_a_window(self, quarter):
        found = self.spans(
            quarter,
            {"account_id": "a", "won_on": "2026-09-01"},  # 30 of 92 days
            {"account_id": "b", "status": "former", "churned_on": "2026-07-11"},  # 10 days
            {"account_id": "c", "status": "former", "churned_on": "2026-01-01"},
        )
        assert found["exposure_quarter"].tolist() == pytest.approx([3 * 30 / 92, 3 * 10 / 92, 0])
        assert found["exposure_year"].tolist() == pytest.approx(
            [12 * 30 / 365, 12 * 283 / 365, 12 * 92 / 365]
        )

    def test_day_of_leaving_where_the_crm_gives_none(self, quarter):
        rows = {"account_id": "a", "status": "former"}
        found = self.spans(quarter, rows, last_in_force={"a": "2026-07-31"})
        assert found["left_on"].tolist() == [pd.Timestamp("2026-08-01")]
        found = self.spans(quarter, rows, last_ordered_on={"a": "2025-08-15"})
        assert found["left_on"].tolist() == [pd.Timestamp("2026-08-15")]
        assert self.spans(quarter, rows)["exposure_year"].tolist() == [0]

    def test_active_until_the_day_before_leaving(self, quarter):
        spans = self.spans(
            quarter, {"account_id": "a", "status": "former", "churned_on": "2026-08-01"}
        )
        days = pd.to_datetime(["2026-07-31", "2026-08-01"])
        assert [active_on(spans, day.date()).item() for day in days] == [True, False]


def order(number: int, account: str, day: str, amount: float) -> dict:
    return {"order_id": str(number), "account_id": account, "ordered_on": day, "amount": amount}


class TestSubscription:
    def parts(self, quarter) -> Components:
        customers = customer_frame(
            {"account_id": "a", "monthly_revenue": 120.0},
            {"account_id": "b", "monthly_revenue": 80.0},
            {"account_id": "c", "monthly_revenue": 50.0, "status": "former"},
        )
        contracts = canonical(
            "contracts",
            contract("a", "2025-01-01", "2026-07-31", 100),
            contract("a", "2026-08-01", None, 120),
            contract("b", "2025-01-01", "2025-12-31", 100),
            contract("b", "2026-01-01", None, 80),
            contract("c", "2025-01-01", "2026-08-15", 50),
        )
        costs = canonical(
            "costs",
            {"account_id": "a", "incurred_on": "2026-07-05", "kind": "service", "amount": 40.0},
        )
        return components_of(make_study(), quarter, customers, contracts=contracts, costs=costs)

    def test_by_hand(self, quarter):
        found = account_metrics(self.parts(quarter)).set_index("account_id")
        assert found["arr"].tolist() == [1440, 960, 0]
        assert found["acv"].tolist() == [1440, 960, 600]
        assert found["nrr"].tolist() == [1.2, 0.8, 0]
        assert found["grr"].tolist() == [1, 0.8, 0]
        assert found["mrr_expansion"].tolist() == [20, 0, 0]
        assert found["mrr_churned"].tolist() == [0, 0, -50]
        # a: 10 × 100 + 2 × 120; b: 3 × 100 + 9 × 80; c: 10 × 50 (October to July)
        assert found["revenue_12m"].tolist() == [1240, 1020, 500]
        assert found["cost_to_serve"].tolist() == [40, 0, 0]
        assert found["margin"].tolist() == [100 + 120 + 120 - 40, 240, 50]

    def test_what_was_not_collected_is_blank(self, quarter):
        found = account_metrics(self.parts(quarter))
        for name in ("nps", "tickets", "aov", "recency_days", "first_reply_hours_median"):
            assert found[name].isna().all()

    def test_churn_counts_those_active_before_the_quarter(self, quarter):
        parts = self.parts(quarter)
        assert parts.denominator("logo_churn_rate").tolist() == [1, 1, 1]
        assert parts.numerator("logo_churn_rate").tolist() == [0, 0, 1]

    def test_columns_are_those_of_the_catalog(self, quarter):
        columns = account_metrics(self.parts(quarter)).columns.tolist()
        assert columns == ["account_id", *at_account_level(METRICS), "health_group"]

    def test_kept_and_read_again(self, quarter, write_study, minimal, tmp_path):
        study = write_study(minimal)
        ws = Workspace.open(study=str(study), quarter="2026Q3", reports=str(tmp_path / "reports"))
        parts = self.parts(quarter).keep(ws)
        again = Components.kept(ws)
        pd.testing.assert_frame_equal(account_metrics(parts), account_metrics(again))
        assert again.features == {}


class TestTransactional:
    def test_by_hand(self, quarter):
        customers = customer_frame(
            {"account_id": "a", "won_on": "2024-09-30"},
            {"account_id": "b", "won_on": "2026-09-01"},
            {"account_id": "c", "status": "former"},
        )
        orders = canonical(
            "orders",
            order(1, "a", "2025-12-01", 100),
            order(2, "a", "2026-09-30", 60),
            order(3, "a", "2026-09-30", -10),
            order(4, "b", "2026-09-01", 40),
            order(5, "c", "2024-01-01", 500),
        )
        parts = components_of(make_study("transactional"), quarter, customers, orders=orders)
        found = account_metrics(parts).set_index("account_id")
        assert found["revenue_12m"].tolist() == [150, 40, 0]
        assert found["aov"].tolist()[:2] == [75, 40]
        assert found["purchase_frequency"].tolist()[:2] == [2, 1]
        assert found["recency_days"].tolist() == [0, 29, 1003]
        assert found.loc["c", ["aov", "purchase_frequency"]].isna().all()
        assert found[["arr", "acv", "nrr", "grr", "mrr_new"]].isna().all(axis=None)
        assert parts.numerator("lifespan_years").round(3).tolist()[:2] == [1.999, 0]


def test_features_of_customers(quarter):
    customers = customer_frame(
        {"account_id": "a"},
        {"account_id": "b"},
        {"account_id": "c", "status": "former", "churned_on": "2026-01-01"},
    )
    usage = canonical(
        "usage", {"account_id": "a", "used_on": "2026-08-01", "feature": "SSO", "quantity": 1.0}
    )
    parts = components_of(make_study(), quarter, customers, usage=usage)
    found = account_metrics(parts)
    assert parts.features == {"feature_activation_sso": "SSO"}
    assert found["feature_activation_sso"].tolist()[:2] == [1, 0]
    assert np.isnan(found["feature_activation_sso"][2])  # no customer in the window
    assert found["active_share"].tolist()[:2] == [1, 0]


def test_medians_of_customers(quarter):
    rows = [
        {
            "ticket_id": str(i),
            "account_id": account,
            "opened_at": "2026-07-01 00:00:00",
            "first_replied_at": f"2026-07-01 {hours:02}:00:00",
        }
        for i, (account, hours) in enumerate([("a", 1), ("a", 1), ("a", 9), ("b", 2), ("b", 5)])
    ]
    customers = customer_frame(*[{"account_id": name} for name in "abc"])
    parts = components_of(make_study(), quarter, customers, tickets=canonical("tickets", *rows))
    found = account_metrics(parts)
    assert found["first_reply_hours_median"].tolist()[:2] == [1, 3.5]
    assert np.isnan(found["first_reply_hours_median"][2])
    assert found["tickets"].tolist() == [3, 2, 0]
    assert found["unanswered_tickets"].tolist() == [0, 0, 0]
    assert found["open_tickets"].tolist() == [3, 2, 0]
    assert found["tickets_per_customer_month"].tolist() == pytest.approx([1, 2 / 3, 0], abs=1e-6)
