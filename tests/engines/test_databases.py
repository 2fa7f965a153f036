"""Sources in databases: mixed with files, only ever read, and secret where they must be."""

import subprocess
import sys
import uuid
from urllib.parse import quote

import pandas as pd
import pytest
import yaml

from helpers.collect.customers import build_customer_list
from helpers.collect.engines import discard
from helpers.collect.engines import postgresql as postgres
from helpers.collect.sources import canonical, collect, rejected
from helpers.errors import StudyError
from helpers.study.addresses import expanded, holds_secret, redacted, without_secrets
from helpers.study.file import load_study

BILLING = """
DROP TABLE IF EXISTS billing;
CREATE TABLE billing (
    customer text, since timestamptz, until date, fee numeric(12, 2), plan text, id serial
);
INSERT INTO billing (customer, since, until, fee, plan) VALUES
    ('a', '2024-01-31 23:30:00+00', NULL, 100.10, 'Basic, "small"'),
    ('B', '2024-03-01 12:00:00+00', '2024-12-31', 50, ''),
    ('b', '2024-03-01 12:00:00+00', '2025-06-30', 7.5, NULL),
    ('a', '2024-01-31 23:30:00+00', NULL, 100.10, 'Basic, "small"'),
    ('a', '2025-01-01 12:00:00+00', NULL, 20, 'Later'),
    ('B', '2024-04-01 12:00:00+00', NULL, -1, E'two\\nlines');
"""
# Billing knows the hour in UTC; the study counts days in Berlin, where 23:30 is the next day.
CONTRACTS = (
    "SELECT customer AS account_id, since AS starts_on, until AS ends_on, fee AS mrr, "
    "plan AS product FROM billing WHERE since < {as_of} + 31 ORDER BY id"
)
ACCOUNTS = "account_id,won_on\na,2024-01-01\nB,2024-02-01\nb,2024-02-01\n"


@pytest.fixture(scope="module", autouse=True)
def billing(server) -> None:
    server.execute(BILLING)


@pytest.fixture
def mixed(tmp_path, open_study):
    """A study with accounts in a file and contracts in a database."""
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")

    def build(database: str, query: str = CONTRACTS, engine: str = "duckdb", **content):
        sources = {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"database": database, "query": query},
        }
        content = {
            "study": f"mixed-{uuid.uuid4().hex[:6]}",
            "title": "Mixed",
            "business_model": "subscription",
            "timezone": "Europe/Berlin",
            "max_rejected_share": 0.5,
            "data": str(tmp_path),
            "engine": engine,
            "sources": sources,
            **content,
        }
        return open_study(content, "2024Q4")

    return build


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("engine", ["duckdb", "postgresql", "spark"])
def test_files_and_a_database_in_one_study(request, mixed, postgresql, engine_url, engine):
    if engine == "spark":
        request.getfixturevalue("needs_java")
    ws = mixed(postgresql, engine=engine_url(engine))
    report = collect(ws).set_index("table")
    assert report.rows_in[["accounts", "contracts"]].tolist() == [3, 6]
    assert report.rows_after_as_of.contracts == 1
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id", ignore_index=True)
    # Bytes decide the order: capitals come first. 31 January 23:30 UTC is 1 February in Berlin.
    assert found.account_id.tolist() == ["B", "a", "b"]
    assert found.starts_on.astype("str").tolist() == ["2024-03-01", "2024-02-01", "2024-03-01"]
    assert found.mrr.tolist() == [50.0, 100.1, 7.5]
    assert found["product"].isna().tolist() == [True, False, True]
    assert found["product"][1] == 'Basic, "small"'
    # An end after the as-of date is not known yet.
    assert found.ends_on.notna().tolist() == [True, False, False]
    refused = rejected(ws)
    assert list(zip(refused.row, refused.reason, strict=True)) == [
        (4, "duplicate of another row"),
        (5, "below 0"),
    ]
    assert refused.value[1] == "-1.00" if engine == "postgresql" else "-1.0"
    status = build_customer_list(ws).accounts.set_index("account_id").status
    assert status.to_dict() == {"B": "current", "a": "current", "b": "current"}


def test_the_record_names_place_and_query_and_nothing_else(mixed, postgresql):
    ws = mixed(postgresql)
    collect(ws)
    (record,) = ws.recorded("raw_files/contracts")
    assert record.pop("sha256")
    assert record == {
        "table": "contracts",
        "name": "database",
        "path": "local/postgres",
        "rows": 6,
    }


def test_what_an_engine_keeps_in_a_database_goes_with_the_draft(
    mixed, postgresql, engine_url, server
):
    ws = mixed(postgresql, engine=engine_url("postgresql"))
    ask = "SELECT tablename FROM pg_tables WHERE schemaname = 'scratch' AND tablename LIKE %s"
    mine = (ws.study.study.replace("-", "_") + "%",)
    collect(ws)
    assert len(server.execute(ask, mine).fetchall()) == 2
    discard(ws)
    assert server.execute(ask, mine).fetchall() == []
    with pytest.raises(StudyError, match="has not been collected yet"):
        canonical(ws, "contracts")


# ── only ever read ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM billing RETURNING *",
        "WITH gone AS (DELETE FROM billing RETURNING *) SELECT * FROM gone",
        "SELECT 1) AS q; COMMIT; DELETE FROM billing; SELECT (1",
        "SELECT nextval('billing_id_seq')::text AS account_id, 1 AS mrr, now() AS starts_on",
        "SELECT wipe()::text AS account_id, 1 AS mrr, now() AS starts_on",
    ],
)
def test_a_query_cannot_write(mixed, postgresql, engine_url, server, engine, query):
    server.execute(
        "CREATE OR REPLACE FUNCTION wipe() RETURNS int LANGUAGE sql AS "
        "'DELETE FROM billing; SELECT 1'"
    )
    before = server.execute("SELECT count(*), (SELECT last_value FROM billing_id_seq) FROM billing")
    expected = before.fetchone()
    with pytest.raises(StudyError, match="The query of"):
        collect(mixed(postgresql, query, engine_url(engine)))
    after = server.execute("SELECT count(*), (SELECT last_value FROM billing_id_seq) FROM billing")
    assert after.fetchone() == expected


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_a_wrong_query_is_told_in_the_database_s_words(mixed, postgresql, engine_url, engine):
    with pytest.raises(StudyError) as error:
        collect(mixed(postgresql, "SELECT nix AS account_id FROM billing", engine_url(engine)))
    told = str(error.value)
    assert "sources.contracts failed in local/postgres" in told
    assert 'column "nix" does not exist' in told


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────
SECRET = "s3cr3t-p@ss/word"


@pytest.fixture
def locked(server, postgresql, monkeypatch) -> str:
    """URL of an account with a password, which variables hold."""
    server.execute("DROP OWNED BY locked_out; DROP ROLE locked_out") if server.execute(
        "SELECT 1 FROM pg_roles WHERE rolname = 'locked_out'"
    ).fetchone() else None
    server.execute(f"CREATE ROLE locked_out LOGIN PASSWORD '{SECRET}'")
    server.execute("GRANT SELECT ON billing TO locked_out")
    monkeypatch.setenv("BEST_CUSTOMERS_BILLING_USER", "locked_out")
    return postgresql.replace(
        "postgres@", "${BEST_CUSTOMERS_BILLING_USER}:${BEST_CUSTOMERS_BILLING_PASSWORD}@"
    )


def test_a_secret_reaches_no_file_and_no_message(mixed, locked, monkeypatch, capfd):
    monkeypatch.setenv("BEST_CUSTOMERS_BILLING_PASSWORD", SECRET)
    ws = mixed(locked)
    collect(ws)
    files = [path for path in ws.home.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        content = path.read_bytes()
        for secret in (SECRET, quote(SECRET, safe="")):
            assert secret.encode() not in content, path
    told = repr(ws) + "".join(capfd.readouterr())
    assert SECRET not in told


def test_a_wrong_password_is_not_repeated(mixed, locked, monkeypatch):
    monkeypatch.setenv("BEST_CUSTOMERS_BILLING_PASSWORD", "wr0ng-guess")
    with pytest.raises(StudyError, match=r"sources.contracts.database.*cannot be reached") as error:
        collect(mixed(locked))
    assert "password authentication failed" in str(error.value)
    told = repr(error.value) + repr(error.value.__cause__) + repr(error.value.__context__)
    assert "wr0ng-guess" not in told


def test_libpq_s_own_variables_are_enough(mixed, locked, postgresql, monkeypatch):
    monkeypatch.setenv("PGUSER", "locked_out")
    monkeypatch.setenv("PGPASSWORD", SECRET)
    collect(mixed(postgresql.replace("postgres@/", "/")))


def test_a_server_that_is_not_there(mixed):
    with pytest.raises(StudyError, match=r"sources.contracts.database.*cannot be reached"):
        collect(mixed("postgresql://127.0.0.1:1/nowhere"))


def test_a_variable_that_is_not_set(mixed):
    with pytest.raises(StudyError, match="not set") as error:
        collect(mixed("postgresql://${BEST_CUSTOMERS_NO_SUCH_VARIABLE}@127.0.0.1/x"))
    assert "NO_SUCH_VARIABLE" in str(error.value)


@pytest.mark.parametrize("key", ["engine", "database"])
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bob:hunter2@db/sales",
        "postgresql://bob:${BEST_CUSTOMERS_START}hunter2@db/sales",
        "postgresql://db/sales?password=hunter2",
        "sc://db:15002/;token=hunter2",
    ],
)
def test_a_password_in_the_study_file_is_refused_and_not_shown(minimal, write_study, key, url):
    if key == "engine":
        minimal["engine"] = url
    else:
        minimal["sources"]["contracts"] = {"database": url, "query": "SELECT 1"}
    with pytest.raises(StudyError, match="without password or token") as error:
        load_study(write_study(minimal))
    assert "hunter2" not in str(error.value)
    assert key in str(error.value)


def test_broken_yaml_does_not_show_a_password(minimal, write_study):
    folder = write_study(minimal)
    text = "engine: postgresql://bob:hunter2@db/sales: x\n" + yaml.safe_dump(minimal)
    (folder / "study.yml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="not valid YAML") as error:
        load_study(folder)
    assert "hunter2" not in str(error.value)


def test_an_unknown_engine(minimal, write_study):
    with pytest.raises(StudyError, match="engine") as error:
        load_study(write_study({**minimal, "engine": "oracle://db/sales"}))
    assert "postgresql://host:port/database?schema=scratch" in str(error.value)


def test_a_spark_source_needs_a_spark_engine(mixed):
    with pytest.raises(StudyError, match="not the study's engine"):
        collect(mixed("spark", "SELECT 1"))


def test_an_engine_needs_a_scratch_schema(mixed, postgresql):
    with pytest.raises(StudyError, match="names no scratch schema"):
        collect(mixed(postgresql, engine=postgresql))


LOOKED_AT_FIRST = """
from helpers.sandbox.foreign import check_foreign
check_foreign("SELECT a FROM t", dialect="postgres", place="the query of x")
import ibis
from ibis.backends.sql.compilers.postgres import PostgresCompiler
days = ibis.table({"day": "date"}, name="days")
compiler = PostgresCompiler()
print(compiler.to_sqlglot(days.filter(days.day < ibis.date(2020, 1, 1))).sql(compiler.dialect))
"""


def test_queries_that_are_looked_at_do_not_change_how_ours_are_written():
    """`make check` looks at a query in PostgreSQL before any of ours is sent there."""
    done = subprocess.run(
        [sys.executable, "-c", LOOKED_AT_FIRST], capture_output=True, text=True, check=True
    )
    assert "MAKE_DATE(" in done.stdout  # PostgreSQL knows no DATE_FROM_PARTS


def test_words_about_urls(monkeypatch):
    monkeypatch.setenv("WORD", "p@ss")
    url = "postgresql://u:${WORD}@h/db"
    assert not holds_secret(url)
    assert expanded(url, where="engine") == "postgresql://u:p%40ss@h/db"
    monkeypatch.setenv("WHOLE", "postgresql://u:p@ss/w@h/db")
    with pytest.raises(StudyError, match="not written as a URL needs it") as error:
        expanded("${WHOLE}", where="engine")
    assert "p@ss" not in str(error.value)
    assert redacted("at postgresql://u:p@h/db?x=1&password=abc") == (
        "at postgresql://…@h/db?x=1&password=…"
    )
    assert without_secrets("auth of p%40ss failed, p@ss", "postgresql://u:p%40ss@h/db") == (
        "auth of … failed, …"
    )


# ── Spark's own catalog ──────────────────────────────────────────────────────────────────────────
def test_tables_of_a_spark_catalog(mixed, needs_java):
    query = (
        "SELECT id AS account_id, TIMESTAMP '2024-01-31 23:30:00+00:00' AS starts_on, "
        "CAST(10.5 AS DECIMAL(10, 2)) AS mrr FROM VALUES ('a'), ('B') AS listing(id)"
    )
    ws = mixed("spark", query, engine="spark")
    collect(ws)
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id")
    assert found.mrr.tolist() == [10.5, 10.5]
    assert set(found.starts_on) == {pd.Timestamp("2024-02-01")}
    assert ws.recorded("raw_files/contracts")[0]["path"] == "spark"
    with pytest.raises(StudyError, match="failed in Spark") as error:
        collect(mixed("spark", "SELECT nix AS account_id", engine="spark"))
    assert "nix" in str(error.value)


def test_a_schema_that_would_end_with_the_session(mixed, needs_java):
    """Each notebook has a session of its own, and would find nothing there."""
    with pytest.raises(StudyError, match="would end with this Spark session") as error:
        collect(mixed("spark", "SELECT 1", engine="spark?schema=scratch"))
    assert "in-memory" in str(error.value)


# ── what goes wrong on the way ───────────────────────────────────────────────────────────────────
def test_a_text_that_postgresql_cannot_hold(mixed, postgresql, engine_url, tmp_path):
    ws = mixed(postgresql, engine=engine_url("postgresql"))
    (tmp_path / "accounts.csv").write_bytes(ACCOUNTS.encode() + b"c\0d,2024-02-01\n")
    with pytest.raises(StudyError, match=r"sources.accounts: a value cannot be handed") as error:
        collect(ws, ["accounts"])
    told = str(error.value)
    assert "0x00" in told
    assert "line 4" in told
    assert not any(path.name == "result.csv" for path in ws.home.rglob("*"))
    assert error.value.__context__ is None


def test_a_value_that_duckdb_cannot_hold(mixed, postgresql):
    latest = "TIMESTAMP '294276-12-31 00:00'"  # of PostgreSQL; DuckDB's is thirty years before
    ws = mixed(postgresql, f"SELECT 'a' AS account_id, {latest} AS starts_on, 1 AS mrr")
    with pytest.raises(
        StudyError, match=r"sources.contracts: a value cannot be .* DuckDB"
    ) as error:
        collect(ws)
    assert "294276-12-31" in str(error.value)
    assert error.value.__context__ is None


def test_a_connection_that_is_lost(mixed, postgresql, engine_url, server):
    """Whoever administers the server ends the session of the run; the next step opens another."""
    ws = mixed(postgresql, engine=engine_url("postgresql"))
    collect(ws)
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    for step in ("collecting", "reading"):
        contracts = canonical(ws, "contracts")
        server.execute(ends)
        with pytest.raises(StudyError, match="stopped in the middle of this step") as error:
            collect(ws) if step == "collecting" else contracts.to_pandas()
        assert "terminating connection" in str(error.value)
        assert error.value.__context__ is None
    assert len(canonical(ws, "contracts").to_pandas()) == 3
    # A query that is only asked for its columns is sound: it is the session that ended.
    one = postgres.connect(postgresql, "sources.contracts")
    server.execute(ends)
    with pytest.raises(StudyError, match="stopped in the middle of this step"):
        postgres.columns_of(one, "SELECT 1 AS mrr", table="contracts", seconds=10)
    # Sessions that other tests share have ended, too, and need not find out.
    for one in postgres._servers.values():
        one.con.close()
