"""Files of DuckDB and SQLite as sources: only ever read, and reaching nothing but themselves."""

import hashlib
import sqlite3

import duckdb
import pandas as pd
import pytest

from helpers.collect.reaching import check_places
from helpers.collect.sources import canonical, collect
from helpers.errors import StudyError

QUERY = "SELECT customer AS account_id, since AS starts_on, until AS ends_on, fee AS mrr FROM {}"


@pytest.fixture
def study(tmp_path, open_study):
    """A study with contracts in a database file."""
    (tmp_path / "accounts.csv").write_text("account_id,won_on\na,2024-01-01\n007,2024-02-01\n")

    def build(database: str, query: str = QUERY.format("billing"), **content):
        content = {
            "study": "attached", "title": "Attached", "business_model": "subscription",
            "timezone": "Europe/Berlin", "data": str(tmp_path),
            "sources": {
                "accounts": {
                    "files": {"crm": {"path": "accounts.csv", "text_columns": ["account_id"]}},
                    "query": "SELECT * FROM crm",
                },
                "contracts": {"database": database, "query": query},
            },
            **content,
        }  # fmt: skip
        return open_study(content, "2024Q4")

    return build


@pytest.fixture
def files(tmp_path) -> dict[str, str]:
    """The same rows as a file of each kind; the names of their tables."""
    (tmp_path / "dbs").mkdir()
    with duckdb.connect(str(tmp_path / "dbs" / "sales.duckdb")) as con:
        con.execute(
            "CREATE SCHEMA marts; CREATE TABLE marts.billing AS SELECT * FROM (VALUES "
            "('a', TIMESTAMPTZ '2024-01-31 23:30:00+00', NULL::DATE, 100.10::DECIMAL(9,2)),"
            "('007', '2024-03-01 12:00:00+00', '2024-12-31', 7.5)) "
            "AS t(customer, since, until, fee)"
        )
        con.execute("CREATE VIEW reaching AS SELECT * FROM read_csv('/etc/passwd', header=false)")
    with sqlite3.connect(tmp_path / "dbs" / "sales.sqlite") as con:
        con.execute("CREATE TABLE billing (customer, since, until, fee)")
        con.execute(
            "INSERT INTO billing VALUES ('a', '2024-01-31 23:30:00Z', NULL, 100.1), "
            "('007', '2024-03-01', '2024-12-31', 7.5)"
        )
    return {"dbs/sales.duckdb": "marts.billing", "dbs/sales.sqlite": "billing"}


@pytest.mark.parametrize("name", ["dbs/sales.duckdb", "dbs/sales.sqlite"])
def test_rows_of_a_database_file(study, files, tmp_path, name):
    before = (tmp_path / name).read_bytes()
    ws = study(name, QUERY.format(files[name]) + " WHERE since <= {as_of}")
    check_places(ws)
    collect(ws)
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id", ignore_index=True)
    assert found.account_id.tolist() == ["007", "a"]
    assert found.starts_on.astype("str").tolist() == ["2024-03-01", "2024-02-01"]
    assert found.mrr.tolist() == [7.5, 100.1]
    assert pd.isna(found.ends_on[1])
    assert ws.recorded("raw_files/contracts") == [
        {
            "table": "contracts", "name": "database", "path": name, "rows": 2,
            "sha256": hashlib.sha256(before).hexdigest(), "bytes": len(before),
        }
    ]  # fmt: skip
    assert (tmp_path / name).read_bytes() == before
    assert sorted(path.name for path in (tmp_path / "dbs").iterdir()) == [
        "sales.duckdb", "sales.sqlite",
    ]  # fmt: skip


def test_the_types_of_sqlite_s_values(study, tmp_path):
    """Each value has its own; a column is of numbers where all of them are."""
    with sqlite3.connect(tmp_path / "odd.db") as con:
        con.execute("CREATE TABLE t (n, f, code, mixed, bytes, none)")
        con.execute(
            "INSERT INTO t VALUES (1, 1, '007', 1, x'00ff', NULL), (2, 2.5, '08', 'x', NULL, NULL)"
        )
    query = (
        "SELECT n AS account_id, '2024-01-01' AS won_on, n, f, code, mixed, bytes, none "
        "FROM t ORDER BY n"
    )
    ws = study("odd.db", query)
    accounts = ws.study.sources["contracts"]
    object.__setattr__(ws, "study", ws.study.model_copy(update={"sources": {"accounts": accounts}}))
    collect(ws, ["accounts"])
    rows = canonical(ws, "accounts").to_pandas().sort_values("account_id", ignore_index=True)
    assert rows.account_id.tolist() == ["1", "2"]
    assert (rows.n.tolist(), rows.f.tolist()) == ([1, 2], [1.0, 2.5])
    assert (rows.code.tolist(), rows.mixed.tolist()) == (["007", "08"], ["1", "x"])
    assert rows.bytes[0] == r"\x00ff"
    assert rows.none.isna().all()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("dbs/sales.duckdb", "DELETE FROM marts.billing"),
        ("dbs/sales.duckdb", "SELECT * FROM read_csv('/etc/passwd')"),
        ("dbs/sales.duckdb", "SELECT * FROM reaching"),
        ("dbs/sales.duckdb", "SELECT * FROM '/etc/passwd'"),
        ("dbs/sales.duckdb", "SELECT 1; ATTACH 'x.duckdb'"),
        ("dbs/sales.duckdb", "SELECT * FROM duckdb_settings()"),
        ("dbs/sales.duckdb", "SELECT nix FROM marts.billing"),
        ("dbs/sales.sqlite", "DELETE FROM billing RETURNING *"),
        ("dbs/sales.sqlite", "SELECT load_extension('x')"),
        ("dbs/sales.sqlite", "SELECT * FROM sqlite_master"),
        ("dbs/sales.sqlite", "SELECT * FROM pragma_table_info('billing')"),
        ("dbs/sales.sqlite", "SELECT 1; DROP TABLE billing"),
        ("dbs/sales.sqlite", "SELECT nix FROM billing"),
    ],
)
def test_a_query_reads_that_file_and_nothing_else(study, files, name, query):
    for ask in (check_places, collect):
        with pytest.raises(StudyError, match=r"[Tt]he query of sources.contracts failed"):
            ask(study(name, query))


def test_sqlite_s_own_guard_holds_without_the_parser(study, files, monkeypatch):
    monkeypatch.setattr("helpers.collect.engines.attached.check_foreign", lambda *_, **__: None)
    for query in ("SELECT load_extension('x')", "SELECT * FROM pragma_database_list"):
        with pytest.raises(StudyError, match=r"not authorized|prohibited|no such"):
            collect(study("dbs/sales.sqlite", query))


@pytest.mark.parametrize("database", ["dbs/sales.sqlite", "dbs/sales.duckdb"])
def test_a_query_that_does_not_end(study, files, database):
    endless = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"
    with pytest.raises(StudyError, match=r"limits\.seconds"):
        collect(study(database, endless, limits={"seconds": 0.3}))


def test_a_value_that_stops_a_query_late_is_told_in_words(study, files):
    """DuckDB hands rows on while it reads: the bad one comes after many good ones."""
    late = (
        "SELECT 'a' AS account_id, DATE '2024-01-01' AS starts_on, "
        "CASE WHEN n = 900000 THEN 'ten' ELSE '10' END::int AS mrr FROM range(1000000) t(n)"
    )
    with pytest.raises(StudyError, match="'ten'"):
        collect(study("dbs/sales.duckdb", late))


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("../elsewhere.duckdb", "leads out of the study's folder"),
        ("missing.sqlite", "there is no file"),
        ("text.duckdb", "is no database file"),
    ],
)
def test_a_file_that_cannot_be_read(study, tmp_path, database, told):
    (tmp_path / "text.duckdb").write_text("account_id,mrr\n" * 10)
    ws = study(database)
    for ask in (check_places, collect):
        with pytest.raises(StudyError, match=told):
            ask(ws)


def test_a_file_that_another_process_writes_to(study, files, tmp_path):
    import subprocess
    import sys

    holds = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); "
        "time.sleep(60)"
    )
    place = str(tmp_path / "dbs" / "sales.duckdb")
    with subprocess.Popen(
        [sys.executable, "-c", holds, place], stdout=subprocess.PIPE, text=True
    ) as p:
        assert p.stdout.readline() == "held\n"
        with pytest.raises(StudyError, match=r"sales\.duckdb cannot be opened") as error:
            collect(study("dbs/sales.duckdb", QUERY.format("marts.billing")))
        p.kill()
    assert "read a copy" in str(error.value)
