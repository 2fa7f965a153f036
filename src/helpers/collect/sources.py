"""Raw files → checked canonical tables, and the account of what was left out on the way.

Rows in = rows used + rows after the as-of date + rows rejected, for every table, always.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.quoting import identifier, literal
from helpers.collect.rawfiles import Relation, relation
from helpers.collect.refusals import (
    USED,
    check_share,
    commonest,
    no_rejected,
    refused_rows,
    unreadable_values,
)
from helpers.errors import StudyError, listed
from helpers.study import Source
from helpers.tables import TABLES, Kind, Table
from helpers.workspace import Workspace

if TYPE_CHECKING:  # ibis takes a while to import, and not every notebook collects
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

REPORT = (
    "table",
    "files",
    "rows_in",
    "rows_after_as_of",
    "rows_rejected",
    "rows_used",
    "collected",
)


# ── the engine ───────────────────────────────────────────────────────────────────────────────────
@cache
def _backend() -> "Backend":
    import ibis

    backend = ibis.duckdb.connect()
    # One thread: parallel sums of floating-point numbers differ in the last digits from run to
    # run, and so does the order of grouped rows.
    backend.raw_sql("SET threads = 1")
    # Made only when memory runs short; by default it would lie in the folder one happens to be in.
    spill = Path(tempfile.gettempdir()) / f"best-customers-{os.getpid()}"
    backend.raw_sql(f"SET temp_directory = {literal(spill)}")
    return backend


def connect(ws: Workspace) -> "Backend":
    """The Ibis backend of this process: DuckDB in memory, in the study's time zone.

    Queries may ask for ``getvariable('as_of')``, the last day that the run may know.
    """
    backend = _backend()
    backend.raw_sql(
        f"SET TimeZone = {literal(ws.study.timezone)}; "
        f"SET VARIABLE as_of = DATE {literal(ws.as_of)}"
    )
    return backend


def canonical(ws: Workspace, name: str) -> "ir.Table | None":
    """A checked canonical table as a lazy Ibis table; None where it is not collected."""
    if name not in ws.study.sources:
        return None
    path = ws.canonical_path(name)
    if not path.exists():
        raise StudyError(
            f"The table {name} has not been collected yet.",
            remedy="run the notebooks in order, from 02_customer_list on",
        )
    view = f"{name}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    return connect(ws).read_parquet(path, table_name=view)


# ── collecting ───────────────────────────────────────────────────────────────────────────────────
def collect(ws: Workspace, names: Sequence[str] | None = None) -> pd.DataFrame:
    """Read, map, check and keep canonical tables.

    Parameters
    ----------
    names : tables to collect, by default all of the study; those that the study does not give
        are reported as not collected. Tables that refer to accounts need accounts, contracts and
        orders collected with them or before.

    Returns
    -------
    DataFrame with one row per table asked for: table, files (names, joined by "; "), rows_in,
    rows_after_as_of, rows_rejected, rows_used, collected. Used rows are in ``canonical``, rejected
    ones in ``rejected``.

    Raises
    ------
    StudyError
        Files, queries and columns that do not fit; more than ``max_rejected_share`` of a table
        rejected; nothing known yet at the as-of date.
    """
    wanted = list(TABLES) if names is None else list(names)
    unknown = [name for name in wanted if name not in TABLES]
    if unknown:
        raise StudyError(f"There is no table {listed(unknown)}.", expected=listed(TABLES, most=20))
    accounts = None
    for name in TABLES:  # in the order in which tables refer to one another
        if name in wanted and name in ws.study.sources:
            if TABLES[name].references and accounts is None:
                accounts = _known_accounts(ws)
            _collect_table(ws, TABLES[name], accounts)
    return _report(ws, [name for name in TABLES if name in wanted])


def rejected(ws: Workspace) -> pd.DataFrame:
    """All rejected rows so far, the data file ``rejected_rows``.

    Returns
    -------
    DataFrame with table, row, key, column, value, reason. ``row`` counts, from 1, the rows that
    the table's query returned and that were known at the as-of date; ``key`` names the row.
    """
    kept = [
        ws.kept(f"rejected_{name}")
        for name in TABLES
        if name in ws.study.sources and ws.recorded(f"collection/{name}")
    ]
    return pd.concat([no_rejected(), *kept], ignore_index=True)


def collection_report(ws: Workspace) -> pd.DataFrame:
    """The report of ``collect`` over all canonical tables, collected or not."""
    return _report(ws, list(TABLES))


def _report(ws: Workspace, names: list[str]) -> pd.DataFrame:
    blank = {"files": "", **dict.fromkeys(REPORT[2:6], 0), "collected": False}
    rows = [
        {**blank, **{key: record[key] for key in REPORT if key in record}, "table": name}
        for name in names
        for record in [ws.recorded(f"collection/{name}", {})]
    ]
    return pd.DataFrame(rows, columns=list(REPORT)).astype(
        {**dict.fromkeys(REPORT[2:6], "int64"), "collected": "bool"}
    )


def _collect_table(ws: Workspace, table: Table, accounts: "ir.Table | None") -> None:
    """One table from its raw files to its Parquet file, with its records."""
    from helpers.collect import casting, checks

    backend = connect(ws)
    con, source = backend.con, ws.study.sources[table.name]
    relations = _relations(ws, table.name, source)
    _run_query(backend, table.name, source, relations)
    result = backend.table("query_result")
    given, extra = _columns(table, result.columns)
    kinds = _extra_kinds(ws, table, extra)
    form = casting.canonical_form(result, table, given=given, extras=kinds)
    known = checks.as_known(form, table, ws.as_of)
    found = checks.rules(known, table, accounts, given=given)
    verdicts = backend.compile(checks.judged(known, table, found, whole_row=result))
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {verdicts}")

    # From here on it is bookkeeping over one finished table, said in plain SQL.
    rows_in, later, refused = con.execute(
        "SELECT count(*), count(*) FILTER (later), count(rule) FROM judged"
    ).fetchone()
    reasons = [(rule.column, rule.reason) for rule in found]
    reasons.append((", ".join(table.key) or "whole row", checks.DUPLICATE))
    refusals = refused_rows(con, table, reasons, given)
    check_share(table, refusals, rows_in - later, most=ws.study.max_rejected_share)
    if table.name in ("accounts", _revenue_table(ws)) and rows_in - later - refused == 0:
        raise _nothing_known(ws, table, rows_in, refusals)

    names = [column.name for column in table.columns] + list(kinds)
    sorting = [*table.key, *(name for name in names if name not in table.key)]
    con.execute(
        f"COPY (SELECT {_sql_list(names)} FROM judged WHERE {USED} ORDER BY {_sql_list(sorting)}) "
        f"TO {literal(ws.canonical_path(table.name))} (FORMAT parquet)"
    )
    finished = canonical(ws, table.name)
    checks.validate(finished, table)
    path = literal(ws.canonical_path(table.name))
    (rows_used,) = con.execute(f"SELECT count(*) FROM read_parquet({path})").fetchone()
    # The identity is counted on the file that everything later reads, not on the plan.
    if rows_in != later + refused + rows_used:
        raise AssertionError(f"{table.name}: {rows_in} != {later} + {refused} + {rows_used}")

    ws.keep(f"rejected_{table.name}", refusals)
    for folder in ("collection", "raw_files"):
        ws.folder(f"work/records/{folder}")
    raw_files = [
        {"table": table.name, "name": name, **file}
        for name, found_files in relations.items()
        for file in found_files.files
    ]
    ws.record(f"raw_files/{table.name}", raw_files)
    ws.record(
        f"collection/{table.name}",
        {
            "table": table.name,
            "files": "; ".join(dict.fromkeys(file["path"] for file in raw_files)),
            "rows_in": rows_in,
            "rows_after_as_of": later,
            "rows_rejected": refused,
            "rows_used": rows_used,
            "collected": True,
            "columns": [*given, *kinds],
            "dropped_columns": [name for name in extra if name not in kinds],
            "unreadable": unreadable_values(con, kinds),
        },
    )
    con.execute("DROP TABLE judged; DROP TABLE query_result")


# ── from files to a query result ─────────────────────────────────────────────────────────────────
def _relations(ws: Workspace, name: str, source: Source) -> dict[str, Relation]:
    if source.database:
        raise StudyError(
            f"sources.{name}: `database` cannot be read; this version collects from files only.",
            remedy="export the tables to CSV or Parquet and list them under `files`",
        )
    return {
        alias: relation(
            connect(ws).con,
            raw_file,
            where=f"sources.{name}.files.{alias}",
            folder=ws.raw,
            quarter=str(ws.quarter),
            scratch=ws.folder("work/utf8"),
        )
        for alias, raw_file in source.files.items()
    }


def _run_query(
    backend: "Backend", name: str, source: Source, relations: dict[str, Relation]
) -> None:
    """Run a study's SQL over its files; the result becomes the table ``query_result``."""
    import duckdb

    con = backend.con
    query = source.query.strip().rstrip(";")
    try:
        for alias, files in relations.items():
            con.execute(f"CREATE OR REPLACE TEMP VIEW {identifier(alias)} AS {files.sql}")
        # Numbered right here: later steps may change the order of rows. In brackets, the study's
        # SQL can only read.
        con.execute(
            "CREATE OR REPLACE TEMP TABLE query_result AS "
            f"SELECT row_number() OVER () AS row_number, q.* FROM (\n{query}\n) AS q"
        )
    except duckdb.Error as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        raise StudyError(
            f"The query of sources.{name} failed.",
            found="\n            ".join(lines[:8]),
            expected=f"SQL (DuckDB) over {listed(relations)} that returns the columns of {name}",
        ) from None
    finally:
        for alias in relations:
            con.execute(f"DROP VIEW IF EXISTS {identifier(alias)}")


def _columns(table: Table, returned: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Canonical columns that the query gives, under whose names, and the extra ones."""
    by_name = {name.lower(): name for name in returned if name != "row_number"}
    given = {
        column.name: by_name[column.name] for column in table.columns if column.name in by_name
    }
    missing = [name for name in table.required if name not in given]
    if missing:
        raise StudyError(
            f"sources.{table.name}: the query does not return {listed(missing)}.",
            found=listed(by_name.values(), most=30),
            expected=f"at least {listed(table.required)}; known are also "
            + listed((c.name for c in table.columns if not c.required), most=30),
            remedy="name the columns in the query, such as SELECT signup_date AS won_on",
        )
    return given, [name for lower, name in by_name.items() if lower not in given]


def _extra_kinds(ws: Workspace, table: Table, extra: list[str]) -> dict[str, Kind | None]:
    """Extra columns of an open table, with the kind that the study declares for them."""
    if not table.open_columns:
        return {}
    kinds: dict[str, Kind] = {"category": "text", "number": "number", "boolean": "boolean"}
    declared = {name: kinds[entry.type] for name, entry in ws.study.attributes.items()}
    lines = ws.study.quality_score.lines.values()
    declared |= {line.column: "number" for _, line in lines if line.column}
    reserved = sorted({"row_number", "later", "rule"} & set(extra))
    if reserved:
        raise StudyError(
            f"sources.{table.name}: {listed(reserved)} is a name of the checks.",
            remedy="give the column another name in the query",
        )
    return {name: declared.get(name) for name in extra}


def _known_accounts(ws: Workspace) -> "ir.Table":
    """Accounts of CRM or billing that were known at the as-of date: one column, account_id."""
    names = [name for name in ("accounts", "contracts", "orders") if name in ws.study.sources]
    late = [name for name in names if not ws.canonical_path(name).exists()]
    if late:
        raise StudyError(
            f"The table {listed(late)} must be collected before the tables that refer to accounts.",
            remedy="run the notebooks in order, from 02_customer_list on",
        )
    paths = ", ".join(literal(ws.canonical_path(name)) for name in names)
    backend = connect(ws)
    backend.con.execute(
        "CREATE OR REPLACE TEMP TABLE known_accounts AS "
        f"SELECT DISTINCT account_id FROM read_parquet([{paths}], union_by_name = true)"
    )
    return backend.table("known_accounts")


def _revenue_table(ws: Workspace) -> str:
    return {"subscription": "contracts", "transactional": "orders"}[ws.study.business_model]


def _sql_list(names: Sequence[str]) -> str:
    return ", ".join(identifier(name) for name in names)


# ── what was not used, and why ───────────────────────────────────────────────────────────────────
def _nothing_known(ws: Workspace, table: Table, rows: int, refusals: pd.DataFrame) -> StudyError:
    """Why accounts or revenue have no row to work with."""
    if not rows:
        return StudyError(
            f"sources.{table.name}: the query returns no rows.",
            remedy="check the file and the WHERE conditions of the query",
        )
    if len(refusals) == rows:
        return StudyError(
            f"sources.{table.name}: none of the {rows} rows can be used.",
            found=commonest(refusals),
            remedy="mend the file, or the query of the table",
        )
    known_on = identifier(table.known_on)
    first, last = (
        connect(ws).con.execute(f"SELECT min({known_on}), max({known_on}) FROM judged").fetchone()
    )
    return StudyError(
        f"{ws.quarter} ends on {ws.as_of}, when {table.name} had no usable row yet.",
        found=f"{table.known_on} from {first} to {last}",
        expected="a quarter that ends on or after the first of these dates",
    )


def reason_counts(refusals: pd.DataFrame) -> pd.DataFrame:
    """Rejected rows per table, column and reason: table, column, reason, rows."""
    counts = refusals.groupby(["table", "column", "reason"], sort=True).size()
    return counts.rename("rows").reset_index()
