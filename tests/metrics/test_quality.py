"""The quality score, line by line, on customers small enough to add up by hand."""

from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, contract, customer_frame, make_study

from helpers.errors import StudyError
from helpers.metrics.quality import (
    bands,
    fetch_reviews,
    former_customers,
    ranks,
    review_comparison,
    score_lines,
    score_without,
    scores_from_inputs,
)
from helpers.metrics.score_inputs import condition, score_inputs, yearly_change
from helpers.study import QualityScore
from helpers.words import say
from helpers.words import scores as words


def cost(account: str, day: str, kind: str, amount: float) -> dict:
    return {"account_id": account, "incurred_on": day, "kind": kind, "amount": amount}


def ticket(number: int, account: str, day: str, touches: int | None) -> dict:
    return {
        "ticket_id": str(number),
        "account_id": account,
        "opened_at": f"{day} 12:00:00",
        "agent_touches": touches,
    }


def order(number: int, account: str, day: str, amount: float) -> dict:
    return {"order_id": str(number), "account_id": account, "ordered_on": day, "amount": amount}


def line_values(lines: dict, customers: pd.DataFrame, quarter, *, model="subscription", **tables):
    study = make_study(model, quality_score=lines)
    return score_inputs(study, quarter, customers, **tables).set_index("account_id")


class TestCosts:
    def one(self, line: dict, quarter, *rows: dict) -> list[float]:
        customers = customer_frame({"account_id": "a"}, {"account_id": "b"})
        found = line_values(
            {"costs": {"line": line}}, customers, quarter, costs=canonical("costs", *rows)
        )
        return found["line"].tolist()

    def test_year_is_the_trailing_twelve_months_with_both_ends(self, quarter):
        found = self.one(
            {"cost_kind": "service"},
            quarter,
            cost("a", "2025-09-30", "service", 1),
            cost("a", "2025-10-01", "service", 10),
            cost("a", "2026-09-30", "service", 100),
            cost("a", "2026-10-01", "service", 1000),
            cost("a", "2026-03-01", "acquisition", 5000),
            cost("b", "2024-03-01", "service", 7),
        )
        assert found == [110, 0]  # b's cost was booked before: a known 0

    def test_never_booked_is_unknown(self, quarter):
        found = self.one({"cost_kind": "service"}, quarter, cost("a", "2026-01-01", "service", 5))
        assert found[0] == 5
        assert np.isnan(found[1])

    def test_history(self, quarter):
        found = self.one(
            {"cost_kind": "acquisition", "window": "history"},
            quarter,
            cost("a", "2019-01-01", "acquisition", 300),
            cost("a", "2026-01-01", "acquisition", 30),
            cost("b", "2026-10-01", "acquisition", 9),
        )
        assert found[0] == 330
        assert np.isnan(found[1])  # booked after the as-of date

    def test_spread_is_a_yearly_share_until_the_months_have_passed(self, quarter):
        line = {"cost_kind": "acquisition", "spread_months": 36}
        found = self.one(
            line,
            quarter,
            cost("a", "2023-10-01", "acquisition", 300),  # its 36 months end with the quarter
            cost("b", "2023-09-30", "acquisition", 300),  # ended on the day before
        )
        assert found == [100, 0]

    def test_spread_over_less_than_a_year_costs_no_more_than_was_paid(self, quarter):
        line = {"cost_kind": "acquisition", "spread_months": 6}
        found = self.one(
            line,
            quarter,
            cost("a", "2026-09-01", "acquisition", 300),
            cost("b", "2026-01-01", "acquisition", 300),
        )
        assert found == [300, 0]


class TestCounts:
    def test_tickets_and_touches_of_the_year(self, quarter):
        customers = customer_frame(*[{"account_id": name} for name in "abc"])
        tickets = canonical(
            "tickets",
            ticket(1, "a", "2025-10-01", 2),
            ticket(2, "a", "2026-09-30", None),
            ticket(3, "a", "2025-09-30", 50),
            ticket(4, "b", "2026-05-01", None),
        )
        lines = {
            "tickets": {"count": "tickets", "amount": 10},
            "touches": {"count": "agent_touches", "amount": 3},
        }
        found = line_values({"costs": lines}, customers, quarter, tickets=tickets)
        assert found["tickets"].tolist() == [20, 10, 0]
        assert found["touches"].tolist()[::2] == [6, 0]
        assert np.isnan(found.loc["b", "touches"])  # tickets, but no touches recorded


class TestGrowth:
    def change(self, rows: list[dict], customers: pd.DataFrame, quarter, kind="contracts"):
        table = canonical(kind, *rows)
        return yearly_change(table, customers, quarter=quarter, kind=kind)

    def test_twelve_times_the_change_in_mrr(self, quarter):
        rows = [
            contract("a", "2025-01-01", "2026-03-31", 100),
            contract("a", "2026-04-01", None, 130),
        ]
        found = self.change(rows, customer_frame({"account_id": "a"}), quarter)
        assert found.iloc[0].tolist() == pytest.approx([360, 0.3])

    def test_who_was_no_customer_a_year_ago_has_no_known_growth(self, quarter):
        rows = [contract("a", "2026-01-01", None, 100)]
        found = self.change(
            rows, customer_frame({"account_id": "a", "won_on": "2026-01-01"}), quarter
        )
        assert found.isna().all(axis=None)

    def test_customer_that_paid_nothing_then_grew_by_all_of_it_at_no_known_rate(self, quarter):
        rows = [contract("a", "2026-01-01", None, 100)]
        found = self.change(
            rows, customer_frame({"account_id": "a", "won_on": "2025-09-30"}), quarter
        )
        assert found["magnitude"].tolist() == [1200]
        assert found["rate"].isna().all()

    @pytest.mark.parametrize("churned_on", [None, "2026-03-01"])
    def test_former_customers_are_measured_on_their_last_active_day(self, quarter, churned_on):
        rows = [
            contract("a", "2024-01-01", "2025-06-30", 100),
            contract("a", "2025-07-01", "2026-02-28", 140),
        ]
        customers = customer_frame(
            {"account_id": "a", "status": "former", "churned_on": churned_on}
        )
        found = self.change(rows, customers, quarter)
        assert found["magnitude"].tolist() == [480]  # 140 against 100 a year before 28 February

    def test_date_of_leaving_comes_before_a_contract_that_runs_on(self, quarter):
        rows = [
            contract("a", "2024-01-01", "2026-02-28", 100),
            contract("a", "2026-03-01", None, 500),
        ]
        customers = customer_frame(
            {"account_id": "a", "status": "former", "churned_on": "2026-03-01"}
        )
        assert self.change(rows, customers, quarter)["magnitude"].tolist() == [0]

    def test_orders_of_two_years(self, quarter):
        rows = [
            order(1, "a", "2024-10-01", 50),
            order(2, "a", "2025-09-30", 30),
            order(3, "a", "2025-10-01", 200),
            order(4, "a", "2026-09-30", -20),
            order(5, "a", "2024-09-30", 999),
            order(6, "a", "2026-10-01", 999),
        ]
        found = self.change(rows, customer_frame({"account_id": "a"}), quarter, kind="orders")
        assert found.iloc[0].tolist() == pytest.approx([100, 1.25])

    def test_orders_without_two_years_of_history(self, quarter):
        rows = [order(1, "a", "2025-11-01", 50), order(2, "a", "2025-05-01", 50)]
        customers = customer_frame({"account_id": "a", "won_on": "2025-05-01"})
        assert self.change(rows, customers, quarter, kind="orders").isna().all(axis=None)


class TestConditionsAndColumns:
    def test_true_false_and_null(self):
        customers = customer_frame(
            {"account_id": "a", "size": 5.0}, {"account_id": "b", "size": 1.0}, {"account_id": "c"}
        )
        found = condition(customers, "size > 2 and status = 'current'", place="line")
        assert found[:2].tolist() == [1, 0]
        assert np.isnan(found[2])

    def test_bad_sql_names_the_line(self):
        with pytest.raises(StudyError, match=r"marquee[\s\S]*siez"):
            condition(customer_frame({"account_id": "a"}), "siez > 2", place="marquee")

    def test_line_values(self, quarter):
        customers = customer_frame(
            {"account_id": "a", "seats": 7, "vip": True}, {"account_id": "b", "seats": None}
        )
        lines = {
            "bonuses": {
                "seats": {"column": "seats", "weight": 2},
                "vip": {"where": "vip", "amount": 50},
            }
        }
        found = line_values(lines, customers, quarter)
        assert found.loc["a", ["seats", "vip"]].tolist() == [14, 50]
        assert found.loc["b", ["seats", "vip"]].isna().all()

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ({"column": "sead"}, "sead"),
            ({"column": "name"}, "does not hold numbers"),
            ({"cost_kind": "service"}, "needs costs"),
            ({"count": "tickets", "amount": 1}, "needs tickets"),
            ({"growth": "magnitude"}, "needs contracts"),
        ],
    )
    def test_lines_without_their_input_are_errors(self, quarter, line, told):
        customers = customer_frame({"account_id": "a", "name": "A"})
        with pytest.raises(StudyError, match=told):
            line_values({"bonuses": {"line": line}}, customers, quarter)


class TestBase:
    def test_acv_is_twelve_times_the_monthly_revenue(self, quarter):
        found = line_values(
            {}, customer_frame({"account_id": "a", "monthly_revenue": 8.5}), quarter
        )
        assert found["base"].tolist() == [102]

    def test_transactional_base_is_the_net_order_value_of_the_year(self, quarter):
        orders = canonical(
            "orders",
            order(1, "a", "2025-10-01", 100),
            order(2, "a", "2026-09-30", -30),
            order(3, "a", "2025-09-30", 999),
        )
        customers = customer_frame({"account_id": "a"}, {"account_id": "b"})
        found = line_values({}, customers, quarter, model="transactional", orders=orders)
        assert found["base"].tolist() == [70, 0]


def scored(rules: dict, inputs: dict, **names) -> pd.DataFrame:
    frame = pd.DataFrame(inputs)
    customers = customer_frame(*[{"account_id": name} for name in frame["account_id"]])
    return scores_from_inputs(QualityScore(**rules), customers, frame)


RULES = {
    "costs": {"service": {"cost_kind": "service"}},
    "bonuses": {"growth": {"growth": "magnitude", "at_least": 0, "at_most": 40}},
    "penalties": {"cancelled": {"where": "x", "amount": 30, "missing": "zero"}},
}


class TestScore:
    def test_every_score_reads_as_a_sum(self):
        table = scored(
            RULES,
            {
                "account_id": ["b", "a", "c"],
                "base": [1000.0, 500.0, 300.0],
                "service": [100.0, np.nan, 50.0],
                "growth": [-20.0, 70.0, 10.0],
                "cancelled": [0.0, 30.0, np.nan],
            },
        ).set_index("account_id")
        assert table.index.tolist() == ["a", "b", "c"]
        # a: 500 − 75 (average of 100 and 50) + 40 (held at its most) − 30
        assert table.loc["a", ["base", "service", "growth", "cancelled"]].tolist() == [
            500, -75, 40, -30,
        ]  # fmt: skip
        assert table["quality_score"].tolist() == [435, 900, 260]
        assert table["imputed"].tolist() == ["service", "", "cancelled"]
        assert table["rank"].tolist() == [2, 1, 3]

    def test_rate_line_of_nobody_known_adds_nothing_and_is_flagged(self):
        table = scored(
            {"bonuses": {"growth": {"growth": "rate", "amount": 5}}},
            {"account_id": ["a", "b"], "base": [1.0, 2.0], "growth": [np.nan, np.nan]},
        )
        assert table["growth"].tolist() == [0, 0]
        assert table["imputed"].tolist() == ["growth", "growth"]

    def test_former_customers_are_scored_too(self):
        frame = pd.DataFrame({"account_id": ["a"], "base": [5.0]})
        customers = customer_frame({"account_id": "a", "status": "former", "name": "A"})
        table = scores_from_inputs(QualityScore(), customers, frame)
        assert table[["name", "status", "quality_score"]].iloc[0].tolist() == ["A", "former", 5]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.floats(-1e6, 1e6),
                st.none() | st.floats(0, 1e6),
                st.none() | st.floats(-1e6, 1e6),
            ),
            min_size=1,
            max_size=30,
        ),
        st.randoms(use_true_random=False),
    )
    def test_lines_add_up_to_the_cent_in_any_row_order(self, rows, random):
        base, service, growth = (np.array(c, dtype=float) for c in zip(*rows, strict=True))
        ids = [f"{i:03}" for i in range(len(rows))]
        frame = pd.DataFrame(
            {"account_id": ids, "base": base, "service": service, "growth": growth,
             "cancelled": 0.0}
        )  # fmt: skip
        table = scored(RULES, frame)
        cents = (table[["base", "service", "growth", "cancelled"]] * 100).round().astype("int64")
        assert (cents.sum(axis=1) == (table["quality_score"] * 100).round().astype("int64")).all()
        order = random.sample(range(len(rows)), len(rows))
        pd.testing.assert_frame_equal(table, scored(RULES, frame.iloc[order]))


class TestRanksAndBands:
    def test_ties_share_the_best_rank(self):
        assert ranks(pd.Series([5.0, 9, 5, 1])).tolist() == [2, 1, 2, 4]

    def test_ten_customers(self):
        found = bands(pd.Series(np.arange(10.0)), edges=(0.2, 0.8))
        assert found.tolist() == ["poor"] * 2 + ["average"] * 6 + ["excellent"] * 2

    def test_score_on_an_edge_is_average(self):
        # Of 0…5 the quantiles at 0.2 and 0.8 are exactly 1 and 4.
        found = bands(pd.Series(np.arange(6.0)), edges=(0.2, 0.8))
        assert found.tolist() == ["poor", *["average"] * 4, "excellent"]

    def test_ties_never_split(self):
        scores = pd.Series([0.0] * 7 + [5.0, 6.0, 7.0])
        found = bands(scores, edges=(0.2, 0.8))
        assert pd.Series(found.to_numpy()).groupby(scores).nunique().max() == 1
        assert found.iloc[0] == "average"

    def test_all_alike_and_one_customer(self):
        assert set(bands(pd.Series([3.0] * 5), edges=(0.2, 0.8))) == {"average"}
        assert bands(pd.Series([3.0]), edges=(0.2, 0.8)).tolist() == ["average"]


class TestWithout:
    table = pd.DataFrame(
        {"account_id": ["a"], "name": ["A"], "status": ["current"], "base": [100.0],
         "service": [-20.1], "growth": [5.0], "quality_score": [84.9], "rank": [1]}
    )  # fmt: skip

    def test_lines_are_taken_out(self):
        assert score_lines(self.table) == ["base", "service", "growth"]
        assert score_without(self.table, ["service"]).to_dict() == {"a": 105.0}
        assert score_without(self.table, ["base", "growth", "growth"]).to_dict() == {"a": -20.1}
        assert score_without(self.table, []).to_dict() == {"a": 84.9}

    def test_unknown_line(self):
        with pytest.raises(StudyError, match="support"):
            score_without(self.table, ["support"])


class TestReviews:
    scores = pd.DataFrame(
        {
            "account_id": list("abcd"),
            "name": list("ABCD"),
            "quality_score": [40.0, 30.0, 20.0, 10.0],
            "band": ["excellent", "average", "average", "poor"],
        }
    )

    def reviews(self) -> pd.DataFrame:
        rows = [
            ("Mara", "a", 1, "excellent"),
            ("Mara", "b", 4, "poor"),
            ("Mara", "c", 3, None),
            ("Mara", "d", 2, "excellent"),
            ("Mara", "z", 5, "poor"),
            ("Nils", "b", None, "average"),
        ]
        return pd.DataFrame(rows, columns=["stakeholder", "account_id", "rank", "band"])

    def test_largest_disagreement_comes_first(self):
        found = review_comparison(self.scores, self.reviews())
        assert found["account_id"].tolist()[:2] == ["b", "d"]
        assert found["rank_difference"].tolist()[:2] == [-2, 2]

    def test_lazy_table(self):
        rows = self.reviews().to_dict("records")
        found = fetch_reviews(canonical("score_reviews", *rows))
        pd.testing.assert_frame_equal(
            review_comparison(self.scores, found), review_comparison(self.scores, self.reviews())
        )

    def test_nobody_reviewed(self):
        assert review_comparison(self.scores, self.reviews().head(0)).empty


class TestFormerCustomers:
    """What a former customer's base counts."""

    rows = (
        contract("a", "2024-01-01", None, 100),
        contract("b", "2024-01-01", "2026-08-15", 90),
        contract("c", "2024-01-01", None, 80),  # left in the CRM; its contract still runs
    )
    customers = customer_frame(
        {"account_id": "a", "monthly_revenue": 100.0},
        {"account_id": "b", "monthly_revenue": 90.0, "status": "former"},
        {"account_id": "c", "monthly_revenue": 80.0, "status": "former",
         "churned_on": "2026-08-15"},
    )  # fmt: skip
    penalty = MappingProxyType(
        {"penalties": {"left": {"where": "status = 'former'", "amount": 500}}}
    )

    def base(self, lines: dict, quarter, column: str = "base") -> list[float]:
        contracts = canonical("contracts", *self.rows)
        return line_values(lines, self.customers, quarter, contracts=contracts)[column].tolist()

    def test_without_a_penalty_for_leaving_they_count_what_they_pay_now(self, quarter):
        assert self.base({}, quarter) == [1200, 0, 0]

    def test_with_a_penalty_for_leaving_their_last_contract(self, quarter):
        assert self.base(self.penalty, quarter) == [1200, 1080, 960]

    def test_the_study_file_decides(self, quarter):
        assert self.base({"former": "last_contract"}, quarter) == [1200, 1080, 960]
        assert self.base(self.penalty | {"former": "pays_now"}, quarter) == [1200, 0, 0]

    def test_their_growth_is_what_was_lost(self, quarter):
        lines = {"bonuses": {"growth": {"growth": "magnitude"}}}
        assert self.base(lines, quarter, "growth") == [0, -1080, -960]
        kept = lines | {"former": "last_contract"}
        assert self.base(kept, quarter, "growth") == [0, 0, 0]

    def test_trailing_revenue_of_who_left_counts_nothing_either(self, quarter):
        lines = {"base": "revenue_12m"}
        assert self.base(lines, quarter) == [1200, 0, 0]
        # Ten month-ends from October to July; the contract of c still runs.
        assert self.base(lines | {"former": "last_contract"}, quarter) == [1200, 900, 960]

    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ("status = 'former'", True),
            ("status IN ('former', 'paused')", True),
            ("tier = 'A' AND status <> 'current'", True),
            ("churned_on IS NOT NULL", True),
            ("left_on > DATE '2025-01-01'", True),
            ("status = 'current' AND late_payer", False),
            ("note = 'churned_on'", False),
            ("account_status = 'former'", False),
            ("late_payer", False),
        ],
    )
    def test_which_penalties_are_for_leaving(self, where, found):
        rules = QualityScore(penalties={"p": {"where": where, "amount": 1}})
        assert rules.leaving_penalties == (("p",) if found else ())

    def test_share_of_the_excellent_who_left_is_told(self):
        scores = pd.DataFrame(
            {
                "status": ["former", "current", "current", "former"],
                "band": ["excellent", "excellent", "average", "poor"],
            }
        )
        study = make_study(quality_score=self.penalty)
        sentence, values = former_customers(study, scores)
        assert say(sentence, **values) == (
            "2 of 4 customers have left. Their base is still what they last brought, because a "
            "penalty for leaving stands against it; **1 of the 2 excellent** customers "
            "(50\N{NO-BREAK SPACE}%) has left."
        )
        sentence, values = former_customers(make_study(), scores)
        assert "what they pay now, nothing, because no penalty" in say(sentence, **values)
        stayed = scores.assign(status=["current", "current", "current", "former"])
        assert say((none := former_customers(make_study(), stayed))[0], **none[1]) == (
            "1 of 4 customers has left, **none of the 2 excellent** among them. Their base is "
            "what they pay now, nothing."
        )
        nobody = former_customers(make_study(), scores.assign(band="poor"))
        assert say(nobody[0], **nobody[1]) == (
            "2 of 4 customers have left. Their base is what they pay now, nothing; with it, no "
            "customer is excellent."
        )
        told = former_customers(make_study(), scores.assign(status="current"))
        assert say(told[0]) == words.NOBODY_LEFT
