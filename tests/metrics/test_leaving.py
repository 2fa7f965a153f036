"""When customers leave, and what came before."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import confint_poisson
from tiny import canonical, customer_frame, make_study, parts_of

from helpers.metrics.accounts import components_of
from helpers.metrics.leaving import MONTHS, before_leaving, by_reason, hazard, seeming_beginning
from helpers.metrics.retention import DAYS_PER_MONTH, survival_curve, year_ended


def parts_with(months: list[float], left: list[bool]):
    parts = parts_of([f"c{i}" for i in range(len(months))])
    parts.table["tenure_months"], parts.table["left"] = months, left
    return parts


class TestHazard:
    def test_months_at_risk_and_leavers_of_each_band(self):
        found = hazard(parts_with([2, 3, 5, 12, 40], [True, True, False, True, False]))
        # Who left at exactly 3 or 12 months left in the band that ends there.
        assert found["left"].tolist() == [2, 0, 1, 0, 0, 0]
        assert found["customer_months"].tolist() == [2 + 4 * 3, 2 + 3 + 3, 6 + 6, 12, 12, 4]
        assert found["customers"].tolist() == [5, 3, 2, 1, 1, 1]
        assert found["hazard"].tolist() == [2 / 14, 0, 1 / 12, 0, 0, 0]
        assert found["band"].tolist()[::5] == ["0–3 months", "36 months or longer"]

    def test_who_leaves_as_a_leap_year_ends_leaves_in_that_year(self):
        """As on the slide that says how many left in their first year, and in its curve."""
        days = [365, 366, 367, 370]
        months = [day / DAYS_PER_MONTH for day in days]
        found = hazard(parts_with(months, [True] * 4)).set_index("from_months")["left"]
        assert found[6.0] == 2 and found[12.0] == 2
        curve = survival_curve(np.repeat(months, 3), np.ones(12, bool))
        assert year_ended(curve) == {"ended": 6, "left": 6}

    def test_exact_limits(self):
        found = hazard(parts_with([2, 3, 5, 12, 40], [True, True, False, True, False]))
        for row in found.itertuples():
            low, high = confint_poisson(row.left, row.customer_months, method="exact-c")
            assert (row.low, row.high) == pytest.approx((np.nan_to_num(low), high))

    def test_bands_that_nobody_reached_are_not_there(self):
        assert len(hazard(parts_with([1, 4], [False, True]))) == 2
        assert hazard(parts_with([], [])).empty

    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.tuples(st.floats(0.01, 200), st.booleans()), min_size=1, max_size=30))
    def test_bands_add_up_to_everybody(self, drawn):
        months, left = (list(column) for column in zip(*drawn, strict=True))
        found = hazard(parts_with(months, left))
        assert found["left"].sum() == sum(left)
        assert found["customer_months"].sum() == pytest.approx(sum(months), abs=1e-4)

    def test_steps_of_a_day_are_the_kaplan_meier_curve(self):
        rng = np.random.default_rng(0)
        months, left = rng.integers(1, 40, 300).astype(float), rng.random(300) < 0.4
        fine = hazard(parts_with(list(months), list(left)), bands=tuple(np.arange(0.01, 40, 0.01)))
        # Between events everyone at risk is there for the whole step: 1 − hazard × step remains.
        remaining = np.cumprod(1 - fine["left"] / fine["customers"])
        curve = survival_curve(months, left)
        assert remaining.iloc[-1] == pytest.approx(curve["remaining"].iloc[-1], abs=1e-9)


CUSTOMERS = customer_frame(
    {"account_id": "L1", "won_on": "2025-01-01", "churned_on": "2026-07-01", "status": "former"},
    {"account_id": "L2", "won_on": "2025-03-20", "churned_on": "2026-08-15", "status": "former"},
    {"account_id": "early", "won_on": "2026-05-01", "churned_on": "2026-06-15",
     "status": "former"},
    {"account_id": "long ago", "won_on": "2024-01-01", "churned_on": "2025-06-01",
     "status": "former"},
    {"account_id": "S1", "won_on": "2025-01-05"},
    {"account_id": "S2", "won_on": "2025-03-22"},
    {"account_id": "S3", "won_on": "2025-01-15"},
    {"account_id": "older", "won_on": "2024-09-01"},  # more than 91 days from both
)  # fmt: skip


def tickets(*rows: tuple) -> object:
    """account, day opened, then what else is known."""
    return canonical(
        "tickets",
        *[
            {"ticket_id": str(at), "account_id": account, "opened_at": f"{day} 10:00:00", **more}
            for at, (account, day, more) in enumerate(rows)
        ],
    )


TICKETS = tickets(
    # L1 left on 1 July: its window are the 91 days from 1 April to 30 June.
    ("L1", "2026-03-31", {}), ("L1", "2026-04-01", {"escalated": True}), ("L1", "2026-05-01", {}),
    ("L1", "2026-06-30", {"csat": 1, "resolved_at": "2026-06-30 12:00:00"}),
    ("L1", "2026-07-01", {}),
    ("S1", "2026-06-01", {"csat": 5, "resolved_at": "2026-07-02 12:00:00"}),
    # L2 left on 15 August: from 16 May to 14 August.
    *[("L2", "2026-08-01", {})] * 4, ("S2", "2026-05-15", {}), ("S2", "2026-08-15", {}),
)  # fmt: skip


class TestBeforeLeaving:
    def study(self, least: int = 2):
        return make_study(metrics={"interval_min_customers": least})

    def found(self, quarter, customers=CUSTOMERS, *, least=2, **rows):
        parts = components_of(self.study(), quarter, customers)
        return before_leaving(self.study(least), quarter, customers, parts, rows)

    def test_each_leaver_beside_those_won_at_the_same_time(self, quarter):
        found = self.found(quarter, tickets=TICKETS)
        assert (found.leavers, found.early, found.matched) == (3, 1, 2)
        row = found.table.set_index("metric").loc["tickets_per_customer_month"]
        # L1 stands beside S1, then S3 (its second nearest); L2 beside S2.
        assert (row["left_customers"], row["stayed_customers"]) == (2, 3)
        assert row["left_value"] == pytest.approx((3 + 4) / 2 / MONTHS)
        assert row["stayed_value"] == pytest.approx((0.5 + 0) / 2 / MONTHS)
        gaps = np.array([2.5, 4.0]) / MONTHS
        test = stats.ttest_1samp(gaps, 0)
        limits = test.confidence_interval(0.95)
        assert (row["difference"], row["p_value"]) == pytest.approx((gaps.mean(), test.pvalue))
        assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))

    def test_escalations_and_ratings_known_in_the_window(self, quarter):
        table = self.found(quarter, tickets=TICKETS).table.set_index("metric")
        assert table.loc["escalations_per_month", "left_value"] == pytest.approx(0.5 / MONTHS)
        # S1's rating came after the window; without anyone beside L1 there is no pair.
        assert table.loc["ticket_csat", "left_customers"] == 0
        assert table.loc["ticket_csat", "verdict"] == "no data"

    def test_use_and_surveys(self, quarter):
        usage = canonical(
            "usage",
            *[{"account_id": account, "used_on": day, "feature": feature, "quantity": quantity}
              for account, day, feature, quantity in (
                  ("S1", "2026-04-01", "A", 1), ("S1", "2026-04-01", "B", 1),
                  ("S1", "2026-05-01", "A", 1), ("S1", "2026-06-01", "A", 0),
                  ("L1", "2026-04-01", "A", 1), ("S2", "2026-08-14", "A", 1))],
        )  # fmt: skip
        surveys = canonical(
            "surveys",
            *[{"account_id": account, "kind": "csat", "score": score, "asked_on": day}
              for account, score, day in (("L1", 3, "2026-04-01"), ("L1", 4, "2026-04-02"),
                                          ("S1", 5, "2026-06-30"), ("S3", 1, "2026-06-30"))],
        )  # fmt: skip
        table = self.found(quarter, usage=usage, surveys=surveys).table.set_index("metric")
        # L1 used one day, S1 two and S3 none; L2 none, S2 one.
        row = table.loc["active_days_per_month"]
        assert row["difference"] == pytest.approx(((1 - 1) + (0 - 1)) / 2 / MONTHS)
        assert table.loc["features_used", "stayed_value"] == ((2 + 0) / 2 + 1) / 2
        assert table.loc["csat", ["left_value", "stayed_value"]].tolist() == [50, 50]
        assert "tickets_per_customer_month" not in table.index

    def test_p_values_are_corrected_together(self, quarter):
        table = self.found(quarter, tickets=TICKETS).table.dropna(subset="p_value")
        assert len(table) >= 1
        expected = multipletests(table["p_value"], method="fdr_bh")[1]
        assert table["p_adjusted"].tolist() == pytest.approx(expected.tolist())

    def test_stated_reasons_stand_beside_what_was_observed(self, quarter):
        surveys = canonical(
            "surveys",
            *[{"account_id": account, "kind": "nps", "score": score, "asked_on": day}
              for account, score, day in (("L1", 2, "2026-04-01"), ("L1", 4, "2026-06-02"),
                                          ("S1", 9, "2026-06-30"), ("L2", 9, "2026-08-01"),
                                          ("S2", 8, "2026-08-01"))],
        )  # fmt: skip
        eve = self.found(quarter, tickets=TICKETS, surveys=surveys)
        stated = pd.Series({"L1": "support", "L2": " ", "S1": "not read"})
        table = by_reason(self.study(), eve, stated).set_index(["reason", "metric"])
        assert list(dict.fromkeys(table.index.get_level_values(0))) == ["support", "unknown"]
        row = table.loc[("support", "nps_answer")]
        assert (row["left_value"], row["stayed_value"], row["difference"]) == (3, 9, -6)
        tickets_of = table.loc[("support", "tickets_per_customer_month")]
        assert tickets_of["left_value"] == pytest.approx(3 / MONTHS)
        assert tickets_of["verdict"] == "too few to test"
        assert table.loc[("unknown", "nps_answer"), "difference"] == 1

    def test_few_pairs_are_not_tested(self, quarter):
        table = self.found(quarter, least=3, tickets=TICKETS).table
        assert table["p_value"].isna().all()
        assert table["verdict"][0] == "too few to test"

    @pytest.mark.parametrize(
        ("kept", "rows", "told"),
        [
            (["S1", "older"], {"tickets": TICKETS}, "nobody left"),
            (["early", "S1"], {"tickets": TICKETS}, "within the first quarter"),
            (["L1", "older"], {"tickets": TICKETS}, "nobody who stayed"),
            (["L1", "S1"], {"tickets": None}, "neither tickets nor usage"),
        ],
    )
    def test_nothing_to_compare_says_why(self, quarter, kept, rows, told):
        some = CUSTOMERS[CUSTOMERS["account_id"].isin(kept)].reset_index(drop=True)
        found = self.found(quarter, some, **rows)
        assert found.table.empty
        assert told in found.reason

    def test_order_of_customers_does_not_matter(self, quarter):
        pd.testing.assert_frame_equal(
            self.found(quarter, tickets=TICKETS).table,
            self.found(quarter, CUSTOMERS.iloc[::-1].reset_index(drop=True), tickets=TICKETS).table,
        )


def test_no_more_customers_would_have_left_than_there_are():
    """Half of 100 customers leave in the last weeks of two years: a pace at which all would go."""
    customers = pd.DataFrame(
        {
            "won_on": pd.Timestamp("2024-01-01"),
            "left_on": [pd.Timestamp("2025-09-01")] * 50 + [pd.NaT] * 50,
        }
    )
    found = seeming_beginning(customers, dt.date(2025, 9, 30))
    assert found["first"] == dt.date(2025, 9, 1)
    assert 10 <= found["expected"] <= 100
