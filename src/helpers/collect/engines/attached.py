"""Database files that a source is read from: DuckDB's and SQLite's, opened for reading only.

Such a file may come from anybody, like a study file. DuckDB's is opened in a database of its own
that is closed to everything else, so that no view in it reaches further than a query may; SQLite is
asked before each part of a statement whether that is allowed.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.collect.engines.crossing import plain_cells
from helpers.collect.engines.embedded import keep_result
from helpers.collect.engines.failures import first_lines
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError, listed
from helpers.sandbox.closed import bounded, close, too_long
from helpers.sandbox.foreign import check_foreign
from helpers.sandbox.places import declared
from helpers.sandbox.reading import check_query
from helpers.workspace import Workspace

BATCH = 50_000  # rows
STEPS = 10_000  # of SQLite's machine between two looks at the clock
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_REFUSED_FUNCTIONS = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


def place_of(ws: Workspace, database: str, *, where: str) -> Path:
    """The file that a source's ``database`` means.

    Raises
    ------
    StudyError
        It leads out of the study's folder, is not there, or is no database.
    """
    path = declared(database.replace("{quarter}", str(ws.quarter)), ws.raw, where=where)
    if not path.is_file():
        raise StudyError(f"{where}: there is no file {database}.", found=f"looked in {ws.raw}")
    if kind_of(path) is None:
        raise StudyError(
            f"{where}: {path.name} is no database file.",
            expected="a file of DuckDB or SQLite; other files are named under `files`",
        )
    return path


def kind_of(path: Path) -> str | None:
    """``sqlite`` or ``duckdb``, as the file's first bytes say; None for others."""
    with path.open("rb") as stream:
        head = stream.read(16)
    if head == b"SQLite format 3\0":
        return "sqlite"
    return "duckdb" if head[8:12] == b"DUCK" else None


def fetch(
    path: Path, query: str, *, table: str, bridge: duckdb.DuckDBPyConnection, ws: Workspace
) -> None:
    """Run a query in a database file; its rows become DuckDB's ``query_result``."""
    rows = ws.folder("work/bridge") / f"{table}.parquet"
    try:
        if kind_of(path) == "sqlite":
            cells = _from_sqlite(path, query, rows, table=table, ws=ws)
        else:
            _from_duckdb(path, query, rows, table=table, ws=ws)
            source = f"read_parquet({literal(rows)})"
            names = [name for name, *_ in bridge.execute(f"DESCRIBE FROM {source}").fetchall()]
            cells = plain_cells(bridge, source, {name: name for name in names})
        keep_result(bridge, f"SELECT {cells} FROM read_parquet({literal(rows)})")
    finally:
        rows.unlink(missing_ok=True)


def check(path: Path, query: str, *, table: str, ws: Workspace) -> None:
    """Try a query without reading anything.

    Raises
    ------
    StudyError
        The file cannot be opened, or the query does not run.
    """
    nothing = f"SELECT * FROM (\n{query}\n) AS q LIMIT 0"
    if kind_of(path) == "sqlite":
        with closing(
            _open_sqlite(path, query, table=table, seconds=ws.study.limits.seconds)
        ) as con:
            _run_sqlite(con, nothing, path, table=table, seconds=ws.study.limits.seconds)
    else:
        with closing(_open_duckdb(path, ws, table=table)) as con:
            _run_duckdb(con, query, nothing, path, table=table, ws=ws)


# ── DuckDB ───────────────────────────────────────────────────────────────────────────────────────
def _open_duckdb(path: Path, ws: Workspace, *, table: str) -> duckdb.DuckDBPyConnection:
    try:
        con = duckdb.connect(str(path), read_only=True)
        con.execute("SET threads = 1; SET TimeZone = 'UTC'")
        close(con, memory=ws.study.limits.memory)
        return con
    except duckdb.Error as error:
        failure = first_lines(error)
    raise StudyError(
        f"sources.{table}.database: {path.name} cannot be opened.",
        found=failure,
        remedy="where another program writes to it, wait until it has finished, or read a copy",
    )


def _run_duckdb(
    con: duckdb.DuckDBPyConnection,
    query: str,
    sql: str,
    path: Path,
    *,
    table: str,
    ws: Workspace,
    keep: Callable[[pa.RecordBatchReader], None] = lambda rows: None,
) -> None:
    place = f"the query of sources.{table}"
    found = con.execute(
        "SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"
    ).fetchall()
    known = [name if schema == "main" else f"{schema}.{name}" for schema, name in found]
    known += [f"main.{name}" for schema, name in found if schema == "main"]
    check_query(query, tables=known, place=place)
    try:
        with bounded(con, ws.study.limits.seconds, place=place):
            keep(con.execute(sql).to_arrow_reader(BATCH))
            return
    except (duckdb.Error, OSError) as error:  # OSError: while rows are handed on
        if getattr(error, "errno", None):  # of the disk that takes the rows, not of the query
            raise
        failure = first_lines(error, most=8)
    raise _failed(table, path, failure, f"DuckDB's SQL over {listed(known)}")


def _from_duckdb(path: Path, query: str, rows: Path, *, table: str, ws: Workspace) -> None:
    def keep(found: pa.RecordBatchReader) -> None:
        with pq.ParquetWriter(rows, found.schema) as writer:
            for batch in found:
                writer.write_batch(batch)

    with closing(_open_duckdb(path, ws, table=table)) as con:
        whole = f"SELECT * FROM (\n{query}\n) AS q"
        _run_duckdb(con, query, whole, path, table=table, ws=ws, keep=keep)


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────
def _open_sqlite(path: Path, query: str, *, table: str, seconds: float) -> sqlite3.Connection:
    check_foreign(query, dialect="sqlite", place=f"the query of sources.{table}")
    con = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    con.text_factory = lambda text: text.decode("utf-8", "replace")
    end = time.monotonic() + seconds
    con.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    con.set_authorizer(_allows)
    return con


def _allows(action: int, one: str | None, two: str | None, *_: object) -> int:
    refused = action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in _REFUSED_FUNCTIONS
    return sqlite3.SQLITE_OK if action in _ALLOWED and not refused else sqlite3.SQLITE_DENY


def _run_sqlite(
    con: sqlite3.Connection, sql: str, path: Path, *, table: str, seconds: float
) -> tuple[list[str], Iterator[list[tuple]]]:
    failure = None
    try:
        cursor = con.execute(sql)
        first = cursor.fetchmany(BATCH)
    except sqlite3.Error as error:
        failure = _told(error, path, table=table, seconds=seconds)
    if failure is not None:
        raise failure

    def blocks() -> Iterator[list[tuple]]:
        block, wrong = first, None
        while block:
            yield block
            try:
                block = cursor.fetchmany(BATCH)
            except sqlite3.Error as error:
                wrong = _told(error, path, table=table, seconds=seconds)
                break
        if wrong is not None:
            raise wrong

    return [column for column, *_ in cursor.description], blocks()


def _told(error: sqlite3.Error, path: Path, *, table: str, seconds: float) -> StudyError:
    if "interrupted" in str(error):
        return too_long(f"the query of sources.{table}", seconds)
    return _failed(table, path, str(error), "SQLite's SQL over the tables of that file")


def _from_sqlite(path: Path, query: str, rows: Path, *, table: str, ws: Workspace) -> str:
    """Write rows as texts; gives the cells of DuckDB's SELECT that makes numbers of them again.

    In SQLite each value has a type of its own. A column is of numbers where all of its values are;
    a number that was written as a text stays one, with its zeros.
    """
    seconds = ws.study.limits.seconds
    with closing(_open_sqlite(path, query, table=table, seconds=seconds)) as con:
        names, blocks = _run_sqlite(
            con, f"SELECT * FROM (\n{query}\n) AS q", path, table=table, seconds=seconds
        )
        kinds: list[set[type]] = [set() for _ in names]
        schema = pa.schema([(f"c{k}", pa.string()) for k in range(len(names))])
        with pq.ParquetWriter(rows, schema) as writer:
            for block in blocks:
                cells = list(zip(*block, strict=True))
                for seen, column in zip(kinds, cells, strict=True):
                    seen.update(map(type, column))
                texts = [pa.array(map(_text, column), pa.string()) for column in cells]
                writer.write_batch(pa.RecordBatch.from_arrays(texts, schema=schema))
    types = ["VARCHAR" if not (seen - {type(None)}) else _type(seen) for seen in kinds]
    return ", ".join(
        f"c{k}::{kind} AS {identifier(name)}"
        for k, (name, kind) in enumerate(zip(names, types, strict=True))
    )


def _type(seen: set[type]) -> str:
    given = seen - {type(None)}
    if given == {int}:
        return "BIGINT"
    return "DOUBLE" if given <= {int, float} else "VARCHAR"


def _text(value: object) -> str | None:
    if value is None:
        return None
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _failed(table: str, path: Path, told: str, sql: str) -> StudyError:
    return StudyError(
        f"The query of sources.{table} failed in {path.name}.",
        found=told,
        expected=f"one SELECT, in {sql}, that returns the columns of {table}",
    )
