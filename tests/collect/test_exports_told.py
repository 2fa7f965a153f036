"""What exports hold that a number would take in silence: refused, declared, or told with money."""

import pytest

from helpers.collect.cautions import data_cautions
from helpers.collect.customers import build_customer_list
from helpers.collect.observed import collected_tables
from helpers.collect.sources import canonical, collect, rejected
from helpers.collect.states import exported_on
from helpers.collect.told import silent_all
from helpers.errors import StudyError
from helpers.report.exhibits import warning


def told(ws) -> dict[str, str]:
    return {
        name: warning(ws, name, sentence, **values).text
        for name, sentence, values in data_cautions(ws)
    }


# ── scales ───────────────────────────────────────────────────────────────────────────────────────
def surveys(kind: str, scores: list[int]) -> str:
    rows = [f"S{k},A,{kind},{score},2024-11-{1 + k % 28:02d}\n" for k, score in enumerate(scores)]
    return "survey_id,account_id,kind,score,asked_on\n" + "".join(rows)


@pytest.mark.parametrize(
    ("kind", "scores"),
    [("nps", [1, 2, 3, 4, 5] * 5), ("csat", [1, 2, 3] * 8)],
)
def test_answers_on_a_shorter_scale_are_refused(study, kind, scores):
    with pytest.raises(StudyError, match=rf"no answer to {kind} is above \d, of 2\d answers"):
        collect(study(tables={"surveys": surveys(kind, scores)}))


def test_a_scale_that_was_looked_at_counts(study):
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw"}
    entry["bounds"] = {"score": [0, 10]}
    ws = study(tables={"surveys": entry}, files={"raw.csv": surveys("nps", [1, 2, 3, 4, 5] * 5)})
    collect(ws)
    assert canonical(ws, "surveys").count().execute() == 25


def test_few_answers_say_nothing_of_a_scale(study):
    ws = study(tables={"surveys": surveys("nps", [1, 2, 3, 4, 5])})
    collect(ws)
    assert canonical(ws, "surveys").count().execute() == 5


def test_nobody_who_is_pleased_is_told(study):
    ws = study(tables={"surveys": surveys("nps", [1, 2, 3, 4, 5, 6, 7] * 8)})
    collect(ws)
    assert "None of 56 answers to nps is a good one" in told(ws)["nobody_good_nps"]
    good = study(tables={"surveys": surveys("nps", [1, 2, 3, 4, 5, 6, 9] * 8)}, name="good")
    collect(good)
    assert "nobody_good_nps" not in told(good)


def test_answers_on_a_longer_scale_are_refused_whatever_share_may_be_rejected(study):
    with pytest.raises(StudyError, match="25 answers lie beyond the end of their scale, beside 25"):
        collect(study(tables={"surveys": surveys("csat", [*range(1, 11)] * 5)}))


# ── days ─────────────────────────────────────────────────────────────────────────────────────────
SHORT = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,0024-06-30,100\nB,2024-02-20,,50\n"


def test_an_end_in_a_year_of_two_digits_is_no_open_end(study):
    ws = study(tables={"contracts": SHORT + "C,2024-03-05,0001-01-01,25\n"})
    collect(ws)
    rows = rejected(ws).query("rejected == 'row'")
    assert rows.value.tolist() == ["0024-06-30"]
    assert rows.reason.str.contains("a year of two digits").all()
    assert canonical(ws, "contracts").mrr.sum().execute() == 75  # the year 1 stands for no end


def test_years_of_two_digits_are_refused_with_what_to_do(study):
    with pytest.raises(StudyError, match=r"strptime\(ends_on, '%d.%m.%y'\)"):
        collect(study(tables={"contracts": SHORT}, max_rejected_share=0.1))


def test_who_pays_before_it_was_won_is_told_with_the_day(study):
    accounts = "account_id,won_on\nA,2024-01-10\nB,2062-02-20\nC,2024-03-05\n"
    ws = study(tables={"accounts": accounts})
    collect(ws)
    text = told(ws)["unmatched_contracts"]
    assert "€50" in text
    assert "Of 1 of these accounts" in text
    assert "2062-02-20" in text
    assert exported_on(ws).year == 2024  # a slip of the pen is not the day of the export


# ── identifiers ──────────────────────────────────────────────────────────────────────────────────
def test_accounts_that_only_look_different_are_told_with_what_they_pay(study):
    accounts = "account_id,won_on\nA,2024-01-10\nB,2024-02-20\nC,2024-03-05\n"
    accounts += "a,2024-01-10\n0B,2024-02-20\n"
    ws = study(tables={"accounts": accounts})
    collect(ws)
    text = told(ws)["accounts_alike"]
    assert "4 accounts would be 2" in text
    assert "0B and B" in text or "A and a" in text
    assert "2 of them pay €150 a month" in text
    assert collected_tables(ws).set_index("table").alike["accounts"] == 4


# ── who left ─────────────────────────────────────────────────────────────────────────────────────
LEFT = "account_id,won_on,churned_on\nA,2024-01-10,2024-08-15\nB,2024-02-20,\nC,2024-03-05,\n"


def leaving(study, contracts: str, **keys):
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw", **keys}
    ws = study(tables={"accounts": LEFT, "contracts": entry}, files={"raw.csv": contracts})
    collect(ws)
    return ws


def mrr(ws) -> float:
    return build_customer_list(ws).effects.monthly_revenue[0]


OPEN = "account_id,starts_on,ends_on,mrr\nA,2024-01-10,,100\nB,2024-02-20,,50\nC,2024-03-05,,25\n"


def test_a_contract_in_force_ends_with_its_account(study):
    ws = leaving(study, OPEN)
    text = told(ws)["after_leaving"]
    assert mrr(ws) == 75
    assert "1 contract of 1 account is in force by billing" in text
    assert "€100 a month" in text
    assert "no part of the MRR in force, €75" in text
    notes = build_customer_list(ws).reconciliation.set_index("account_id").note
    assert "churned in the CRM, but a contract is in force" in notes["A"]
    row = collected_tables(ws).set_index("table").loc["contracts"]
    assert row.after_leaving == 1
    assert "count would count them" in row.choices


def test_a_study_may_count_what_billing_has_open(study):
    ws = leaving(study, OPEN, after_leaving="count")
    assert mrr(ws) == 175
    assert "a part of the MRR in force, €175" in told(ws)["after_leaving"]


def test_a_family_of_which_one_is_left_pays_for_all(study):
    tree = "account_id,won_on,churned_on,parent_id\nA,2024-01-10,2024-08-15,B\n"
    tree += "B,2024-02-20,{},\nC,2024-03-05,,\n"
    ws = study(tables={"accounts": tree.format(""), "contracts": OPEN})
    collect(ws)
    assert mrr(ws) == 175
    ws = study(tables={"accounts": tree.format("2024-09-01"), "contracts": OPEN}, name="gone")
    collect(ws)
    assert mrr(ws) == 25
    assert "€150 a month" in told(ws)["after_leaving"]


def test_a_contract_that_starts_after_leaving_is_of_one_who_came_back(study):
    ws = leaving(study, OPEN.replace("A,2024-01-10", "A,2024-09-10"))
    assert mrr(ws) == 175
    assert "after_leaving" not in told(ws)


# ── a quarter without any day ────────────────────────────────────────────────────────────────────
def test_a_quarter_that_no_export_speaks_of_is_told(study):
    ws = study(quarter="2025Q2")
    collect(ws)
    assert f"{silent_all(ws)['last']}" == "2024-03-05"
    inside = study(quarter="2024Q1", name="inside")
    collect(inside)
    assert silent_all(inside) == {}


# ── pages that were exported twice ───────────────────────────────────────────────────────────────
SALES = "no,account_id,day,amount\n1,A,2024-03-01,10\n2,A,2024-03-01,20\n3,B,2024-05-02,40\n"
ADDED = (
    "SELECT {} AS order_id, account_id, day AS ordered_on, sum(amount) AS amount FROM raw "
    "GROUP BY ALL"
)


def sales(study, text: str, query: str, *, name: str, **keys):
    entry = {"files": {"raw": "raw.csv"}, "query": query, **keys}
    ws = study(tables={"orders": entry}, files={"raw.csv": text}, name=name)
    collect(ws)
    return ws, float(canonical(ws, "orders").amount.sum().execute())


def test_a_page_twice_counts_once_where_an_identifier_proves_it(study):
    text, query = SALES + "2,A,2024-03-01,20\n3,B,2024-05-02,40\n", ADDED.format("no")
    ws, amount = sales(study, text, query, name="once")
    assert amount == 70
    assert "2 rows of raw.csv, a file of orders, repeat another" in told(ws)["pages_orders_0"]
    assert "no tells all others apart" in told(ws)["pages_orders_0"]
    assert "€60 more" in told(ws)["pages_orders_0"]
    row = collected_tables(ws).set_index("table").loc["orders"]
    assert row.repeated_in_files == 2
    assert "repeated in raw.csv: drop" in row.choices
    kept, amount = sales(study, text, query, name="kept", repeated="keep")
    assert amount == 130
    assert "each counts" in told(kept)["pages_orders_0"]


def test_lines_without_an_identifier_are_added_up_and_told(study):
    text = "".join(line.partition(",")[2] for line in SALES.splitlines(keepends=True))
    text += "B,2024-05-02,40\n"
    query = ADDED.format("account_id || day")
    ws, amount = sales(study, text, query, name="lines")
    assert amount == 110
    assert "amount to €40" in told(ws)["pages_orders_0"]
    _, amount = sales(study, text, query, name="drop", repeated="drop")
    assert amount == 70
    numbered = (
        "SELECT row_number() OVER () AS order_id, account_id, day AS ordered_on, amount FROM raw"
    )
    ws, amount = sales(study, text, numbered, name="numbered")
    assert amount == 70
    assert "it counts once" in told(ws)["pages_orders_0"]


def test_rows_that_the_query_shows_are_not_looked_for_twice(study):
    text = SALES + "3,B,2024-05-02,40\n"
    query = "SELECT no AS order_id, account_id, day AS ordered_on, amount FROM raw"
    ws, amount = sales(study, text, query, name="plain")
    assert amount == 70
    assert "pages_orders_0" not in told(ws)
    assert rejected(ws).reason.tolist() == ["duplicate of another row"]


# ── many columns ─────────────────────────────────────────────────────────────────────────────────
def test_of_eighty_numbers_each_wrong_one_is_named(study, tmp_path):
    """More rules than an integer has bits."""
    names = [f"x{k}" for k in range(80)]
    rows = [["A", "Acme", "2024-01-01", *("1" for _ in names)]]
    rows += [["B", "Bolt", "2024-01-01", *("2" for _ in names)]]
    rows[0][3 + 2], rows[0][3 + 79], rows[1][3 + 70] = "1e17", "2e17", "n/k"
    text = "\n".join(",".join(row) for row in [["account_id", "name", "won_on", *names], *rows])
    ws = study(
        tables={"accounts": text + "\n"},
        attributes={name: {"type": "number", "bands": 2} for name in names},
    )
    collect(ws, ["accounts"])
    told_of = rejected(ws).set_index("column")["value"].to_dict()
    assert set(told_of) == {"x2", "x79", "x70"}
    assert told_of["x70"] == "n/k"
