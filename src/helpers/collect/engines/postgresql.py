"""PostgreSQL databases that sources are read from, and only ever read.

A query is sent as one prepared statement in brackets, in a read-only transaction. Messages tell
host and database, never who connects or how.
"""

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import duckdb
import psycopg

from helpers.collect.engines import marks
from helpers.collect.engines.embedded import keep_result
from helpers.collect.engines.failures import first_lines, not_handed_over, stopped
from helpers.collect.engines.hosts import SAFE, host_of, is_local
from helpers.collect.engines.rights import remedy_for
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError
from helpers.sandbox.closed import too_long
from helpers.sandbox.foreign import check_foreign
from helpers.study.addresses import expanded, without_secrets
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT = "10"  # seconds for a server that does not answer

# Types of PostgreSQL → of DuckDB; others cross the bridge as text.
PLAIN = {
    "bool": "BOOLEAN",
    "int2": "BIGINT",
    "int4": "BIGINT",
    "int8": "BIGINT",
    "float4": "DOUBLE",
    "float8": "DOUBLE",
    "numeric": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}


# ── connections ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Server:
    """A connection and how to speak of it: host and database, never who connects or how."""

    con: "psycopg.Connection"
    place: str
    schema: str | None
    secrets: tuple[str, ...] = field(repr=False)
    timeout: float | None = None  # seconds that the server gives a statement of this user

    @property
    def scratch(self) -> str:
        """The schema of a server that is the study's engine."""
        assert self.schema is not None
        return self.schema

    def within(self, seconds: float) -> float:
        """How long a statement may take that the study gives so many seconds."""
        return min(seconds, self.timeout or seconds)

    @contextmanager
    def reading(self, seconds: float) -> "Iterator[psycopg.Cursor]":
        """A transaction in which nothing can be written, but for temporary tables.

        What takes longer than ``seconds``, or than the server allows, is stopped by the server.
        """
        with self.con.transaction(), self.con.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            limit = max(1, round(1000 * self.within(seconds)))
            cursor.execute(f"SET LOCAL statement_timeout = {limit}")
            yield cursor

    def told(self, error: Exception) -> str:
        """What the server said, without secrets."""
        lines = [line.rstrip() for line in str(error).splitlines() if line.strip()]
        return without_secrets("\n            ".join(lines[:8]), *self.secrets)

    def query_failed(self, error: psycopg.Error, *, table: str, seconds: float) -> StudyError:
        """What is said of a source's query that the server does not run."""
        if isinstance(error, psycopg.errors.QueryCanceled):
            if self.timeout and self.timeout < seconds:
                return self.timed_out(f"the query of sources.{table}")
            return too_long(f"the query of sources.{table}", seconds)
        if self.con.closed:  # the session ended, whoever ended it: the query may be sound
            return stopped(self.place, self.told(error))
        return StudyError(
            f"The query of sources.{table} failed in {self.place}.",
            found=self.told(error),
            expected="one SELECT, in the database's own SQL, that returns the columns of "
            f"{table} and writes nothing",
            remedy=remedy_for(error, self.con.info.user),
        )

    def timed_out(self, what: str) -> StudyError:
        """A statement that the server's own limit ended."""
        user = self.con.info.user
        return StudyError(
            f"{what[0].upper()}{what[1:]} was stopped by {self.place}: it took longer than "
            f"{self.timeout:g} seconds.",
            found=f"statement_timeout of {user}: {self.timeout:g} s",
            remedy=f"have it raised: ALTER ROLE {identifier(user)} SET statement_timeout = '15min'"
            "; or ask for fewer rows in the query",
        )


_servers: dict[str, Server] = {}


def connect(url: str, where: str) -> Server:
    """Connect, once per process; ``url`` may name variables, ``where`` is its key path.

    User and password come from the URL's variables or from PGUSER, PGPASSWORD, PGPASSFILE and the
    like, as libpq reads them. ``?schema=`` is ours: the schema that an engine may write to.

    Raises
    ------
    StudyError
        No answer, or no entry.
    """
    filled = expanded(url, where=where)
    if filled in _servers and not _servers[filled].con.closed:
        return _servers[filled]
    address, _, query = filled.partition("?")
    options = dict(parse_qsl(query))
    schema = options.pop("schema", None)
    options.setdefault("connect_timeout", WAIT)
    options.setdefault("application_name", marks.mine().name)
    # The driver's own default goes on in clear where a server has no encryption.
    if not is_local(host_of(filled)) and "PGSSLMODE" not in os.environ:
        options.setdefault("sslmode", "require")
    mode = options.get("sslmode", os.environ.get("PGSSLMODE", "prefer"))
    if mode not in SAFE:  # whoever asks for a password in clear does not get it
        options.setdefault("require_auth", "!password")
    failure = None
    try:
        con = psycopg.connect(f"{address}?{urlencode(options)}", autocommit=True)
    except psycopg.Error as error:
        failure = without_secrets(str(error).strip(), filled, url)
    if failure is not None:  # outside of `except`: the driver's error must not be chained
        raise StudyError(
            f"{where}: the database cannot be reached.",
            found=failure,
            expected="host, port and database as in the URL; user and password from PGUSER and "
            "PGPASSWORD (or PGPASSFILE), or from variables such as "
            "${BEST_CUSTOMERS_PASSWORD} in the URL; an encrypted connection to another machine",
            remedy="a server without encryption needs a word in the URL: ?sslmode=disable"
            if "SSL" in failure
            else None,
        )
    host = "local" if con.info.host.startswith("/") else con.info.host
    asked = con.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
    row = asked.fetchone()
    assert row is not None  # every server has this setting
    limit = row[0]
    # What a run was killed over goes on to the end, unless the server looks whether anybody waits.
    # Older servers, and those on other systems than Linux, cannot.
    with suppress(psycopg.Error):
        con.execute("SET client_connection_check_interval = '2s'")
    place = f"{host}/{con.info.dbname}"
    _servers[filled] = Server(con, place, schema, (filled, url), limit / 1000 or None)
    return _servers[filled]


def columns_of(server: Server, query: str, *, table: str, seconds: float) -> dict[str, str]:
    """Names and types of a query's columns, in PostgreSQL's words.

    The query is sent as one prepared statement in brackets, so that it can be one SELECT only.
    """
    check_foreign(query, dialect="postgres", place=f"the query of sources.{table}")
    failure = None
    try:
        with server.reading(seconds) as cursor:
            cursor.execute(f"SELECT * FROM (\n{query}\n) AS q LIMIT 0", prepare=True)
            described = [(column.name, column.type_code) for column in cursor.description or ()]
            names = dict(cursor.execute("SELECT oid::int8, typname FROM pg_type").fetchall())
        return {name: names[oid] for name, oid in described}
    except psycopg.Error as error:
        failure = server.query_failed(error, table=table, seconds=seconds)
    raise failure


def cells_of(columns: dict[str, str]) -> str:
    """The columns of a query as they are taken over: types that others do not know as text."""
    return ", ".join(
        identifier(name) if kind in PLAIN else f"{identifier(name)}::text"
        for name, kind in columns.items()
    )


# ── a source under another engine ────────────────────────────────────────────────────────────────
def fetch(
    url: str, query: str, *, table: str, bridge: duckdb.DuckDBPyConnection, ws: Workspace
) -> str:
    """Run a query in a database and stream its rows to DuckDB's ``query_result``.

    Returns
    -------
    Host and database, for the record.
    """
    server = connect(url, f"sources.{table}.database")
    seconds = ws.study.limits.seconds
    columns = columns_of(server, query, table=table, seconds=seconds)
    path = ws.folder("work/bridge") / f"{table}.csv"
    failure = None
    try:
        with server.reading(seconds) as cursor, path.open("wb") as file:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            rows = (
                f"COPY (SELECT {cells_of(columns)} FROM (\n{query}\n) AS q) TO STDOUT (FORMAT csv)"
            )
            with cursor.copy(rows) as copy:
                for block in copy:
                    file.write(block)
    except psycopg.Error as error:
        failure = server.query_failed(error, table=table, seconds=seconds)
    if failure is not None:
        path.unlink()
        raise failure
    types = ", ".join(
        f"{literal(name)}: {literal(PLAIN.get(kind, 'VARCHAR'))}" for name, kind in columns.items()
    )
    refused = None
    try:
        keep_result(
            bridge,
            f"SELECT * FROM read_csv({literal(path)}, "
            f"auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
            f"nullstr = '', allow_quoted_nulls = false, columns = {{{types}}})",
        )
    except duckdb.Error as error:
        refused = first_lines(error)
    path.unlink()
    if refused is not None:
        raise not_handed_over(table, "DuckDB", refused)
    return server.place
