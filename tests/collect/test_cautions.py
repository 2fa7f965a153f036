"""What was counted in raw data that could be used is told, in rows and in money."""

import pytest

from helpers.collect.cautions import data_cautions
from helpers.collect.sources import collect
from helpers.errors import StudyError
from helpers.report.exhibits import warning


def told(ws) -> dict[str, str]:
    collect(ws)
    return {
        name: warning(ws, name, sentence, **values).text
        for name, sentence, values in data_cautions(ws)
    }


def test_nothing_to_tell(study):
    assert told(study(currency="EUR")) == {}


def test_overlaps_unmatched_and_repeated_rows(study):
    text = (
        "account_id,starts_on,mrr,product\nA,2024-01-01,1000,x\nA,2024-06-01,40,x\n"
        "C,2024-01-01,500,x\nC,2024-01-01,500,x\na,2024-02-01,30,x\n"
    )
    found = told(study(tables={"contracts": text}, max_rejected_share=0.9))
    assert "1 contract of 1 account starts" in found["contracts_overlap"]
    assert "€40 (2.5\xa0% of all)" in found["contracts_overlap"]  # of 1,570 billed
    assert "1 row of contracts belongs to 1 account" in found["unmatched_contracts"]
    assert "€30 a month, 1.9\xa0% of what all rows bring" in found["unmatched_contracts"]
    assert "a (A: capitals)" in found["unmatched_contracts"]
    assert "1 row of contracts repeats" in found["repeated_contracts"]
    assert "€500" in found["repeated_contracts"]
    assert "it counts once" in found["repeated_contracts"]


@pytest.mark.parametrize(
    ("choice", "counted"),
    [("last", "of each the last row"), ("first", "of each the first row"), ("reject", "none of")],
)
def test_rows_in_conflict_are_told_with_what_counts_of_them(study, choice, counted):
    text = "ticket_id,account_id,opened_at\n1,A,2024-01-05\n1,A,2024-01-09\n2,B,2024-01-07\n"
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw", "conflicts": choice}
    ws = study(tables={"tickets": entry}, files={"raw.csv": text}, max_rejected_share=0.9)
    told_of = told(ws)["conflicts_tickets"]
    assert f"in different ways; {counted}" in told_of
    assert told_of.endswith(f"as the study chose (conflicts: {choice}).")


def test_of_contracts_that_start_on_one_day_the_last_counts(study):
    text = (
        "account_id,starts_on,ends_on,mrr,contract_id\nA,2024-01-01,,100,1\n"
        "A,2024-01-01,,120,2\nA,2024-01-01,2024-03-31,900,3\n"
    )
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw", "overlaps": "latest"}
    ws = study(tables={"contracts": entry}, files={"raw.csv": text})
    found = told(ws)["contracts_overlap"]
    assert "2 contracts of 1 account started" in found
    assert "2 started on the same day" in found


def test_copies_of_an_interview_are_told(study):
    """More interviews of an account than days of asking; two days are two interviews."""
    text = (
        "account_id,interviewed_on,required_outcome\nA,2024-01-10,grow\nA,2024-01-10,save\n"
        "B,2024-01-10,grow\nB,2024-02-10,save\nC,,grow\nC,,save\nC,,cut\n"
    )
    found = told(study(tables={"needs": text}, max_rejected_share=0.9))["asked_twice"]
    assert "2 accounts have more interviews than days of asking (5 interviews)" in found
    once = "account_id,required_outcome\nA,grow\nB,grow\n"
    assert "asked_twice" not in told(study(tables={"needs": once}))


def _counts(since_the_start: bool) -> tuple[str, str]:
    """12 accounts, and their usage in 11 months: what came in each, or the sum until then."""
    accounts, usage = ["account_id,won_on"], ["account_id,used_on,quantity"]
    for k in range(12):
        accounts.append(f"A{k:02d},2024-01-01")
        so_far = 0
        for month in range(1, 12):
            came = (7 * k + 5 * month) % 11 * (month < 9 or k % 3)
            so_far += came
            usage.append(f"A{k:02d},2024-{month:02d}-28,{so_far if since_the_start else came}")
    return "\n".join(accounts) + "\n", "\n".join(usage) + "\n"


def test_amounts_too_small_for_hundredths_are_told(study):
    """2.291 thousand is told as 2.29; of 100 a year, which is 8.33 a month, little is lost."""
    head = "account_id,starts_on,mrr\n"
    small = "".join(f"A,2024-01-{day:02d},2.29{day}\n" for day in range(10, 20))
    found = told(study(currency="EUR", tables={"contracts": head + small}))
    assert "The amounts of contracts are so small" in found["rounded_contracts"]
    assert "by 0.1\xa0% of all money" in found["rounded_contracts"]
    yearly = head + "A,2024-01-10,8.333333\nA,2024-02-10,29.99\n"
    other = study(currency="EUR", name="own", tables={"contracts": yearly})
    assert "rounded_contracts" not in told(other)


def test_counters_since_the_start_are_told(study):
    accounts, usage = _counts(True)
    found = told(study(currency="EUR", tables={"accounts": accounts, "usage": usage}))
    assert "of 12 customers 0 of 120 are lower" in found["cumulated_usage"]
    accounts, usage = _counts(False)
    other = study(currency="EUR", name="own", tables={"accounts": accounts, "usage": usage})
    assert "cumulated_usage" not in told(other)


def test_amounts_that_are_sums_since_the_start_are_told_and_raised_ones_are_not():
    import ibis
    import pandas as pd

    from helpers.collect.cumulated import cumulated

    days = pd.date_range("2022-01-31", periods=11, freq="ME")
    rows = [(f"A{k:02d}", day, n) for k in range(12) for n, day in enumerate(days)]
    frame = pd.DataFrame(rows, columns=["account_id", "ordered_on", "n"])
    sums = ibis.memtable(frame.assign(amount=100.0 * (frame["n"] + 1)))
    raised = ibis.memtable(frame.assign(amount=100.0 * 1.04 ** frame["n"]))
    assert cumulated(sums, "orders") == {"accounts": 12, "steps": 120, "falling": 0}
    assert cumulated(raised, "orders") == {}


def test_identifiers_that_a_spreadsheet_rounded_are_refused(study):
    rows = "".join(f"{n:.2E},2024-01-10\n" for n in range(123_400_000_000, 123_900_000_000, 10**8))
    with pytest.raises(StudyError, match="rounded number for account_id"):
        collect(study(tables={"accounts": "account_id,won_on\n" + rows}))
    single = "account_id,won_on\n1E10,2024-01-10\nA,2024-01-10\n"
    assert collect(study(name="single", tables={"accounts": single})) is not None


def test_sales_that_are_contracts_and_orders_are_told_of_small_exports_too(study):
    """Small tables are collected aside: neither of the two sees the other while it is."""
    contracts = "account_id,contract_id,starts_on,mrr\nA,D1,2024-01-01,100\nB,D2,2024-02-01,50\n"
    orders = "account_id,order_id,ordered_on,amount\nA,D1,2024-01-01,1200\nB,X9,2024-03-01,70\n"
    found = told(study(tables={"contracts": contracts, "orders": orders}))
    assert found["also_contracts"].startswith("1 order is a contract as well (of 1 account")


@pytest.mark.parametrize(("before", "is_told"), [(0, True), (90, False)])
def test_contracts_that_pay_nothing_since_they_ended_are_told(study, before, is_told):
    """Nobody had left by such an export, and retention was that of one customer."""
    text = "account_id,starts_on,ends_on,mrr,contract_id\n" + "".join(
        f"{'AB'[k % 2]},2023-0{k + 1}-01,2023-0{k + 1}-28,{before},old{k}\n" for k in range(6)
    )
    text += "A,2024-01-01,,100,new1\nB,2024-01-01,,50,new2\n"
    found = told(study(tables={"contracts": text}))
    assert ("ended_at_zero" in found) is is_told
    assert not is_told or "6 of 6 contracts that have ended pay 0" in found["ended_at_zero"]


def test_values_that_are_spelled_in_several_ways_are_told(study):
    """Machinery was told as a group of 39 customers, and had 58: 19 were written machinery."""
    accounts = "account_id,won_on,industry,size\n" + "".join(
        f"{'ABCDEFGH'[k]},2023-01-01,{industry},{size}\n"
        for k, (industry, size) in enumerate(
            zip(
                [
                    "Machinery",
                    "machinery",
                    "Machinery",
                    "Food & Drink",
                    "food and drink",
                    "C",
                    "C++",
                    "",
                ],
                ["1-10", "110", "<10", ">10", "10", "1-10", "110", "11"],
                strict=True,
            )
        )
    )
    ws = study(
        tables={"accounts": accounts},
        attributes={"industry": {}, "size": {}},
        max_rejected_share=0.9,
    )
    found = told(ws)
    assert "4 values of Industry would be 2" in found["spelled_industry"]
    assert "Machinery (2 accounts) and machinery (1 account)" in found["spelled_industry"]
    assert "spelled_size" not in found
