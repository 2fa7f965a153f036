"""Studies of strangers: what their SQL may not do, and that it does not do it."""

import os
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from helpers.collect import buckets
from helpers.collect.engines.embedded import connect
from helpers.collect.engines.hosts import contacts, encrypted
from helpers.collect.exclusions import excluded
from helpers.collect.sources import collect
from helpers.errors import StudyError
from helpers.metrics.score_inputs import condition
from helpers.quarter import Quarter
from helpers.sandbox.closed import bounded, closed_database
from helpers.sandbox.foreign import check_foreign
from helpers.sandbox.reading import (
    TABLE_FUNCTIONS,
    allowed_functions,
    check_query,
    condition_problem,
)
from helpers.segments.rules import evaluate_rules
from helpers.study import Rule
from helpers.workspace import Workspace

CANARY = "canary-5b1c77"
FRAME = pd.DataFrame({"account_id": ["A", "B"], "seats": [10, 20], "industry": ["x", "y"]})

# Queries that read, write or reach what no source declares. {out}: a file to write, {secret}: one
# that holds the canary, {folder}: the folder of both.
QUERIES = {
    "a second statement": "SELECT 1 AS account_id; COPY (SELECT 1) TO '{out}'",
    "out of the brackets": (
        "SELECT * FROM raw) AS q; COPY (SELECT 1) TO '{out}'; SELECT * FROM (SELECT 1"
    ),
    "out of the brackets behind a comment": "SELECT 1) AS q; COPY (SELECT 1) TO '{out}' --",
    "copy": "COPY raw TO '{out}'",
    "copy with a union": "SELECT * FROM raw UNION ALL (COPY raw TO '{out}')",
    "export": "EXPORT DATABASE '{folder}'",
    "attach": "ATTACH '{out}' AS other",
    "create": "CREATE TABLE t AS SELECT 1",
    "insert in a CTE": "WITH t AS (INSERT INTO raw VALUES (1) RETURNING *) SELECT * FROM t",
    "delete": "DELETE FROM raw",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "pragma": "PRAGMA database_list",
    "set": "SET threads = 8",
    "set variable": "SET VARIABLE as_of = DATE '2030-01-01'",
    "reset": "RESET ALL",
    "call": "CALL duckdb_settings()",
    "prepare": "PREPARE p AS SELECT 1",
    "execute": "EXECUTE p",
    "secret": "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "use": "USE memory",
    "checkpoint": "CHECKPOINT",
    "explain": "EXPLAIN ANALYZE SELECT 1",
    "describe": "SELECT * FROM (DESCRIBE raw)",
    "summarize": "SUMMARIZE raw",
    "show": "SELECT * FROM (SHOW ALL TABLES)",
    "nothing": "-- nothing",
    "parameter": "SELECT $1 AS account_id",
    "read_csv": "SELECT * FROM read_csv('{secret}', header = false)",
    "read_csv_auto": "SELECT * FROM read_csv_auto('{secret}')",
    "read_text": "SELECT content AS account_id FROM read_text('{secret}')",
    "read_blob": "SELECT * FROM read_blob('{secret}')",
    "read_json": "SELECT * FROM read_json('{secret}')",
    "read_ndjson_objects": "SELECT * FROM read_ndjson_objects('{secret}')",
    "read_parquet": "SELECT * FROM read_parquet('{secret}')",
    "parquet_scan": "SELECT * FROM parquet_scan('{secret}')",
    "parquet_metadata": "SELECT * FROM parquet_metadata('{secret}')",
    "read_duckdb": "SELECT * FROM read_duckdb('{secret}')",
    "sniff_csv": "SELECT * FROM sniff_csv('{secret}')",
    "glob": "SELECT file AS account_id FROM glob('{folder}/*')",
    "the shadow file": "SELECT * FROM read_csv('/etc/passwd', header = false)",
    "a file as a table": "SELECT * FROM '{secret}'",
    "a file of the raw folder as a table": "SELECT * FROM 'accounts.csv'",
    "a file in quotes": 'SELECT * FROM "{secret}"',
    "a pattern as a table": "SELECT * FROM '{folder}/*.csv'",
    "a file in a sub-query": "SELECT *, (SELECT max(column0) FROM '{secret}') AS x FROM raw",
    "a file in a join": "SELECT raw.* FROM raw ASOF JOIN '{secret}' AS s ON raw.won_on >= s.a",
    "a file in a lateral join": "SELECT * FROM raw, LATERAL (SELECT * FROM '{secret}') AS s",
    "a file in a pivot": "SELECT * FROM (PIVOT '{secret}' ON a IN ('x') USING count(*))",
    "a CTE named like a file, out of its scope": (
        "SELECT * FROM (WITH \"{secret}\" AS (SELECT 1) SELECT 1), '{secret}'"
    ),
    "a CTE that is itself": 'WITH s AS (SELECT * FROM "{secret}") SELECT * FROM s',
    "a CTE named like a file": 'WITH "{secret}" AS (SELECT * FROM "{secret}") FROM "{secret}"',
    "a CTE seen too early": "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
    "a web address": "SELECT * FROM 'http://127.0.0.1:9/{canary}.csv'",
    "read from the web": "SELECT * FROM read_csv('https://127.0.0.1:9/{canary}.csv')",
    "s3": "SELECT * FROM read_parquet('s3://bucket/{canary}.parquet')",
    "query()": "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
    "query_table()": "SELECT * FROM query_table('{secret}')",
    "serialized": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "a plan": "SELECT json_serialize_plan('SELECT 1') AS account_id",
    "environment": "SELECT getenv('{canary}') AS account_id",
    "environment, the other way round": "SELECT '{canary}'.getenv() AS account_id",
    "setting": "SELECT current_setting('temp_directory') AS account_id",
    "another variable": "SELECT getvariable('{canary}') AS account_id",
    "a variable by its computed name": "SELECT getvariable('as' || '_of') AS account_id",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "settings": "SELECT * FROM duckdb_settings()",
    "settings as a view": "SELECT * FROM duckdb_settings",
    "extensions": "SELECT * FROM duckdb_extensions()",
    "databases": "SELECT * FROM pragma_database_list",
    "catalog": "SELECT * FROM information_schema.tables",
    "master": "SELECT * FROM sqlite_master",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_class",
    "another schema": "SELECT * FROM memory.main.raw",
    "another version": "SELECT * FROM raw AT (VERSION => 1)",
    "Python's variables": "SELECT * FROM relations",
    "sequence": "SELECT nextval('s') AS account_id",
    "log": "SELECT write_log('{canary}') AS account_id",
    "sleep": "SELECT sleep_ms(600000) AS account_id",
    "pg_sleep": "SELECT pg_sleep(600) AS account_id",
    "seed": "SELECT setseed(0.5) AS account_id",
    "a window of something else": "SELECT read_text('{secret}') OVER () AS account_id FROM raw",
    "an aggregate of something else": "SELECT list_transform([1], lambda x: getenv('A')) FROM raw",
    "an order by something else": "SELECT * FROM raw ORDER BY current_setting('threads')",
    "a limit by something else": "SELECT * FROM raw LIMIT (SELECT len(getenv('A')))",
    "a function of a schema": "SELECT system.main.current_setting('threads') AS account_id",
    "a NUL": "SELECT 1 AS account_id \0",
    "deep brackets": "SELECT " + "(" * 50_000 + "1" + ")" * 50_000,
    "deep arithmetic": "SELECT 1" + "+1" * 50_000,
    "deep selects": "SELECT * FROM " + "(SELECT * FROM " * 3_000 + "raw" + ")" * 3_000,
    "much text": "SELECT '" + "x" * 300_000 + "' AS account_id",
}

CONDITIONS = {
    "a second statement": "true; COPY (SELECT 1) TO '{out}'",
    "out of the brackets": "true); COPY (SELECT 1) TO '{out}'; SELECT (true",
    "out of the brackets, copy inside": "true)) TO '{out}'; SELECT ((true",
    "another source": "true FROM '{secret}'",
    "out into another SELECT": "true) AS condition FROM frame UNION SELECT (true",
    "out into a WHERE": "true) AS condition FROM frame WHERE (true",
    "out into a name": "true) AS condition, (true",
    "a file in a sub-query": "seats > (SELECT count(*) FROM '{secret}')",
    "a file's text": "(SELECT content FROM read_text('{secret}')) <> ''",
    "exists": "EXISTS (FROM read_csv('/etc/passwd'))",
    "setting": "current_setting('threads') = '1'",
    "environment": "getenv('{canary}') IS NULL",
    "settings": "seats IN (SELECT 1 FROM duckdb_settings())",
    "comment": "true) --",
    "open comment": "true /*",
    "nothing": "",
    "order": "true ORDER BY 1",
    "another table": "seats > (SELECT count(*) FROM information_schema.tables)",
    "sleep": "sleep_ms(600000)",
    "a query in a text": "1 IN (FROM query('SELECT 1'))",
}

HARMLESS = (
    "SELECT a.account_id, a.won_on FROM raw AS a LEFT JOIN other USING (account_id)",
    "WITH t AS (SELECT * FROM raw), u AS (FROM t) FROM u WHERE won_on < getvariable('as_of')",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 9) FROM t",
    "SELECT * FROM (PIVOT raw ON won_on IN ('2024-01-10') USING count(*) GROUP BY account_id)",
    "SELECT * EXCLUDE (won_on) REPLACE (upper(account_id) AS account_id) FROM raw",
    "SELECT account_id, unnest(['x', 'y']) AS kind FROM raw, range(3) AS r(i)",
    "SELECT account_id, row_number() OVER w FROM raw WINDOW w AS (ORDER BY won_on)",
    "SELECT * FROM raw QUALIFY rank() OVER (PARTITION BY account_id ORDER BY won_on) = 1",
    "SELECT trim(both ' ' FROM account_id), won_on + INTERVAL 1 MONTH, won_on::DATE - 1 FROM raw",
    "SELECT [x * 2 for x in [1, 2]], {'a': 1}.a, strptime('1.2.2024', '%d.%m.%Y') -- why not",
    "SELECT date_trunc('month', won_on), extract(year FROM won_on), '1' SIMILAR TO '\\d' FROM raw",
    "SELECT regexp_extract(account_id, '(\\d+)', 1), json_extract('{\"a\": 1}', '$.a') FROM raw",
    "FROM raw SELECT DISTINCT ON (account_id) * ORDER BY won_on DESC LIMIT 5",
    "VALUES ('A', DATE '2024-01-01')",
    "SELECT * FROM raw UNION ALL BY NAME SELECT * FROM other INTERSECT SELECT * FROM raw",
    "SELECT coalesce(nullif(account_id, ''), 'x'), CASE WHEN true THEN 1 END, -1 % 3 FROM raw",
    "SELECT COLUMNS('won.*'), (won_on AT TIME ZONE 'UTC')::TEXT FROM raw USING SAMPLE 3",
)


@pytest.fixture
def traps(tmp_path, monkeypatch) -> dict[str, str]:
    """A file that must not be read, a place that must not be written, a variable."""
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "secret.csv").write_text(f"a\n{CANARY}\n", encoding="utf-8")
    monkeypatch.setenv(CANARY, CANARY)
    return {
        "out": str(tmp_path / "written.csv"),
        "secret": str(folder / "secret.csv"),
        "folder": str(folder),
        "canary": CANARY,
    }


def filled(sql: str, traps: dict[str, str]) -> str:
    for name, value in traps.items():
        sql = sql.replace(f"{{{name}}}", value)
    return sql


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_is_more_than_a_select_is_refused(name, traps, outcome):
    sql = filled(QUERIES[name], traps)
    with pytest.raises(StudyError, match=r"^The query of sources\.accounts failed") as error:
        check_query(sql, tables=["raw"], place="the query of sources.accounts")
    assert CANARY not in str(error.value).replace(sql[:200], "") or CANARY in sql
    assert len(str(error.value)) < 2_000
    assert not Path(traps["out"]).exists()
    outcome("hostile query", name, "refused in words", str(error.value).partition("found:")[2])


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_that_is_more_than_one_is_refused_wherever_it_stands(name, traps, outcome):
    sql = filled(CONDITIONS[name], traps)
    problem = condition_problem(sql, tables=["customers"])
    assert problem
    where = Rule(rule="where", sql=sql)
    frame = FRAME.set_index("account_id", drop=False)
    quarter = Quarter.parse("2026Q3")
    with pytest.raises(StudyError, match="SQL of a rule `where` failed"):
        excluded(where, frame, quarter=quarter, columns=tuple(frame.columns))
    with pytest.raises(StudyError, match="condition of line x cannot be evaluated"):
        condition(FRAME, sql, place="line x")
    with pytest.raises(StudyError, match="segment `x`: its SQL condition cannot be evaluated"):
        evaluate_rules(FRAME, {"x": sql})
    assert not Path(traps["out"]).exists()
    outcome("hostile condition", name, "refused in words", problem)


def test_there_are_as_many_as_we_say():
    assert len(QUERIES) + len(CONDITIONS) >= 60


@pytest.mark.parametrize("sql", HARMLESS)
def test_a_plain_select_passes_and_runs(sql, outcome):
    recursive = check_query(sql, tables=["raw", "other"], place="the query")
    assert recursive is ("RECURSIVE" in sql)
    con = closed_database()
    con.execute("SET VARIABLE as_of = DATE '2024-12-31'")
    for table in ("raw", "other"):
        con.execute(f"CREATE TABLE {table} AS SELECT 'A' AS account_id, DATE '2024-01-10' won_on")
    con.execute(f"SELECT * FROM ({sql}\n)").fetchall()
    outcome("plain query", sql, "runs")


class TestTheDatabaseItself:
    """What the parser should have refused, the database does not do either."""

    @pytest.fixture
    def con(self, study, traps) -> "duckdb.DuckDBPyConnection":
        return connect(study()).con

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT * FROM read_text('{secret}')",
            "SELECT * FROM '{secret}'",
            "SELECT * FROM glob('{folder}/*')",
            "SELECT * FROM read_text('/etc/passwd')",
            "COPY (SELECT 1) TO '{out}'",
            "ATTACH '{out}' AS other",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
            "SET memory_limit = '1TB'",
            "SET allowed_directories = ['/']",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "SET temp_directory = '/tmp'",
            "SET allowed_configs = ['memory_limit']",
            "SELECT * FROM traps",
        ],
    )
    def test_it_is_closed(self, con, sql, traps):
        with pytest.raises(duckdb.Error):
            con.execute(filled(sql, traps)).fetchall()
        assert not Path(traps["out"]).exists()

    def test_databases_of_two_studies_do_not_see_each_other(self, study):
        one, other = study(name="one"), study(name="other")
        con = connect(other).con
        with pytest.raises(duckdb.PermissionException):
            con.execute(f"SELECT * FROM read_text('{one.raw}/accounts.csv')").fetchall()
        query = f"SELECT size FROM read_text('{one.raw}/accounts.csv')"
        assert connect(one).con.execute(query).fetchall()

    def test_memory_is_what_the_study_allows(self, study):
        ws = study(
            limits={"memory": "64MB"},
            tables={
                "accounts": {
                    "files": {"raw": "accounts.csv"},
                    "query": "SELECT raw.*, len(list(r.range)) AS n FROM raw, range(90000000) AS r "
                    "GROUP BY ALL",
                }
            },
            files={"accounts.csv": "account_id,won_on\nA,2024-01-10\n"},
        )
        with pytest.raises(StudyError, match=r"query of sources\.accounts failed") as error:
            collect(ws, ["accounts"])
        assert "Out of Memory" in str(error.value)


class TestTime:
    def test_an_endless_query_ends_with_a_message(self, study):
        endless = (
            "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) "
            "SELECT raw.* FROM raw, t"
        )
        entry = {"files": {"raw": "a.csv"}, "query": endless}
        ws = study(
            limits={"recursive_seconds": 0.5},
            tables={"accounts": entry},
            files={"a.csv": "account_id,won_on\nA,2024-01-10\n"},
        )
        begun = time.monotonic()
        with pytest.raises(StudyError, match=r"longer than 0\.5 seconds") as error:
            collect(ws, ["accounts"])
        assert time.monotonic() - begun < 10
        assert "query of sources.accounts" in str(error.value)
        assert "limits.recursive_seconds" in str(error.value)

    def test_what_ends_in_time_is_left_alone(self):
        con = closed_database()
        with bounded(con, 0.3, place="the query"):
            assert con.execute("SELECT 1").fetchone() == (1,)
        time.sleep(0.4)
        assert con.execute("SELECT sum(range) FROM range(100)").fetchone() == (4950,)


class TestFunctions:
    def test_none_of_the_list_is_known_to_reach_out(self):
        outside = {"getenv", "current_setting", "getvariable", "write_log", "sleep_ms", "pg_sleep"}
        outside |= {"nextval", "currval", "setseed", "query", "query_table", "glob"}
        assert not outside & (allowed_functions() | TABLE_FUNCTIONS)
        prefixes = (
            "read_",
            "parquet_",
            "duckdb_",
            "pragma_",
            "pg_ls",
            "inet_",
            "__internal",
        )
        assert not [n for n in allowed_functions() | TABLE_FUNCTIONS if n.startswith(prefixes)]

    def test_every_one_of_the_list_is_a_function_of_duckdb(self):
        rows = duckdb.connect().execute("SELECT lower(function_name) FROM duckdb_functions()")
        known = {name for (name,) in rows.fetchall()}
        windows = {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"}
        windows |= {"lag", "lead", "first_value", "last_value", "nth_value", "fill", "rank_dense"}
        syntax = {"current_timestamp", "current_time"}
        assert not sorted(allowed_functions() - known - windows - syntax)


class TestPlaces:
    @pytest.fixture
    def reading(self, study):
        def build(path: str, **options) -> Workspace:
            entry = {"files": {"raw": path}, "query": "SELECT * FROM raw"}
            return study(tables={"accounts": entry}, **options)

        return build

    @pytest.mark.parametrize(
        "path",
        [
            "../private/secret.csv",
            "../private/*.csv",
            "**/../../private/secret.csv",
            "link.csv",
            "li*.csv",
            "linked/secret.csv",
            "linked/*.csv",
            "{folder}/*.csv",
            "{folder}/../private/secret.csv",
            "{folder}/hard/../secret.csv",
            "/etc/passwd",
            "/proc/self/environ",
            "/etc/pass*",
            "../no/such/file.csv",
        ],
    )
    def test_files_outside_of_the_raw_folder(self, reading, traps, path):
        ws = reading(filled(path, traps))
        (ws.raw / "link.csv").symlink_to(traps["secret"])
        (ws.raw / "linked").symlink_to(traps["folder"])
        with pytest.raises(StudyError, match="leads out of the study's folder") as error:
            collect(ws, ["accounts"])
        assert CANARY not in str(error.value)

    def test_links_within_the_raw_folder_and_whole_paths_of_one_file_are_read(
        self, reading, tmp_path
    ):
        text = "account_id,won_on\nA,2024-01-10\n"
        for path in ("link.csv", str(tmp_path / "elsewhere.csv")):
            ws = reading(path, files={"real.csv": text})
            link = ws.raw / "link.csv"
            if not link.exists():
                link.symlink_to("real.csv")
            (tmp_path / "elsewhere.csv").write_text(text, encoding="utf-8")
            collect(ws, ["accounts"])

    def test_a_preset_stays_in_its_folder(self, study, traps):
        for folder in ("../private", "linked", "/etc"):
            entry = {"preset": "stripe", "folder": folder}
            ws = study(tables={"contracts": entry})
            if not (ws.raw / "linked").exists():
                (ws.raw / "linked").symlink_to(traps["folder"])
            with pytest.raises(StudyError, match="leads out of the study's folder"):
                collect(ws, ["accounts", "contracts"])

    @pytest.mark.parametrize("folder", ["/", "/etc", "/proc/self", "~", "~/.ssh", "../" * 20])
    def test_the_raw_folder_is_not_one_of_the_system(self, study, folder):
        with pytest.raises(StudyError, match="is no folder of exports"):
            study(data=folder)


class TestVariables:
    @pytest.mark.parametrize("key", ["engine", "database", "data"])
    def test_a_variable_that_is_not_declared_is_neither_used_nor_told(
        self, study, monkeypatch, key
    ):
        monkeypatch.setenv("SOME_TOKEN", CANARY)
        url = "postgresql://u:${SOME_TOKEN}@127.0.0.1:9/x"
        options = {
            "engine": {"engine": f"{url}?schema=s"},
            "database": {"tables": {"accounts": {"database": url, "query": "SELECT 1"}}},
            "data": {"data": "${SOME_TOKEN}/raw"},
        }[key]
        with pytest.raises(StudyError, match="may not read") as error:
            study(**options)
        assert "SOME_TOKEN" in str(error.value)
        assert "limits" in str(error.value)
        assert CANARY not in str(error.value)

    def test_declared_variables_and_those_with_the_prefix_may_be_named(self, study, monkeypatch):
        entry = {"database": "postgresql://${OURS}:${BEST_CUSTOMERS_X}@h/x", "query": "SELECT 1"}
        study(tables={"accounts": entry}, limits={"environment": ["OURS"]})

    def test_a_wrong_variable_is_not_told_by_the_server_either(self, study, monkeypatch):
        pytest.importorskip("psycopg")
        monkeypatch.setenv("BEST_CUSTOMERS_DB", f"{CANARY}.invalid")
        entry = {"database": "postgresql://${BEST_CUSTOMERS_DB}/x", "query": "SELECT 1"}
        with pytest.raises(StudyError) as error:
            collect(study(tables={"accounts": entry}), ["accounts"])
        assert CANARY not in str(error.value)


def test_no_trace_of_the_canary_in_the_environment_of_the_parser():
    assert CANARY not in os.environ


FOREIGN = {
    "postgres": (
        "SELECT 1; DROP TABLE x",
        "SELECT 1) AS q; DROP TABLE x; SELECT * FROM (SELECT 1",
        "WITH gone AS (DELETE FROM x RETURNING *) SELECT * FROM gone",
        "INSERT INTO x VALUES (1)",
        "COPY x TO PROGRAM 'sh'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_catalog.pg_ls_dir('/')",
        "SELECT pg_sleep(600)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT * FROM dblink('host=x', 'SELECT 1') AS t(a int)",
        "SELECT query_to_xml('SELECT 1', true, true, '')",
        "SELECT set_config('a.b', 'c', false)",
        "SELECT current_setting('data_directory')",
        "SELECT nextval('s')",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM pg_catalog.pg_authid",
        "SELECT * FROM information_schema.tables",
        "SELECT * INTO y FROM x",
        "SELECT * FROM x FOR UPDATE",
        "SET ROLE postgres",
        "",
    ),
    "spark": (
        "SELECT * FROM csv.`/etc/passwd`",
        "SELECT * FROM text.`file:///etc/passwd`",
        "SELECT * FROM `binaryFile`.`/etc/passwd`",
        "SELECT java_method('java.lang.System', 'getenv', 'HOME')",
        "SELECT reflect('java.lang.System', 'exit', 1)",
        "SELECT TRANSFORM (a) USING 'cat' AS (b) FROM x",
        "CREATE TABLE y AS SELECT 1",
        "ADD JAR '/tmp/x.jar'",
        "SET spark.sql.shuffle.partitions = 1",
        "SELECT 1; SELECT 2",
    ),
}


@pytest.mark.parametrize(
    ("dialect", "sql"), [(dialect, sql) for dialect, those in FOREIGN.items() for sql in those]
)
def test_a_database_is_not_sent_what_is_more_than_a_select(dialect, sql, outcome):
    with pytest.raises(StudyError, match="The query of x failed: it is not sent") as error:
        check_foreign(sql, dialect=dialect, place="the query of x")
    told = str(error.value).partition("found:")[2]
    outcome(f"hostile query for {dialect}", sql, "refused in words", told)


@pytest.mark.parametrize("dialect", FOREIGN)
def test_a_plain_select_is_sent(dialect):
    for sql in (
        "SELECT id AS account_id, CAST(day AS date) AS won_on FROM sales.customers -- all",
        "WITH t AS (SELECT * FROM a) SELECT count(*) FROM t JOIN b USING (id) UNION SELECT 1",
        "SELECT row_number() OVER (ORDER BY id) FROM a WHERE id IN (SELECT id FROM b) LIMIT 3",
        "SELECT * FROM (VALUES (1), (2)) AS t(a)",
    ):
        check_foreign(sql, dialect=dialect, place="the query of x")


def test_hosts_are_named_with_what_is_sent_to_them_in_clear(study, monkeypatch):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    address = "postgresql://u:${BEST_CUSTOMERS_WORD}@db.example.com:5433/x"
    monkeypatch.setenv("BEST_CUSTOMERS_WORD", CANARY)
    sources = {
        "accounts": {"database": address, "query": "SELECT 1"},
        "contracts": {"database": f"{address}?sslmode=prefer", "query": "SELECT 1"},
        "orders": {"database": "postgresql:///x?host=/run/pg&sslmode=disable", "query": "SELECT 1"},
    }
    told = [str(contact) for contact in contacts(study(tables=sources).study)]
    assert told[0] == "db.example.com:5433 (sources.accounts.database)"
    assert "NOT ENCRYPTED" in told[1]
    assert told[2] == "/run/pg (sources.orders.database)"
    assert CANARY not in "".join(told)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("mssql://h.example.com/db", True),
        ("mssql://h.example.com/db?driver=x&Encrypt=no", False),
        ("mssql://h.example.com/db?encrypt=Optional", False),
        ("snowflake://account/db", True),
    ],
)
def test_what_an_address_says_of_encryption_is_told(address, safe):
    assert encrypted(address) is safe


def test_a_store_that_is_spoken_to_in_clear_is_told(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert buckets.encrypted("s3://b/x.csv")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://minio.example.com:9000")
    assert not buckets.encrypted("s3://b/x.csv")
    assert buckets.encrypted("gs://b/x.csv")
