"""A PostgreSQL server as the engine: rows stay there from query result to canonical table.

What collecting needs lies in temporary tables; canonical tables are kept in the scratch schema
that the study's URL names. Texts are compared byte by byte (collation "C"), as other engines do.
"""

import hashlib
import platform
import re
from collections.abc import Iterable

import duckdb
import ibis
import ibis.expr.types as ir
import psycopg
from ibis.backends.postgres import Backend

from helpers.collect.casting import NUMBER, Reading, in_utc
from helpers.collect.engines import JUDGEMENT, KNOWN, OFTEN, RESULT, marks, more_than_once
from helpers.collect.engines.failures import first_lines, not_handed_over, stopped, telling
from helpers.collect.engines.postgresql import (
    PLAIN,
    Server,
    cells_of,
    columns_of,
    connect,
)
from helpers.collect.engines.rights import check_engine_rights
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError
from helpers.tables import TABLES
from helpers.workspace import Workspace

OLDEST = 160_000  # from PostgreSQL 16 on, a server says whether a text is a value of a type
TEXT = 'text COLLATE "C"'

# Types of DuckDB → of PostgreSQL; others cross the bridge as text.
_FROM_DUCKDB = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), "bigint"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER"), "bigint"),
    **dict.fromkeys(("UBIGINT", "HUGEINT", "UHUGEINT", "DECIMAL"), "numeric"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "double precision"),
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


# ── reading written values ───────────────────────────────────────────────────────────────────────
@ibis.udf.scalar.builtin
def pg_input_is_valid(text: str, kind: str) -> bool:
    """Whether a text is a value of a type, as the server itself says."""
    raise NotImplementedError


@ibis.udf.scalar.builtin
def normalize(text: str) -> str:
    """The server's composition of letters and accents (NFC)."""
    raise NotImplementedError


def _number(text: ir.StringColumn) -> ir.FloatingColumn:
    digits = text.replace("_", "")
    fits = text.re_search(NUMBER) & pg_input_is_valid(digits, "double precision")
    return fits.ifelse(digits, None).cast("float64")


def _moment(text: ir.StringColumn) -> ir.TimestampColumn:
    # Digits below the microsecond are cut off, not rounded.
    exact = text.re_replace(r"(\.[0-9]{6})[0-9]+", r"\1")
    return pg_input_is_valid(exact, "timestamp").ifelse(exact, None).cast("timestamp(6)")


def _zoned(column: ir.Column) -> ir.TimestampColumn:
    if not column.type().is_string():
        return column
    exact = column.re_replace(r"(\.[0-9]{6})[0-9]+", r"\1")
    known = pg_input_is_valid(exact, "timestamptz").ifelse(exact, None)
    return known.cast("timestamp('UTC', 6)")


def _instant(column: ir.Column) -> ir.TimestampColumn:
    return _zoned(column).cast("timestamp(6)")  # into the session's time zone


# ── the engine ───────────────────────────────────────────────────────────────────────────────────
in_words = telling(psycopg.Error)


class _Server(Backend):
    """Ibis on the server, which tells what goes wrong there in words."""

    server: Server

    def failure(self, error: Exception) -> StudyError:
        if isinstance(error, psycopg.errors.QueryCanceled) and self.server.timeout:
            return self.server.timed_out("a statement of this step")
        return stopped(self.server.place, self.server.told(error))

    execute = in_words(Backend.execute)
    to_pyarrow = in_words(Backend.to_pyarrow)
    table = in_words(Backend.table)


class Warehouse:
    """A server as the engine: everything from query result to canonical table stays there."""

    reading = Reading(
        number=_number,
        moment=_moment,
        instant=_instant,
        utc=lambda column: in_utc(_zoned(column)),
        composed=normalize,
    )

    def __init__(self, url: str) -> None:
        self.url = url
        self._connect()

    def _connect(self) -> None:
        self.server = connect(self.url, "engine")
        self.place = self.server.place
        con = self.server.con
        if con.info.server_version < OLDEST:
            raise StudyError(
                f"engine: {self.server.place} runs PostgreSQL {con.info.server_version // 10_000}.",
                expected="PostgreSQL 16 or later",
                remedy="keep `engine: duckdb` and name the database in the sources",
            )
        if not self.server.schema:
            raise StudyError(
                f"engine: the URL of {self.server.place} names no scratch schema.",
                expected="a schema that this user may create tables in, such as "
                "postgresql://host/database?schema=scratch",
            )
        self.rights = check_engine_rights(self.server)
        self.backend = _Server.from_connection(con)
        self.backend.server = self.server
        self.failure = self.backend.failure
        self._schema_made = self.rights.there

    @in_words
    def open(self, ws: Workspace) -> None:
        if self.server.con.closed:  # lost since the study was last opened
            self._connect()
        self.server.con.execute(f"SET TIME ZONE {literal(ws.study.timezone)}")
        self.seconds = ws.study.limits.seconds

    def is_home_of(self, database: str, *, where: str) -> bool:
        if database.startswith(("spark", "sc:")):
            return False
        return _whereabouts(connect(database, where)) == _whereabouts(self.server)

    def run(self, query: str, *, table: str) -> ir.Table:
        columns = columns_of(self.server, query, table=table, seconds=self.seconds)
        # Made beforehand, because a read-only transaction may fill a temporary table, not make one.
        self._make(RESULT, {n: k if k in PLAIN else TEXT for n, k in columns.items()})
        failure = None
        try:
            with self.server.reading(self.seconds) as cursor:
                cursor.execute(
                    f"INSERT INTO {identifier(RESULT)} "
                    f"SELECT row_number() OVER (), {cells_of(columns)} FROM (\n{query}\n) AS q",
                    prepare=True,
                )
        except psycopg.Error as error:
            failure = self.server.query_failed(error, table=table, seconds=self.seconds)
        if failure is not None:
            raise failure
        return self._temporary(RESULT)

    @in_words
    def take(self, bridge: duckdb.DuckDBPyConnection, ws: Workspace, *, table: str) -> ir.Table:
        failure = None
        try:
            return self._copied(bridge, ws)
        except duckdb.Error as error:
            failure = first_lines(error)
        except psycopg.DataError as error:
            failure = self.server.told(error)
        raise not_handed_over(table, self.place, failure)

    def _copied(self, bridge: duckdb.DuckDBPyConnection, ws: Workspace) -> ir.Table:
        described = bridge.execute(f"DESCRIBE {RESULT}").fetchall()
        kinds = {name: kind.partition("(")[0] for name, kind, *_ in described}
        self._make(
            RESULT,
            {n: _FROM_DUCKDB.get(k, TEXT) for n, k in kinds.items() if n != "row_number"},
        )
        cells = ", ".join(
            identifier(name) if kind in _FROM_DUCKDB else f"{identifier(name)}::VARCHAR"
            for name, kind in kinds.items()
        )
        path = ws.folder("work/bridge") / "result.csv"
        try:
            bridge.execute(
                f"COPY (SELECT {cells} FROM {RESULT} ORDER BY row_number) TO {literal(path)} "
                "(FORMAT csv, HEADER false)"
            )
            with (
                self.server.con.cursor() as cursor,
                cursor.copy(f"COPY {identifier(RESULT)} FROM STDIN (FORMAT csv)") as copy,
                path.open("rb") as file,
            ):
                while block := file.read(1 << 20):
                    copy.write(block)
        finally:
            path.unlink(missing_ok=True)
        return self._temporary(RESULT)

    @in_words
    def materialise(self, name: str, rows: ir.Table) -> ir.Table:
        self._execute(
            f"DROP TABLE IF EXISTS {identifier(name)}",
            f"CREATE TEMP TABLE {identifier(name)} AS {self.backend.compile(rows)}",
            f"ANALYZE {identifier(name)}",
        )
        return self._temporary(name)

    def often(self, values: ir.Table) -> ir.Table:
        return self.materialise(OFTEN, more_than_once(values))

    def neat(self, rows: ir.Table) -> frozenset[str]:
        return frozenset()

    @in_words
    def store(self, ws: Workspace, name: str, rows: ir.Table, order: list[str]) -> None:
        place = self._place(ws, name)
        sorting = f" ORDER BY {', '.join(map(identifier, order))}" if order else ""
        if not self._schema_made:
            self._make_schema()
        with self.server.con.transaction():
            self._execute(
                f"DROP TABLE IF EXISTS {place}",
                f"CREATE TABLE {place} AS "
                f"SELECT * FROM ({self.backend.compile(rows)}) AS q{sorting}",
                f"COMMENT ON TABLE {place} IS {literal(marks.mine(ws.draft))}",
            )
        self._execute(f"ANALYZE {place}")

    @in_words
    def stored(self, ws: Workspace, name: str) -> ir.Table | None:
        asked = f"SELECT to_regclass({literal(self._place(ws, name))}) IS NOT NULL"
        row = self.server.con.execute(asked).fetchone()
        if row is None or not row[0]:
            return None
        return self.backend.table(self._name(ws, name), database=self.server.schema)

    @in_words
    def forget(self, *, accounts: bool = False) -> None:
        names = (RESULT, *JUDGEMENT, *([KNOWN] if accounts else []))
        self._execute(*(f"DROP TABLE IF EXISTS {name}" for name in names))

    @in_words
    def discard(self, ws: Workspace) -> None:
        self._execute(*(f"DROP TABLE IF EXISTS {self._place(ws, name)}" for name in TABLES))
        mine = marks.mine(ws.draft)
        self._drop(name for name, mark in self._marked() if mark == mine)

    @in_words
    def sweep(self) -> list[str]:
        asked = "SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL"
        sessions = {name for (name,) in self.server.con.execute(asked).fetchall()}
        return self._drop(name for name, mark in self._marked() if mark.is_over(sessions))

    # ── parts ────────────────────────────────────────────────────────────────────────────────────
    def _marked(self) -> list[tuple[str, marks.Mark]]:
        """Tables of the scratch schema that this user may drop and that bear a mark."""
        found = self.server.con.execute(
            "SELECT c.relname, obj_description(c.oid, 'pg_class') FROM pg_class AS c "
            f"WHERE c.relnamespace = to_regnamespace({literal(identifier(self.server.scratch))}) "
            "AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE') ORDER BY c.relname"
        ).fetchall()
        read = ((name, marks.read(text)) for name, text in found)
        return [(name, mark) for name, mark in read if mark is not None]

    def _drop(self, names: Iterable[str]) -> list[str]:
        dropped = list(names)
        schema = identifier(self.server.scratch)
        self._execute(*(f"DROP TABLE IF EXISTS {schema}.{identifier(n)}" for n in dropped))
        return dropped

    def _execute(self, *statements: str) -> None:
        for statement in statements:
            self.server.con.execute(statement)

    def _make(self, name: str, types: dict[str, str]) -> None:
        columns = "".join(f", {identifier(column)} {kind}" for column, kind in types.items())
        self._execute(
            f"DROP TABLE IF EXISTS {identifier(name)}",
            f"CREATE TEMP TABLE {identifier(name)} (row_number bigint{columns})",
        )

    def _temporary(self, name: str) -> ir.Table:
        return self.backend.table(name, database=self.backend._session_temp_db)

    def _make_schema(self) -> None:
        schema = self.server.scratch
        failure = None
        try:
            self._execute(f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}")
        except psycopg.Error as error:
            failure = self.server.told(error)
        if failure is not None:
            raise StudyError(
                f"engine: nothing can be written to the schema {schema} of {self.server.place}.",
                found=failure,
                remedy="have the schema made, with the right to create tables in it",
            )
        self._schema_made = True

    def _name(self, ws: Workspace, name: str) -> str:
        """A name that no other study, quarter, draft or machine uses, and that says what it is."""
        draft = f"{platform.node()}:{ws.draft.resolve()}"
        digest = hashlib.sha256(draft.encode()).hexdigest()[:8]
        study = re.sub(r"[^a-z0-9]+", "_", ws.study.study.lower())[:24]
        return f"{study}_{str(ws.quarter).lower()}_{digest}_{name}"

    def _place(self, ws: Workspace, name: str) -> str:
        return f"{identifier(self.server.scratch)}.{identifier(self._name(ws, name))}"


def _whereabouts(server: Server) -> tuple:
    info = server.con.info
    return info.host, info.port, info.dbname, info.user
