"""Oddities of exports, each with what becomes of it: counted, told, or asked about."""

import pytest

from helpers.collect.cautions import data_cautions
from helpers.collect.coverage import coverage
from helpers.collect.customers import build_customer_list
from helpers.collect.observed import collected_tables
from helpers.collect.sources import canonical, collect, rejected, unreadable_of
from helpers.errors import StudyError
from helpers.report.exhibits import warning


def told(ws) -> dict[str, str]:
    return {
        name: warning(ws, name, sentence, **values).text
        for name, sentence, values in data_cautions(ws)
    }


def contracts(cancelled: int, good: int = 40) -> str:
    rows = [f"A,2024-01-10,,{10 + k}\n" for k in range(good)]
    rows += [f"B,2024-08-01,2024-07-{k + 1:02d},30.5\n" for k in range(cancelled)]
    return (
        "account_id,starts_on,ends_on,mrr\n"
        + "".join(rows)
        + "B,2024-02-20,,50\nC,2024-03-05,,25\n"
    )


def test_contracts_cancelled_before_they_begin_are_counted_and_are_no_fault(study):
    ws = study(tables={"contracts": contracts(4)}, max_rejected_share=0.01)
    collect(ws)
    assert canonical(ws, "contracts").mrr.sum().execute() == sum(range(10, 50)) + 75
    text = told(ws)["void_contracts"]
    assert "4 contracts end before they begin" in text
    assert "€122 a month" in text
    faults = rejected(ws)
    assert faults.reason.tolist() == ["before starts_on"] * 4


def test_days_that_are_swapped_stop_the_run(study):
    with pytest.raises(StudyError, match=r"6 of 48 rows .* cannot be used"):
        collect(study(tables={"contracts": contracts(6)}, max_rejected_share=0.01))


def test_who_only_cancelled_before_the_start_was_never_billed(study):
    text = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,100\nB,2024-02-20,2024-02-01,50\n"
    ws = study(tables={"contracts": text + "C,2024-03-05,,25\n"})
    collect(ws)
    listing = build_customer_list(ws).accounts.set_index("account_id")
    assert listing.exclusion_rule["B"] == "never_billed"


LEFT = "account_id,won_on,churned_on\nA,2024-01-10,\nB,2024-02-20,2023-11-30\nC,2024-03-05,\n"


def test_an_account_that_left_before_it_was_won_is_told_with_what_it_pays(study):
    ws = study(tables={"accounts": LEFT})
    collect(ws)
    text = told(ws)["left_before_won"]
    assert "1 account left before it was won" in text
    assert "its row is not used" in text
    assert "€50" in text


def test_an_account_that_came_back_is_a_customer(study):
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw"}
    ws = study(
        tables={"accounts": entry | {"left_before_won": "returned"}}, files={"raw.csv": LEFT}
    )
    collect(ws)
    assert rejected(ws).empty
    listing = build_customer_list(ws).accounts.set_index("account_id")
    assert (listing.status["B"], listing.included["B"]) == ("current", True)
    assert "came back, as the study declares" in told(ws)["left_before_won"]


MOVED = "account_id,won_on\nA,2024-11-15\nB,2024-11-15\nC,2024-03-05\n"
PAID = "A,2021-01-10,,100\nB,2022-02-20,,50\nC,2024-03-05,,25\n"


def test_customers_of_a_crm_that_was_filled_later_are_told_as_such(study):
    """Else they are new customers, to be led to their first result, after years of paying."""
    head = "account_id,starts_on,ends_on,mrr\n"
    ws = study(tables={"accounts": MOVED, "contracts": head + PAID})
    collect(ws)
    text = told(ws)["paid_early"]
    assert "2 of 3 accounts that pay" in text
    assert "2024-11-15" in text
    assert "for 2 of them" in text


def test_a_bill_of_the_first_of_the_month_or_of_a_family_is_none_that_came_early(study):
    known = "account_id,won_on,parent_id\nA,2024-01-10,\nB,2024-11-01,A\nC,2024-03-05,\n"
    contracts = "account_id,starts_on,ends_on,mrr\nA,2024-01-01,,100\nB,2024-02-20,,50\n"
    contracts += "C,2020-03-05,2020-06-30,0\nC,2024-03-05,,25\n"  # C tried it for nothing
    ws = study(tables={"accounts": known, "contracts": contracts})
    collect(ws)
    assert "paid_early" not in told(ws)


STAFF = "account_id,won_on,employees\nA,2024-01-10,40\nB,2024-02-20,9e15\nC,2024-03-05,many\n"


def test_numbers_that_no_company_has_and_words_are_unreadable_and_in_the_coverage(study):
    ws = study(
        tables={"accounts": STAFF}, attributes={"employees": {"type": "number", "bands": [50]}}
    )
    collect(ws)
    faults = rejected(ws)
    assert sorted(faults.reason) == ["above 1e+15", "not a number"]
    assert set(faults.rejected) == {"cell"}
    rows = canonical(ws, "accounts").order_by("account_id").to_pandas()
    assert rows.employees.tolist()[0] == 40
    assert rows.employees.isna().tolist() == [False, True, True]
    assert "2 values of Employees cannot be read" in told(ws)["unreadable_employees"]
    customers = rows[["account_id"]]
    attributes = rows[["account_id", "employees"]]
    scores = customers.assign(band="average")
    found = coverage(
        ws.study, customers, attributes, scores, customers.assign(nps=1.0),
        unreadable=unreadable_of(ws),
    ).set_index("field")  # fmt: skip
    assert (found.unreadable["employees"], found.filled["employees"]) == (2, 1)
    assert found.unreadable.isna()["nps"]


def test_errors_of_a_spreadsheet_are_no_group_of_customers(study):
    """A look-up that found nothing: its customers have nothing else in common."""
    text = "account_id,won_on,name,trade\nA,2024-01-10,#REF!,#N/A\nB,2024-02-20,#1 Cabs,#NV\n"
    ws = study(tables={"accounts": text + "C,2024-03-05,,N/A\n"}, attributes={"trade": {}})
    collect(ws)
    faults = rejected(ws)
    assert faults.value.tolist() == ["#REF!", "#N/A", "#NV"]
    assert set(faults.rejected) == {"cell"}
    rows = canonical(ws, "accounts").order_by("account_id").to_pandas()
    assert rows.trade.fillna("").tolist() == ["", "", "N/A"]
    assert rows.name.fillna("").tolist() == ["", "#1 Cabs", ""]
    assert "2 values of Trade cannot be read" in told(ws)["unreadable_trade"]


def test_bounds_of_an_attribute_are_declared(study):
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw"}
    kept = {"type": "number", "bands": [50]}
    ws = study(
        tables={"accounts": entry | {"bounds": {"employees": [1, None]}}},
        files={"raw.csv": STAFF.replace("40", "-40")},
        attributes={"employees": kept},
    )
    collect(ws)
    assert rejected(ws).reason.tolist() == ["below 1", "not a number"]
    with pytest.raises(StudyError, match="bounds names staff"):
        collect(
            study(
                tables={"accounts": entry | {"bounds": {"staff": [1, None]}}},
                files={"raw.csv": STAFF},
                attributes={"employees": kept},
            )
        )


@pytest.mark.parametrize("rate", ["0", "9999999999"])
def test_a_rate_of_nothing_is_no_rate(study, rate):
    text = "account_id,starts_on,mrr,currency\nA,2024-01-10,100,USD\n"
    rates = f"currency,month,rate\nUSD,2024-01-01,{rate}\n"
    with pytest.raises(StudyError, match="rate"):
        collect(study(tables={"contracts": text, "rates": rates}, max_rejected_share=0.5))


def test_an_amount_that_is_rejected_is_told_in_money(study):
    costs = (
        "account_id,incurred_on,kind,amount\nA,2024-11-01,service,100\nA,2024-11-02,service,-40\n"
        "B,2024-11-02,service,many\nB,2024-11-03,service,7\nB,2024-11-03,service,7\n"
    )
    ws = study(tables={"costs": costs})
    collect(ws)
    table = collected_tables(ws).set_index("table")
    assert (table.rejected["costs"], table.rejected_money["costs"]) == (2, -40)
    assert table.rejected_money["contracts"] == 0
    assert table.rejected_money.isna()["accounts"]


def test_whose_costs_are_rejected_is_not_cheaper_to_serve(study):
    """A: 1'200 is no number; X is no account; the copy of B's row is no loss."""
    rows = ["A,2024-11-01,service,1'200", "A,2024-11-02,service,30", "X,2024-11-02,service,5",
            "B,2024-11-03,service,7", "B,2024-11-03,service,7"]  # fmt: skip
    ws = study(tables={"costs": "\n".join(["account_id,incurred_on,kind,amount", *rows, ""])})
    collect(ws)
    text = told(ws)["costs_lost"].replace("\xa0", " ")
    assert text.startswith("1 row of costs was rejected, of 1 account: what serving it costs is")
    clean = study(tables={"costs": "\n".join(["account_id,incurred_on,kind,amount", rows[1], ""])})
    collect(clean)
    assert "costs_lost" not in told(clean)


def test_a_day_zero_is_a_placeholder(study):
    text = (
        "account_id,won_on,churned_on\nA,2024-01-10,0000-00-00\nB,2024-02-20,0000-00-00 00:00:00\n"
    )
    ws = study(tables={"accounts": text + "C,2024-03-05,\n"})
    collect(ws)
    assert set(rejected(ws).rejected) == {"cell"}
    listing = build_customer_list(ws).accounts
    assert listing.status.tolist() == ["current"] * 3


@pytest.mark.parametrize(
    ("table", "column", "blank"),
    [
        ("contracts", "currency_code", "the study's currency"),
        ("contracts", "Invoice currency", "the study's currency"),
        ("usage", "count", "once"),
        ("tickets", "satisfaction", "unknown"),
        ("accounts", "parent_account", "unknown"),
        ("referrals", "converted", "unknown"),
    ],
)
def test_columns_that_may_be_meant_are_told(study, table, column, blank):
    row = {
        "accounts": "account_id,won_on,{}\nA,2024-01-10,x\nB,2024-01-10,x\nC,2024-01-10,x\n",
        "contracts": "account_id,starts_on,mrr,{}\nA,2024-01-10,100,USD\n",
        "usage": "account_id,used_on,{}\nA,2024-11-10,7\n",
        "tickets": "ticket_id,account_id,opened_at,{}\n1,A,2024-11-10 10:00,4\n",
        "referrals": "referrer_account_id,referred_on,{}\nA,2024-11-10,yes\n",
    }[table].format(column)
    ws = study(tables={table: row})
    collect(ws)
    (text,) = [text for name, text in told(ws).items() if name.startswith("meant_")]
    assert f"{column} of {table} is not read" in text
    assert f"counts as {blank} in every row" in text


def test_marks_that_nobody_sees_are_no_part_of_an_identifier(study):
    text = "account_id,starts_on,mrr\nA\u00ad,2024-01-10,100\n\u200eB\u200f,2024-02-20,50\n"
    ws = study(tables={"contracts": text + "C,2024-03-05,25\n"})
    collect(ws)
    assert build_customer_list(ws).accounts.included.all()


def test_days_far_ahead_are_open_ends(study):
    text = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,2099-12-31,100\n"
    more = "B,2024-02-20,2079-06-06,50\nC,2024-03-05,2999-12-31,25\n"
    ws = study(tables={"contracts": text + more})
    collect(ws)
    assert canonical(ws, "contracts").ends_on.notnull().sum().execute() == 0


@pytest.mark.parametrize("mrr", ["1 234,50", "€1200", "(500)", "1,200", "12%", "−5", "1’000", "٥٠"])
def test_an_amount_in_another_hand_is_no_other_amount(study, mrr):
    text = f'account_id,starts_on,mrr\nA,2024-01-10,"{mrr}"\nB,2024-02-20,50\nC,2024-03-05,25\n'
    ws = study(tables={"contracts": text})
    collect(ws)
    assert canonical(ws, "contracts").mrr.sum().execute() == 75
    assert rejected(ws)[["column", "value", "reason"]].to_numpy().tolist() == [
        ["mrr", mrr, "not a number"]
    ]


def test_a_file_appended_to_itself_with_header_and_total_counts_once(study):
    text = (
        "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,100\nB,2024-02-20,,50\nC,2024-03-05,,25\n"
    )
    ws = study(tables={"contracts": text + text + "Total,,,175\n"})
    collect(ws)
    assert canonical(ws, "contracts").mrr.sum().execute() == 175
    assert sorted(rejected(ws).reason) == [
        *["duplicate of another row"] * 3, "missing", "not a date such as 2026-01-31"
    ]  # fmt: skip
    assert "€175 together" in told(ws)["repeated_contracts"]


def test_yes_and_no_are_read_in_the_languages_of_the_exports(study):
    words = [("Ja", "Nein"), ("WAHR", "FALSCH"), ("oui", "non"), ("ДА", "нет"), ("是", "否")]
    text = "account_id,won_on,partner\n" + "".join(
        f"A{k},2024-01-10,{word}\n"
        for k, word in enumerate(word for pair in words for word in pair)
    )
    ws = study(
        tables={"accounts": text + "B,2024-01-10,vielleicht\n"},
        attributes={"partner": {"type": "boolean"}},
    )
    collect(ws, ["accounts"])
    found = canonical(ws, "accounts").order_by("account_id").to_pandas().partner
    assert found[:-1].tolist() == [True, False] * len(words)
    assert rejected(ws)[["column", "value"]].to_numpy().tolist() == [["partner", "vielleicht"]]
