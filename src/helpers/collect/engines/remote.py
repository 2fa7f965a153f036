"""Warehouses that sources are read from: Snowflake, BigQuery, Databricks, SQL Server, Redshift.

Ibis' own backends carry the rows, as Arrow: ``connect(url).sql(query).to_pyarrow_batches()``.
Nothing is made in a warehouse: what Ibis would set up there for work of its own (a volume in
Databricks) is left out. Snowflake and Redshift are read by their own drivers, for the same reason
and because Ibis has no backend.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.collect.engines.clusters import within
from helpers.collect.engines.crossing import plain_cells
from helpers.collect.engines.embedded import keep_result
from helpers.collect.engines.failures import first_lines, not_handed_over
from helpers.collect.engines.hosts import host_of
from helpers.collect.quoting import literal
from helpers.errors import StudyError
from helpers.sandbox.closed import too_long
from helpers.sandbox.foreign import check_foreign
from helpers.study.addresses import expanded, kind_of, without_secrets
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

# The SQL that each speaks, as sqlglot calls it.
DIALECTS = {
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "databricks": "databricks",
    "mssql": "tsql",
    "redshift": "redshift",
}
WAIT = 30  # seconds to let somebody in
CLOSING = 3  # seconds to end what still runs
BATCH = 50_000  # rows
T = TypeVar("T")
Stream = tuple[pa.Schema, Iterator[pa.RecordBatch]]


@dataclass(frozen=True)
class Remote:
    """A connection and how to speak of it.

    ``schema`` gives a query's columns without running it, ``rows`` runs it; ``close`` ends what
    still runs.
    """

    place: str
    schema: Callable[[str], pa.Schema]
    rows: Callable[[str], Stream]
    close: Callable[[], None]
    secrets: tuple[str, ...] = field(repr=False)

    def told(self, error: BaseException) -> str:
        """What a warehouse or its driver said, without secrets."""
        return without_secrets(first_lines(error, most=6), *self.secrets)


_remotes: dict[str, Remote] = {}


def connect(url: str, where: str) -> Remote:
    """Connect, once per process; ``url`` may name variables, ``where`` is its key path.

    Raises
    ------
    StudyError
        No answer in time, or no entry.
    """
    filled = expanded(url, where=where)
    if filled in _remotes:
        return _remotes[filled]
    kind = kind_of(filled)
    failure = None
    try:
        opened = within(
            WAIT, lambda: _OPENING[kind](filled), late=lambda: _no_answer(where, filled, None)
        )
    except (StudyError, ModuleNotFoundError):
        raise
    except Exception as error:  # each driver has its own
        failure = without_secrets(first_lines(error, most=4), filled, url)
    if failure is not None:  # outside of `except`: the driver's error must not be chained
        raise _no_answer(where, filled, failure)
    _remotes[filled] = Remote(place_of(filled), *opened, (filled, url))
    return _remotes[filled]


def place_of(filled: str) -> str:
    """Host and database of an expanded URL, for records and messages."""
    path = urlsplit(filled).path.strip("/")
    return "/".join(part for part in (host_of(filled), path) if part)


def _no_answer(where: str, filled: str, failure: str | None) -> StudyError:
    return StudyError(
        f"{where}: {place_of(filled)} cannot be reached.",
        found=failure or f"no answer within {WAIT} seconds",
        expected=f"an address such as {EXAMPLES[kind_of(filled)]}",
    )


def columns_of(remote: Remote, query: str, *, kind: str, table: str, seconds: float) -> pa.Schema:
    """Names and types of a query's columns; nothing is read."""
    check_foreign(query, dialect=DIALECTS[kind], place=f"the query of sources.{table}")
    return _in_words(remote, table, lambda: remote.schema(query), seconds)


def fetch(
    url: str, query: str, *, table: str, bridge: duckdb.DuckDBPyConnection, ws: Workspace
) -> str:
    """Run a query in a warehouse and stream its rows to DuckDB's ``query_result``.

    Returns
    -------
    Host and database, for the record.
    """
    where = f"sources.{table}.database"
    remote, kind = connect(url, where), kind_of(expanded(url, where=where))
    check_foreign(query, dialect=DIALECTS[kind], place=f"the query of sources.{table}")
    seconds = ws.study.limits.seconds
    path = ws.folder("work/bridge") / f"{table}.parquet"

    def write() -> None:
        schema, batches = remote.rows(query)
        first = next(batches, None)
        # What arrives may be of other types than were announced: of another time zone, say.
        schema = schema if first is None else first.schema
        with pq.ParquetWriter(path, schema) as writer:
            for batch in () if first is None else chain([first], batches):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))

    try:
        _in_words(remote, table, write, seconds)
        failure = None
        try:
            names = _column_names(kind, bridge, path)
            cells = plain_cells(bridge, f"read_parquet({literal(path)})", names)
            keep_result(bridge, f"SELECT {cells} FROM read_parquet({literal(path)})")
        except duckdb.Error as error:
            failure = first_lines(error)
        if failure is not None:
            raise not_handed_over(table, "DuckDB", failure)
    finally:
        path.unlink(missing_ok=True)
    return remote.place


def _column_names(kind: str, bridge: duckdb.DuckDBPyConnection, path: object) -> "Mapping":
    """Names as a study writes them: Snowflake's, written in capitals where nobody quoted them."""
    described = bridge.execute(f"DESCRIBE FROM read_parquet({literal(path)})").fetchall()
    names = [name for name, *_ in described]
    lowered = kind == "snowflake"
    return {name: name.lower() if lowered and name.isupper() else name for name in names}


def _in_words(remote: Remote, table: str, work: Callable[[], T], seconds: float) -> T:
    """What a warehouse gives, in time.

    Errors are raised outside of ``except``: what a driver says is not chained.

    Raises
    ------
    StudyError
        What the warehouse said, or that it took too long.
    """
    try:
        return within(seconds, work, late=lambda: _late(remote, table, seconds))
    except StudyError:
        raise
    except Exception as error:  # each driver has its own
        failure = remote.told(error)
    raise StudyError(
        f"The query of sources.{table} failed in {remote.place}.",
        found=failure,
        expected=f"one SELECT, in the warehouse's own SQL, that returns the columns of {table} "
        "and writes nothing",
    )


def _late(remote: Remote, table: str, seconds: float) -> StudyError:
    with suppress(Exception):
        within(CLOSING, remote.close, late=lambda: StudyError("it does not close"))
    for url, known in list(_remotes.items()):
        if known is remote:
            del _remotes[url]
    return too_long(f"the query of sources.{table}", seconds)


# ── the warehouses ───────────────────────────────────────────────────────────────────────────────
Opened = tuple[Callable[[str], pa.Schema], Callable[[str], Stream], Callable[[], None]]


def by_ibis(backend: Any) -> Opened:
    """What a connection of Ibis offers here."""

    def rows(query: str) -> Stream:
        batches = backend.sql(query).to_pyarrow_batches()
        return batches.schema, iter(batches)

    return lambda query: backend.sql(query).schema().to_pyarrow(), rows, backend.disconnect


def by_cursor(backend: Any) -> Opened:
    """The same where a query is to be sent as it stands.

    Ibis sends it within brackets, in which SQL Server refuses ORDER BY: the numbers of rows would
    not repeat.
    """
    schema, _, close = by_ibis(backend)

    def rows(query: str) -> Stream:
        found = schema(query)
        cursor = backend.raw_sql(query)

        def batches() -> Iterator[pa.RecordBatch]:
            while block := cursor.fetchmany(BATCH):
                cells = zip(*block, strict=True)
                arrays = [pa.array(c, f.type) for c, f in zip(cells, found, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=found)

        return found, batches()

    return schema, rows, close


def _parts(filled: str) -> tuple[dict[str, Any], list[str], dict[str, str]]:
    """Host, user and password; parts of the path; parameters."""
    url = urlsplit(filled)
    who = {"user": url.username, "password": url.password}
    named = {name: unquote(value) for name, value in who.items() if value}
    return (
        named | ({"host": url.hostname} if url.hostname else {}) | ({"port": url.port} if url.port
        else {}),
        [unquote(part) for part in url.path.split("/") if part],
        dict(parse_qsl(url.query)),
    )  # fmt: skip


def _snowflake(filled: str) -> Opened:
    from helpers.collect.engines.snowflake import opened

    return opened(*_parts(filled), wait=WAIT)


def _bigquery(filled: str) -> Opened:
    import google.auth
    import ibis
    from google.auth.credentials import AnonymousCredentials

    _, path, options = _parts(filled)
    # Ibis would ask a person, in a browser; a study takes what the machine is given.
    if "BIGQUERY_EMULATOR_HOST" in os.environ:
        credentials = AnonymousCredentials()
    else:
        credentials, _ = google.auth.default(
            scopes=["https://www.googleapis.com/auth/bigquery.readonly"]
        )
    return by_ibis(
        ibis.bigquery.connect(
            project_id=urlsplit(filled).netloc.rpartition("@")[2],
            dataset_id=path[0] if path else "",
            credentials=credentials,
            **options,
        )
    )


def _databricks(filled: str) -> Opened:
    import databricks.sql
    from ibis.backends.databricks import Backend

    class Reading(Backend):
        """Ibis on a warehouse, without a volume for tables of ours."""

        def _post_connect(self, *, memtable_volume: str) -> None:
            self._memtable_volume = memtable_volume

    server, path, options = _parts(filled)
    named = dict(zip(("catalog", "schema"), path, strict=False))
    token = {"access_token": server["password"]} if "password" in server else {}
    con = databricks.sql.connect(server_hostname=server["host"], **token, **named, **options)
    return by_ibis(Reading.from_connection(con))


def _mssql(filled: str) -> Opened:
    import ibis

    server, path, options = _parts(filled)
    # A study's query sees a database that does not change under it, and holds nobody up.
    options.setdefault("ApplicationIntent", "ReadOnly")
    options.setdefault("driver", "ODBC Driver 18 for SQL Server")
    database = {"database": path[0]} if path else {}
    return by_cursor(ibis.mssql.connect(timeout=WAIT, **server, **database, **options))


def _redshift(filled: str) -> Opened:
    from helpers.collect.engines.redshift import opened

    return opened(*_parts(filled), wait=WAIT)


_OPENING: dict[str, Callable[[str], Opened]] = {
    "snowflake": _snowflake,
    "bigquery": _bigquery,
    "databricks": _databricks,
    "mssql": _mssql,
    "redshift": _redshift,
}
EXAMPLES = {
    "snowflake": "snowflake://${BEST_CUSTOMERS_USER}:${BEST_CUSTOMERS_PASSWORD}@organisation-account"
    "/DATABASE/SCHEMA?warehouse=NAME",
    "bigquery": "bigquery://project/dataset, with GOOGLE_APPLICATION_CREDENTIALS",
    "databricks": "databricks://token:${BEST_CUSTOMERS_TOKEN}@host/catalog/schema?http_path=/sql/…",
    "mssql": "mssql://${BEST_CUSTOMERS_USER}:${BEST_CUSTOMERS_PASSWORD}@host:1433/database",
    "redshift": "redshift://${BEST_CUSTOMERS_USER}:${BEST_CUSTOMERS_PASSWORD}@host:5439/database",
}
