"""PostgreSQL databases that sources are read from, and only ever read.

A query is sent as one prepared statement in brackets, in a read-only transaction. Messages tell
host and database, never who connects or how.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import duckdb
import psycopg

from helpers.collect.engines.embedded import keep_result
from helpers.collect.engines.failures import first_lines, not_handed_over
from helpers.collect.engines.hosts import encrypted, host_of, is_local
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError
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

    @contextmanager
    def reading(self, seconds: float) -> "Iterator[psycopg.Cursor]":
        """A transaction in which nothing can be written, but for temporary tables.

        What takes longer than ``seconds`` is stopped by the server.
        """
        with self.con.transaction(), self.con.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = {round(1000 * seconds)}")
            yield cursor

    def told(self, error: Exception) -> str:
        """What the server said, without secrets."""
        lines = [line.rstrip() for line in str(error).splitlines() if line.strip()]
        return without_secrets("\n            ".join(lines[:8]), *self.secrets)


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
    # The driver's own default goes on in clear where a server has no encryption.
    if not is_local(host_of(filled)) and "PGSSLMODE" not in os.environ:
        options.setdefault("sslmode", "require")
    if not encrypted(filled):  # whoever asks for a password in clear does not get it
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
    _servers[filled] = Server(con, f"{host}/{con.info.dbname}", schema, (filled, url))
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
            described = [(column.name, column.type_code) for column in cursor.description]
            names = dict(cursor.execute("SELECT oid::int8, typname FROM pg_type").fetchall())
        return {name: names[oid] for name, oid in described}
    except psycopg.Error as error:
        failure = server.told(error)
    raise query_failed(table, server.place, failure)


def cells_of(columns: dict[str, str]) -> str:
    """The columns of a query as they are taken over: types that others do not know as text."""
    return ", ".join(
        identifier(name) if kind in PLAIN else f"{identifier(name)}::text"
        for name, kind in columns.items()
    )


def query_failed(table: str, place: str, told: str) -> StudyError:
    """The one message for a query that a database does not run."""
    return StudyError(
        f"The query of sources.{table} failed in {place}.",
        found=told,
        expected=f"one SELECT, in the database's own SQL, that returns the columns of {table} and "
        "writes nothing",
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
        failure = server.told(error)
    if failure is not None:
        path.unlink()
        raise query_failed(table, server.place, failure)
    types = ", ".join(
        f"{literal(name)}: {literal(PLAIN.get(kind, 'VARCHAR'))}" for name, kind in columns.items()
    )
    try:
        keep_result(
            bridge,
            f"SELECT * FROM read_csv({literal(path)}, "
            f"auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
            f"nullstr = '', allow_quoted_nulls = false, columns = {{{types}}})",
        )
    except duckdb.Error as error:
        failure = first_lines(error)
    path.unlink()
    if failure is not None:
        raise not_handed_over(table, "DuckDB", failure)
    return server.place
