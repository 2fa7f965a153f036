"""On every core, collecting gives what it gives on one, in the order that it promises."""

import duckdb
import pandas as pd
import pytest

from helpers.collect import rawplaces
from helpers.collect.customers import build_customer_list
from helpers.collect.engines import RESULT, embedded
from helpers.collect.sources import collect, rejected
from helpers.metrics.accounts import account_metrics, components

ROWS = 300_000  # more than two row groups of 122,880, which are what threads share out


@pytest.fixture
def con():
    yield embedded._made(()).con  # not closed: these tests know no study
    embedded.Embedded().forget()


@pytest.fixture
def usage(tmp_path):
    """One row per day, account and feature, some of them broken, late or repeated."""
    path = tmp_path / "usage.parquet"
    duckdb.sql(
        f"""COPY (SELECT CASE WHEN i % 5000 = 7 THEN 'nobody' ELSE chr(65 + (i % 3)::INTEGER) END
                         AS account_id,
                         DATE '2024-03-05' + (i // 900)::INTEGER AS used_on,
                         'feature ' || (i // 3 - (i % 4000 = 11)::INTEGER) % 300 AS feature,
                         CASE WHEN i % 6000 = 13 THEN -1 ELSE i / 7 END AS quantity
                  FROM range({ROWS}) AS r(i)) TO '{path}' (FORMAT parquet)"""
    )
    return path


class TestNumbering:
    def test_rows_of_a_file_are_numbered_as_they_lie_in_it(self, con, usage):
        embedded.keep_result(con, f"SELECT quantity FROM read_parquet('{usage}')")
        found = con.execute(f"SELECT * FROM {RESULT} ORDER BY row_number").df()
        assert found["row_number"].tolist() == list(range(1, ROWS + 1))
        expected = pd.read_parquet(usage)["quantity"]
        pd.testing.assert_series_equal(found["quantity"], expected)

    def test_a_column_of_the_query_may_be_called_rowid(self, con):
        embedded.keep_result(con, "SELECT unnest([30, 10, 20]) AS rowid")
        rows = con.execute(f"SELECT row_number, rowid FROM {RESULT} ORDER BY 1").fetchall()
        assert rows == [(1, 30), (2, 10), (3, 20)]

    @pytest.mark.parametrize(
        ("query", "orderly"),
        [
            ("SELECT account_id, quantity * 2 FROM raw WHERE quantity > 3", True),
            ("SELECT * FROM raw UNION ALL SELECT * FROM raw", True),
            ("SELECT account_id, sum(quantity) FROM raw GROUP BY account_id", False),
            ("SELECT DISTINCT feature FROM raw", False),
            ("SELECT a.* FROM raw AS a JOIN raw AS b USING (account_id)", False),
            ("SELECT *, sum(quantity) OVER (PARTITION BY account_id) FROM raw", False),
            ("SELECT * FROM raw ORDER BY quantity LIMIT 5", False),
        ],
    )
    def test_only_queries_that_look_at_row_after_row_get_every_core(
        self, con, usage, query, orderly
    ):
        con.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM read_parquet('{usage}')")
        assert embedded._orderly(con, query) is orderly
        con.execute("DROP VIEW raw")

    def test_afterwards_there_is_one_thread_again(self, con):
        with pytest.raises(duckdb.Error), embedded.all_cores():
            con.execute("SELECT nothing")
        assert con.execute("SELECT current_setting('threads')").fetchone() == (1,)


@pytest.mark.parametrize(("small", "threads"), [(rawplaces.SMALL, 1), (0, None)])
def test_few_rows_are_not_worth_the_threads(study, monkeypatch, small, threads):
    monkeypatch.setattr(rawplaces, "SMALL", small)
    con = embedded.connect(study()).con
    con.execute("RESET threads")
    (every,) = con.execute("SELECT current_setting('threads')").fetchone()
    con.execute("SET threads = 1")
    with embedded.all_cores():
        (found,) = con.execute("SELECT current_setting('threads')").fetchone()
    assert found == (threads or every)


def test_two_runs_give_the_same_tables_and_numbers(study, usage, monkeypatch):
    monkeypatch.setattr(rawplaces, "SMALL", 0)  # in several threads
    found = []
    for name in ("once", "again"):
        entry = {"files": {"raw": str(usage)}, "query": "SELECT * FROM raw"}
        ws = study(name=name, tables={"usage": entry})
        collect(ws)
        rows = pd.read_parquet(
            ws.canonical_path("usage")
        )  # in the order in which they were written
        listed = build_customer_list(ws)
        ws.save("customer_list", listed.accounts)
        metrics = account_metrics(components(ws, listed.customers))
        found.append((rejected(ws), rows, metrics))
    for one, other in zip(*found, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    refusals, rows, _ = found[0]
    # By hand: days after 2024-12-31 are not read, 302 days of 900 rows are.
    known = 302 * 900
    broken = {"not a known account": len(range(7, known, 5000)),
              "below 0": len(range(13, known, 6000))}  # fmt: skip
    counts = refusals["reason"].value_counts()
    assert {reason: counts[reason] for reason in broken} == broken
    assert len(rows) == known - len(refusals)
    unknown = refusals[refusals["reason"] == "not a known account"]
    assert unknown["row"].tolist() == [k + 1 for k in range(7, known, 5000)]
