"""Numbers, days and names are what they were meant to be, or asked about."""

import io
from datetime import date

import pandas as pd
import pytest

from helpers.collect.cautions import data_cautions
from helpers.collect.customers import build_customer_list
from helpers.collect.names import may_be_meant, nearest
from helpers.collect.sources import canonical, collect, rejected
from helpers.collect.unmatched import near_matches
from helpers.errors import StudyError
from helpers.metrics.surveys import surveys_by_customer
from helpers.tables import TABLES


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


@pytest.mark.parametrize("others", ["12.5", "0.125", "1.2345"])
def test_one_number_settles_what_a_point_means(study, others):
    text = GERMAN + f"C;2024-02-01;{others}\n"
    ws = study(tables={"contracts": source()}, files={"raw.csv": text})
    assert frame(ws, "contracts").mrr.tolist()[0] == 1.2


@pytest.mark.parametrize("others", ["1200", "1.234.567", "1.234,50", "n/a"])
def test_what_is_no_decimal_settles_nothing(study, others):
    """Whole numbers, several points, a comma: 1.200 may still be one thousand two hundred."""
    text = GERMAN + f"C;2024-02-01;{others}\n"
    with pytest.raises(StudyError, match="the numbers of mrr may be thousands"):
        collect(study(tables={"contracts": source()}, files={"raw.csv": text}))


@pytest.mark.parametrize("name", ["raw.xlsx", "raw.parquet"])
def test_numbers_written_as_text_are_asked_about_in_any_format(study, name):
    rows = pd.read_csv(io.StringIO(GERMAN), sep=";", dtype=str)
    numbers = rows.assign(mrr=[1.25, 850.0, 2.255])
    three = rows.assign(mrr=["1.200", "4.850", "2.250"])
    for frame_, right in ((rows, None), (three, None), (numbers, [1.25, 850, 2.255])):
        buffer = io.BytesIO()
        if name.endswith("xlsx"):
            frame_.to_excel(buffer, index=False)
        else:
            frame_.to_parquet(buffer)
        entry = {"files": {"raw": name}, "query": "SELECT * FROM raw"}
        ws = study(tables={"contracts": entry}, files={name: buffer.getvalue()})
        if right is None:
            with pytest.raises(StudyError, match="the numbers of mrr may be thousands"):
                collect(ws)
        else:
            assert frame(ws, "contracts").mrr.tolist() == right


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
    ("written", "told"),
    [
        (["$1,200.00", "$850.00", "$90.50"], "as in replace(replace(mrr, '$', ''), ',', '')"),
        (["1.200,00 €", "850,00 €"], "replace(replace(replace(mrr, '€', ''), '.', ''), ',', '.')"),
        (["(1,200.00)", "($3.00)"], "replace(replace(replace(replace(mrr, '$', ''), ',', ''), ')'"),
        (["1,200.00", "2,850.00", "90.50"], 'sources.contracts.thousands: ","'),
        (["1'200.00", "2'850.00"], 'sources.contracts.thousands: "\'"'),
        (["1,200", "2,850"], "decimal: ',' where it is a little more than one"),
        (["unknown 2", "see 14 below"], "mend the file, or the query of the table"),
    ],
)
def test_how_to_mend_numbers_follows_from_how_they_are_written(study, written, told):
    """A decimal comma was the advice for $1,200.00: followed, it makes 1.2 of it."""
    rows = "".join(f'A,2024-0{k + 1}-01,"{text}"\n' for k, text in enumerate(written))
    ws = study(
        tables={"contracts": source(max_rejected_share=0.05)},
        files={"raw.csv": "account_id,starts_on,mrr\n" + rows},
    )
    with pytest.raises(StudyError, match="cannot be used") as error:
        collect(ws)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("table", "text", "column"),
    [
        ("contracts", "account_id,starts_on,mrr\nA,2024-01-01,2e15\nB,2024-01-01,1\n", "mrr"),
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


def test_an_answer_that_came_after_the_quarter_is_asked_and_not_answered_in_it(study):
    """Else an old quarter, run again on newer exports, was answered by all who ever answer."""
    text = (
        "account_id,kind,score,asked_on,responded_on\nA,nps,9,2024-12-10,2024-12-12\n"
        "B,nps,3,2024-12-10,2025-01-04\nC,nps,,2024-12-10,\n"
    )
    rows = frame(study(tables={"surveys": text}), "surveys").sort_values("account_id")
    assert rows.replied.tolist() == [True, False, False]
    assert rows.score.fillna(-1).tolist() == [9, -1, -1]


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
        "A,2099-12-31,1\n"
    )
    ws = study(tables={"contracts": text})
    report = collect(ws, ["accounts", "contracts"]).set_index("table").loc["contracts"]
    assert (report.rows_rejected, report.rows_after_as_of, report.rows_used) == (5, 1, 1)


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
        share = told.pop("share")
        assert told == {"choice": "add", "rows": 2, "accounts": 2, "same_day": 0, "money": 120.0}
        assert share == pytest.approx(120 / 300)  # of what is in force
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


# ── what an export calls otherwise ───────────────────────────────────────────────────────────────
def test_a_column_that_may_be_a_canonical_one_is_told(study):
    text = "account_id,starts_on,mrr,end_date,tier\nA,2024-01-01,5,2024-03-31,x\n"
    ws = study(tables={"contracts": text})
    collect(ws)
    told = {id: values for id, _, values in data_cautions(ws)}
    assert told["meant_contracts_ends_on"]["other"] == "end_date"
    assert told["meant_contracts_ends_on"]["blank"] == "open"
    named = text.replace("mrr,", "mrr,ends_on,").replace("A,2024-01-01,5,", "A,2024-01-01,5,,")
    ws = study(tables={"contracts": named}, currency="EUR")
    collect(ws)
    assert data_cautions(ws) == []  # the query gives the column, whatever stands beside it


@pytest.mark.parametrize("name", ["plan", "renewal_term", "validated", "tier", "total", "endorsed"])
def test_other_names_are_other_things(name):
    assert may_be_meant(TABLES["contracts"], given=["mrr"], extra=[name]) == {}


def test_letters_of_an_answer_are_read_in_any_case(study):
    rows = "A,NPS,9,2024-11-01\nB,Nps,3,2024-11-01\nC,csat,5,2024-11-02\n"
    text = "account_id,kind,score,asked_on\n" + rows
    ws = study(tables={"surveys": text})
    collect(ws)
    assert canonical(ws, "surveys").to_pandas().kind.tolist() == ["nps", "nps", "csat"]


def test_the_last_second_of_a_day_is_that_day(study):
    """Billing systems write 2024-06-30T23:59:59Z; in Berlin that is two in the next morning."""
    text = (
        "account_id,starts_on,ends_on,mrr\n"
        "A,2024-01-01T00:00:00Z,2024-06-30T23:59:59Z,5\nA,2024-07-01T00:00:00Z,,6\n"
    )
    ws = study(tables={"contracts": text}, timezone="Europe/Berlin")
    collect(ws)
    rows = canonical(ws, "contracts").to_pandas()
    assert str(rows.ends_on.dropna().iloc[0])[:10] == "2024-06-30"
    assert ws.recorded("collection/contracts")["overlaps"]["rows"] == 0


# ── rejected is not unknown ──────────────────────────────────────────────────────────────────────
def test_what_an_account_pays_whose_row_is_rejected_is_no_revenue_of_strangers(study):
    accounts = "account_id,won_on,parent_id\nA,2024-01-10,\nB,1970-01-01,\nC,2024-02-01,B\n"
    text = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,10\nB,2024-02-01,,5\nC,2024-02-01,,5\n"
    limits = {"max_rejected_share": 0.5}
    ws = study(tables={"accounts": accounts, "contracts": text}, **limits)
    collect(ws)
    assert ws.recorded("collection/contracts")["unmatched"]["refused"] == 1
    (caution,) = [values for id, _, values in data_cautions(ws) if id == "unmatched_contracts"]
    assert caution["refused"] == 1 and caution["money"] == 5
    listed = build_customer_list(ws)
    rules = listed.accounts.set_index("account_id").exclusion_rule
    # C belongs to B, whatever is wrong with B's day: it is no customer by itself, and is left out
    # with B, with what both pay.
    assert rules["B"] == "account_rejected" and rules["C"] == "rolled_up"
    effects = listed.effects.set_index("rule").monthly_revenue
    assert effects["account_rejected"] == 5 + 5 and effects["included"] == 10
    notes = listed.reconciliation.set_index("account_id").note
    assert notes["B"] == "in billing; its row among the accounts was rejected"
    assert notes["C"] == "parent B is in the CRM, and its row was rejected"


def test_identifiers_of_events_are_told_what_they_look_like(study):
    usage = "account_id,used_on\n" + "a,2024-11-01\n b1,2024-11-02\n"
    ws = study(tables={"usage": usage}, max_rejected_share=0.05)
    with pytest.raises(StudyError, match=r"a is like A \(capitals\)"):
        collect(ws)


def test_events_that_nothing_tells_apart_are_no_reason_to_stop(study):
    usage = "account_id,used_on\n" + "A,2024-11-01\n" * 5 + "B,2024-11-02\n"
    ws = study(tables={"usage": usage}, max_rejected_share=0.05)
    collect(ws)
    assert ws.recorded("collection/usage")["repeated"] == {"choice": "drop", "rows": 4}


def test_a_score_without_its_day_is_no_silence(study):
    """Of four asked one answered, one did not, and of two nobody knows in which quarter."""
    text = (
        "account_id,kind,score,asked_on,responded_on\nA,nps,9,2024-11-01,2024-11-02\n"
        "B,nps,,2024-11-01,\nC,nps,7,2024-11-01,\nA,nps,3,2024-11-05,\n"
    )
    ws = study(tables={"surveys": text}, max_rejected_share=0.9)
    collect(ws)
    found = surveys_by_customer(canonical(ws, "surveys"), quarter=ws.quarter)
    found = found.set_index("account_id")
    assert found.nps_asked.to_dict() == {"A": 1, "B": 1, "C": 0}
    assert found.nps_answered.to_dict() == {"A": 1, "B": 0, "C": 0}
    assert found.nps_silent.to_dict() == {"A": 0, "B": 1, "C": 1}  # its score may be anything
    (told,) = [values for id, _, values in data_cautions(ws) if id == "replies_undated"]
    assert told == {"rows": 2}


def test_moments_by_two_clocks_are_told(study):
    """Opened in UTC, answered by the clock on the wall: an hour more in a German winter."""
    text = (
        "ticket_id,account_id,opened_at,first_replied_at\n"
        "1,A,2024-11-04T09:00:00Z,2024-11-04 10:30\n2,A,2024-11-04T09:00:00Z,\n"
        "3,A,2024-11-05T09:00:00Z,2024-11-05T09:30:00Z\n"
    )
    ws = study(tables={"tickets": text}, timezone="Europe/Berlin")
    collect(ws)
    (told,) = [values for id, _, values in data_cautions(ws) if id.startswith("half_dated")]
    assert told == {"column": "first_replied_at", "rows": 1}
