"""From a study's SQL to canonical tables: mapping, messages, and rules that hold for all input."""

import json
import sys
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.collect.sources import canonical, collect, collection_report, rejected
from helpers.errors import StudyError
from helpers.tables import TABLES


def source(query: str, **files: str) -> dict:
    return {"files": files or {"raw": "raw.csv"}, "query": query}


RAW = {"raw.csv": "id,day,note\n1,2024-01-10,x\n2,2024-02-20,y\n"}


# ── mapping ──────────────────────────────────────────────────────────────────────────────────────
def test_canonical_columns_are_all_there_and_typed(study):
    text = "ticket_id,account_id,opened_at\n1,A,2024-03-01 10:00\n"
    ws = study(tables={"tickets": text})
    collect(ws)
    table = canonical(ws, "tickets")
    tickets = TABLES["tickets"]
    named = [column.name for column in tickets.columns]
    assert list(table.columns) == [*named, *tickets.instants.values()]
    kinds = {name: str(kind) for name, kind in table.schema().items()}
    assert kinds["ticket_id"] == "string"
    assert kinds["opened_at"] == "timestamp(6)"
    assert kinds["csat"] == "int64"
    assert kinds["escalated"] == "boolean"


def test_open_tables_keep_extra_columns_in_the_declared_kind(study):
    text = "account_id,won_on,seats,region,marquee\nA,2024-01-10,12,7,yes\nB,2024-01-10,many,8,no\n"
    ws = study(
        tables={"accounts": text},
        attributes={
            "seats": {"type": "number", "bands": [10]},
            "region": {},
            "marquee": {"type": "boolean"},
        },
    )
    collect(ws, ["accounts"])
    frame = canonical(ws, "accounts").to_pandas()
    assert frame.region.tolist() == ["7", "8"]
    assert frame.marquee.tolist() == [True, False]
    assert frame.seats.fillna(-1).tolist() == [12.0, -1.0]
    # An attribute that cannot be read is blank and counted; the account stays.
    unreadable = ws.recorded("collection/accounts")["unreadable"]
    assert unreadable == {"seats": {"values": 1, "examples": ["many"]}}


def test_closed_tables_drop_extra_columns_and_say_so(study):
    text = "account_id,starts_on,mrr,discount\nA,2024-01-10,12,0.1\n"
    ws = study(tables={"contracts": text})
    collect(ws, ["accounts", "contracts"])
    assert "discount" not in canonical(ws, "contracts").columns
    assert ws.recorded("collection/contracts")["dropped_columns"] == ["discount"]


def test_column_names_match_whatever_their_capitals(study):
    ws = study(tables={"accounts": source("SELECT id AS Account_ID, day AS WON_ON FROM raw")},
               files=RAW)  # fmt: skip
    collect(ws, ["accounts"])
    assert canonical(ws, "accounts").count().execute() == 2


def test_rows_with_marks_that_nobody_sees_are_counted_and_told_without_them(study):
    raw = "id,day,name\n1,2024-01-01,annual\u202efdp.exe\n2,2024-01-01,a\x07b\n3,2024-01-01,Søren\n"
    query = "SELECT id AS account_id, day AS won_on, name FROM raw"
    ws = study(tables={"accounts": source(query)}, files={"raw.csv": raw})
    collect(ws, ["accounts"])
    assert ws.recorded("collection/accounts")["hiding"] == 2
    assert "annualfdp.exe" in set(canonical(ws, "accounts").to_pandas().name)


def test_queries_may_join_files_use_with_and_end_in_a_comment(study):
    query = (
        "WITH first AS (SELECT id, day FROM raw)\n"
        "SELECT id AS account_id, day AS won_on, city FROM first JOIN extra USING (id); -- done"
    )
    files = {**RAW, "extra.jsonl": '{"id": 1, "city": "Ōsaka"}\n'}
    entry = source(query.replace("; -- done", " -- done"), raw="raw.csv", extra="extra.jsonl")
    ws = study(tables={"accounts": entry}, files=files)
    collect(ws, ["accounts"])
    assert canonical(ws, "accounts").to_pandas().city.tolist() == ["Ōsaka"]


def test_queries_may_ask_for_the_as_of_date(study):
    query = "SELECT id AS account_id, day AS won_on, getvariable('as_of') AS today FROM raw"
    ws = study(tables={"accounts": source(query)}, files=RAW)
    collect(ws, ["accounts"])
    assert set(canonical(ws, "accounts").to_pandas().today) == {pd.Timestamp("2024-12-31")}


def test_rows_are_sorted_by_key(study):
    ws = study(tables={"accounts": "account_id,won_on\nC,2024-01-01\nA,2024-01-01\nB,2024-01-01\n"})
    collect(ws, ["accounts"])
    assert pd.read_parquet(ws.canonical_path("accounts")).account_id.tolist() == ["A", "B", "C"]


def test_report_covers_every_table(study):
    ws = study()
    collect(ws)
    report = collection_report(ws)
    assert report.table.tolist() == list(TABLES)
    assert report.set_index("table").collected.to_dict() == {
        name: name in ("accounts", "contracts") for name in TABLES
    }
    assert canonical(ws, "tickets") is None
    assert report.files.tolist()[:2] == ["accounts.csv", "contracts.csv"]


def test_an_optional_table_may_have_no_rows(study):
    """Otherwise deleting later rows could turn a report into an error."""
    ws = study(tables={"tickets": "ticket_id,account_id,opened_at\n"})
    report = collect(ws).set_index("table")
    assert report.collected["tickets"]
    assert report.rows_used["tickets"] == 0


# ── messages ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("query", "message", "detail"),
    [
        ("SELEKT * FROM raw", r"query of sources.accounts failed", "syntax error"),
        ("SELECT nix FROM raw", r"query of sources.accounts failed", "nix"),
        ("SELECT * FROM other", r"query of sources.accounts failed", "other"),
        ("SELECT id AS account_id FROM raw", r"does not return won_on", "id|account_id"),
        ("DROP TABLE raw", r"query of sources.accounts failed", "syntax error"),
        (
            "SELECT id AS account_id, day AS won_on FROM raw WHERE id > 5",
            "sources.accounts: the query returns no rows",
            "WHERE",
        ),
        (
            "SELECT id AS account_id, day AS won_on, 1 AS later FROM raw",
            "later is a name of the checks",
            "another name",
        ),
    ],
)
def test_bad_queries(study, query, message, detail):
    ws = study(tables={"accounts": source(query)}, files=RAW)
    with pytest.raises(StudyError, match=message) as error:
        collect(ws, ["accounts"])
    assert any(part in str(error.value) for part in detail.split("|"))


def test_a_database_without_its_driver(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "helpers.collect.engines.postgresql", raising=False)
    ws = study(tables={"accounts": {"database": "postgresql://x", "query": "SELECT 1"}})
    with pytest.raises(StudyError, match="psycopg is not installed") as error:
        collect(ws, ["accounts"])
    assert ".[postgres]" in str(error.value)


def test_a_quarter_before_any_data(study):
    ws = study(quarter="2023Q4")
    with pytest.raises(StudyError, match="2023Q4 ends on 2023-12-31") as error:
        collect(ws)
    assert "won_on from 2024-01-10 to 2024-03-05" in str(error.value)


def test_nothing_but_rejected_rows(study):
    ws = study(tables={"contracts": "account_id,starts_on,mrr\nA,x,1\nB,y,1\n"})
    with pytest.raises(StudyError, match="none of the 2 rows can be used") as error:
        collect(ws)
    assert "2 × starts_on not a date" in str(error.value)


def test_a_quarter_before_any_revenue(study):
    text = "account_id,starts_on,mrr\nA,2025-01-01,1\nB,2025-02-01,1\n"
    with pytest.raises(StudyError, match="contracts had no usable row yet") as error:
        collect(study(tables={"contracts": text}))
    assert "from 2025-01-01 to 2025-02-01" in str(error.value)


def test_tables_that_refer_to_accounts_come_after_them(study):
    ws = study(tables={"tickets": "ticket_id,account_id,opened_at\n1,A,2024-03-01\n"})
    with pytest.raises(StudyError, match="accounts, contracts must be collected before"):
        collect(ws, ["tickets"])


def test_unknown_table(study):
    with pytest.raises(StudyError, match="no table invoices"):
        collect(study(), ["invoices"])


# ── rules that hold for all input ────────────────────────────────────────────────────────────────
days = st.dates(min_value=date(2024, 10, 1), max_value=date(2025, 3, 31))
cells = {
    "ticket_id": st.integers(1, 12).map(str) | st.just(""),
    "account_id": st.sampled_from(["A", "B", "C", "nobody", ""]),
    "opened_at": days.map(str) | st.sampled_from(["", "soon", "2024-13-01"]),
    "resolved_at": days.map(str) | st.sampled_from(["", "never"]),
    "csat": st.sampled_from(["", "1", "5", "6", "4.5", "x"]),
}
tickets = st.lists(st.fixed_dictionaries(cells), max_size=25)
relaxed = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def as_csv(rows: list[dict]) -> str:
    return pd.DataFrame(rows, columns=list(cells)).to_csv(index=False, lineterminator="\n")


@pytest.fixture
def helpdesk(study):
    """Collect the tickets of a text, beside accounts that stay as they are."""
    ws = study(tables={"tickets": "ticket_id\n"})
    collect(ws, ["accounts", "contracts"])

    def collect_tickets(rows: list[dict]):
        (ws.raw / "tickets.csv").write_text(as_csv(rows), encoding="utf-8")
        report = collect(ws, ["tickets"]).set_index("table").loc["tickets"]
        return report, pd.read_parquet(ws.canonical_path("tickets")), rejected(ws)

    return collect_tickets


@relaxed
@given(rows=tickets)
def test_every_row_is_used_or_later_or_rejected(helpdesk, rows):
    report, used, refused = helpdesk(rows)
    assert report.rows_in == len(rows)
    assert report.rows_in == report.rows_used + report.rows_after_as_of + report.rows_rejected
    assert report.rows_rejected == (refused.rejected == "row").sum()
    assert report.rows_used == len(used)
    assert report.rows_after_as_of == sum(row["opened_at"][:4] == "2025" for row in rows)
    assert refused.reason.notna().all()


@relaxed
@given(rows=tickets)
def test_rows_after_the_as_of_date_change_nothing(helpdesk, rows):
    _, used, refused = helpdesk(rows)
    _, used_then, refused_then = helpdesk([row for row in rows if row["opened_at"][:4] != "2025"])
    pd.testing.assert_frame_equal(used, used_then)
    pd.testing.assert_frame_equal(refused, refused_then)


def test_the_same_input_gives_the_same_bytes(study):
    text = as_csv(
        [
            {"ticket_id": str(k % 40), "account_id": "ABC"[k % 3], "opened_at": "2024-11-05"}
            for k in range(60)
        ]
    )
    contents = []
    for name in ("one", "two"):
        ws = study(tables={"tickets": text}, name=name)
        collect(ws)
        contents.append(ws.canonical_path("tickets").read_bytes())
    assert contents[0] == contents[1]


def test_records_are_plain_json(study):
    ws = study()
    collect(ws)
    record = ws.recorded("raw_files/accounts")[0]
    assert record["path"] == "accounts.csv"
    assert json.loads(json.dumps(record)) == record
