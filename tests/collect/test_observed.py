"""What an export covers in time: stale, late and empty exports are not a quiet company."""

import numpy as np
import pandas as pd
import pytest

from helpers.collect.beside import apart
from helpers.collect.customer_tables import covering
from helpers.collect.customers import build_customer_list
from helpers.collect.history import history
from helpers.collect.observed import (
    collected_tables,
    holes,
    nobody_left,
    quiet,
    unfinished,
    unrecorded,
    withheld,
)
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError
from helpers.metrics.quality import quality_scores


def usage(first: str, last: str) -> str:
    days = pd.date_range(first, last, freq="2D").strftime("%Y-%m-%d")
    return "account_id,used_on,feature\n" + "".join(f"A,{day},x\n" for day in days)


def orders(first: str, last: str) -> str:
    days = pd.date_range(first, last, freq="2D").strftime("%Y-%m-%d")
    rows = (f"{k},{'ABC'[k % 3]},{day},{10 + k}\n" for k, day in enumerate(days))
    return "order_id,account_id,ordered_on,amount\n" + "".join(rows)


COVERED = {
    "whole": (("2024-01-01", "2024-12-31"), ""),
    "newer": (("2024-01-01", "2025-06-30"), ""),
    "later": (("2025-01-03", "2025-03-31"), "begins on 2025-01-03, after the quarter ended"),
    "late": (("2024-11-15", "2024-12-31"), "begins on 2024-11-15, after the quarter began"),
    "stale": (("2024-01-01", "2024-09-30"), "ends on 2024-09-29, before the quarter did"),
}


@pytest.mark.parametrize(("days", "told"), COVERED.values(), ids=COVERED)
def test_a_table_that_does_not_cover_the_quarter_is_not_collected(study, days, told):
    ws = study(tables={"usage": usage(*days)})
    collect(ws)
    assert withheld(ws, "usage").endswith(told) and bool(withheld(ws, "usage")) == bool(told)
    assert (covering(ws, "usage") is None) == bool(told)


def test_an_empty_export_is_not_collected(study):
    ws = study(tables={"usage": "account_id,used_on,feature\n"})
    collect(ws)
    assert withheld(ws, "usage") == "the export is empty"
    assert covering(ws, "usage") is None


def test_an_export_of_which_no_row_can_be_used_is_not_collected(study):
    """Nobody costs nothing for that; a row that came later is not of the quarter either."""
    costs = "account_id,incurred_on,kind,amount\nA,2024-11-02,service,€12\nB,2025-01-02,service,3\n"
    score = {"costs": {"serving": {"cost_kind": "service"}}}
    ws = study(tables={"costs": costs}, quality_score=score)
    collect(ws)
    assert withheld(ws, "costs") == "all of its rows were rejected"
    assert covering(ws, "costs") is None
    found = build_customer_list(ws)
    ws.save("customer_list", found.accounts)
    assert quality_scores(ws, found.customers)["imputed"].tolist() == ["serving"] * 3


def test_little_use_is_no_end_of_the_export(study):
    """Four days of use in a year: half a year without any is nothing unusual."""
    days = ("2023-11-02", "2024-02-10", "2024-05-20", "2024-06-30")
    ws = study(tables={"usage": "account_id,used_on\n" + "".join(f"A,{d}\n" for d in days)})
    collect(ws)
    assert withheld(ws, "usage") == ""


def test_revenue_that_ends_before_the_quarter_is_refused_with_the_dates(study):
    tables = {"contracts": None, "orders": orders("2024-01-02", "2024-11-20")}
    ws = study(tables=tables, business_model="transactional")
    with pytest.raises(StudyError, match=r"orders ends on 2024-11-19, before 2024Q4 does") as told:
        collect(ws)
    assert "2024-01-02 to 2024-11-19" in str(told.value) and "extracted_on" in str(told.value)


def test_so_is_revenue_that_begins_after_the_quarter_did(study):
    tables = {"contracts": None, "orders": orders("2024-11-20", "2024-12-31")}
    ws = study(tables=tables, business_model="transactional")
    with pytest.raises(StudyError, match=r"orders begins on 2024-11-20, after 2024Q4 did"):
        collect(ws)


def test_a_declared_day_of_export_decides(study):
    source = {"files": {"raw": "o.csv"}, "query": "SELECT * FROM raw"}
    files = {"o.csv": orders("2024-01-02", "2024-11-20")}

    def declared(day: str):
        entry = {**source, "extracted_on": day}
        tables = {"contracts": None, "orders": entry}
        return study(tables=tables, files=files, business_model="transactional")

    collect(declared("2025-01-02"))  # nobody ordered since
    with pytest.raises(StudyError, match=r"orders ends on 2024-11-25"):
        collect(declared("2024-11-25"))


def test_a_last_month_that_is_not_whole_is_told(study):
    tables = {"contracts": None, "orders": orders("2024-01-01", "2024-12-05")}
    ws = study(tables=tables, business_model="transactional")
    collect(ws)
    (found,) = unfinished(ws)
    assert found["table"] == "orders" and str(found["last"]) == "2024-12-04"
    assert found["days"] == 27


def contracts(last: str, months: int | None) -> str:
    rows = ["account_id,starts_on,ends_on,mrr"]
    for k, day in enumerate(pd.date_range("2023-01-01", last, freq="5D")):
        end = "" if months is None else (day + pd.DateOffset(months=months)).strftime("%Y-%m-%d")
        rows.append(f"{'ABC'[k % 3]},{day:%Y-%m-%d},{end},{k + 1}")
    return "\n".join(rows) + "\n"


def test_contracts_that_end_for_want_of_newer_rows_are_refused(study):
    with pytest.raises(StudyError, match=r"contracts ends on 2024-08-"):
        collect(study(tables={"contracts": contracts("2024-08-31", 12)}))


def test_open_contracts_are_told_to_be_quiet(study):
    ws = study(tables={"contracts": contracts("2024-08-31", None)})
    collect(ws)
    assert str(quiet(ws)["last"]) == "2024-08-28"


def test_collected_says_what_each_table_covers(study):
    ws = study(tables={"usage": usage("2025-01-03", "2025-03-31")})
    collect(ws)
    table = collected_tables(ws).set_index("table")
    assert table.loc["usage", "first_day"] == pd.Timestamp("2025-01-03")
    assert pd.isna(table.loc["usage", "last_day"])  # later rows are no part of the quarter
    assert table.loc["usage", "covers"] != "" and table.loc["contracts", "covers"] == ""
    assert table["rows"].to_dict() == {"accounts": 3, "contracts": 3, "usage": 0}


def test_the_as_of_date_and_the_quarter_are_known_in_a_query_over_files(study):
    query = "SELECT *, won_on <= {as_of} AS known, {quarter} AS quarter FROM raw"
    entry = {"files": {"raw": "a.csv"}, "query": query}
    ws = study(tables={"accounts": entry}, files={"a.csv": "account_id,won_on\nA,2024-01-10\n"})
    collect(ws)
    row = canonical(ws, "accounts").to_pandas().iloc[0]
    assert bool(row["known"]) and row["quarter"] == "2024Q4"


def test_delayed_entry_finds_a_constant_hazard_again():
    """Who left before records began is missing; the median is log 2 over the hazard, 46 months."""
    from helpers.metrics.retention import kaplan_meier_median, survival_curve

    rng = np.random.default_rng(1)
    age, life = rng.uniform(0, 84, 4000), rng.exponential(1 / 0.015, 4000)
    left, months, entry = life < age, np.minimum(life, age), np.maximum(age - 24, 0)
    seen = months >= entry
    told = months[seen], left[seen], entry[seen]
    right = np.log(2) / 0.015
    found = kaplan_meier_median(*told)
    assert found.low < right < found.high and found.high - found.low < 10
    assert kaplan_meier_median(*told[:2]).low > right + 10  # as if all had been there
    curve = survival_curve(*told)
    year = curve[curve["months"] <= 12].iloc[-1]
    assert year["low"] < np.exp(-0.18) < year["high"]


def test_tickets_without_a_column_for_replies_are_not_unanswered(study):
    from helpers.collect.customers import build_customer_list
    from helpers.metrics.accounts import account_metrics, components
    from helpers.metrics.quality import quality_scores

    tickets = "ticket_id,account_id,opened_at,resolved_at\n" + "".join(
        f"{k},A,2024-11-0{k} 09:00:00,2024-11-0{k} 11:00:00\n" for k in range(1, 6)
    )
    ws = study(tables={"tickets": tickets})
    collect(ws)
    listed = build_customer_list(ws)
    ws.save("customer_list", listed.accounts)
    ws.save("quality_scores", quality_scores(ws, listed.customers))
    measured = account_metrics(components(ws, listed.customers)).set_index("account_id")
    assert measured.loc["A", "tickets"] == 5 and measured.loc["A", "open_tickets"] == 0
    assert measured.loc["A", "resolution_hours_mean"] == 2
    replies = ["unanswered_tickets", "first_reply_hours_mean", "first_reply_hours_median"]
    assert measured[replies].isna().all(axis=None)


def monthly(first: str, last: str) -> str:
    days = pd.date_range(first, last, freq="ME").strftime("%Y-%m-%d")
    rows = (f"{name},{day},x\n" for day in days for name in "ABC" for _ in range(4))
    return "account_id,used_on,feature\n" + "".join(rows)


@pytest.mark.parametrize(
    ("last", "covers", "open_month"),
    [("2024-12-31", "", 0), ("2024-11-30", "", 1), ("2024-10-31", "it ends on 2024-10-31", 0)],
)
def test_batches_that_are_due_and_have_not_come(study, last, covers, open_month):
    """Twelve days a year are no pace; that one came at the end of every month is one."""
    entry = {"files": {"raw": "u.csv"}, "query": "SELECT * FROM raw", "repeated": "keep"}
    ws = study(tables={"usage": entry}, files={"u.csv": monthly("2023-06-30", last)})
    collect(ws)
    assert withheld(ws, "usage").startswith(covers) and bool(withheld(ws, "usage")) == bool(covers)
    assert len(unfinished(ws)) == open_month


def test_batches_that_begin_after_the_quarter_did(study):
    entry = {"files": {"raw": "u.csv"}, "query": "SELECT * FROM raw", "repeated": "keep"}
    files = {"u.csv": monthly("2024-11-30", "2025-03-31")}
    ws = study(tables={"usage": entry}, files=files)
    collect(ws)
    assert withheld(ws, "usage") == ""  # two batches are no rhythm
    ws = study(tables={"usage": {**entry, "records_begin": "2024-11-20"}}, files=files)
    collect(ws)
    assert "begins on 2024-11-20" in withheld(ws, "usage")  # declared, and no rhythm is asked


def test_a_slip_of_the_pen_does_not_carry_an_export_over_the_quarter(study):
    text = orders("2024-01-02", "2024-11-10") + "Z,A,2027-01-01,5\n"
    ws = study(tables={"contracts": None, "orders": text}, business_model="transactional")
    with pytest.raises(StudyError, match=r"orders ends on 2024-11-09, before 2024Q4 does"):
        collect(ws)


def test_a_file_that_is_missing_between_others_is_told(study):
    lines = orders("2024-01-01", "2024-12-31").splitlines(keepends=True)
    text = "".join(line for line in lines if "2024-11-" not in line)
    ws = study(tables={"contracts": None, "orders": text}, business_model="transactional")
    collect(ws)
    (found,) = holes(ws)
    assert (str(found["first"]), str(found["last"])) == ("2024-11-01", "2024-12-01")
    ws = study(
        tables={"contracts": None, "orders": orders("2024-01-01", "2024-12-31")},
        business_model="transactional",
    )
    collect(ws)
    assert holes(ws) == []


def test_leaving_that_stops_before_the_quarter_does_is_told(study):
    """Contracts begin up to the end, but nobody is recorded as having left in the last weeks."""
    won = pd.date_range("2023-01-01", periods=400, freq="2D")
    left = [day + pd.DateOffset(months=12) for day in won]
    rows = [
        f"K{k},{day:%Y-%m-%d},{end:%Y-%m-%d}"
        if end <= pd.Timestamp("2024-11-30")
        else f"K{k},{day:%Y-%m-%d},"
        for k, (day, end) in enumerate(zip(won, left, strict=True))
    ]
    accounts = "account_id,won_on,churned_on\n" + "\n".join(rows) + "\n"
    text = "account_id,starts_on,ends_on,mrr\n" + "".join(
        f"{row.replace(',', ',', 1)},10\n" for row in rows
    )
    ws = study(tables={"accounts": accounts, "contracts": text})
    collect(ws)
    found = nobody_left(ws)
    assert str(found["last"]) == "2024-11-29" and found["expected"] == 16


def test_what_no_ticket_has_is_not_collected(study):
    head = "ticket_id,account_id,opened_at,first_replied_at,resolved_at\n"
    days = pd.date_range("2024-10-01", periods=40, freq="2D")
    empty = head + "".join(f"{k},A,{day:%Y-%m-%d} 09:00,,{day:%Y-%m-%d} 12:00\n"
                           for k, day in enumerate(days))  # fmt: skip
    ws = study(tables={"tickets": empty})
    collect(ws)
    assert unrecorded(ws, "tickets") == {"first_replied_at": {"begins": "", "rows": 40}}
    late = head + "".join(
        f"{k},A,{day:%Y-%m-%d} 09:00,{f'{day:%Y-%m-%d} 10:00' if k > 25 else ''},"
        f"{day:%Y-%m-%d} 12:00\n"
        for k, day in enumerate(days)
    )
    ws = study(tables={"tickets": late})
    collect(ws)
    told = unrecorded(ws, "tickets")["first_replied_at"]
    assert told == {"begins": f"{days[26]:%Y-%m-%d}", "rows": 26}
    few = head + "".join(f"{k},A,{day:%Y-%m-%d} 09:00,,\n" for k, day in enumerate(days[:5]))
    ws = study(tables={"tickets": few})
    collect(ws)
    assert unrecorded(ws, "tickets") == {}  # five may all be waiting


def test_movements_are_not_told_where_contracts_begin_with_the_quarter(study):
    accounts = "account_id,won_on\nA,2020-01-10\nB,2021-02-01\nC,2022-05-05\n"
    text = (
        "account_id,starts_on,ends_on,mrr\nA,2024-10-01,,10\nB,2024-10-01,,20\nC,2024-10-01,,30\n"
    )
    ws = study(tables={"accounts": accounts, "contracts": text})
    collect(ws)
    known = history(ws, canonical(ws, "accounts").to_pandas())
    assert {"mrr_new", "nrr", "logo_churn_rate"} <= set(known.withheld)


def test_orders_that_end_early_leave_no_revenue_without_them(study):
    ws = study(tables={"orders": orders("2023-01-02", "2024-10-05")})
    collect(ws)
    known = history(ws, canonical(ws, "accounts").to_pandas())
    assert withheld(ws, "orders") and {"revenue_12m", "margin"} <= set(known.withheld)


def survey(first: str, last: str, step: int = 2) -> str:
    days = pd.date_range(first, last, freq=f"{step}D").strftime("%Y-%m-%d")
    waves = 25 if len(days) == 1 else 1
    rows = [(k, day) for k, day in enumerate(days) for _ in range(waves)]
    return "who,sent,score\n" + "".join(f"{'ABC'[k % 3]},{day},4\n" for k, day in rows)


YEAR = ("2024-01-01", "2024-12-31")
BESIDE = {
    "both of all of the year": (YEAR, {}, []),
    "one begins late": (("2024-11-05", "2024-12-31"), {}, [("nps", "2024-11-05", "")]),
    "one ends early": (("2024-01-01", "2024-10-31"), {}, [("nps", "", "2024-10-31")]),
    "declared": (("2024-11-05", "2024-12-31"), {"records_begin": "2024-11-05"}, []),
    "a few by themselves": (("2024-11-05", "2024-12-31", 30), {}, []),
    "one wave": (("2024-12-10", "2024-12-10"), {}, [("nps", "2024-12-10", "")]),
    "one begins in the first days": (("2024-10-03", "2024-12-31"), {}, []),
}


@pytest.mark.parametrize(("days", "declared", "told"), BESIDE.values(), ids=BESIDE)
def test_a_file_that_covers_less_than_another_of_its_table_is_told(study, days, declared, told):
    query = (
        "SELECT who AS account_id, sent AS asked_on, sent AS responded_on, score, 'nps' AS kind "
        "FROM nps UNION ALL SELECT who, sent, sent, score, 'csat' FROM pulse"
    )
    files = {"nps": "nps.csv", "pulse": "pulse.csv"}
    ws = study(
        tables={"surveys": {"files": files, "query": query, **declared}},
        files={"nps.csv": survey(*days).replace(",4\n", ",9\n"), "pulse.csv": survey(*YEAR)},
    )
    collect(ws)
    if not declared:
        assert withheld(ws, "surveys") == ""  # by its first and last day, the table is whole
    assert apart(ws) == [
        {"table": "surveys", "file": file, "begins": begins, "ends": ends}
        for file, begins, ends in told
    ]


def test_files_that_follow_one_another_are_whole(study):
    query = "SELECT who AS account_id, sent AS used_on FROM old UNION ALL SELECT who, sent FROM new"
    ws = study(
        tables={"usage": {"files": {"old": "old.csv", "new": "new.csv"}, "query": query}},
        files={
            "old.csv": survey("2023-01-01", "2024-11-01"),
            "new.csv": survey("2024-11-03", "2024-12-31"),
        },
    )
    collect(ws)
    assert apart(ws) == []


def test_a_file_that_others_are_looked_up_in_is_no_part_of_the_table(study):
    query = (
        "SELECT a.account_id, u.sent AS used_on FROM uses AS u JOIN names AS a ON a.name = u.who"
    )
    ws = study(
        tables={"usage": {"files": {"uses": "uses.csv", "names": "names.csv"}, "query": query}},
        files={"uses.csv": survey(*YEAR), "names.csv": "name,account_id\nA,A\nB,B\nC,C\n"},
    )
    collect(ws)
    assert canonical(ws, "usage").count().execute() == 183
    assert apart(ws) == []


@pytest.mark.parametrize("none", ["1970-01-01", "2099-12-31", "1899-12-30", "2205-01-01"])
def test_a_day_that_says_that_none_is_known_is_no_first_or_last_day(study, none):
    tickets = "ticket_id,account_id,opened_at\n" + "".join(
        f"T{k},A,2024-0{1 + k % 9}-1{k % 5} 09:00:00\n" for k in range(40)
    )
    contracts = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,100\n"
    ws = study(tables={"contracts": contracts, "tickets": f"{tickets}T99,A,{none} 09:00:00\n"})
    collect(ws)
    span = ws.recorded("collection/tickets")["span"]
    assert (span["first_day"], span["last_day"]) == ("2024-01-10", "2024-09-13")
