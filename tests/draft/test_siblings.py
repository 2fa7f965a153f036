"""Drafts of money in habits of vendors: refunds apart, instalments, sums, states, own terms."""

from datetime import date, timedelta

import pytest

from helpers.draft import draft

from .queried import rows_of, sum_of
from .test_draft import drafted

ROWS = 60
WHOLE = sum(100 + k for k in range(ROWS))


def folder(tmp_path, **files):
    """A draft of files beside a list of 60 customers; what it found."""
    exports = tmp_path / "exports"
    exports.mkdir()
    files.setdefault(
        "accounts",
        ["account_id,customer_since,company_name"]
        + [f"ACC-{k:03d},2023-0{1 + k % 9}-11,Firm {k}" for k in range(ROWS)],
    )
    for name, lines in files.items():
        (exports / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, found = draft(exports, tmp_path / "study")
    return found


def orders(cells="", head=""):
    """Orders of 60 customers, with further cells."""
    lines = [f"order_id,account_id,order_date,amount{head}"]
    return lines + [
        f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k}{cells and cells(k)}" for k in range(ROWS)
    ]


def asked(found, table: str) -> list[str]:
    return [line for line in found.tables[table].why if "DECISION" in line]


@pytest.mark.parametrize("name", ["refunds", "credit_notes", "gutschriften"])
def test_refunds_in_a_file_of_their_own_come_off_on_their_day(tmp_path, name):
    back = ["id,account_id,date,amount"]
    back += [f"R{k},ACC-{k:03d},2026-09-20,{10 + k}" for k in range(5)]
    found = folder(tmp_path, orders=orders(), **{name: back})
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE - 60
    assert any("5 rows of " in line and "are taken off" in line for line in asked(found, "orders"))


def test_refunds_that_the_orders_hold_already_are_not_taken_off_twice(tmp_path):
    back = ["id,account_id,date,amount", *(f"R{k},ACC-{k:03d},2026-09-20,9" for k in range(5))]
    lines = [*orders(), *(f"R{k},ACC-{k:03d},2026-09-20,-9" for k in range(5))]
    found = folder(tmp_path, orders=lines, refunds=back)
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE - 45
    assert any("not taken off, since 5 orders are below zero" in w for w in asked(found, "orders"))


def test_instalments_of_an_invoice_are_no_total_on_each_of_its_rows(tmp_path):
    lines = ["invoice_id,instalment,account_id,due_date,instalment_amount,invoice_total"]
    for k in range(ROWS):
        lines += [f"I{k},{n},ACC-{k:03d},2026-0{n}-11,{100 + k},{300 + 3 * k}" for n in (1, 2, 3)]
    _, found = drafted(tmp_path, "invoices.csv", "\n".join(lines) + "\n")
    counted = "count(DISTINCT order_id), count(DISTINCT ordered_on)"
    assert rows_of(tmp_path, found, "orders", counted) == [(3 * ROWS, 3)]
    assert sum_of(tmp_path, found, "orders", "amount") == 3 * WHOLE
    assert any("a part that is billed on its day" in line for line in asked(found, "orders"))


@pytest.mark.parametrize(
    ("head", "cells", "counted", "told"),
    [
        (",quantity", lambda k: f",{-1 if k < 6 else 2}", lambda k: -1 if k < 6 else 1,
         "a quantity below zero"),
        (",cancelled_at", lambda k: ",2026-09-12" if k < 6 else ",", lambda k: k >= 6,
         "a day of cancelled_at"),
        (",is_void", lambda k: f",{str(k < 6).lower()}", lambda k: k >= 6, "a true is_void"),
        (",stage", lambda k: f",{('Closed Won', 'Closed Lost', 'Proposal')[k % 3]}",
         lambda k: k % 3 == 0, "the stage Closed Lost, Proposal, which is no sale"),
        (",probability", lambda k: f",{(100, 0, 50)[k % 3]}", lambda k: k % 3 == 0,
         "a lower probability, which is no sale"),
        (",document_type", lambda k: f",{('Invoice', 'Pro-forma', 'Quote')[k % 3]}",
         lambda k: k % 3 == 0, "the document_type Pro-forma, Quote: they bill nothing"),
        (",scenario", lambda k: f",{('Actual', 'Budget')[k % 2]}", lambda k: k % 2 == 0,
         "the scenario Budget, which was planned"),
        (",discount_pct", lambda k: f",{k % 3 * 10}", lambda k: 1,
         'write "amount" * (1 - coalesce("discount_pct" / 100.0, 0))'),
    ],
)  # fmt: skip
def test_what_bills_nothing_or_takes_money_back(tmp_path, head, cells, counted, told):
    found = folder(tmp_path, orders=orders(cells, head))
    money = sum(counted(k) * (100 + k) for k in range(ROWS))
    assert sum_of(tmp_path, found, "orders", "amount") == money
    assert any(told in line for line in asked(found, "orders"))


def test_sums_of_customers_are_no_orders(tmp_path):
    lines = orders()
    lines += [f"Subtotal {k},ACC-{k:03d},2026-09-30,{100 + k}" for k in range(9)]
    found = folder(tmp_path, orders=lines)
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE
    assert any("9 of 69 rows, of 936.00 together" in line for line in asked(found, "orders"))


def test_sales_listed_for_each_contact_are_asked_about(tmp_path):
    lines = ["account_id,order_date,amount,contact"]
    lines += [f"ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k},p{n}" for k in range(60) for n in (1, 2)]
    found = folder(tmp_path, sales=lines)
    assert any("60 of 120 rows have the customer, day and" in w for w in asked(found, "orders"))


@pytest.mark.parametrize("renewals", [False, True])
def test_contracts_that_renew_themselves_go_on_unless_renewals_are_rows(tmp_path, renewals):
    lines = ["contract_id,account_id,start_date,end_date,mrr,auto_renew"]
    for k in range(ROWS):
        years = (2023, 2024) if renewals else (2023,)
        lines += [f"C{k}-{y},ACC-{k:03d},{y}-03-01,{y + 1}-02-28,{100 + k},yes" for y in years]
    found = folder(tmp_path, contracts=lines)
    ends = {end for (end,) in rows_of(tmp_path, found, "contracts", "ends_on")}
    assert (ends == {None}) != renewals
    assert any("renew themselves (auto_renew)" in line for line in asked(found, "contracts"))


def test_states_of_every_month_hold_until_the_next_one(tmp_path):
    months = [date(2026, m, 1) - timedelta(days=1) for m in range(2, 8)]
    lines = ["snapshot_date,account_id,mrr"]
    lines += [f"{day},ACC-{k:03d},{100 + k}" for day in months for k in range(ROWS)]
    found = folder(tmp_path, mrr=lines)
    held = "sum(mrr) FILTER (starts_on <= DATE '2026-06-30' AND ends_on >= DATE '2026-06-30')"
    assert rows_of(tmp_path, found, "contracts", held) == [(WHOLE,)]
    assert any("the state until the next one" in line for line in asked(found, "contracts"))


@pytest.mark.parametrize(
    ("head", "cells"),
    [("billing_frequency_months", lambda n: f"{n}"),
     ("billing_cycle", lambda n: {1: "monthly", 3: "quarterly", 12: "annual"}[n]),
     ("interval,interval_count", lambda n: "year,1" if n == 12 else f"month,{n}")],
)  # fmt: skip
def test_how_many_months_an_amount_is_for(tmp_path, head, cells):
    lines = [f"contract_id,account_id,start_date,amount,{head}"]
    for k in range(ROWS):
        months = (1, 3, 12)[k % 3]
        lines.append(f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,{months * (100 + k)},{cells(months)}")
    found = folder(tmp_path, contracts=lines)
    assert sum_of(tmp_path, found, "contracts", "mrr") == pytest.approx(WHOLE)


def test_money_that_is_not_read_is_asked_about(tmp_path):
    found = folder(tmp_path, orders_eur=orders(), orders_usd=orders()[:-9])
    assert any("orders_usd.csv has customers, days and" in line for line in asked(found, "orders"))


@pytest.mark.parametrize(
    ("head", "cells", "told"),
    [
        ("merged_into", lambda k: "ACC-009" if k < 3 else "", "3 customers were merged"),
        ("is_test", lambda k: str(k < 4).lower(), "4 of 60 customers are tests"),
        ("type", lambda k: "Internal" if k < 4 else "Customer", "by their type"),
        ("company_name", lambda k: f"TEST {k}" if k < 4 else f"Firm {k}", "by their company_name"),
    ],
)
def test_customers_that_are_none_are_asked_about(tmp_path, head, cells, told):
    lines = [f"account_id,customer_since,{head}"]
    lines += [f"ACC-{k:03d},2023-0{1 + k % 9}-11,{cells(k)}" for k in range(ROWS)]
    found = folder(tmp_path, accounts=lines, orders=orders())
    assert any(told in line for line in asked(found, "accounts"))


def test_parents_that_pay_what_their_children_pay_are_asked_about(tmp_path):
    accounts = ["account_id,customer_since,parent_id"]
    accounts += [f"ACC-{k:03d},2023-01-11,{f'ACC-{k % 4:03d}' if k > 3 else ''}" for k in range(60)]
    contracts = ["contract_id,account_id,start_date,mrr"]
    for k in range(ROWS):
        children = [n for n in range(4, ROWS) if n % 4 == k]
        contracts.append(f"C{k},ACC-{k:03d},2024-01-11,{sum(100 + n for n in children) or 100 + k}")
    found = folder(tmp_path, accounts=accounts, contracts=contracts)
    assert any("4 of 4 parents (parent_id) pay exactly" in w for w in asked(found, "contracts"))


def test_a_whole_export_is_asked_nothing(tmp_path):
    lines = orders(lambda k: f",{1 + k % 5},{('Paid', 'Open')[k % 2]}", ",quantity,status")
    assert not asked(folder(tmp_path, orders=lines), "orders")


def test_an_amount_of_every_week(tmp_path):
    lines = ["contract_id,account_id,start_date,amount,billing_interval"]
    lines += [f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,{100 + k},weekly" for k in range(ROWS)]
    found = folder(tmp_path, contracts=lines)
    assert sum_of(tmp_path, found, "contracts", "mrr") == pytest.approx(WHOLE * 52 / 12)


@pytest.mark.parametrize(
    ("head", "uses", "asks"),
    [
        ("logins", 1, 0),
        ("activity_total", 1, 1),
        ("score_a,score_b", None, 1),
        ("event_id", None, 0),
    ],
)
def test_rows_of_no_use_are_none(tmp_path, head, uses, asks):
    lines = [f"account_id,date,{head}"]
    for k in range(ROWS):
        lines += [f"ACC-{k:03d},2026-09-{n + 1:02d},{','.join([str(k % 2)] * len(head.split(',')))}"
                  for n in range(3)]  # fmt: skip
    found = folder(tmp_path, orders=orders(), usage=lines)
    assert len(asked(found, "usage")) == asks
    assert ("AS quantity" in found.tables["usage"].query) == (uses is not None)
    if uses:
        assert sum_of(tmp_path, found, "usage", "quantity") == 3 * ROWS / 2


def test_contracts_listed_for_each_contact_are_not_numbered_by_them(tmp_path):
    lines = ["contract_id,account_id,start_date,mrr,contact_email"]
    for k in range(ROWS):
        lines += [f"C{k},ACC-{k:03d},2024-01-11,{100 + k},p{k}-{n}@x.org" for n in (1, 2)]
    found = folder(tmp_path, contracts=lines)
    assert "contact_email" not in found.tables["contracts"].query


def test_answers_that_are_no_numbers_are_left_out_with_the_reason(tmp_path):
    lines = ["account_id,sent_at,nps_score"]
    lines += [f"ACC-{k:03d},2026-0{1 + k % 9}-11,{k % 11}/10" for k in range(ROWS)]
    found = folder(tmp_path, orders=orders(), nps=lines)
    assert "no column of whole numbers is a score" in found.left_out["nps.csv"]


def test_a_ticket_is_resolved_when_it_was_solved_and_not_when_it_was_closed(tmp_path):
    lines = ["ticket_id,account_id,created_at,closed_at,solved_at"]
    lines += [
        f"{k},ACC-{k:03d},2026-08-11 10:{k:02d}:00,2026-08-21 10:00:00,2026-08-12 10:00:00"
        for k in range(ROWS)
    ]
    query = folder(tmp_path, orders=orders(), tickets=lines).tables["tickets"].query
    assert '"solved_at" AS resolved_at' in query
