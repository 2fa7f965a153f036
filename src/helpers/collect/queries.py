"""From a source to its query result: files through DuckDB, databases in their own SQL.

Wherever the rows come from, they end up in the study's engine, numbered in the order in which the
query returned them.
"""

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from helpers.collect.engines import REMOTE, RESULT, Engine, attached, module, remote
from helpers.collect.engines.embedded import connect, keep_result
from helpers.collect.pages import Repeated, look_for_repeats, once, sums
from helpers.collect.placeholders import FIRST_DAY, OPEN_FROM
from helpers.collect.quoting import identifier
from helpers.collect.rawfiles import Relation, fingerprint, relation
from helpers.errors import StudyError, listed
from helpers.sandbox.closed import bounded
from helpers.sandbox.reading import check_query
from helpers.study import Source
from helpers.study.addresses import expanded, is_file, kind_of
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

# In every query: the last day that the run may know, as a SQL date, and the quarter, as a text.
AS_OF, QUARTER = "{as_of}", "{quarter}"
FIRST_LOOK = 1000  # rows of text by which a query is looked at before a run


def query_result(
    ws: Workspace,
    engine: Engine,
    table: str,
    source: Source,
    *,
    ours: bool = False,
    pages: list[dict] | None = None,
) -> "tuple[ir.Table, list[dict]]":
    """Run a source's query.

    Parameters
    ----------
    ours : whether the query is a preset's, packaged with the project.
    pages : to be filled with what files hold twice (`helpers.collect.pages`), with the rows and
        the money of the query's result that this makes; left out, nothing is looked for.

    Returns
    -------
    The rows in the engine, with ``row_number``; and what is recorded of the raw data: per file
    table, name, path (file name only), sha256, rows, bytes; per database table, name, path (host
    and database), sha256 of the query, rows.

    Raises
    ------
    StudyError
        Files, databases and queries that do not do what they should.
    """
    if source.database:
        return _from_database(ws, engine, table, source)
    relations = _relations(ws, table, source)
    _run_on_files(ws, table, source, relations, ours=ours, pages=pages)
    files = [
        {"table": table, "name": name, **file}
        for name, found in relations.items()
        for file in found.files
    ]
    return engine.take(connect(ws).con, ws, table=table), files


def columns_of_query(ws: Workspace, name: str, source: Source) -> list[str]:
    """The names of the columns that a query over files returns, without running it.

    Types of texts are told by their first rows. Where the query does not fit these, all rows
    decide, as when it runs.

    Raises
    ------
    StudyError
        Files and queries that do not do what they should.
    """
    import duckdb

    con, query = connect(ws).con, filled_query(ws, source)
    for most in (FIRST_LOOK, None):
        relations = _relations(ws, name, source, most=most)
        try:
            for alias, files in relations.items():
                con.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(alias)} AS {files.sql}")
            told = con.execute(f"DESCRIBE SELECT * FROM (\n{query}\n) AS q").fetchall()
            return [column for column, *_ in told]
        except duckdb.Error as error:
            if most is None:
                raise _failed(error, name, query, relations) from None
        finally:
            for alias in relations:
                con.execute(f"DROP VIEW IF EXISTS {identifier(alias)}")
    raise AssertionError("the second look returns or raises")


def days_by_file(
    ws: Workspace, name: str, source: Source, column: str
) -> dict[str, dict[date, int]]:
    """Rows by day that a study's query returns of each file alone, the others being empty.

    Parameters
    ----------
    column : of the query's result, with the day.

    Returns
    -------
    Empty where the source has no several files, or a database; without files that give no row by
    themselves, because others are looked up in them.
    """
    import duckdb

    if len(source.files) < 2 or source.database or source.preset:
        return {}
    con, query = connect(ws).con, filled_query(ws, source)
    relations = _relations(ws, name, source)
    day = f"CAST(TRY_CAST(CAST({identifier(column)} AS VARCHAR) AS TIMESTAMP) AS DATE)"
    found = {}
    try:
        for alone in relations:
            for alias, files in relations.items():
                nothing = "" if alias == alone else " WHERE false"
                con.execute(
                    f"CREATE OR REPLACE TEMP VIEW {identifier(alias)} AS "
                    f"SELECT * FROM ({files.sql}) AS f{nothing}"
                )
            with bounded(con, ws.study.limits.seconds, place=f"the query of sources.{name}"):
                rows = con.execute(
                    f"SELECT day, count(*) FROM (SELECT {day} AS day FROM (\n{query}\n) AS q) "
                    f"WHERE day >= DATE '{FIRST_DAY}' AND day < DATE '{OPEN_FROM}' "
                    "GROUP BY day ORDER BY day"
                ).fetchall()
            if rows:
                found[alone] = dict(rows)
    except duckdb.Error:
        return {}  # a query that needs all of its files at once tells nothing of one alone
    finally:
        for alias in relations:
            con.execute(f"DROP VIEW IF EXISTS {identifier(alias)}")
    return found


def _from_database(
    ws: Workspace, engine: Engine, table: str, source: Source
) -> "tuple[ir.Table, list[dict]]":
    query = filled_query(ws, source)
    where = f"sources.{table}.database"
    kind = kind_of(expanded(source.address, where=where))
    if kind == "file":
        path = attached.place_of(ws, source.address, where=where)
        attached.fetch(path, query, table=table, bridge=connect(ws).con, ws=ws)
        result = engine.take(connect(ws).con, ws, table=table)
        rows = int(result.count().execute())
        file = {**fingerprint(path, ws.raw), "rows": rows}
        return result, [{"table": table, "name": "database", **file}]
    if kind in REMOTE:
        bridge = connect(ws).con
        place = remote(kind).fetch(source.address, query, table=table, bridge=bridge, ws=ws)
        result = engine.take(bridge, ws, table=table)
    elif engine.is_home_of(source.address, where=where):
        place, result = engine.place, engine.run(query, table=table)
    elif kind == "spark":
        raise StudyError(
            f"sources.{table}.database names a Spark session that is not the study's engine.",
            found=f"engine: {ws.study.engine.partition(':')[0]}",
            expected="the same place in `engine` and in `database`",
        )
    else:
        bridge = connect(ws).con
        database = module("postgresql")
        place = database.fetch(source.address, query, table=table, bridge=bridge, ws=ws)
        result = engine.take(bridge, ws, table=table)
    record = {
        "table": table,
        "name": "database",
        "path": place,
        "sha256": hashlib.sha256(query.encode()).hexdigest(),
        "rows": int(result.count().execute()),
    }
    return result, [record]


def dialect_of(source: Source, *, where: str) -> str:
    """The SQL that a source's database speaks, as sqlglot calls it."""
    kind = kind_of(expanded(source.address, where=where))
    return {"postgresql": "postgres", "mssql": "tsql"}.get(kind, kind)


def filled_query(ws: Workspace, source: Source) -> str:
    """The query of a source, with the last day that the run may know and its quarter."""
    assert source.query is not None  # a preset writes it, a study file without one gives it
    query = source.query.strip().rstrip(";")
    day = f"DATE '{ws.as_of}'"
    if AS_OF in query and source.database:
        where = "sources.database"
        if kind_of(expanded(source.database, where=where)) == "mssql":
            day = f"CAST('{ws.as_of}' AS DATE)"
        elif is_file(source.database):
            path = attached.place_of(ws, source.database, where=where)
            # SQLite has no dates: they are texts, or what a query makes of them.
            day = f"'{ws.as_of}'" if attached.kind_of(path) == "sqlite" else day
    return query.replace(AS_OF, day).replace(QUARTER, f"'{ws.quarter}'")


def _relations(
    ws: Workspace, name: str, source: Source, *, most: int | None = None
) -> dict[str, Relation]:
    return {
        alias: relation(
            connect(ws).con,
            raw_file,
            where=f"sources.{name}.files.{alias}",
            folder=ws.raw,
            quarter=str(ws.quarter),
            scratch=ws.folder("work/utf8"),
            most=most,
        )
        for alias, raw_file in source.files.items()
    }


def _twice(query: str, relations: dict[str, Relation]) -> str | None:
    """Which columns that the query may mean are in a file more than once, and what to call them."""
    told = [
        f'{alias} has {plain} more than once: ask for "{names[0]}" or another of {listed(names)}'
        for alias, found in relations.items()
        for plain, names in found.ambiguous.items()
        if plain in query.lower()
    ]
    return "; ".join(told) or None


def _set_view(
    con: "duckdb.DuckDBPyConnection", one: Repeated, relations: dict[str, Relation], *, drop: bool
) -> None:
    """Let a name of the query stand for all rows of its files, or for each of them once."""
    whole = relations[one.alias].sql
    sql = once(whole, one.columns) if drop else whole
    con.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(one.alias)} AS {sql}")


def _run_on_files(
    ws: Workspace,
    name: str,
    source: Source,
    relations: dict[str, Relation],
    *,
    ours: bool,
    pages: list[dict] | None,
) -> None:
    """Run a study's SQL over its files; the result becomes DuckDB's table ``query_result``."""
    import duckdb

    con = connect(ws).con
    query = filled_query(ws, source)
    place = f"the query of sources.{name}"
    seconds = ws.study.limits.seconds
    if not ours and check_query(query, tables=relations, place=place):
        seconds = min(seconds, ws.study.limits.recursive_seconds)
    try:
        for alias, files in relations.items():
            con.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(alias)} AS {files.sql}")
        with bounded(con, seconds, place=place):
            looked_for = {} if pages is None else relations
            held = look_for_repeats(con, name, source, query, looked_for)
            for one in held:
                _set_view(con, one, relations, drop=one.choice == "drop")
            # Numbered right here: later steps may change the order of rows.
            keep_result(con, f"SELECT * FROM (\n{query}\n) AS q")
            for one in held:
                _set_view(con, one, relations, drop=one.choice != "drop")
                otherwise = sums(con, name, query)
                _set_view(con, one, relations, drop=one.choice == "drop")
                seen = one.recorded(sums(con, name, f"FROM {RESULT}"), otherwise)
                if pages is not None:
                    pages += seen
    except duckdb.Error as error:
        raise _failed(error, name, query, relations) from None
    finally:
        for alias in relations:
            con.execute(f"DROP VIEW IF EXISTS {identifier(alias)}")


def _failed(error: Exception, name: str, query: str, relations: dict[str, Relation]) -> StudyError:
    """What DuckDB says of a study's query."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return StudyError(
        f"The query of sources.{name} failed.",
        found="\n            ".join(lines[:8]),
        expected=f"SQL (DuckDB) over {listed(relations)} that returns the columns of {name}",
        remedy=_twice(query, relations),
    )
