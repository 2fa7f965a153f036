"""Every metric of revenue, staying, value and orders, worked out by hand on a few customers.

July to September 2026; the trailing year starts on 1 October 2025.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from tiny import canonical, contract, customer_frame, make_study

from helpers.collect.history import WHOLE, History
from helpers.metrics.accounts import account_metrics, components_of
from helpers.metrics.bgnbd import BgNbd, GammaGamma
from helpers.metrics.catalog.value import VALUE
from helpers.metrics.components import Components
from helpers.metrics.profiles import company_metrics, segment_metrics
from helpers.metrics.retention import lifetime_months, monthly_rate
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
MONTH = 365.25 / 12
MODELLED = {"expected_orders_12m", "active_probability", "clv_bgnbd"}

# ── contracts ────────────────────────────────────────────────────────────────────────────────────
# a changes its plan, b has two contracts side by side of which one ends, c leaves, d comes back
# after a gap, e is new; a to e are open-ended at the end but for c.
CONTRACTS = (
    contract("a", "2025-01-01", "2026-07-31", 100),
    contract("a", "2026-08-01", None, 120),
    contract("b", "2025-01-01", None, 60),
    contract("b", "2025-01-01", "2026-08-31", 40),
    contract("c", "2025-01-01", "2026-08-15", 50),
    contract("d", "2024-01-01", "2025-12-31", 30),
    contract("d", "2026-09-01", None, 45),
    contract("e", "2026-07-10", None, 200),
)
SUBSCRIBERS = (
    {"account_id": "a", "won_on": "2025-01-01", "monthly_revenue": 120.0},
    {"account_id": "b", "won_on": "2025-01-01", "monthly_revenue": 60.0},
    {"account_id": "c", "won_on": "2025-01-01", "monthly_revenue": 50.0, "status": "former",
     "churned_on": "2026-08-16"},
    {"account_id": "d", "won_on": "2024-01-01", "monthly_revenue": 45.0},
    {"account_id": "e", "won_on": "2026-07-10", "monthly_revenue": 200.0},
)  # fmt: skip
COSTS = (
    {"account_id": "a", "incurred_on": "2026-07-05", "kind": "service", "amount": 40.0},
    {"account_id": "b", "incurred_on": "2025-12-01", "kind": "maintenance", "amount": 100.0},
    {"account_id": "e", "incurred_on": "2026-07-10", "kind": "Acquisition", "amount": 300.0},
    {"account_id": "e", "incurred_on": "2025-09-30", "kind": "service", "amount": 999.0},
)
# a 10 × 100 + 2 × 120; b 11 × 100 + 60; c October to July; d October to December and September;
# e July to September.
REVENUE = {"a": 1240.0, "b": 1160.0, "c": 500.0, "d": 135.0, "e": 600.0}
# Direct costs: 40 + 100. 3,635 of revenue leave 3,495.
MARGIN = 3495 / 3635
# Of a, b and c, who were customers before the quarter, c is gone.
MONTHLY_CHURN = 1 - (2 / 3) ** (1 / 3)
LIFETIME = 1 / MONTHLY_CHURN
STAYS = (17 / 24) ** (1 / 12)
FIVE_YEARS = sum(STAYS**month for month in range(60))
DISCOUNT = 1.1 ** (1 / 12) - 1

SUBSCRIPTION = {
    "arr": 12 * (120 + 60 + 45 + 200),
    "arr_per_customer": 12 * 425 / 4,
    "acv": 12 * (120 + 60 + 50 + 45 + 200) / 5,
    "mrr_new": 200,
    "mrr_expansion": 20,
    "mrr_contraction": -40,
    "mrr_churned": -50,
    "mrr_reactivated": 45,
    # On 30 September 2025: a 100, b 100, c 50, d 30. Now: 120, 60, 0, 45.
    "nrr": (120 + 60 + 0 + 45) / 280,
    "grr": (100 + 60 + 0 + 30) / 280,
    "logo_churn_rate": 1 / 3,
    "logo_churn_rate_monthly": MONTHLY_CHURN,
    "logo_churn_rate_annual": 1 - (2 / 3) ** 4,
    "lifetime_months": LIFETIME,
    # Of a to d, who were customers a year ago, c is gone. Twenty customers of a company that loses
    # 1.5 of 5 (half a customer more of each kind) are mixed in.
    "logo_churn_rate_12m": 1 / 4,
    "lifetime_60_months": FIVE_YEARS,
    "lifetime_median_months": np.nan,  # four of five are still there
    # Days: a and b 637, c 592, d 1,003, e 82.
    "tenure_months": (637 + 637 + 592 + 1003 + 82) / 5 / MONTH,
    "gross_margin": MARGIN,
    "clv": 1275 * MARGIN * LIFETIME / 12,
    "clv_60_months": 1275 * MARGIN * FIVE_YEARS / 12,
    "cac": 300 / 1,  # only e was won within the twelve months
    "ltv_to_cac": 1275 * MARGIN * FIVE_YEARS / 12 / 300,
    "cac_payback_months": 300 / (1275 * MARGIN / 12),
    # 1 + r + r² + … of the months, r = (1 − churn) ÷ (1 + monthly discount).
    "clv_discounted": 1275 / 12 * MARGIN / (1 - (1 - MONTHLY_CHURN) / (1 + DISCOUNT)),
    "revenue_12m": 3635 / 5,
    # Current customers pay 45, 60, 120 and 200: (−3 × 45 − 60 + 120 + 3 × 200) ÷ (4 × 425).
    "revenue_gini": 525 / 1700,
    "revenue_top20_share": 200 / 425,  # a fifth of four, rounded, is one
    "cost_to_serve": (40 + 300) / 5,
    # Revenue of the quarter: a 340, b 260, c 50, d 45, e 600.
    "margin": (340 + 260 + 50 + 45 + 600 - 340) / 5,
    "service_cost_12m": (40 + 100) / 5,
    "contribution_12m": (3635 - 140) / 5,
}


@pytest.fixture(scope="module")
def subscription() -> Components:
    return components_of(
        make_study(), QUARTER, customer_frame(*SUBSCRIBERS),
        contracts=canonical("contracts", *CONTRACTS), costs=canonical("costs", *COSTS),
    )  # fmt: skip


# ── orders ───────────────────────────────────────────────────────────────────────────────────────
ORDERS = (
    ("a", "2025-09-30", 800),  # before the trailing year
    ("a", "2025-10-01", 100),
    ("a", "2026-09-30", 60),
    ("a", "2026-09-30", -10),
    ("b", "2026-09-01", 40),
    ("c", "2025-08-01", 500),
    ("c", "2026-05-01", -30),  # a return of something bought before the year
    ("c", "2026-10-01", 70),  # after the as-of date
)
BUYERS = (
    {"account_id": "a", "won_on": "2024-09-30"},
    {"account_id": "b", "won_on": "2026-09-01"},
    {"account_id": "c", "won_on": "2025-08-01", "status": "former"},
)
# First day as a customer to the last positive order: a 730 days, b 0, c 0.
LIFESPAN = 730 / 365.25 / 3

# Months of five years, half of the customers gone after each year: 1 + r + … + r^59, r^12 = ½.
HALVED = (1 - 0.5**5) / (1 - 0.5 ** (1 / 12))

TRANSACTIONAL = {
    # c bought nothing after 1 August 2025 and left a year later, within the quarter.
    "logo_churn_rate": 1 / 2,
    "logo_churn_rate_monthly": 1 - 0.5 ** (1 / 3),
    "logo_churn_rate_annual": 1 - 0.5**4,
    "lifetime_months": 1 / (1 - 0.5 ** (1 / 3)),
    # Of a and c, who were there a year ago, c is gone; a company that loses 1.5 of 3 is mixed in.
    "logo_churn_rate_12m": 1 / 2,
    "lifetime_60_months": HALVED,
    "clv_60_months": 160 / 3 * 1 * HALVED / 12,
    # Of a and c, when b is no more at risk, c leaves after 365 days: half remain, not fewer.
    "lifetime_median_months": np.nan,
    "tenure_months": (730 + 29 + 365) / 3 / MONTH,
    "revenue_12m": (150 + 40 - 30) / 3,
    "orders": 3,
    "aov": (150 + 40 - 30) / 3,
    "purchase_frequency": 3 / 3,
    "repeat_rate": 1 / 2,
    "returned_value": -40,
    "return_rate": 40 / 200,
    "recency_days": (0 + 29 + 425) / 3,
    "lifespan_years": LIFESPAN,
    "clv": 160 / 3 * 1 * LIFESPAN,
    # An even stream over the lifespan, at 10 % a year.
    "clv_discounted": 160 / 3 * (1 - 1.1**-LIFESPAN) / np.log(1.1),
}


@pytest.fixture(scope="module")
def transactional() -> Components:
    orders = [
        {"order_id": str(i), "account_id": account, "ordered_on": day, "amount": float(amount)}
        for i, (account, day, amount) in enumerate(ORDERS)
    ]
    return components_of(
        make_study("transactional"), QUARTER, customer_frame(*BUYERS),
        orders=canonical("orders", *orders),
    )  # fmt: skip


def company(parts: Components, model: str = "subscription") -> pd.Series:
    study = make_study(model, metrics={"discount_rate": 0.1, "resamples": 100})
    return company_metrics(study, parts).set_index("metric")["value"]


@pytest.fixture(scope="module")
def of_subscription(subscription) -> pd.Series:
    return company(subscription)


@pytest.fixture(scope="module")
def of_transactional(transactional) -> pd.Series:
    return company(transactional, "transactional")


# ── the company as a whole ───────────────────────────────────────────────────────────────────────
def test_every_metric_of_value_is_worked_out():
    assert {entry.name for entry in VALUE} == {*SUBSCRIPTION, *TRANSACTIONAL, *MODELLED}


@pytest.mark.parametrize("name", SUBSCRIPTION)
def test_subscription(name, of_subscription):
    assert of_subscription[name] == pytest.approx(SUBSCRIPTION[name], rel=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", TRANSACTIONAL)
def test_transactional(name, of_transactional):
    assert of_transactional[name] == pytest.approx(TRANSACTIONAL[name], rel=1e-6, nan_ok=True)


def test_what_does_not_apply_is_blank(of_subscription, of_transactional):
    assert of_subscription[["aov", "purchase_frequency", "orders", "clv_bgnbd"]].isna().all()
    names = ["arr", "acv", "nrr", "mrr_new", "cost_to_serve", "clv_bgnbd"]
    assert of_transactional[names].isna().all()


# ── customers and segments ───────────────────────────────────────────────────────────────────────
def test_each_subscriber(subscription):
    found = account_metrics(subscription).set_index("account_id")
    expected = {
        "arr": [1440, 720, 0, 540, 2400],
        "arr_per_customer": [1440, 720, np.nan, 540, 2400],
        "acv": [1440, 720, 600, 540, 2400],
        "mrr_new": [0, 0, 0, 0, 200],
        "mrr_expansion": [20, 0, 0, 0, 0],
        "mrr_contraction": [0, -40, 0, 0, 0],
        "mrr_churned": [0, 0, -50, 0, 0],
        "mrr_reactivated": [0, 0, 0, 45, 0],
        "nrr": [1.2, 0.6, 0, 1.5, np.nan],
        "grr": [1, 0.6, 0, 1, np.nan],
        "logo_churn_rate": [0, 0, 1, np.nan, np.nan],
        "tenure_months": [637 / MONTH, 637 / MONTH, 592 / MONTH, 1003 / MONTH, 82 / MONTH],
        "gross_margin": [1200 / 1240, 1060 / 1160, 1, 1, 1],
        "clv": [arr * MARGIN * LIFETIME / 12 for arr in (1440, 720, np.nan, 540, 2400)],
        "revenue_12m": list(REVENUE.values()),
        "cost_to_serve": [40, 0, 0, 0, 300],
        "margin": [300, 260, 50, 45, 300],
        "service_cost_12m": [40, 100, 0, 0, 0],
        "contribution_12m": [1200, 1060, 500, 135, 600],
    }
    for name, values in expected.items():
        assert found[name].tolist() == pytest.approx(values, abs=1e-5, nan_ok=True), name


def test_each_buyer(transactional):
    found = account_metrics(transactional).set_index("account_id")
    expected = {
        "revenue_12m": [150, 40, -30],
        "orders": [2, 1, 0],
        "aov": [75, 40, np.nan],
        "purchase_frequency": [2, 1, 0],
        "repeat_rate": [1, 0, np.nan],
        "returned_value": [-10, 0, -30],
        "return_rate": [10 / 160, 0, np.nan],
        "recency_days": [0, 29, 425],
        "lifespan_years": [730 / 365.25, 0, 0],
        "clv": [150 * 730 / 365.25, 0, np.nan],
        "logo_churn_rate": [0, np.nan, 1],
    }
    for name, values in expected.items():
        assert found[name].tolist() == pytest.approx(values, abs=1e-5, nan_ok=True), name


def test_a_segment_and_its_rest(subscription):
    members = pd.DataFrame({"segment_id": "s", "account_id": ["c", "e"]})
    study = make_study(metrics={"discount_rate": 0.1, "resamples": 100})
    found = segment_metrics(study, members, subscription).set_index("metric")
    both = found[["value", "rest_value"]]
    assert both.loc["arr"].tolist() == [2400, 1440 + 720 + 540]
    assert both.loc["mrr_churned"].tolist() == [-50, 0]
    assert both.loc["nrr"].tolist() == pytest.approx([0, 225 / 230])
    assert both.loc["logo_churn_rate"].tolist() == [1, 0]
    # All of the segment's churn: one month. Nobody of the rest left: no lifetime, no value of it.
    assert both.loc["lifetime_months"].tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert both.loc["clv"].tolist() == pytest.approx([2400 / 12, np.nan], nan_ok=True)
    assert both.loc["clv_discounted"].tolist() == pytest.approx([2400 / 12, np.nan], nan_ok=True)
    # Of the segment only e still pays; the rest pay 45, 60, 120: (−2 × 45 + 2 × 120) ÷ (3 × 225).
    assert both.loc["revenue_gini"].tolist() == pytest.approx([0, 150 / 675])
    assert both.loc["revenue_top20_share"].tolist() == pytest.approx([1, 120 / 225])
    assert found.loc["revenue_gini", ["low", "rest_high", "difference_low"]].isna().all()
    assert found.loc["revenue_gini", "method"] == "no interval"
    assert found.loc["revenue_gini", ["customers", "rest_customers"]].tolist() == [1, 3]
    # e is seen for 82 days only; c is the one customer left at risk, and leaves after 592.
    assert both.loc["lifetime_median_months", "value"] == pytest.approx(592 / MONTH)


def test_costs_of_customers_without_revenue_lower_the_margin_of_all():
    parts = components_of(
        make_study(), QUARTER, customer_frame({"account_id": "a"}, {"account_id": "b"}),
        contracts=canonical("contracts", contract("a", "2025-01-01", None, 10)),
        costs=canonical(
            "costs",
            {"account_id": "b", "incurred_on": "2026-01-01", "kind": "service", "amount": 30.0},
        ),
    )  # fmt: skip
    # 12 × 10 of revenue, 30 of costs; b alone has no margin to speak of.
    assert company(parts)["gross_margin"] == 0.75
    assert account_metrics(parts)["gross_margin"].tolist() == pytest.approx(
        [1, np.nan], nan_ok=True
    )


# ── the worked examples ──────────────────────────────────────────────────────────────────────────
def test_five_lost_of_a_hundred_are_five_per_cent():
    lost = {"status": "former", "churned_on": "2026-08-01"}
    customers = [{"account_id": f"{i:03}", **(lost if i < 5 else {})} for i in range(100)]
    contracts = [
        contract(f"{i:03}", "2025-01-01", "2026-07-31" if i < 5 else None, 10) for i in range(100)
    ]
    parts = components_of(
        make_study(), QUARTER, customer_frame(*customers),
        contracts=canonical("contracts", *contracts),
    )  # fmt: skip
    assert company(parts)["logo_churn_rate"] == 0.05


def test_two_per_cent_a_month_are_fifty_months():
    # 7,351 lost of 125,000 in a quarter: 1 − 0.98³ exactly.
    assert lifetime_months(monthly_rate(7_351 / 125_000)) == pytest.approx(50)


class TestWhoWasThere:
    """Opening customers are those of that day: neither free trials nor who was away."""

    def churn(self, rows, bills, *, model="subscription", known=WHOLE) -> list[float]:
        table = "contracts" if model == "subscription" else "orders"
        parts = components_of(
            make_study(model), QUARTER, customer_frame(*rows), known=known,
            **{table: canonical(table, *bills)},
        )  # fmt: skip
        found = company_metrics(make_study(model), parts).set_index("metric")["value"]
        return found[["logo_churn_rate", "logo_churn_rate_12m"]].tolist()

    def test_neither_a_free_trial_nor_who_was_away(self):
        bills = [
            contract("stays", "2024-01-01", None, 10),
            contract("leaves", "2024-01-01", "2026-08-31", 10),
            contract("tried then", "2025-09-01", "2025-10-31", 0),
            contract("tried then", "2025-11-01", None, 10),
            contract("tried now", "2026-06-01", "2026-07-31", 0),
            contract("tried now", "2026-08-01", None, 10),
            contract("away then", "2024-01-01", "2025-06-30", 10),
            contract("away then", "2026-01-01", None, 10),
            contract("on a free plan", "2024-01-01", "2024-12-31", 10),
            contract("on a free plan", "2025-01-01", None, 0),
        ]
        rows = [
            {"account_id": name, "won_on": "2024-01-01",
             "status": "former" if name == "leaves" else "current",
             "churned_on": "2026-09-01" if name == "leaves" else None}
            for name in sorted({b["account_id"] for b in bills})
        ]  # fmt: skip
        # Before the quarter: stays, leaves, tried then, away then, on a free plan; a year ago:
        # stays, leaves, on a free plan.
        assert self.churn(rows, bills) == pytest.approx([1 / 5, 1 / 3])

    @pytest.mark.parametrize(("begins", "there"), [(None, 2), (dt.date(2025, 3, 1), 3)])
    def test_who_bought_nothing_in_the_year_before_was_none(self, begins, there):
        """Where the orders of that year are known; else the day of being won has to do."""
        days = {"stays": ["2025-05-01", "2026-05-01"], "leaves": ["2025-08-01"],
                "away": ["2024-03-01", "2026-02-01"]}  # fmt: skip
        bills = [
            {"account_id": name, "ordered_on": day, "amount": 10.0}
            for name, found in days.items() for day in found
        ]  # fmt: skip
        rows = [
            {"account_id": name, "won_on": found[0],
             "status": "former" if name == "leaves" else "current"}
            for name, found in days.items()
        ]  # fmt: skip
        known = History(begins=begins)
        found = self.churn(rows, bills, model="transactional", known=known)
        assert found[1] == pytest.approx(1 / there)


# ── the model of buyers ──────────────────────────────────────────────────────────────────────────
class TestExpectedOrders:
    def orders(self, *, customers: int = 60, first: str = "2025-01-01") -> pd.DataFrame:
        """One to five orders per customer, every fourth of them with a single one."""
        rng = np.random.default_rng(4)
        opened = pd.Timestamp(first)
        drawn = [(0, 0)] + [
            (i, int(day))
            for i in range(customers)
            for day in rng.integers(0, (pd.Timestamp(QUARTER.as_of) - opened).days, 1 + i % 4)
        ]
        table = pd.DataFrame(drawn, columns=["customer", "day"])
        return pd.DataFrame(
            {
                "order_id": table.index.astype("str"),
                "account_id": table["customer"].map("{:03}".format),
                "ordered_on": opened + pd.to_timedelta(table["day"], unit="D"),
                "amount": 10.0 + table["customer"],
            }
        )

    def found(self, orders: pd.DataFrame) -> pd.DataFrame:
        listed = [
            {"account_id": name, "churned_on": "2026-09-01" if name == "007" else None}
            for name in sorted(set(orders["account_id"]))
        ]
        parts = components_of(
            make_study("transactional"), QUARTER, customer_frame(*listed),
            orders=canonical("orders", *orders.to_dict("records")),
        )  # fmt: skip
        return account_metrics(parts).set_index("account_id")

    def test_as_the_models_say(self):
        orders = self.orders()
        found = self.found(orders)
        by = orders.groupby("account_id")
        first, last = by["ordered_on"].min(), by["ordered_on"].max()
        days = by["ordered_on"].nunique()
        x, seen = (days - 1).to_numpy(float), (last - first).dt.days.to_numpy(float)
        age = (pd.Timestamp("2026-09-30") - first).dt.days.to_numpy(float)
        model = BgNbd.fit(x, seen, age)
        value = (by["amount"].sum() / days).to_numpy(float)
        stays = found.index != "007"  # has left, says the CRM
        expected = model.expected(x, seen, age, ahead=365) * stays
        assert found["expected_orders_12m"].tolist() == pytest.approx(expected, abs=1e-5)
        assert found["active_probability"].tolist() == pytest.approx(
            model.active(x, seen, age) * stays, abs=1e-5
        )
        spent = GammaGamma.fit(days.to_numpy(float), value).expected(days.to_numpy(float), value)
        assert found["clv_bgnbd"].tolist() == pytest.approx(expected * spent, abs=1e-4)

    @pytest.mark.parametrize("short", [{"first": "2025-10-15"}, {"customers": 30}])
    def test_too_little_history_or_too_few_repeats(self, short):
        found = self.found(self.orders(**short))
        assert found[sorted(MODELLED)].isna().all(axis=None)
