"""Drafts of exports as Pipedrive, Chargebee, Intercom, Xero and Jira write them."""

import pytest

from .queried import rows_of, sum_of
from .test_unknown_companies import ROWS, accounts, known, made

CONTRACTS = ["account_id,start_date,mrr", *(f"ACC-{k:03d},2024-02-01,10" for k in range(ROWS))]


@pytest.mark.parametrize(
    ("name", "number"),
    [("intercom export", "Conversation ID"), ("SUP 2026-10-01T08_00_00+0100", "Issue key")],
)
def test_tickets_are_known_by_what_numbers_them(tmp_path, name, number):
    """A file may be called after a project or the vendor, and other texts differ by row, too."""
    rows = [f"Summary {k},N-{k},ACC-{k % ROWS:03d},2026-0{k % 9 + 1}-11 10:00" for k in range(80)]
    files = {name: [f"Summary,{number},account_id,Created", *rows]}
    found = made(tmp_path, accounts=accounts(known), contracts=CONTRACTS, **files)
    assert f'CAST("{number}" AS VARCHAR) AS ticket_id' in found.tables["tickets"].query
    assert any(f"by its {number}" in line for line in found.tables["tickets"].why)


def test_answers_to_how_likely_somebody_recommends_are_those_of_nps(tmp_path):
    ask = "How likely are you to recommend us? (0-10)"
    rows = [f"ACC-{k % ROWS:03d},2026-0{k % 9 + 1}-11,{k % 11}" for k in range(80)]
    found = made(
        tmp_path, accounts=accounts(known), contracts=CONTRACTS,
        nps=[f"account_id,Received at,{ask}", *rows],
    )  # fmt: skip
    assert f'"{ask}" AS score' in found.tables["surveys"].query


def in_currencies():
    """Contracts of three currencies, each of 10 a month."""
    head, codes = "account_id,start_date,mrr,Currency", ("EUR", "USD", "GBP")
    return [head, *(f"ACC-{k:03d},2024-02-01,10,{codes[k % 3]}" for k in range(ROWS))]


MONTHS = [f"20{24 + k // 12}-{k % 12 + 1:02d}" for k in range(24)]


@pytest.mark.parametrize(
    ("head", "cells", "asks"),
    [
        ("Currency;Month;Rate to EUR", ("USD;{}-01;0,9", "GBP;{}-01;1,15"), False),
        ("Currency;Month;Units per EUR", ("USD;{}-01;1,1111111", "GBP;{}-01;0,8695652"), False),
        ("currency;day;fx_rate", ("USD;{}-04;0,9", "GBP;{}-07;1,15"), True),
        # As the European Central Bank writes them, of several days a month.
        ("Date;USD;GBP", ("{}-04;1,0;0,8", "{}-28;1,2222222;0,9391304"), True),
    ],
)
def test_rates_are_drafted_and_name_no_currency_of_the_study(tmp_path, head, cells, asks):
    rates = [head, *(cell.format(month) for month in MONTHS for cell in cells)]
    found = made(tmp_path, accounts=accounts(known), contracts=in_currencies(), rates=rates)
    assert found.currency == "EUR"  # the one of the amounts that has no rate
    got = rows_of(tmp_path, found, "rates", "currency, month, rate")
    assert len(got) == 2 * len(MONTHS)
    assert {(code, round(float(rate), 2)) for code, _, rate in got} == {("USD", 0.9), ("GBP", 1.15)}
    assert any(line.startswith("DECISION") for line in found.tables["rates"].why) is asks
    assert any("1 GBP is 1.15 EUR in 2025-12" in line for line in found.tables["rates"].why)
    assert not any("to be added" in line for line in found.tables["contracts"].why)


def test_a_currency_without_a_rate_is_asked_about(tmp_path):
    contracts = [*in_currencies(), "ACC-001,2024-05-01,10,CHF"]
    rates = ["Currency,Month,Rate to EUR", *(f"USD,{m}-01,0.9" for m in MONTHS)]
    rates += [f"GBP,{m}-01,1.15" for m in MONTHS]
    found = made(
        tmp_path, accounts=accounts(known), contracts=contracts, fx=rates,
        prices=["account_id,price EUR", *(f"ACC-{k:03d},{k}" for k in range(ROWS))],
    )  # fmt: skip
    assert found.currency == "EUR"
    assert "DECISION: fx.csv has no rate of CHF" in found.tables["rates"].why


def cancelled(amounts: str):
    """As Chargebee writes them: what is paid a month is 0 for what is cancelled."""
    head = "Customer Id,Plan Amount,Billing Period,Billing Period Unit,Started At,Cancelled At,MRR"
    rows = [
        f"ACC-{k:03d},{amounts},1,{'month' if k % 3 else 'year'},01-Feb-2024 10:00,"
        + ("20-Feb-2025 10:00,0.00" if k % 2 else f",{120 if k % 3 else 10}.00")
        for k in range(ROWS)
    ]
    return [head, *rows]


@pytest.mark.parametrize(("amounts", "each"), [("120.00", True), ("0.00", False)])
def test_what_ended_contracts_paid_is_looked_for_where_it_is_set_to_0(tmp_path, amounts, each):
    found = made(tmp_path, accounts=accounts(known), subscriptions=cancelled(amounts))
    got = rows_of(tmp_path, found, "contracts", "account_id, mrr")
    for account, mrr in got:
        k = int(account[-3:])
        assert float(mrr) == (120 if k % 3 else 10) * (each or not k % 2)
    asked = [line for line in found.tables["contracts"].why if "MRR is 0 on 30 of 30" in line]
    assert asked and ("Plan Amount is taken" in asked[0]) is each


def invoices(quantity, *, back: bool):
    """Lines as Xero writes them: total and tax of the invoice stand on each of its lines."""
    head = "ContactName,InvoiceNumber,InvoiceDate,Total,TaxTotal,Quantity,UnitAmount,LineAmount"
    lines = [f"{head},TaxAmount,Type,Status"]
    for k in range(ROWS):
        status = ("Paid", "Paid", "Paid", "Draft", "Voided")[k % 5]
        cells = [(quantity, 100 + k), (1, 50 + n) if (n := k % 7) else (1, 50)]
        net = sum(count * price for count, price in cells)
        both = f"{net * 1.2:.4f},{net * 0.2:.4f}"
        lines += [
            f"Firm {k},INV-{k},{1 + k % 28:02d}/08/2026,{both},{count},{price},{count * price},"
            f"{count * price * 0.2:.4f},Sales invoice,{status}"
            for count, price in cells
        ]
        if k % 5 == (4 if back else 0):  # all of what is void, or a part of what was paid
            taken = cells if back else [(1, 7)]
            lines += [
                f"Firm {k},CN-{k},28/09/2026,-1,0,{count},-{price},-{count * price},0,Credit,Paid"
                for count, price in taken
            ]
    return lines


@pytest.mark.parametrize("quantity", [1, 3])
@pytest.mark.parametrize("back", [False, True])
def test_lines_of_invoices_are_neither_prices_nor_taxed_by_their_sum(tmp_path, quantity, back):
    """Draft and void invoices counted as sold because credit notes of others were in the file."""
    lines = invoices(quantity, back=back)
    found = made(
        tmp_path,
        accounts=["Company name,Become customer", *(f"Firm {k},2024-01-02" for k in range(ROWS))],
        sales_invoices=lines,
    )
    rows = [line.split(",") for line in lines[1:]]
    void = {"Draft"} if back else {"Draft", "Voided"}
    assert sum_of(tmp_path, found, "orders", "amount") == sum(
        float(cells[7]) for cells in rows if cells[-1] not in void
    )
    why = found.tables["orders"].why
    assert not any("TaxTotal" in line for line in why)
    assert any("are left out" in line for line in why if "the Status Draft" in line)
    assert any(("are left out" in line) is not back for line in why if "the Status Voided" in line)


def test_a_customer_is_won_when_it_became_one_and_not_as_a_lead(tmp_path):
    """As HubSpot writes them; a lead has no such day, and its row is not refused for that."""
    head = "account_id,company_name,Create Date,Became a Customer Date"
    rows = [f"ACC-{k:03d},Firm {k},2023-01-02 09:00,2024-03-0{k % 9 + 1} 10:00" for k in range(50)]
    rows += [f"ACC-{k:03d},Lead {k},2025-05-05 09:00," for k in range(50, ROWS)]
    found = made(tmp_path, accounts=[head, *rows], contracts=CONTRACTS[:40])
    got = rows_of(tmp_path, found, "accounts", "account_id, year(won_on)")
    assert [year for _, year in got] == [2024] * 50 + [2025] * (ROWS - 50)
    told = "won_on: Became a Customer Date, where it is empty Create Date"
    assert told in found.tables["accounts"].why
