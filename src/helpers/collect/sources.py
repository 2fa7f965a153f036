"""Raw data → checked canonical tables, and the account of what was left out on the way.

Rows in = rows used + rows after the as-of date + rows rejected, for every table, always.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect import presets
from helpers.collect.currency import check_rates, in_study_currency
from helpers.collect.engines import SET_ASIDE, UNFIT, engine_of
from helpers.collect.queries import query_result
from helpers.collect.refusals import (
    check_share,
    commonest,
    no_rejected,
    refused_rows,
    unreadable_values,
)
from helpers.errors import StudyError, listed
from helpers.tables import TABLES, Kind, Table
from helpers.workspace import Workspace

if TYPE_CHECKING:  # ibis takes a while to import, and not every notebook collects
    import ibis.expr.types as ir

REPORT = (
    "table",
    "files",
    "rows_in",
    "rows_after_as_of",
    "rows_rejected",
    "rows_used",
    "collected",
)
# Tables that are read through sums, counts and medians alone, all of them exact, so that no order
# of their rows changes a number. Sorting them would cost more than collecting them.
REDUCED = ("orders", "costs", "tickets", "usage")


# ── collected tables ─────────────────────────────────────────────────────────────────────────────
def canonical(ws: Workspace, name: str) -> "ir.Table | None":
    """A checked canonical table as a lazy Ibis table; None where it is not collected.

    Amounts are in the study's currency (`helpers.collect.currency`).
    """
    if name not in ws.study.sources:
        return None
    table = _stored(ws, name)
    if not _names_currencies(ws, name):
        return table
    currency = ws.study.currency
    return in_study_currency(table, TABLES[name], currency=currency, rates=_rates(ws))


def _names_currencies(ws: Workspace, name: str) -> bool:
    given = ws.recorded(f"collection/{name}", {}).get("columns", ())
    return TABLES[name].amount is not None and "currency" in given


def _rates(ws: Workspace) -> pd.DataFrame | None:
    return _stored(ws, "rates").to_pandas() if "rates" in ws.study.sources else None


def _stored(ws: Workspace, name: str) -> "ir.Table":
    """A canonical table as it was collected, amounts in their own currencies."""
    from helpers.collect.casting import ibis_type

    table = engine_of(ws).stored(ws, name)
    if table is None:
        raise StudyError(
            f"The table {name} has not been collected yet.",
            remedy="run the notebooks in order, from 02_customer_list on",
        )
    # The same types on all engines, which do not all say how exact a timestamp is.
    types = {column.name: ibis_type(column.kind) for column in TABLES[name].columns}
    given = table.schema()
    return table.cast({k: t for k, t in types.items() if str(given[k]) not in (t, f"!{t}")})


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
    if any(TABLES[name].amount for name in wanted) and "rates" not in wanted:
        wanted.append("rates")  # without them, amounts cannot be read
    accounts = None
    for name in TABLES:  # in the order in which tables refer to one another
        if name in wanted and name in ws.study.sources:
            if TABLES[name].references and accounts is None:
                accounts = _known_accounts(ws)
            _collect_table(ws, TABLES[name], accounts)
    for name in TABLES:
        if name in wanted and _names_currencies(ws, name):
            rows = _stored(ws, name)
            check_rates(rows, TABLES[name], currency=ws.study.currency, rates=_rates(ws))
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
    """One table from its raw data to its canonical form, with its records."""
    import ibis

    from helpers.collect import casting, checks

    engine = engine_of(ws)
    written = ws.study.sources[table.name]
    source = presets.expand(ws, table.name, written)
    ours = written.preset is not None
    result, raw_files = query_result(ws, engine, table.name, source, ours=ours)
    given, extra = _columns(table, result.columns)
    kinds = _extra_kinds(ws, table, extra)

    def known_rows(rows: "ir.Table") -> "ir.Table":
        form = casting.canonical_form(
            rows, table, given=given, extras=kinds, reading=engine.reading
        )
        return checks.as_known(form, table, ws.as_of)

    known = known_rows(result)
    referring = checks.referring(known, table, accounts)
    found = checks.rules(referring, table, given=given)
    aside = engine.materialise(UNFIT, checks.unfit(referring, found))
    alike = checks.Alike.of(result, table, given=given, reading=engine.reading)
    often = engine.often(alike.values(result))
    rows_in, later, refused, several = _counts(result, aside, often)
    if several:
        fit = known_rows(alike.rows(result, often)).anti_join(aside, "row_number")
        again = checks.repeated(fit, table, whole_row=result)
        again = again.mutate(later=False, rule=ibis.literal(len(found), "int64"))
        aside = engine.materialise(SET_ASIDE, aside.union(again))
        refused = int(aside.rule.count().execute())
    reasons = [(rule.column, rule.reason) for rule in found]
    reasons.append((", ".join(table.key) or "whole row", checks.DUPLICATE))
    refusals = no_rejected()
    if refused:
        refusals = refused_rows(result, aside, table, reasons, given)
    check_share(table, refusals, rows_in - later, most=ws.study.max_rejected_share)
    if table.name in ("accounts", _revenue_table(ws)) and rows_in - later - refused == 0:
        raise _nothing_known(ws, table, rows_in, refusals, known)

    names = [column.name for column in table.columns] + list(kinds)
    sorting = [*table.key, *(name for name in names if name not in table.key)]
    used = known_rows(result.anti_join(aside, "row_number")).select(*names)
    engine.store(ws, table.name, used, [] if table.name in REDUCED else sorting)
    finished = _stored(ws, table.name)
    checks.validate(finished, table)
    rows_used = int(finished.count().execute())
    # The identity is counted on the table that everything later reads, not on the plan.
    if rows_in != later + refused + rows_used:
        raise AssertionError(f"{table.name}: {rows_in} != {later} + {refused} + {rows_used}")

    ws.keep(f"rejected_{table.name}", refusals)
    for folder in ("collection", "raw_files"):
        ws.folder(f"work/records/{folder}")
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
            "unreadable": unreadable_values(result, aside, kinds, engine.reading),
        },
    )
    engine.forget()


def _counts(result: "ir.Table", aside: "ir.Table", often: "ir.Table") -> list[int]:
    """Rows of the query, after the as-of date and refused so far, and values that repeat."""
    numbers = (
        result.aggregate(rows_in=result.count())
        .cross_join(
            aside.aggregate(later=aside.later.ifelse(1, 0).sum(), refused=aside.rule.count())
        )
        .cross_join(often.aggregate(several=often.count()))
    )
    return [int(number) for number in numbers.to_pandas().fillna(0).loc[0]]


# ── columns ──────────────────────────────────────────────────────────────────────────────────────
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
    import ibis

    names = [name for name in ("accounts", "contracts", "orders") if name in ws.study.sources]
    engine = engine_of(ws)
    late = [name for name in names if engine.stored(ws, name) is None]
    if late:
        raise StudyError(
            f"The table {listed(late)} must be collected before the tables that refer to accounts.",
            remedy="run the notebooks in order, from 02_customer_list on",
        )
    listings = [_stored(ws, name).select("account_id") for name in names]
    return engine.materialise("known_accounts", ibis.union(*listings, distinct=True))


def _revenue_table(ws: Workspace) -> str:
    return {"subscription": "contracts", "transactional": "orders"}[ws.study.business_model]


# ── what was not used, and why ───────────────────────────────────────────────────────────────────
def _nothing_known(
    ws: Workspace, table: Table, rows: int, refusals: pd.DataFrame, known: "ir.Table"
) -> StudyError:
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
    day = known[table.known_on].cast("date").cast("string")
    first, last = known.aggregate(first=day.min(), last=day.max()).to_pandas().loc[0]
    return StudyError(
        f"{ws.quarter} ends on {ws.as_of}, when {table.name} had no usable row yet.",
        found=f"{table.known_on} from {first} to {last}",
        expected="a quarter that ends on or after the first of these dates",
    )


def reason_counts(refusals: pd.DataFrame) -> pd.DataFrame:
    """Rejected rows per table, column and reason: table, column, reason, rows."""
    counts = refusals.groupby(["table", "column", "reason"], sort=True).size()
    return counts.rename("rows").reset_index()
