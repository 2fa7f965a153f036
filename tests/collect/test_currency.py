"""Amounts in several currencies: converted once, at the month's rate, or refused."""

import pytest

from helpers.collect.cautions import data_cautions
from helpers.collect.customer_tables import customer_rows
from helpers.collect.customers import build_customer_list
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError

RATES = "currency,month,rate\nUSD,2024-01-01,0.9\nusd,2024-06-15,0.5\nGBP,2024-01-31,1.2\n"
CONTRACTS = (
    "account_id,starts_on,ends_on,mrr,currency\n"
    "A,2024-01-10,,100,USD\nA,2024-06-01,,10,usd\nB,2024-01-20,,50,EUR\nC,2024-01-05,,25,\n"
)
COSTS = "account_id,incurred_on,kind,amount,currency\nA,2024-01-31,service,7,GBP\n"


def test_each_row_at_the_rate_of_its_own_month(study):
    ws = study(tables={"contracts": CONTRACTS, "rates": RATES, "costs": COSTS})
    collect(ws)
    found = canonical(ws, "contracts").to_pandas().sort_values(["account_id", "starts_on"])
    # 100 USD at 0.9; 10 at June's 0.5; euros, named or not, as they are.
    assert found["mrr"].tolist() == [90, 5, 50, 25]
    assert set(found["currency"]) == {"EUR"}
    assert canonical(ws, "costs").to_pandas()["amount"].tolist() == pytest.approx([7 * 1.2])


def test_customers_are_valued_in_the_study_currency(study):
    ws = study(tables={"contracts": CONTRACTS, "rates": RATES})
    collect(ws)
    listing = build_customer_list(ws)
    ws.save("customer_list", listing.accounts)
    revenue = listing.customers.set_index("account_id")["monthly_revenue"]
    assert revenue.to_dict() == {"A": 95, "B": 50, "C": 25}
    assert customer_rows(ws, "contracts").mrr.sum().execute() == 170


@pytest.mark.parametrize(("last", "told"), [(0.8, True), (0.9, False)])
def test_what_the_rate_of_the_start_changes_is_told(study, last, told):
    """It was told in a definition alone, and ARR at the rates of today is another number."""
    rates = f"currency,month,rate\nUSD,2024-01-01,0.9\nUSD,2024-12-01,{last}\nUSD,2025-03-01,2\n"
    bills = "account_id,starts_on,ends_on,mrr,currency\nA,2024-01-10,,100,USD\n"
    bills += "B,2024-01-20,2024-06-30,50,USD\nC,2024-01-05,,25,\n"
    ws = study(tables={"contracts": bills, "rates": rates})
    collect(ws)
    found = [values for name, _, values in data_cautions(ws) if name == "rates_of_start"]
    # 100 USD at 0.9 and at December's 0.8; what ended and what is to come count in neither.
    assert found == ([{"contracts": 1, "money": 90, "now": 80}] if told else [])


def test_rates_come_along_with_the_amounts_that_need_them(study):
    ws = study(tables={"contracts": CONTRACTS, "rates": RATES})
    collect(ws, ["accounts", "contracts"])
    assert canonical(ws, "contracts").mrr.sum().execute() == 170


def test_the_study_currency_needs_no_rates(study):
    same = "account_id,starts_on,ends_on,mrr,currency\nA,2024-01-10,,100,eur\nB,2024-02-20,,5,\n"
    ws = study(tables={"contracts": same})
    collect(ws)
    assert canonical(ws, "contracts").mrr.sum().execute() == 105


def test_other_currencies_without_rates_are_refused(study):
    with pytest.raises(StudyError, match=r"no rates[\s\S]*EUR, USD[\s\S]*sources\.rates"):
        collect(study(tables={"contracts": CONTRACTS}))


def test_months_without_a_rate_are_named(study):
    rates = "currency,month,rate\nUSD,2024-01-01,0.9\n"
    with pytest.raises(StudyError, match=r"contracts has 1 rows[\s\S]*USD 2024-06\n"):
        collect(study(tables={"contracts": CONTRACTS, "rates": rates}))


def test_rows_after_the_as_of_date_need_no_rate(study):
    later = CONTRACTS + "B,2025-02-01,,70,CHF\n"
    ws = study(tables={"contracts": later, "rates": RATES})
    collect(ws)
    assert canonical(ws, "contracts").mrr.sum().execute() == 170


def test_a_month_has_one_rate(study):
    ws = study(tables={"contracts": CONTRACTS, "rates": f"{RATES}USD,2024-01-31,0.95\n"})
    with pytest.raises(StudyError, match="more than one rate"):
        collect(ws)


def test_a_rate_of_0_is_rejected_and_converts_nothing(study):
    rates = f"{RATES}CHF,2024-01-31,0\n"
    ws = study(tables={"contracts": CONTRACTS, "rates": rates})
    assert collect(ws).set_index("table").loc["rates", "rows_rejected"] == 1
    assert canonical(ws, "contracts").mrr.sum().execute() == 170
    needing = CONTRACTS + "D,2024-01-09,,80,CHF\n"
    with pytest.raises(StudyError, match=r"contracts has 1 rows[\s\S]*CHF 2024-01[\s\S]*rejected"):
        collect(study(tables={"contracts": needing, "rates": rates}))
