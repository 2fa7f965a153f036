"""Drafts of days and amounts that are written as something else."""

from datetime import date, timedelta

import pytest

from helpers.draft.readings import named_like_a_day

from .queried import rows_of
from .test_draft import drafted

ROWS = 60
WON = [date(2024, 1, 13) + timedelta(days=11 * k) for k in range(ROWS)]
GERMAN = ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sept", "Okt", "Nov", "Dez")


@pytest.mark.parametrize(
    ("name", "write", "told"),
    [
        ("start_date", lambda d: f"{d:%d.%m.%y}", "years of two digits are read as 2024 to 2025"),
        ("start", lambda d: f"{d:%m/%d/%y}", "years of two digits are read as 2024 to 2025"),
        ("start_date", lambda d: str((d - date(1899, 12, 30)).days), "as a workbook counts days"),
        ("start_date", lambda d: f"{(d - date(1899, 12, 30)).days}.5", "as a workbook counts days"),
        ("start_at", lambda d: str((d - date(1970, 1, 1)).days * 86400), "seconds since 1970"),
        ("start_ts", lambda d: str((d - date(1970, 1, 1)).days * 86400000), "thousandths of a"),
        ("Vertragsbeginn", lambda d: f"{d:%Y%m%d}", "read as year, month, day"),
        ("start_date", lambda d: f'"{d:%b %d, %Y}"', "the names of months are read as months"),
        ("start_date", lambda d: f"{d:%d-%b-%y}", "the names of months are read as months"),
        ("start_date", lambda d: f"{d:%d %B %Y}", "the names of months are read as months"),
        ("Started At", lambda d: f"{d:%d-%b-%Y} 23:59", "the names of months are read as months"),
        ("Created", lambda d: f"{d:%d/%b/%y} 3:04 PM", "the names of months are read as months"),
        ("start", lambda d: f'"{d:%b %d, %Y}, 12:30:59 AM"', "the names of months are read"),
        ("Beginn", lambda d: f"{d.day}. {GERMAN[d.month - 1]} {d.year}", "the names of months"),
    ],
)  # fmt: skip
def test_days_written_as_something_else_are_read_and_said(tmp_path, name, write, told):
    lines = [f"contract_id,account_id,{name},mrr"]
    lines += [f"C{k},ACC-{k:03d},{write(day)},{k}" for k, day in enumerate(WON)]
    _, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    table = found.tables["contracts"]
    assert any(told in line for line in table.why)
    got = rows_of(tmp_path, found, "contracts", "starts_on")
    assert [day for (day,) in got] == WON
    assert found.last_day == WON[-1]


def test_times_behind_the_names_of_months_are_kept(tmp_path):
    """As Chargebee and Jira write them: without their time, tickets would be answered before."""
    lines = ["Issue key,account_id,Created,Resolved"]
    lines += [
        f"SUP-{k},ACC-{k % 20:03d},{day:%d/%b/%y} {k % 12 + 1}:04 PM,{day:%d/%b/%y} 11:{k:02d} PM"
        for k, day in enumerate(WON)
    ]
    (tmp_path / "accounts.csv").write_text(
        "account_id,customer_since,mrr\n"
        + "".join(f"ACC-{k:03d},2023-01-{k + 1:02d},{k + 10}\n" for k in range(20))
    )
    _, found = drafted(tmp_path, "tickets.csv", "\n".join(lines) + "\n")
    got = rows_of(tmp_path, found, "tickets", "opened_at, resolved_at")
    hours = [(opened.hour, opened.minute, resolved.hour) for opened, resolved in got]
    assert hours[:3] == [(13, 4, 23), (14, 4, 23), (15, 4, 23)]
    assert hours[11] == (12, 4, 23)  # noon, and no midnight
    # One form that a person can check, and no rule for every month.
    assert """try_strptime("Created", '%d/%b/%y %I:%M %p') AS opened_at""" in (
        found.tables["tickets"].query
    )


def test_no_year_is_25_and_two_forms_of_short_years_are_asked_about(tmp_path):
    lines = ["order_id,account_id,order_date,amount"]
    lines += [f"O{k},ACC-{k:03d},{k % 12 + 1:02d}/{k % 11 + 1:02d}/25,{k + 5}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    why = found.tables["orders"].why
    assert any("DECISION: the days of order_date can be read in two ways" in w for w in why)
    assert {day.year for (day,) in rows_of(tmp_path, found, "orders", "ordered_on")} == {2025}


def test_numbers_that_are_no_days_stay_numbers(tmp_path):
    for name in ("order_no", "time_to_close_seconds", "data_gb", "created_tickets", "employees"):
        assert not named_like_a_day(name), name
    lines = ["order_id,account_id,order_date,amount,invoice_no"]
    lines += [f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{k + 45000},{45000 + k}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    sums = rows_of(tmp_path, found, "orders", "sum(amount)")
    assert float(sums[0][0]) == sum(k + 45000 for k in range(ROWS))


@pytest.mark.parametrize(
    ("write", "currency"),
    [
        (lambda k: f'"€ {k:,}.50"', "EUR"),
        (lambda k: f'"{k:,}.50 USD"', "USD"),
        (lambda k: f'"${k:,}.50"', "USD"),
        (lambda k: f'"({k:,}.50)"' if k % 4 == 0 else f'"{k:,}.50"', ""),
        (lambda k: f"{k}.50-" if k % 4 == 0 else f"{k}.50", ""),
        (lambda k: f'"£-{k}.50"' if k % 4 == 0 else f"£{k}.50", "GBP"),
        (lambda k: f'"{k},50 €"', "EUR"),
        (lambda k: f'"{k},50 {("€", "EUR", "Euro")[k % 3]}"', "EUR"),
        (lambda k: f'"CHF {k:,}.50"'.replace(",", "'"), "CHF"),
    ],
)
def test_amounts_with_signs_around_them_are_numbers(tmp_path, write, currency):
    lines = ["order_id,account_id,order_date,amount"]
    lines += [f"O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{write(980 + k)}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    assert found.currency == currency
    below = any("below zero" in line for line in found.tables["orders"].why)
    factors = [-1 if below and (980 + k) % 4 == 0 else 1 for k in range(ROWS)]
    assert below == any(sign in write(980) for sign in "(-")
    sums = rows_of(tmp_path, found, "orders", "sum(amount)")
    assert float(sums[0][0]) == sum(f * (980.5 + k) for k, f in enumerate(factors))


def test_amounts_with_signs_of_several_currencies_need_rates(tmp_path):
    lines = ["contract_id,account_id,start_date,mrr"]
    lines += [f"C{k},ACC-{k:03d},{day},{'€$£'[k % 3]}{k + 1}.00" for k, day in enumerate(WON)]
    _, found = drafted(tmp_path, "contracts.csv", "\n".join(lines) + "\n")
    why = found.tables["contracts"].why
    assert any("DECISION: the sign in mrr holds 3 currencies" in line for line in why)
    got = rows_of(tmp_path, found, "contracts", "currency, mrr")
    assert {code for code, _ in got} == {"EUR", "USD", "GBP"}
    assert sum(float(amount) for _, amount in got) == ROWS * (ROWS + 1) / 2


def test_signs_in_amounts_before_and_with_tax(tmp_path):
    lines = ["order_id,account_id,order_date,Total (excl. VAT),Total (incl. VAT)"]
    lines += [
        f'O{k},ACC-{k:03d},2026-0{1 + k % 9}-11,"$1,{100 + k}.00","$1,{300 + k}.00"'
        for k in range(ROWS)
    ]
    _, found = drafted(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    sums = rows_of(tmp_path, found, "orders", "sum(amount)")
    assert float(sums[0][0]) == sum(1100 + k for k in range(ROWS))


def test_numbers_that_are_called_like_nothing_are_named(tmp_path):
    lines = ["booking,account_id,day,debit,credit"]
    lines += [f"B{k},ACC-{k:03d},2026-0{1 + k % 9}-11,{k},{k % 3}" for k in range(ROWS)]
    _, found = drafted(tmp_path, "bookings.csv", "\n".join(lines) + "\n")
    assert "no number is called like an amount (debit, credit)" in found.decision
