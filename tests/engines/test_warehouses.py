"""Sources in warehouses: through what speaks their protocols on this machine, or by contract.

No test reaches a warehouse. BigQuery, Databricks and SQL Server are held by the contract with Ibis:
any of its backends must do in their place, and DuckDB's does. Redshift's driver reads a PostgreSQL
server. `tools/emulators.py` sets up a server that speaks Snowflake's protocol, in an environment of
its own; where that lies in the folder ``BEST_CUSTOMERS_EMULATORS``, it is tested as well.
"""

import selectors
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import ibis
import pandas as pd
import pytest
import sqlglot

from helpers.collect.engines import remote as module_for
from helpers.collect.queries import dialect_of, filled_query
from helpers.collect.reaching import check_places
from helpers.collect.sources import canonical, collect, rejected
from helpers.errors import StudyError
from helpers.sandbox.foreign import check_foreign
from helpers.study.addresses import kind_of

ACCOUNTS = "account_id,won_on\na,2024-01-01\nB,2024-02-01\nb,2024-02-01\n"
QUERY = (
    "SELECT customer AS account_id, since AS starts_on, until AS ends_on, fee AS mrr, plan AS "
    "product FROM billing"
)
SECRET = "k3y/of:the@warehouse"


@pytest.fixture
def study(tmp_path, open_study):
    """A study with contracts in a warehouse."""
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")

    def build(database: str, query: str = QUERY, **content):
        content = {
            "study": "remote", "title": "Remote", "business_model": "subscription",
            "timezone": "Europe/Berlin", "max_rejected_share": 0.5, "data": str(tmp_path),
            "sources": {
                "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
                "contracts": {"database": database, "query": query},
            },
            **content,
        }  # fmt: skip
        return open_study(content, "2024Q4")

    return build


# ── the contract ─────────────────────────────────────────────────────────────────────────────────
BILLING = """
CREATE TABLE billing AS SELECT * FROM (VALUES
    ('a', TIMESTAMPTZ '2024-01-31 23:30:00+00', NULL::DATE, 100.10::DECIMAL(12, 2), 'Basic, "x"',
     ['x', NULL], {'k': 1}, 'f47ac10b-58cc-4372-a567-0e02b2c3d479'::UUID, TIME '09:05'),
    ('B', '2024-03-01 12:00:00+00', '2024-12-31', 50, '', ['y'], {'k': 2}, NULL, NULL),
    ('b', '2024-03-01 12:00:00+00', '2025-06-30', 7.5, NULL, [], NULL, NULL, NULL),
    ('a', '2025-01-01 12:00:00+00', NULL, 20, 'Later', NULL, NULL, NULL, NULL),
    ('B', '2024-04-01 12:00:00+00', NULL, -1, E'two\\nlines', NULL, NULL, NULL, NULL)
) AS t(customer, since, until, fee, plan, words, parts, number, clock)
"""


@pytest.fixture
def warehouse(monkeypatch) -> Iterator[ibis.BaseBackend]:
    """A backend of Ibis in place of a warehouse's, by whatever address."""
    remote = pytest.importorskip("helpers.collect.engines.remote")
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'America/New_York'")
    backend.raw_sql(BILLING)
    for kind in remote.DIALECTS:
        monkeypatch.setitem(remote._OPENING, kind, lambda filled: remote.by_ibis(backend))
    monkeypatch.setattr(remote, "_remotes", {})
    monkeypatch.setattr("helpers.collect.engines.DRIVERS", dict.fromkeys(remote.DIALECTS, ()))
    yield backend
    backend.disconnect()


ADDRESSES = [
    "snowflake://${BEST_CUSTOMERS_U}:${BEST_CUSTOMERS_W}@org-account/SALES/PUBLIC?warehouse=SMALL",
    "bigquery://project/dataset",
    "databricks://token:${BEST_CUSTOMERS_W}@host.example.com/main/sales?http_path=/sql/1.0/x",
    "mssql://${BEST_CUSTOMERS_U}:${BEST_CUSTOMERS_W}@host.example.com:1433/sales",
    "redshift://${BEST_CUSTOMERS_U}:${BEST_CUSTOMERS_W}@host.example.com:5439/sales",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_last_day_known_is_written_as_each_reads_it(study, warehouse, monkeypatch, address):
    monkeypatch.setenv("BEST_CUSTOMERS_U", "reader")
    monkeypatch.setenv("BEST_CUSTOMERS_W", SECRET)
    ws = study(address, f"{QUERY} WHERE since <= {{as_of}}")
    source = ws.study.sources["contracts"]
    query = filled_query(ws, source)
    assert "2024-12-31" in query
    sqlglot.parse_one(query, read=dialect_of(source, where="x"))
    assert ("CAST('2024-12-31' AS DATE)" in query) == address.startswith("mssql")
    collect(ws)
    assert ws.recorded("raw_files/contracts")[0]["rows"] == 4


@pytest.mark.parametrize("address", ADDRESSES)
def test_rows_of_a_warehouse(study, warehouse, monkeypatch, address):
    monkeypatch.setenv("BEST_CUSTOMERS_U", "reader")
    monkeypatch.setenv("BEST_CUSTOMERS_W", SECRET)
    ws = study(address)
    check_places(ws)
    report = collect(ws).set_index("table")
    assert report.rows_in.contracts == 5
    assert report.rows_after_as_of.contracts == 1
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id", ignore_index=True)
    assert found.account_id.tolist() == ["B", "a", "b"]
    # 31 January 23:30 UTC is 1 February in Berlin, whatever the warehouse's session says.
    assert found.starts_on.astype("str").tolist() == ["2024-03-01", "2024-02-01", "2024-03-01"]
    assert found.mrr.tolist() == [50.0, 100.1, 7.5]
    assert found["product"][1] == 'Basic, "x"'
    assert found.ends_on.notna().tolist() == [True, False, False]
    assert rejected(ws).reason.tolist() == ["below 0"]
    (record,) = ws.recorded("raw_files/contracts")
    assert record["rows"] == 5
    assert len(record["sha256"]) == 64
    assert record["path"].endswith(("/SALES/PUBLIC", "/dataset", "/main/sales", "/sales"))
    for path in (path for path in ws.home.rglob("*") if path.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path


def test_a_query_of_sql_server_is_sent_as_it_stands(study, warehouse, monkeypatch):
    """Within brackets ORDER BY is refused there; without it, numbers of rows do not repeat."""
    from helpers.collect.engines import remote

    sent, real = [], warehouse.raw_sql
    monkeypatch.setattr(warehouse, "raw_sql", lambda sql: sent.append(str(sql)) or real(sql))
    monkeypatch.setattr(remote, "BATCH", 2)
    monkeypatch.setitem(remote._OPENING, "mssql", lambda filled: remote.by_cursor(warehouse))
    for order, row in (("DESC", 4), ("ASC", 1)):  # rows after the as-of date are not counted
        query = f"{QUERY} ORDER BY fee {order}"
        ws = study("mssql://host/db", query)
        check_places(ws)
        collect(ws)
        assert sent[-1] == query
        assert rejected(ws).row.tolist() == [row]  # the one that costs less than nothing
        assert sorted(canonical(ws, "contracts").to_pandas().mrr) == [7.5, 50.0, 100.1]


def test_odd_values_of_a_warehouse(study, warehouse):
    query = "SELECT customer AS account_id, DATE '2024-01-01' AS won_on, * FROM billing LIMIT 1"
    ws = study("bigquery://p/d")
    source = ws.study.sources["contracts"].model_copy(update={"query": query})
    accounts = ws.study.model_copy(update={"sources": {"accounts": source}})
    object.__setattr__(ws, "study", accounts)
    collect(ws, ["accounts"])
    row = canonical(ws, "accounts").to_pandas().loc[0]
    assert row.fee == 100.1
    assert (row.words, row.parts) == ('["x",null]', '{"k":1}')
    assert row.number == "f47ac10b-58cc-4372-a567-0e02b2c3d479"
    assert row.clock == "09:05:00"


def test_names_in_capitals_are_a_study_s_names(study, warehouse):
    """Snowflake writes in capitals what nobody quoted."""
    query = (
        'SELECT customer AS ACCOUNT_ID, since AS STARTS_ON, fee AS MRR, plan AS "Plan" FROM billing'
    )
    ws = study("snowflake://account/db", query)
    collect(ws)
    assert len(canonical(ws, "contracts").to_pandas()) == 3


def test_a_wrong_query_is_told_in_the_warehouse_s_words(study, warehouse):
    ws = study("bigquery://p/d", "SELECT nix AS account_id FROM billing")
    for ask in (check_places, collect):
        with pytest.raises(StudyError, match=r"sources.contracts failed in .*p/d") as error:
            ask(ws)
        assert "nix" in str(error.value)
        assert error.value.__context__ is None


def test_a_query_that_takes_too_long_is_given_up(study, warehouse, monkeypatch):
    from helpers.collect.engines import remote

    closed = []

    def opened(filled: str):
        schema, _, _ = remote.by_ibis(warehouse)
        return schema, lambda query: time.sleep(30), lambda: closed.append(filled)

    monkeypatch.setitem(remote._OPENING, "bigquery", opened)
    ws = study("bigquery://p/d", limits={"seconds": 0.5})
    check_places(ws)
    begun = time.monotonic()
    with pytest.raises(StudyError, match=r"limits\.seconds"):
        collect(ws)
    assert time.monotonic() - begun < 5
    assert closed == ["bigquery://p/d"]
    assert remote._remotes == {}


def test_a_secret_in_what_a_driver_says_is_not_repeated(study, warehouse, monkeypatch):
    from helpers.collect.engines import remote

    monkeypatch.setenv("BEST_CUSTOMERS_W", SECRET)

    def refused(filled: str):
        raise RuntimeError(f"no entry for token {SECRET} at {filled}")

    monkeypatch.setitem(remote._OPENING, "databricks", refused)
    with pytest.raises(StudyError, match="cannot be reached") as error:
        collect(study(ADDRESSES[2]))
    assert SECRET not in str(error.value)
    assert "http_path" in str(error.value)
    assert error.value.__context__ is None


def test_a_warehouse_without_its_driver(study, monkeypatch):
    for driver in ("no_such_driver", "no_such.driver"):
        monkeypatch.setattr("helpers.collect.engines.DRIVERS", {"snowflake": (driver,)})
        with pytest.raises(StudyError, match=f"{driver} is not installed") as error:
            module_for("snowflake")
        assert ".[snowflake]" in str(error.value)
    assert kind_of("snowflake://x") == "snowflake"


REFUSED = {
    "snowflake": (
        "SELECT * FROM @stage/file.csv", "SELECT system$whitelist()", "SELECT current_user()",
        "SELECT * FROM snowflake.account_usage.login_history", "CALL x()", "COPY INTO t FROM @s",
        "SELECT * FROM TABLE(result_scan(last_query_id()))", "SELECT * FROM 's3://bucket/x'",
    ),
    "bigquery": (
        "SELECT * FROM EXTERNAL_QUERY('c', 'DELETE FROM x')", "SELECT session_user()",
        "EXPORT DATA OPTIONS(uri='gs://x') AS SELECT 1",
        "SELECT * FROM d.INFORMATION_SCHEMA.TABLES",
        "DECLARE x INT64; SELECT x",
    ),
    "databricks": (
        "SELECT * FROM csv.`/etc/passwd`", "SELECT secret('a', 'b')",
        "SELECT java_method('a', 'b')",
        "SELECT * FROM read_files('/x')", "SELECT http_request(conn => 'x')",
    ),
    "tsql": (
        "SELECT * FROM OPENROWSET('a', 'b', 'c')", "EXEC xp_cmdshell 'dir'",
        "SELECT * INTO x FROM y", "SELECT * FROM OPENQUERY(s, 'DELETE FROM x')",
        "SELECT * FROM master.dbo.t", "SELECT SUSER_SNAME()",
    ),
    "redshift": (
        "SELECT pg_terminate_backend(1)", "UNLOAD ('SELECT 1') TO 's3://x'",
        "SELECT * FROM svv_tables",
        "SELECT * FROM pg_user", "DELETE FROM x",
    ),
}  # fmt: skip
PLAIN = (
    "SELECT id AS account_id, CAST(day AS date) AS won_on FROM sales.customers -- all",
    "WITH t AS (SELECT * FROM a) SELECT count(*) AS n FROM t JOIN b ON t.id = b.id",
    "SELECT row_number() OVER (ORDER BY id) AS n FROM a WHERE id IN (SELECT id FROM b)",
    "SELECT coalesce(a, b) AS c, upper(d) AS d FROM analytics.marts.dim_customers",
)


@pytest.mark.parametrize(
    ("dialect", "sql"), [(d, sql) for d, those in REFUSED.items() for sql in those]
)
def test_more_than_a_select_is_not_sent(dialect, sql):
    with pytest.raises(StudyError, match="The query of x failed: it is not sent"):
        check_foreign(sql, dialect=dialect, place="the query of x")


@pytest.mark.parametrize("dialect", REFUSED)
def test_a_plain_select_is_sent(dialect):
    for sql in PLAIN:
        check_foreign(sql, dialect=dialect, place="the query of x")


# ── their protocols ──────────────────────────────────────────────────────────────────────────────
ROWS = """
DROP TABLE IF EXISTS far_billing;
CREATE TABLE far_billing (customer text, since timestamptz, until date, fee numeric(12, 2),
                          plan text, words text[], document jsonb);
INSERT INTO far_billing VALUES
    ('a', '2024-01-31 23:30:00+00', NULL, 100.10, 'Basic, "x"', '{x}', '{"k": 1}'),
    ('B', '2024-03-01 12:00:00+00', '2024-12-31', 50, '', NULL, NULL),
    ('b', '2024-03-01 12:00:00+00', '2025-06-30', 7.5, NULL, NULL, NULL);
"""


# Of what Redshift's driver says on entering, PostgreSQL understands this.
GREETING = (b"user", b"database", b"application_name", b"client_encoding")


def _let_in(client: socket.socket, place: Path) -> None:
    """Hand a session on to a PostgreSQL server, without the words that only Redshift knows."""
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(str(place / ".s.PGSQL.5432"))
        (length,) = struct.unpack("!I", client.recv(4, socket.MSG_WAITALL))
        said = client.recv(length - 4, socket.MSG_WAITALL)
        words = said[4:].rstrip(b"\0").split(b"\0")
        named = zip(words[::2], words[1::2], strict=True)
        kept = b"".join(k + b"\0" + v + b"\0" for k, v in named if k in GREETING)
        greeting = said[:4] + kept + b"\0"
        server.sendall(struct.pack("!I", len(greeting) + 4) + greeting)
        with selectors.DefaultSelector() as ready:  # select() takes no descriptor above 1023
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for end, _ in ready.select():
                    said = end.fileobj.recv(1 << 16)
                    if not said:
                        return
                    end.data.sendall(said)


@pytest.fixture
def redshift(postgresql_socket) -> Iterator[int]:
    """A port at which a PostgreSQL server takes Redshift's greeting."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = door.accept()
                    Thread(target=_let_in, args=(client, postgresql_socket), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]


def test_redshift_s_driver_on_a_server_of_its_protocol(study, redshift, server):
    pytest.importorskip("redshift_connector")
    server.execute(ROWS)
    query = QUERY.replace("billing", "far_billing")
    address = f"redshift://postgres@127.0.0.1:{redshift}/postgres?ssl=false"
    ws = study(address, query)
    check_places(ws)
    collect(ws)
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id", ignore_index=True)
    assert found.starts_on.astype("str").tolist() == ["2024-03-01", "2024-02-01", "2024-03-01"]
    assert found.mrr.tolist() == [50.0, 100.1, 7.5]
    server.execute(
        "CREATE OR REPLACE FUNCTION wipe_far() RETURNS int LANGUAGE sql AS "
        "'DELETE FROM far_billing; SELECT 1'"
    )
    with pytest.raises(StudyError, match="read-only transaction"):
        collect(
            study(address, "SELECT wipe_far()::text AS account_id, now() AS starts_on, 1 AS mrr")
        )


def test_snowflake_s_protocol(study, emulator, monkeypatch):
    connector = pytest.importorskip("snowflake.connector")
    port = emulator("fakesnow", "-s", "-p", "{port}")
    local = {"host": "localhost", "port": port, "protocol": "http", "account": "fakesnow"}
    with connector.connect(
        user="u", password="p", database="sales", schema="public", **local
    ) as con:
        for statement in (
            "CREATE TABLE billing (customer TEXT, since TIMESTAMP_TZ, until DATE, "
            "fee NUMBER(12, 2), "
            "plan TEXT)",
            "INSERT INTO billing VALUES "
            "('a', '2024-01-31 23:30:00+00:00', NULL, 100.10, 'Basic, x'), "
            "('B', '2024-03-01 12:00:00+00:00', '2024-12-31', 50, ''), "
            "('b', '2024-03-01 12:00:00+00:00', '2025-06-30', 7.5, NULL)",
        ):
            con.cursor().execute(statement)
    address = f"snowflake://u@fakesnow/sales/public?host=localhost&port={port}&protocol=http"
    monkeypatch.setenv("BEST_CUSTOMERS_W", "p")
    ws = study(address.replace("u@", "u:${BEST_CUSTOMERS_W}@"))
    _same_rows(ws)


def _same_rows(ws) -> None:
    check_places(ws)
    collect(ws)
    found = canonical(ws, "contracts").to_pandas().sort_values("account_id", ignore_index=True)
    assert found.account_id.tolist() == ["B", "a", "b"]
    assert found.starts_on.astype("str").tolist() == ["2024-03-01", "2024-02-01", "2024-03-01"]
    assert found.mrr.tolist() == [50.0, 100.1, 7.5]
    assert found["product"].isna().tolist() == [True, False, True]
    assert pd.isna(found.ends_on[1])
