"""Numbers, days and names are what they were meant to be, or asked about."""

from datetime import date

import pandas as pd
import pytest

from helpers.collect.customers import build_customer_list
from helpers.collect.names import nearest
from helpers.collect.sources import canonical, collect, rejected
from helpers.collect.unmatched import near_matches
from helpers.errors import StudyError


def source(text_of: str = "SELECT * FROM raw", **keys) -> dict:
    return {"files": {"raw": "raw.csv"}, "query": text_of, **keys}


def frame(ws, name: str) -> pd.DataFrame:
    collect(ws, ["accounts", "contracts", name])
    return canonical(ws, name).to_pandas()


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────
def test_decimals_that_are_names_stay_what_they_are(study):
    text = "account_id,won_on,release\n1.10,2024-01-01,7.10\n1.20,2024-01-01,7.20\n"
    ws = study(tables={"accounts": text}, attributes={"release": {}})
    collect(ws, ["accounts"])
    rows = canonical(ws, "accounts").to_pandas()
    assert rows.account_id.tolist() == ["1.10", "1.20"]
    assert rows.release.tolist() == ["7.10", "7.20"]


GERMAN = "account_id;starts_on;mrr\nA;2024-01-01;1.200\nB;2024-01-01;850\nC;2024-01-01;2.250\n"


@pytest.mark.parametrize(
    ("keys", "amounts"),
    [({"decimal": ","}, [1200, 850, 2250]), ({"decimal": "."}, [1.2, 850, 2.25])],
)
def test_thousands_are_asked_about_and_read_as_declared(study, keys, amounts):
    with pytest.raises(StudyError, match="the numbers of mrr may be thousands") as error:
        collect(study(tables={"contracts": source()}, files={"raw.csv": GERMAN}))
    assert "1.200, 2.250" in str(error.value)
    ws = study(tables={"contracts": source(**keys)}, files={"raw.csv": GERMAN})
    assert frame(ws, "contracts").mrr.tolist() == amounts


@pytest.mark.parametrize("others", ["12.5", "1200", "0.125", "1.2345"])
def test_one_number_settles_what_a_point_means(study, others):
    text = GERMAN + f"C;2024-02-01;{others}\n"
    ws = study(tables={"contracts": source()}, files={"raw.csv": text})
    assert frame(ws, "contracts").mrr.tolist()[0] == 1.2


def test_decimal_commas_are_read_where_declared_and_hinted_at_where_not(study):
    text = GERMAN + "C;2024-02-01;1.234.567,89\nC;2024-03-01;n/a\n"
    with pytest.raises(StudyError, match="cannot be used") as error:
        ws = study(
            tables={"contracts": source(max_rejected_share=0.05)},
            files={"raw.csv": text.replace(";1.2", ";1,2").replace("850", "85,5")},
        )
        collect(ws)
    assert "decimal: ','" in str(error.value)
    ws = study(tables={"contracts": source(decimal=",")}, files={"raw.csv": text})
    assert frame(ws, "contracts").mrr.max() == 1234567.89
    assert rejected(ws)[["column", "value"]].to_numpy().tolist() == [["mrr", "n/a"]]


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        ("contracts", "account_id,starts_on,mrr\nA,2024-01-01,1e15\nB,2024-01-01,1\n", "mrr"),
        ("costs", "account_id,incurred_on,kind,amount\nA,2024-01-01,service,-5\n", "amount"),
    ],
)
def test_money_beyond_its_bounds_is_rejected_unless_declared(study, table, text, column):
    ws = study(tables={table: text})
    collect(ws)
    (row,) = rejected(ws).itertuples()
    assert (row.column, row.rejected) == (column, "row")
    entry = source(bounds={column: [None, None]})
    ws = study(tables={table: entry}, files={"raw.csv": text})
    collect(ws)
    assert rejected(ws).empty


def test_one_implausible_cell_costs_the_cell(study):
    text = (
        "ticket_id,account_id,opened_at,agent_touches,csat\n"
        "1,A,2024-03-01,99999999999,5\n2,A,2024-03-01,3,9\n"
    )
    ws = study(tables={"tickets": text})
    rows = frame(ws, "tickets").set_index("ticket_id")
    assert rows.agent_touches.fillna(-1).to_dict() == {"1": -1, "2": 3}
    assert rows.csat.fillna(-1).to_dict() == {"1": 5, "2": -1}
    assert rejected(ws).rejected.tolist() == ["cell", "cell"]
    assert ws.recorded("collection/tickets")["cells_rejected"] == 2


def test_a_column_of_which_too_much_is_unreadable_stops_the_run(study):
    lines = [f"{k},A,2024-03-01,{9 if k < 30 else 4}\n" for k in range(200)]
    text = "ticket_id,account_id,opened_at,csat\n" + "".join(lines)
    ws = study(tables={"tickets": text}, max_rejected_share=0.05)
    with pytest.raises(StudyError, match=r"30 of 200 values of csat \(15.0%\)"):
        collect(ws)
    ws = study(
        tables={"tickets": source(max_rejected_share=0.2)},
        files={"raw.csv": text},
        max_rejected_share=0.05,
    )
    collect(ws)


# ── surveys ──────────────────────────────────────────────────────────────────────────────────────
def test_a_score_needs_its_day_of_answer_where_that_is_given(study):
    text = (
        "account_id,kind,score,asked_on,responded_on\nA,nps,0,2024-11-01,\n"
        "A,nps,9,2024-11-01,2024-11-02\nB,nps,11,2024-11-01,2024-11-02\nB,nps,7,2024-11-01,\n"
    )
    rows = frame(study(tables={"surveys": text}), "surveys")
    rows = rows.sort_values(["account_id", "score"]).fillna({"score": -1})
    assert rows.score.tolist() == [9, -1, -1, -1]
    # An answer off the scale came all the same.
    assert rows.groupby("account_id").replied.sum().to_dict() == {"A": 1, "B": 1}


# ── days ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("written", ["2024-12-31T00:00:00Z", "2024-12-31T00:00:00+02:00"])
@pytest.mark.parametrize("other", ["2024-06-30T00:00:00Z", "soon"])
def test_days_written_as_midnight_are_that_day(study, written, other):
    text = f"account_id,starts_on,mrr\nA,{written},10\nB,{other},10\n"
    ws = study(tables={"contracts": text}, timezone="America/New_York")
    if "+" in written and other != "soon":
        pytest.skip("a column of moments knows no offset of its values")
    rows = frame(ws, "contracts")
    assert rows.starts_on.max() == pd.Timestamp("2024-12-31")


@pytest.mark.parametrize("end", ["9999-12-31", "2999-12-31", "infinity", "0001-01-01", ""])
def test_an_open_end_is_open_however_it_is_written(study, end):
    text = (
        f"account_id,starts_on,ends_on,mrr,renews_on\nA,2024-01-01,{end},10,{end}\n"
        "B,2024-01-01,,10,\n"
    )
    ws = study(tables={"contracts": text})
    rows = frame(ws, "contracts")
    assert len(rows) == 2
    assert rows.ends_on.isna().all()
    assert rows.renews_on.isna().all()
    assert len(rejected(ws)) == (2 if end.startswith("0001") else 0)


def test_placeholders_and_impossible_years_are_no_days(study):
    text = (
        "account_id,starts_on,mrr\nA,0001-01-01,1\nA,1900-01-01,1\nA,1970-01-01,1\n"
        "A,2924-01-01,1\nA,2024-01-01,1\nA,2025-02-01,1\n"
    )
    ws = study(tables={"contracts": text})
    report = collect(ws, ["accounts", "contracts"]).set_index("table").loc["contracts"]
    assert (report.rows_rejected, report.rows_after_as_of, report.rows_used) == (4, 1, 1)


# ── names ────────────────────────────────────────────────────────────────────────────────────────
def test_a_misspelt_column_is_refused_with_the_near_match(study):
    text = "account_id,starts_on,ends_onn,mrr\nA,2024-01-01,2024-06-30,10\n"
    with pytest.raises(StudyError, match="ends_onn, nearly the name of ends_on"):
        collect(study(tables={"contracts": text}))


def test_what_is_like_no_column_is_dropped_as_ever(study):
    text = "account_id,starts_on,mrr,region,owner,season\nA,2024-01-01,10,x,y,z\n"
    collect(study(tables={"contracts": text}))


def test_near_names():
    assert nearest("EndsOn", ["ends_on"]) == "ends_on"
    assert nearest("churned_at", ["churned_on"]) == "churned_on"
    assert nearest("arr", ["mrr"]) is None
    assert nearest("country", ["contact", "comment"]) is None


def test_names_of_the_program_are_taken(study):
    text = "account_id,won_on,status\nA,2024-01-10,Gold\n"
    with pytest.raises(StudyError, match="the name status is taken"):
        collect(study(tables={"accounts": text}))


def test_names_inside_the_program_do_not_hide_those_of_the_crm(study):
    text = "account_id,won_on,active,customer_id\nA,2024-01-10,Y,77\nB,2024-01-10,N,78\n"
    ws = study(tables={"accounts": text})
    collect(ws)
    customers = build_customer_list(ws).customers.set_index("account_id")
    assert customers.active.to_dict() == {"A": "Y", "B": "N"}
    assert customers.customer_id.to_dict() == {"A": 77, "B": 78}
    assert customers.name.to_dict() == {"A": "A", "B": "B"}


def test_a_kind_of_cost_that_was_never_booked_is_refused(study):
    costs = "account_id,incurred_on,kind,amount\nA,2024-01-10,service,5\n"
    score = {"costs": {"serving": {"cost_kind": "servic"}}}
    with pytest.raises(StudyError, match="write service, if that is what is meant"):
        collect(study(tables={"costs": costs}, quality_score=score))


# ── families, rejected revenue, overlaps ─────────────────────────────────────────────────────────
def test_a_reseller_takes_no_customers_along(study):
    text = (
        "account_id,won_on,account_type,parent_id\nA,2024-01-10,customer,\n"
        "B,2024-01-10,customer,P\nC,2024-01-10,customer,B\nP,2024-01-10,partner,\n"
    )
    rules = {"exclude": [{"rule": "account_type", "is": ["partner"]}]}
    ws = study(tables={"accounts": text}, customer_list=rules)
    collect(ws)
    listing = build_customer_list(ws)
    # C still counts for B, and P with its customers does not.
    revenue = listing.customers.set_index("account_id").monthly_revenue
    assert revenue.to_dict() == {"A": 100, "B": 75}


def test_an_account_whose_contracts_were_rejected_was_billed(study):
    text = "account_id,starts_on,mrr\nA,2024-01-01,10\nB,2024-01-01,-5\n"
    ws = study(tables={"contracts": text})
    collect(ws)
    listing = build_customer_list(ws)
    rules = listing.accounts.set_index("account_id").exclusion_rule.fillna("")
    assert rules.to_dict() == {"A": "", "B": "revenue_rejected", "C": "never_billed"}
    notes = listing.reconciliation.set_index("account_id").note
    assert notes["B"] == "contract rejected (row 1: mrr below 0; amount -5)".replace("1:", "2:")


OVERLAPPING = (
    "account_id,starts_on,ends_on,mrr,product\nA,2024-01-01,,100,x\nA,2024-10-01,,120,x\n"
    "A,2024-01-01,,10,y\nB,2024-01-01,2024-06-30,50,x\nB,2024-06-01,2024-09-30,60,x\n"
    "B,2024-10-01,,70,x\n"
)


@pytest.mark.parametrize(("choice", "revenue"), [("add", 230), ("latest", 130)])
def test_overlapping_contracts_are_counted_in_money(study, choice, revenue):
    ws = study(tables={"contracts": source(overlaps=choice)}, files={"raw.csv": OVERLAPPING})
    collect(ws)
    listing = build_customer_list(ws).customers.set_index("account_id")
    assert listing.monthly_revenue["A"] == revenue
    told = ws.recorded("collection/contracts")["overlaps"]
    if choice == "add":
        assert told == {"choice": "add", "rows": 2, "accounts": 2, "same_day": 0, "money": 120.0}
    else:
        assert (told["rows"], told["accounts"]) == (2, 2)
        ends = canonical(ws, "contracts").to_pandas().sort_values(["account_id", "starts_on"])
        first = ends[(ends.account_id == "B")].ends_on.iloc[0]
        assert pd.Timestamp(first) == pd.Timestamp(date(2024, 5, 31))


def test_overlaps_may_be_refused(study):
    ws = study(tables={"contracts": source(overlaps="refuse")}, files={"raw.csv": OVERLAPPING})
    with pytest.raises(StudyError, match="2 contracts start while another one"):
        collect(ws)


# ── who belongs to whom ──────────────────────────────────────────────────────────────────────────
FOREIGN = "account_id,starts_on,mrr\nA,2024-01-01,60\nb,2024-01-01,30\nC,2024-01-01,10\n"


def test_revenue_of_unknown_accounts_is_limited_by_money(study):
    ws = study(tables={"contracts": FOREIGN}, max_unmatched_share=0.34)
    collect(ws)
    found = ws.recorded("collection/contracts")["unmatched"]
    assert (found["rows"], found["accounts"], found["money"]) == (1, 1, 30.0)
    assert found["share_of_money"] == pytest.approx(0.3)
    assert found["near"] == [{"identifier": "b", "like": "B", "differs_in": "capitals"}]


def test_too_much_revenue_of_unknown_accounts_stops_the_run(study):
    text = FOREIGN.replace(",60", ",40")  # a third of the rows, and 30 of 80
    ws = study(tables={"contracts": source(max_unmatched_share=0.35)}, files={"raw.csv": text})
    with pytest.raises(StudyError, match=r"37.5% of the MRR in force \(30.00 EUR\)") as error:
        collect(ws)
    assert "b is like B (capitals)" in str(error.value)


@pytest.mark.parametrize(
    ("unknown", "known", "way"),
    [
        ("00123", "123", "zeros in front"),
        ("001A000001AbCdEAAQ", "001A000001AbCdE", "15 and 18 characters"),
        ("ＡＣ-1", "AC-1", "forms of letters"),
        ("AC 1", "AC1", "white space"),
        ("AC_1", "AC-1", "hyphens and other signs"),
        ("1.7E+13", "17000000000001", "a spreadsheet's rounding"),
    ],
)
def test_identifiers_that_only_look_different(unknown, known, way):
    (found,) = near_matches([unknown], [known, "zzz", "99"])
    assert found == {"identifier": unknown, "like": known, "differs_in": way}
