"""Less history than a year: brought to a year and said, or withheld with the reason."""

from datetime import date

import pandas as pd
import pytest

from helpers.collect.customers import build_customer_list
from helpers.collect.history import (
    history,
    months_observed,
    observed_from,
    open_history,
    opening_known,
)
from helpers.collect.observed import withheld
from helpers.collect.sources import collect
from helpers.metrics.accounts import account_metrics, components
from helpers.metrics.quality import quality_scores
from helpers.metrics.sensitivity import candidates
from helpers.quarter import Quarter
from helpers.report.sections import customers as customers_section
from helpers.words import observed as words

QUARTER = Quarter(2024, 4)


def monthly(first: str, *, day: int = 5, each: float = 100.0) -> str:
    """Orders of A, B and C, one a month each, to December 2024."""
    months = pd.period_range(first, "2024-12", freq="M")
    days = [f"{month}-{day:02d}" for month in months]
    rows = (f"{a}{day},{a},{day},{each:g}\n" for day in days for a in "ABC")
    return "order_id,account_id,ordered_on,amount\n" + "".join(rows)


def transactional(study, orders: str, **options):
    tables = {"contracts": None, "orders": orders, **options.pop("tables", {})}
    ws = study(tables=tables, business_model="transactional", **options)
    return ws, listed(ws)


def listed(ws) -> pd.DataFrame:
    """The customers, whose list is saved as notebook 02 does."""
    collect(ws)
    found = build_customer_list(ws)
    ws.save("customer_list", found.accounts)
    return found.customers


@pytest.mark.parametrize(
    ("first", "months"), [("2024-10", 3), ("2024-06", 7), ("2024-01", 12), ("2022-01", 12)]
)
def test_monthly_revenue_and_all_of_a_year_follow_the_months_observed(study, first, months):
    ws, customers = transactional(study, monthly(first))
    assert months_observed(observed_from(ws, "orders"), QUARTER) == months
    assert history(ws).months == ({"orders": months} if months < 12 else {})
    assert customers["monthly_revenue"].tolist() == pytest.approx([100.0] * 3)
    found = account_metrics(components(ws, customers))
    assert found["revenue_12m"].tolist() == pytest.approx([100.0 * months] * 3)
    assert found["orders"].tolist() == [months] * 3
    assert found["purchase_frequency"].tolist() == pytest.approx([12.0] * 3)
    assert found["aov"].tolist() == [100.0] * 3
    assert quality_scores(ws, customers)["base"].tolist() == pytest.approx([1200.0] * 3)
    for name in ("clv", "repeat_rate"):
        assert (name in found and found[name].notna().all()) == (months == 12)


def test_the_first_month_counts_whole_where_the_export_was_cut_at_it(study):
    """Monthly orders on the fifth: four days before are nothing unusual. Daily ones: they are."""
    ws, _ = transactional(study, monthly("2024-08"))
    assert observed_from(ws, "orders") == date(2024, 8, 1)
    days = pd.date_range("2024-08-16", "2024-12-31").strftime("%Y-%m-%d")
    rows = "".join(f"{day},A,{day},10\n" for day in days)
    ws, customers = transactional(study, "order_id,account_id,ordered_on,amount\n" + rows)
    assert observed_from(ws, "orders") == date(2024, 8, 16)
    known = months_observed(date(2024, 8, 16), QUARTER)
    assert known == pytest.approx(4 + 16 / 31, abs=1e-6)
    assert customers["monthly_revenue"].iloc[0] == pytest.approx(len(days) * 10 / known)


def test_costs_that_begin_after_the_quarter_are_unknown_to_the_score_and_to_what_it_hangs_on(study):
    """Both said that the study gives no costs, and stopped the run."""
    costs = "account_id,incurred_on,kind,amount\nA,2025-01-05,service,10\nB,2025-02-05,service,20\n"
    ws = study(
        tables={"costs": costs}, quality_score={"costs": {"serving": {"cost_kind": "service"}}}
    )
    collect(ws)
    found = build_customer_list(ws)
    ws.save("customer_list", found.accounts)
    assert quality_scores(ws, found.customers)["base"].tolist() == [1200.0, 600.0, 300.0]
    assert candidates(ws, found.offered).inputs["serving"].isna().all()


def test_who_was_won_within_the_window_is_brought_to_a_year_like_all_others(study):
    """B ordered in December alone: one order of three months, not one of its own month."""
    late = monthly("2024-10").replace("B2024-10-05", "D2024-10-05")
    late = late.replace("D2024-10-05,B", "D2024-10-05,A").replace("B2024-11-05,B", "E,A")
    _, customers = transactional(study, late)
    held = customers.set_index("account_id")["monthly_revenue"]
    assert held["B"] == pytest.approx(100 / 3)


def test_one_order_each_is_no_pace_of_a_year(study):
    """Who ordered once may order once a year: nothing is multiplied, and it is said."""
    once = "order_id,account_id,ordered_on,amount\n1,A,2024-10-05,120\n2,B,2024-10-05,240\n"
    ws, customers = transactional(study, once + "3,C,2024-10-06,0\n")
    assert history(ws).months == {} and open_history(ws) == date(2024, 10, 5)
    held = customers.set_index("account_id")["monthly_revenue"]
    assert held[["A", "B"]].tolist() == [10, 20]
    declared, customers = transactional(study, once, records_begin="2024-10-01")
    assert history(declared).months == {"orders": 3.0} and open_history(declared) is None


def test_nobody_can_have_left_in_less_than_a_year_of_orders(study):
    ws, customers = transactional(study, monthly("2024-03"))
    known = history(ws, customers)
    assert known.withheld["logo_churn_rate"] == words.NO_YEAR_BEFORE
    assert "logo_churn_rate" not in components(ws, customers).ratios
    # Dates of leaving in the CRM are known without a year of orders.
    accounts = "account_id,won_on,churned_on\nA,2020-01-10,2024-11-30\nB,2020-02-20,\nC,2020-03-05,"
    ws, customers = transactional(study, monthly("2024-03"), tables={"accounts": accounts})
    assert "logo_churn_rate" in components(ws, customers).ratios


def test_growth_from_a_year_that_is_not_recorded_is_unknown(study):
    accounts = "account_id,won_on\nA,2015-01-10\nB,2015-02-20\nC,2015-03-05\n"
    score = {"bonuses": {"growth": {"growth": "magnitude"}}}
    for first, told in (("2023-06", True), ("2022-06", False)):
        ws, customers = transactional(
            study, monthly(first), tables={"accounts": accounts}, quality_score=score
        )
        imputed = quality_scores(ws, customers)["imputed"].str.contains("growth")
        assert imputed.tolist() == [told] * 3


def test_costs_that_tell_nothing_of_the_quarter_are_not_said_to_be_brought_to_a_year(study):
    """They begin in its second month: the score counts none of them, and said both."""
    days = pd.date_range("2024-11-12", "2024-12-31", freq="2D").strftime("%Y-%m-%d")
    costs = "account_id,incurred_on,kind,amount\n" + "".join(
        f"{'ABC'[k % 3]},{day},service,5\n" for k, day in enumerate(days)
    )
    ws = study(tables={"costs": costs})
    listed(ws)
    assert withheld(ws, "costs")
    assert history(ws).months == {}


def test_contracts_that_begin_within_the_year_tell_no_retention(study):
    """The CRM knows customers since 2015, contracts are recorded since July."""
    accounts = "account_id,won_on\nA,2015-01-10\nB,2015-02-20\nC,2015-03-05\n"
    contracts = "account_id,starts_on,ends_on,mrr\nA,2024-07-01,,10\nB,2024-08-01,,20\n"
    ws = study(tables={"accounts": accounts, "contracts": contracts + "C,2024-07-05,,30\n"})
    customers = listed(ws)
    untold = history(ws, customers).withheld
    assert {"nrr", "grr", "logo_churn_rate_12m", "revenue_12m"} <= set(untold)
    assert not {"nrr", "revenue_12m", "logo_churn_rate_12m"} & set(components(ws, customers).ratios)


@pytest.mark.parametrize(("first", "won", "known"), [
    ("2024-10-01", "2015-01-10", False),  # the CRM knows of years that no contract speaks of
    ("2024-10-01", "2024-10-01", True),  # all of them were won in the quarter
    ("2024-09-01", "2015-01-10", True),
])  # fmt: skip
def test_revenue_that_begins_with_the_export_did_not_grow_from_nothing(study, first, won, known):
    accounts = f"account_id,won_on\nA,{won}\nB,{won}\nC,{won}\n"
    contracts = f"account_id,starts_on,ends_on,mrr\nA,{first},,10\nB,2024-11-01,,20\nC,{first},,5\n"
    ws = study(tables={"accounts": accounts, "contracts": contracts})
    customers = listed(ws)
    assert opening_known(ws) == known
    assert ("mrr_new" in history(ws, customers).withheld) != known
    page = customers_section.revenue(ws)
    (bridge,) = [one for one in page if one.id == "mrr_bridge"]
    title = bridge.chart.title.replace("\xa0", " ")
    assert ("what it was before the quarter is not recorded" in title) != known
    assert ("grew from €0" in title) == (won == "2024-10-01")


def test_a_young_company_has_all_of_its_revenue(study):
    accounts = "account_id,won_on\nA,2024-07-01\nB,2024-08-01\n"
    contracts = "account_id,starts_on,ends_on,mrr\nA,2024-07-01,,10\nB,2024-08-01,,20\n"
    ws = study(tables={"accounts": accounts, "contracts": contracts})
    customers = listed(ws)
    found = account_metrics(components(ws, customers)).set_index("account_id")
    assert found["revenue_12m"].to_dict() == {"A": 60.0, "B": 100.0}
