"""Every reason to reject a row, and what is known on a day."""

import pandas as pd
import pytest

from helpers.collect.sources import canonical, collect, reason_counts, rejected
from helpers.errors import StudyError


def used(ws, table: str, *names: str) -> pd.DataFrame:
    """Collect a table, after those that it refers to; hand back its used rows."""
    collect(ws, ["accounts", "contracts", table])
    return canonical(ws, table).to_pandas()


def reasons(ws, table: str) -> list[tuple]:
    rows = rejected(ws).query("table == @table")
    return [
        (row.row, row.column, None if pd.isna(row.value) else row.value, row.reason)
        for row in rows.itertuples()
    ]


# ── one reason each ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("table", "text", "expected"),
    [
        (
            "contracts",
            "account_id,starts_on,ends_on,mrr\nA,2024-02-30,,10\nB,31.01.2024,,10\nC,,,10\n"
            "C,2024-01-01,,10\n",
            [
                (1, "starts_on", "2024-02-30", "not a date such as 2026-01-31"),
                (2, "starts_on", "31.01.2024", "not a date such as 2026-01-31"),
                (3, "starts_on", None, "missing"),
            ],
        ),
        (
            "contracts",
            "account_id,starts_on,ends_on,mrr\nA,2024-01-01,,ten\nB,2024-01-01,,-1\n,2024-01-01,,1\n"
            "C,2024-01-02,2024-01-01,1\nC,2024-01-02,2024-01-02,0\n",
            [
                (1, "mrr", "ten", "not a number"),
                (2, "mrr", "-1", "below 0"),
                (3, "account_id", None, "missing"),
                (4, "ends_on", "2024-01-01", "before starts_on"),
            ],
        ),
        (
            "tickets",
            "ticket_id,account_id,opened_at,agent_touches,escalated,csat\n"
            "1,A,2024-03-01 25:00,1,yes,5\n2,A,2024-03-01 10:00,1.5,no,5\n"
            "3,A,2024-03-01 10:00,1,perhaps,5\n4,A,2024-03-01 10:00,1,0,6\n"
            "5,A,2024-03-01 10:00,1,1,0\n6,X,2024-03-01 10:00,1,TRUE,5\n7,A,2024-03-01,2,,\n",
            [
                (1, "opened_at", "2024-03-01 25:00", "not a date and time such as "
                 "2026-01-31 14:05:00"),
                (2, "agent_touches", "1.5", "not a whole number"),
                (3, "escalated", "perhaps", "not true or false"),
                (4, "csat", "6", "above 5"),
                (5, "csat", "0", "below 1"),
                (6, "account_id", "X", "not a known account"),
            ],
        ),
        (
            "surveys",
            "account_id,kind,score,asked_on\nA,nps,0,2024-03-01\nA,nps,10,2024-03-02\n"
            "A,nps,11,2024-03-03\nA,csat,0,2024-03-04\nA,csat,1,2024-03-05\nA,csat,6,2024-03-06\n"
            "A,ces,3,2024-03-07\nA,csat,,2024-03-08\n",
            [
                (3, "score", "11", "outside the scale of its kind (nps 0 to 10, csat 1 to 5)"),
                (4, "score", "0", "outside the scale of its kind (nps 0 to 10, csat 1 to 5)"),
                (6, "score", "6", "outside the scale of its kind (nps 0 to 10, csat 1 to 5)"),
                (7, "kind", "ces", "not one of nps, csat"),
            ],
        ),
        (
            "accounts",
            "account_id,won_on,churned_on\nA,2024-01-10,2024-01-09\nB,2024-01-10,2024-01-10\n",
            [(1, "churned_on", "2024-01-09", "before won_on")],
        ),
        (
            "score_reviews",
            "stakeholder,account_id,rank,band\nCEO,A,0,good\nCEO,B,1,excellent\nCEO,B,2,poor\n",
            [
                (1, "rank", "0", "below 1"),
                (1, "band", "good", "not one of poor, average, excellent"),
                (2, "rank, band", "1, excellent", "conflict: rows that share the key differ"),
                (3, "rank, band", "2, poor", "conflict: rows that share the key differ"),
            ],
        ),
    ],
)  # fmt: skip
def test_first_reason_of_each_row(study, table, text, expected):
    ws = study(tables={table: text})
    if table == "accounts":
        collect(ws, ["accounts"])
    else:
        used(ws, table)
    assert reasons(ws, table) == expected


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("contracts", "account_id,starts_on,mrr\nA,2024-01-01,5000000000\nA,2024-02-01,0.000229\n"),
        (
            "orders",
            "order_id,account_id,ordered_on,amount\n1,A,2024-01-01,8e12\n2,A,2024-01-02,-8e12\n",
        ),
        ("costs", "account_id,incurred_on,kind,amount\nA,2024-01-01,service,2500000000\n"),
        ("rates", "currency,month,rate\nIRR,2024-01-01,0.0000008\nKWD,2024-01-01,4800000\n"),
    ],
)
def test_an_amount_is_never_too_large_or_small_for_its_currency(study, table, text):
    """What a customer pays in rupiah or rial would be a hundred thousand times as much in euro."""
    ws = study(tables={table: text})
    found = used(ws, table)
    assert reasons(ws, table) == []
    assert len(found) == text.count("\n") - 1


def test_a_rejected_row_names_its_key(study):
    text = "ticket_id,account_id,opened_at\n77,X,2024-03-01\n"
    ws = study(tables={"tickets": text})
    used(ws, "tickets")
    assert rejected(ws).key.tolist() == ["ticket_id=77"]


def test_reasons_are_counted(study):
    text = "account_id,starts_on,mrr\nA,2024-01-01,-1\nA,2024-01-02,-2\nA,x,1\nB,2024-01-01,1\n"
    ws = study(tables={"contracts": text})
    collect(ws, ["accounts", "contracts"])
    counts = reason_counts(rejected(ws))
    assert dict(zip(counts.column, counts.rows, strict=True)) == {"mrr": 2, "starts_on": 1}


# ── duplicates ───────────────────────────────────────────────────────────────────────────────────
def test_rows_that_share_a_key_and_differ_are_in_conflict(study):
    text = "account_id,won_on,name\nA,2024-03-01,late\nB,2024-01-01,b\nA,2024-01-01,early\n"
    ws = study(tables={"accounts": text})
    with pytest.raises(
        StudyError, match=r"sources.accounts: 1 of the things .* \(conflict\)"
    ) as error:
        collect(ws, ["accounts"])
    told = (
        "account_id=A differs in won_on, name (row 1: 2024-03-01, late; row 3: 2024-01-01, early)"
    )
    assert told in str(error.value)
    assert "duplicate" not in str(error.value)


@pytest.mark.parametrize(
    ("choice", "names"), [("first", ["late", "b"]), ("last", ["early", "b"]), ("reject", ["b"])]
)
def test_which_of_two_rows_counts_is_declared(study, choice, names):
    text = "account_id,won_on,name\nA,2024-03-01,late\nB,2024-01-01,b\nA,2024-01-01,early\n"
    entry = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw", "conflicts": choice}
    ws = study(tables={"accounts": entry}, files={"raw.csv": text})
    collect(ws, ["accounts"])
    assert canonical(ws, "accounts").to_pandas().name.tolist() == names
    told = [row for row in reasons(ws, "accounts") if row[3].startswith("conflict")]
    assert {row[:3] for row in told} <= {
        (1, "won_on, name", "2024-03-01, late"), (3, "won_on, name", "2024-01-01, early")
    }  # fmt: skip
    assert len(told) == (2 if choice == "reject" else 1)
    assert ws.recorded("collection/accounts")["conflicts"] == {
        "choice": choice, "rows": 2, "keys": 1
    }  # fmt: skip


def test_rows_that_agree_after_casting_and_trimming_are_duplicates(study):
    text = (
        "account_id,won_on,name\nA,2024-03-01,Acme\nA,2024-03-01 00:00:00, Acme\nB,2024-01-01,b\n"
    )
    ws = study(tables={"accounts": text})
    collect(ws, ["accounts"])
    assert reasons(ws, "accounts") == [(2, "account_id", "A", "duplicate of another row")]


def test_a_conflict_is_judged_by_what_was_known_on_the_day(study):
    """An older and a newer export of one ticket say the same of the day between them."""
    text = (
        "ticket_id,account_id,opened_at,resolved_at\n1,A,2024-03-01 09:00,\n"
        "1,A,2024-03-01 09:00,2025-02-01 09:00\n"
    )
    ws = study(tables={"tickets": text})
    assert len(used(ws, "tickets")) == 1
    assert [reason for *_, reason in reasons(ws, "tickets")] == ["duplicate of another row"]


def test_a_row_rejected_for_another_reason_is_no_original(study):
    text = "ticket_id,account_id,opened_at,csat\n1,X,2024-03-01,3\n1,A,2024-03-02,4\n"
    ws = study(tables={"tickets": text})
    assert used(ws, "tickets").csat.tolist() == [4]
    assert [reason for *_, reason in reasons(ws, "tickets")] == ["not a known account"]


def test_tables_without_key_reject_rows_that_are_equal_as_a_whole(study):
    text = "account_id,used_on,quantity\nA,2024-03-01,1\nA,2024-03-01,1\nA,2024-03-01,2\n"
    ws = study(tables={"usage": text})
    assert used(ws, "usage").quantity.tolist() == [1, 2]
    assert reasons(ws, "usage") == [(2, "whole row", None, "duplicate of another row")]


def test_an_identifier_of_the_source_tells_equal_rows_apart(study):
    text = "id,account_id,used_on,quantity\n1,A,2024-03-01,1\n2,A,2024-03-01,1\n2,A,2024-03-01,1\n"
    ws = study(tables={"usage": text})
    assert len(used(ws, "usage")) == 2
    record = ws.recorded("collection/usage")
    assert record["dropped_columns"] == ["id"]
    assert record["rows_rejected"] == 1


def test_contracts_that_differ_only_in_an_end_yet_unknown_are_two(study):
    text = (
        "account_id,starts_on,ends_on,mrr\nA,2024-01-01,2025-06-30,10\nA,2024-01-01,2025-12-31,10\n"
    )
    ws = study(tables={"contracts": text})
    collect(ws, ["accounts", "contracts"])
    assert canonical(ws, "contracts").to_pandas().ends_on.isna().tolist() == [True, True]


# ── what was known on the day ────────────────────────────────────────────────────────────────────
def test_rows_after_the_as_of_date_are_not_read(study):
    text = (
        "account_id,starts_on,mrr\nA,2024-12-31,1\nB,2025-01-01,1\nC,2025-06-01,broken\n"
        "A,2024-01-01,2\n"
    )
    ws = study(tables={"contracts": text})
    report = collect(ws, ["accounts", "contracts"]).set_index("table").loc["contracts"]
    assert (report.rows_in, report.rows_after_as_of, report.rows_rejected, report.rows_used) == (
        (4, 2, 0, 2)
    )


def test_the_last_moment_of_the_day_is_known_the_next_is_not(study):
    text = "ticket_id,account_id,opened_at\n1,A,2024-12-31 23:59:59\n2,A,2025-01-01 00:00:00\n"
    assert used(study(tables={"tickets": text}), "tickets").ticket_id.tolist() == ["1"]


def test_moments_with_offset_are_converted_to_the_time_zone_of_the_study(study):
    text = (
        "ticket_id,account_id,opened_at\n"
        "utc,A,2024-12-31T23:30:00Z\nlocal,A,2024-12-31 23:30:00\n"
        "west,A,2024-12-31T17:00:00-05:00\n"
    )
    for zone, expected in {
        "Europe/Berlin": {
            "local": "2024-12-31 23:30",
            "west": "2024-12-31 23:00",
        },
        "UTC": {"local": "2024-12-31 23:30", "utc": "2024-12-31 23:30", "west": "2024-12-31 22:00"},
    }.items():
        ws = study(tables={"tickets": text}, timezone=zone)
        frame = used(ws, "tickets")
        assert dict(zip(frame.ticket_id, frame.opened_at, strict=True)) == {
            name: pd.Timestamp(moment) for name, moment in expected.items()
        }


def test_a_column_of_moments_with_offset_is_converted_too(study):
    text = "ticket_id,account_id,opened_at\n1,A,2024-12-31T23:30:00Z\n2,A,2024-06-30T23:30:00+00\n"
    frame = used(study(tables={"tickets": text}, timezone="Europe/Berlin"), "tickets")
    assert frame.opened_at.tolist() == [pd.Timestamp("2024-07-01 01:30")]


def test_an_hour_that_repeats_rejects_nothing_where_offsets_tell(study):
    text = (
        "ticket_id,account_id,opened_at,resolved_at\n"
        "1,A,2024-10-27T00:50:00Z,2024-10-27T01:05:00Z\n"
        "2,A,2024-10-27T00:05:00Z,2024-10-27T03:05:00Z\n"
    )
    ws = study(tables={"tickets": text}, timezone="Europe/Berlin")
    frame = used(ws, "tickets").set_index("ticket_id")
    assert rejected(ws).empty
    assert frame.resolved_at.tolist() == [
        pd.Timestamp("2024-10-27 02:05"),  # after 02:50 summer time
        pd.Timestamp("2024-10-27 04:05"),
    ]
    elapsed = frame.resolved_utc - frame.opened_utc
    assert elapsed.dt.total_seconds().tolist() == [900, 3 * 3600]


def test_local_times_stay_as_they_are(study):
    text = "ticket_id,account_id,opened_at\n1,A,2024-03-31 02:30\n2,A,2024-10-27 02:30\n"
    frame = used(study(tables={"tickets": text}, timezone="Europe/Berlin"), "tickets")
    assert frame.opened_at.tolist() == [
        pd.Timestamp("2024-03-31 02:30"),  # an hour that was skipped
        pd.Timestamp("2024-10-27 02:30"),
    ]
    assert frame.opened_utc.isna().all()


def test_a_reply_before_the_ticket_costs_the_time_alone(study):
    text = (
        "ticket_id,account_id,opened_at,first_replied_at,resolved_at\n"
        "1,A,2024-07-16 09:00,2024-07-15 09:00,2024-07-17 09:00\n"
        "2,A,2024-07-16T09:00:00Z,2024-07-16T10:00:00Z,2024-07-16T08:59:59Z\n"
        "3,A,1970-01-01 00:00,,\n"
    )
    ws = study(tables={"tickets": text}, max_rejected_share=1.0)
    frame = used(ws, "tickets").set_index("ticket_id")
    assert frame.first_replied_at.isna().to_dict() == {"1": True, "2": False}
    assert frame.resolved_at.isna().to_dict() == {"1": False, "2": True}
    assert frame.resolved_utc.isna().all()
    told = rejected(ws)
    found = [*zip(told.column, told.reason, told.rejected, strict=True)]
    assert ("first_replied_at", "before opened_at", "cell") in found
    assert ("resolved_at", "before opened_at", "cell") in found
    assert [name for name, _, what in found if what == "row"] == ["opened_at"]


def test_a_reply_in_another_century_is_listed_and_an_open_end_is_not(study):
    tickets = (
        "ticket_id,account_id,opened_at,resolved_at,csat\n"
        "1,A,2024-03-01 10:00,2924-03-02 10:00,5\n2,A,2024-03-01 10:00,2024-03-02 10:00,4\n"
    )
    contracts = "account_id,starts_on,ends_on,mrr\nA,2024-01-01,2924-01-01,10\n"
    ws = study(tables={"tickets": tickets, "contracts": contracts})
    rows = used(ws, "tickets", "ticket_id").set_index("ticket_id")
    assert rows["resolved_at"].isna().tolist() == [True, False]
    assert rows["csat"].tolist() == [5, 4]  # it was given, whenever that was
    assert reasons(ws, "tickets") == [
        (1, "resolved_at", "2924-03-02 10:00:00", "in the year 2200 or later")
    ]
    assert reasons(ws, "contracts") == []
    assert canonical(ws, "contracts").to_pandas()["ends_on"].isna().all()


def test_a_score_answered_in_another_century_has_no_day(study):
    surveys = "account_id,kind,asked_on,responded_on,score\nA,nps,2024-03-01,2924-03-02,9\n"
    ws = study(tables={"surveys": surveys})
    collect(ws, ["accounts", "contracts", "surveys"])
    assert {(row[1], row[3]) for row in reasons(ws, "surveys")} >= {
        ("responded_on", "in the year 2200 or later")
    }
    kept = canonical(ws, "surveys").to_pandas()
    assert kept["score"].isna().all()


def test_what_came_later_is_hidden_and_not_judged(study):
    text = (
        "ticket_id,account_id,opened_at,first_replied_at,resolved_at,resolution_type,csat\n"
        "1,A,2024-12-30 10:00,2024-12-30 11:00,2025-01-02 10:00,solved,99\n"
        "2,A,2024-12-30 10:00,2025-01-01 00:00,2025-01-02 10:00,solved,5\n"
        "3,A,2024-12-30 10:00,2024-12-31 09:00,2024-12-31 10:00,solved,4\n"
    )
    frame = used(study(tables={"tickets": text}), "tickets").set_index("ticket_id")
    assert frame.csat.fillna(-1).to_dict() == {"1": -1, "2": -1, "3": 4}
    assert frame.resolution_type.isna().to_dict() == {"1": True, "2": True, "3": False}
    assert frame.first_replied_at.isna().to_dict() == {"1": False, "2": True, "3": False}


def test_a_churn_to_come_is_unknown(study):
    text = "account_id,won_on,churned_on\nA,2024-01-10,2025-01-01\nB,2024-01-10,2024-12-31\n"
    ws = study(tables={"accounts": text})
    collect(ws, ["accounts"])
    frame = canonical(ws, "accounts").to_pandas().set_index("account_id")
    assert frame.churned_on.isna().to_dict() == {"A": True, "B": False}


# ── the share that may be rejected ───────────────────────────────────────────────────────────────
def test_too_many_rejected_rows_stop_the_run(study):
    good = [f"A,2024-01-{day:02d},1\n" for day in range(1, 20)]
    head = "account_id,starts_on,mrr\n"
    allowed = study(tables={"contracts": head + "".join(good) + "A,x,1\n"}, max_rejected_share=0.05)
    collect(allowed, ["accounts", "contracts"])  # exactly 5 %
    ws = study(
        tables={"contracts": head + "".join(good[1:]) + "A,x,1\nB,2024-01-01,-5\n"},
        max_rejected_share=0.05,
    )
    with pytest.raises(StudyError, match=r"sources.contracts: 2 of 20 rows \(10.0%\)") as error:
        collect(ws, ["accounts", "contracts"])
    assert "1 × mrr below 0, such as row 20 (account_id=B): -5" in str(error.value)
    assert "1 × starts_on not a date such as 2026-01-31, such as row 19" in str(error.value)


def test_the_share_is_of_the_rows_that_were_read(study):
    later = "".join(f"A,2025-02-{day:02d},1\n" for day in range(1, 29))
    text = "account_id,starts_on,mrr\nA,2024-01-01,1\nA,x,1\n" + later
    ws = study(tables={"contracts": text}, max_rejected_share=0.2)
    with pytest.raises(StudyError, match=r"1 of 2 rows \(50.0%\)"):
        collect(ws, ["accounts", "contracts"])


def test_lists_without_dates_may_name_accounts_that_are_not_known_yet(study):
    text = "list_name,account_id\nold,A\nold,X\nold,Y\n"
    ws = study(tables={"candidates": text}, max_rejected_share=0.05)
    assert used(ws, "candidates").account_id.tolist() == ["A"]
    assert len(reasons(ws, "candidates")) == 2
    ws = study(tables={"candidates": text + ",A\n"}, max_rejected_share=0.05)
    with pytest.raises(StudyError, match=r"sources.candidates: 1 of 4 rows"):
        used(ws, "candidates")
