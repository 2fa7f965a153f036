"""Drafts of amounts: before tax, of the whole order, credit notes, rows twice, seats, scales."""

from datetime import date, timedelta

import pytest

from helpers.draft import draft
from helpers.draft.billing import amounts_of, kind_of
from helpers.draft.looking import Column

from .queried import sum_of
from .test_draft import drafted

ROWS = 60
WHOLE = sum(100 + k for k in range(ROWS))


def orders(tmp_path, head: str, cells, rows=range(ROWS)):
    """A draft of orders: number, customer, day, and cells of each row; what it says of them."""
    lines = [f"order_id,account_id,order_date,{head}"]
    lines += [f"O{k},ACC-{k % 60:03d},2026-0{1 + k % 9}-11,{cells(k)}" for k in rows]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    assert not found.decision
    return sum_of(tmp_path, found, "orders", "amount"), found.tables["orders"].why


@pytest.mark.parametrize(
    "head",
    ["amount,net_amount,tax", "Montant TTC,Montant HT,TVA", "Bruttobetrag,Nettobetrag,MwSt",
     "total,subtotal,vat", "amount_incl_vat,amount_excl_vat,vat_amount", "total,total_untaxed,gst"],
)  # fmt: skip
def test_amounts_are_before_tax_where_a_column_is(tmp_path, head):
    cells = lambda k: f"{1.19 * (100 + k):.2f},{100 + k}.00,{0.19 * (100 + k):.2f}"  # noqa: E731
    money, why = orders(tmp_path, head, cells)
    assert money == pytest.approx(WHOLE)
    gross, _, tax = head.split(",")
    assert any(f"{gross} is it and {tax} together on 60 of 60 rows" in line for line in why)


@pytest.mark.parametrize(
    ("head", "cells", "money", "told"),
    [
        ("total_incl_vat,vat", lambda k: f"{120 + 1.2 * k:.2f},{20 + 0.2 * k:.2f}", WHOLE,
         "without vat"),
        ("total,vat", lambda k: f"{120 + 1.2 * k:.2f},{20 + 0.2 * k:.2f}", WHOLE,
         "DECISION: vat stands beside total: total holds it"),
        ("amount,vat", lambda k: f"{100 + k},{19 + 0.19 * k:.2f}", WHOLE,
         "is a usual rate of all of it: amount is before tax"),
        # Consumption tax is cut to whole yen.
        ("amount,vat", lambda k: f"{12345 + 7 * k},{(12345 + 7 * k) // 10}",
         sum(12345 + 7 * k for k in range(ROWS)),
         "is a usual rate of all of it: amount is before tax"),
        ("amount,vat", lambda k: f"{12345 + 7 * k},{1234 + (523 * k) % 271}",
         sum(12345 + 7 * k for k in range(ROWS)), "DECISION: vat stands beside amount"),
        ("amount_万元", lambda k: f"{100 + k}", 10_000 * WHOLE, "ten thousands of the currency"),
        ("amount_crore", lambda k: f"{100 + k}", 1e7 * WHOLE, "ten millions of the currency"),
        ("amount,vat", lambda k: f"{100 + k},{7.31 + k % 7}", WHOLE,
         "DECISION: vat stands beside amount"),
        ("amount_ttc", lambda k: f"{100 + k}", WHOLE,
         "DECISION: amount_ttc is with tax by its name"),
        ("amount,amount_refunded", lambda k: f"{101 + k},1", WHOLE,
         "DECISION: amount_refunded, 60.00 in all, is taken off"),
        ("subtotal,discount,total", lambda k: f"{105 + k},5,{100 + k}", WHOLE,
         "discount is taken off, 300.00 in all"),
        ("subtotal,discount,total", lambda k: f"{100 + k},5,{100 + k}", WHOLE, ""),
        ("amount_due,amount_paid,total", lambda k: f"0,{50 + k},{100 + k}", WHOLE, ""),
        ("amount,revenue", lambda k: f"{100 + k},{90 + k}", WHOLE,
         "DECISION: amount is taken for what was billed"),
    ],
)  # fmt: skip
def test_tax_discounts_and_parts_beside_an_amount(tmp_path, head, cells, money, told):
    found, why = orders(tmp_path, head, cells)
    assert found == pytest.approx(money)
    assert any(told in line for line in why)
    assert told or not any("DECISION" in line for line in why)


def test_kinds_of_amounts_by_name():
    for name, kind in (
        ("total_excl_tax", "net"), ("Netto", "net"), ("Amount (incl. VAT)", "gross"),
        ("VAT", "tax"), ("不含税金额", "net"), ("价税合计", "gross"),
        ("Net Promoter Score", "other"),
        ("discounted_price", ""), ("balance_due", "open"), ("shipping", "more"),
    ):  # fmt: skip
        assert kind_of(name) == kind, name
    numbers = [Column(n, "number", 9, 9) for n in ("unit_price_net", "line_total", "credit_limit")]
    assert [c.name for c in amounts_of(numbers)] == ["line_total", "unit_price_net"]


@pytest.mark.parametrize(
    ("head", "cells", "query", "asks"),
    [
        ("line,order_total", lambda k, n: f"{n},{100 + k}", "max(", False),
        ("line,value", lambda k, n: f"{n},{100 + k}", "max(", True),
        ("line,order_total,line_amount", lambda k, n: f"{n},{100 + k},{40 + n * (20 + k)}", "sum(",
         False),
        ("order_total,quantity,unit_price", lambda k, n: f"{100 + k},{1 + n},{10 * n + 5}", "sum(",
         False),
        ("line,price", lambda k, n: f"{n},9", "sum(", True),
    ],
)  # fmt: skip
def test_the_total_of_an_order_on_each_of_its_rows_counts_once(tmp_path, head, cells, query, asks):
    lines = [f"order_id,account_id,order_date,{head}"]
    for k in range(ROWS):
        for n in range(2):
            lines.append(f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{cells(k, n)}")
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    table = found.tables["orders"]
    assert query in table.query
    assert any("the same on all rows" in line for line in table.why)
    assert any("DECISION" in line for line in table.why) == asks
    if query == "max(":
        assert sum_of(tmp_path, found, "orders", "amount") == pytest.approx(WHOLE)


@pytest.mark.parametrize(
    ("column", "sale", "back", "sign"),
    [("type", "invoice", "Credit Note", ""), ("Belegart", "Rechnung", "Gutschrift", ""),
     ("is_refund", "false", "true", ""), ("nature", "facture", "avoir", "-")],
)  # fmt: skip
def test_credit_notes_are_taken_off_whatever_their_sign(tmp_path, column, sale, back, sign):
    def cells(k):
        return f"{sign}{100 + k},{back}" if k < 5 else f"{100 + k},{sale}"

    money, why = orders(tmp_path, f"amount,{column}", cells)
    assert money == pytest.approx(WHOLE - 2 * sum(100 + k for k in range(5)))
    assert any("DECISION: 5 of 60 rows, of 510.00 together" in w for w in why) == (not sign)


def test_payments_beside_invoices_bill_nothing_and_cards_are_no_credit(tmp_path):
    kinds = ("Invoice", "Payment", "Credit card")
    money, why = orders(tmp_path, "amount,type", lambda k: f"{100 + k},{kinds[k % 3]}")
    assert money == pytest.approx(sum(100 + k for k in range(ROWS) if k % 3 != 1))
    assert [w for w in why if "DECISION" in w] == [
        "DECISION: 20 of 60 rows, of 2,590.00 together, have the type Payment: they bill nothing "
        "beside Invoice and are left out by the WHERE of the query"
    ]


@pytest.mark.parametrize("numbered", [True, False])
def test_rows_that_are_there_twice_count_once_and_are_asked_about(tmp_path, numbered):
    head = "order_id,account_id,order_date,amount" if numbered else "account_id,order_date,amount"
    lines = [head]
    for k in [*range(ROWS), *range(7)]:
        cells = f"ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k}"
        lines.append(f"O{k},{cells}" if numbered else cells)
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    told = "DECISION: 7 of 67 rows, of 721.00 together, are equal in all columns"
    assert any(told in line for line in found.tables["orders"].why)
    assert sum_of(tmp_path, found, "orders", "amount") == pytest.approx(WHOLE)


@pytest.mark.parametrize(
    ("head", "factor"),
    [("seats,price_per_seat", 3), ("users,monthly_price_per_user", 3), ("qty,price_per_license", 3),
     ("Nutzer,Monatspreis pro Nutzer", 3), ("employees,mrr", 1), ("rank,price_per_seat", 1)],
)  # fmt: skip
def test_a_price_for_one_seat_is_taken_times_the_seats(tmp_path, head, factor):
    lines = [f"contract_id,account_id,start_date,{head}"]
    lines += [f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,3,{100 + k}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    why = found.tables["contracts"].why
    assert any("it is taken times" in line for line in why) == (factor == 3)
    assert any("no column of contracts.csv says how many" in w for w in why) == ("rank" in head)
    assert sum_of(tmp_path, found, "contracts", "mrr") == pytest.approx(factor * WHOLE)


@pytest.mark.parametrize(
    ("name", "scores", "kind", "asks"),
    [("nps_score", (0, 6, 9, 10), "nps", False), ("nps_score", (1, 3, 5), "csat", True),
     ("nps_score", (0, 50, 100), "", False), ("nps_score", (1, 4, 7), "nps", True),
     ("csat_score", (1, 4, 5), "csat", False), ("csat_score", (2, 6, 10), "", False),
     ("nps_score", (-100, 20, 60), "", False)],
)  # fmt: skip
def test_answers_of_another_scale_are_asked_about_or_left_out(tmp_path, name, scores, kind, asks):
    lines = [f"survey,account_id,sent_at,{name}"]
    lines += [f"S{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{scores[k % len(scores)]}" for k in range(60)]
    _, found = drafted(tmp_path, "surveys.csv", "\n".join(lines) + "\n")
    if not kind:
        assert "runs from" in found.left_out["surveys.csv"]
        assert "surveys" not in found.tables
        return
    table = found.tables["surveys"]
    assert f"'{kind}' AS kind" in table.query
    assert any(line.startswith("DECISION") for line in table.why) == asks


@pytest.mark.parametrize(
    ("name", "days", "factor", "told"),
    [("amount", 364, 1 / 12, "DECISION: amount of contracts.csv names no period, and 60 of 60"),
     ("amount", 30, 1, "60 of 60 periods last a month: it is a monthly amount"),
     ("TCV", 730, 1 / 24, "for the whole term of a contract by its name"),
     ("amount", None, 1, "names no period; it is taken for a monthly amount")],
)  # fmt: skip
def test_an_amount_without_a_period_is_for_the_term_that_contracts_last(
    tmp_path, name, days, factor, told
):
    lines = [f"contract_id,account_id,start_date,end_date,{name}"]
    for k in range(ROWS):
        start = date(2025, 1 + k % 9, 11)
        end = start + timedelta(days=days or 40 * k)
        lines.append(f"C{k},ACC-{k:03d},{start},{end},{100 + k}")
    _, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    assert any(told in line for line in found.tables["contracts"].why)
    assert sum_of(tmp_path, found, "contracts", "mrr") == pytest.approx(WHOLE * factor)


def test_what_is_left_after_fees_is_not_what_was_billed(tmp_path):
    head, cells = "amount,fee,net", lambda k: f"{100 + k},{3 + k % 4},{97 + k - k % 4}"
    money, why = orders(tmp_path, head, cells)
    assert money == WHOLE
    assert any("net is amount less fee on 60 of 60 rows" in line for line in why)


@pytest.mark.parametrize("order", [("amount_usd", "amount_eur"), ("amount_eur", "amount_usd")])
def test_the_currency_is_that_of_the_amount_that_is_taken(tmp_path, order):
    lines = [f"order_id,account_id,order_date,{','.join(order)}"]
    lines += [f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k},{90 + k}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    assert f'"amount_{found.currency.lower()}"' in found.tables["orders"].query
    assert any("DECISION" in line and order[1] in line for line in found.tables["orders"].why)


def test_a_monthly_price_beside_a_quantity_is_asked_about(tmp_path):
    lines = ["contract_id,account_id,start_date,monthly_price,licenses"]
    lines += [f"C{k},ACC-{k:03d},2024-0{1 + k % 9}-11,{100 + k},{k % 7 + 1}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    assert any('write "licenses" * in front' in w for w in found.tables["contracts"].why)


def test_months_as_columns_are_told(tmp_path):
    lines = ["account_id,Jan 2026,Feb 2026,Mar 2026,2026-04"]
    lines += [f"ACC-{k:03d},{k + 1},{k + 2},{k + 3},{k + 4}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "revenue.csv", "\n".join(lines) + "\n")
    assert "revenue.csv: its columns are months (Jan 2026, Feb 2026, Mar 2026" in found.decision


def test_what_was_written_off_counts_and_is_asked_about(tmp_path):
    kinds = ("Paid", "Written off")
    money, why = orders(tmp_path, "amount,status", lambda k: f"{100 + k},{kinds[k % 2]}")
    assert money == WHOLE
    assert any("DECISION: 30 of 60 rows" in w and "billed and never paid" in w for w in why)


def test_an_amount_of_the_list_of_customers_is_asked_about(tmp_path):
    lines = ["account_id,customer_since,declared_monthly_revenue"]
    lines += [f"ACC-{k:03d},2024-0{1 + k % 9}-11,{k % 2 * 100}" for k in range(ROWS)]
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, found = draft(folder, tmp_path / "study")
    (asked,) = (w for w in found.tables["contracts"].why if "DECISION" in w)
    assert "above zero for 30 of 60" in asked


@pytest.mark.parametrize(("offset", "taken"), [("", True), ("+02:00", False)])
def test_times_of_two_clocks_are_not_measured_against_each_other(tmp_path, offset, taken):
    lines = ["ticket_id,account_id,created_at,first_reply_at,closed_at"]
    lines += [
        f"{k},ACC-{k:03d},2026-08-11 10:{k:02d}:00,2026-08-11 12:{k:02d}:00{offset},"
        f"2026-08-12 12:{k:02d}:00"
        for k in range(ROWS)
    ]
    _, found = drafted(tmp_path, "tickets.csv", "\n".join(lines) + "\n")
    query = found.tables["tickets"].query
    assert ('"first_reply_at" AS first_replied_at' in query) == taken
    assert '"closed_at" AS resolved_at' in query
    assert ("two clocks" in found.left_out.get("first_reply_at of tickets.csv", "")) != taken


def test_what_customers_earn_and_what_costs_are_is_not_what_they_pay(tmp_path):
    accounts = ["account_id,created_at,annual_revenue"]
    accounts += [f"ACC-{k:03d},2024-0{1 + k % 9}-11,{k * 1000}" for k in range(ROWS)]
    costs = ["booking,account_id,date,amount"]
    costs += [f"B{k},ACC-{k % 60:03d},2026-0{1 + k % 9}-12,{k}" for k in range(5 * ROWS)]
    paid = ["order_id,account_id,order_date,amount"]
    paid += [f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{100 + k}" for k in range(ROWS)]
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, lines in (("accounts", accounts), ("costs", costs), ("orders", paid)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, found = draft(folder, tmp_path / "study")
    assert "contracts" not in found.tables
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE
    assert found.tables["costs"].files == {"costs": "costs.csv"}


def test_a_currency_that_no_file_says_is_not_made_up(tmp_path):
    from helpers.draft.guessing import Guess
    from helpers.draft.writing import written

    text = written(Guess(), name="x", folder=tmp_path, quarter="2024Q4")
    assert "currency: XXX   # DECISION" in text
    said = Guess()
    said.currency = "CHF"
    assert "currency: CHF" in written(said, name="x", folder=tmp_path, quarter="2024Q4")
