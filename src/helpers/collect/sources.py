"""Raw data → checked canonical tables, and the account of what was left out on the way.

Rows in = rows used + rows after the as-of date + rows rejected, for every table, always.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from helpers.alongside import Later, begin, for_later, results
from helpers.collect.apart import Apart
from helpers.collect.collecting import WON_LATER, collect_table, stored
from helpers.collect.currency import check_rates, in_study_currency, rates_of_start
from helpers.collect.engines import KNOWN, engine_of
from helpers.collect.observed import revenue_of
from helpers.collect.rawplaces import are_small
from helpers.collect.refusals import DUPLICATE, NO_VALUE, REJECTED, ROW, no_rejected
from helpers.errors import StudyError, listed
from helpers.tables import TABLES
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


ACCOUNTS = "accounts"


# ── collected tables ─────────────────────────────────────────────────────────────────────────────
def canonical(ws: Workspace, name: str) -> "ir.Table | None":
    """A checked canonical table as a lazy Ibis table; None where it is not collected.

    Amounts are in the study's currency (`helpers.collect.currency`).
    """
    if name not in ws.study.sources:
        return None
    table = stored(ws, name)
    if not _names_currencies(ws, name):
        return table
    currency = ws.study.currency
    return in_study_currency(table, TABLES[name], currency=currency, rates=_rates(ws))


def required(ws: Workspace, name: str) -> "ir.Table":
    """A canonical table that this kind of study always has."""
    table = canonical(ws, name)
    assert table is not None
    return table


def _names_currencies(ws: Workspace, name: str) -> bool:
    given = ws.recorded(f"collection/{name}", {}).get("columns", ())
    return TABLES[name].amount is not None and "currency" in given


def _rates(ws: Workspace) -> pd.DataFrame | None:
    return stored(ws, "rates").to_pandas() if "rates" in ws.study.sources else None


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
    # In the order in which tables refer to one another.
    given = [name for name in TABLES if name in wanted and name in ws.study.sources]
    accounts = [name for name in given if name == ACCOUNTS]
    alone = [name for name in given if name not in accounts and not TABLES[name].references]
    referring = [name for name in given if TABLES[name].references]
    for together in (accounts, alone, referring):
        _collect_together(ws, together)
    for name in TABLES:
        if name in wanted and _names_currencies(ws, name):
            rows = stored(ws, name)
            check_rates(rows, TABLES[name], currency=ws.study.currency, rates=_rates(ws))
    if {"accounts", "contracts", "orders"} & set(wanted):
        _match(ws)
        _collect_ahead(ws, wanted)
    return _report(ws, [name for name in TABLES if name in wanted])


def _collect(ws: Workspace, names: Sequence[str]) -> None:
    accounts = None
    for name in names:
        if TABLES[name].references and accounts is None:
            accounts = _known_accounts(ws)
        collect_table(ws, name, accounts)
    engine_of(ws).forget(accounts=True)


def _collect_together(ws: Workspace, names: Sequence[str]) -> None:
    """Tables that need nothing of one another."""
    if not _is_small(ws, names):
        _collect(ws, names)
        return
    results([_begin_apart(ws, name) for name in names])
    for name in names:
        Apart.of(ws, name).put(ws)


def begin_accounts(ws: Workspace) -> None:
    """Begin what `collect` needs first of all: the accounts, if they are few.

    What is wrong with their files is told where they are collected.
    """
    with suppress(StudyError, OSError):
        if ACCOUNTS in ws.study.sources and _is_small(ws, [ACCOUNTS]):
            _begin_apart(ws, ACCOUNTS)


def _begin_apart(ws: Workspace, name: str) -> Later[None]:
    """Collecting one table, which changes nothing until it is put in place."""
    return begin(_collect_apart, ws, name)


def _collect_apart(ws: Workspace, name: str) -> None:
    apart = Apart.of(ws, name)
    apart.begin()
    _collect(apart, [name])


def _collect_ahead(ws: Workspace, wanted: Sequence[str]) -> None:
    """Begin the small tables that a notebook still to come collects."""
    given = [name for name in TABLES if name in ws.study.sources]  # as that notebook names them
    due = [name for name in given if name not in wanted]
    if _is_small(ws, due):
        with for_later():
            for name in due:
                _begin_apart(ws, name)


def _is_small(ws: Workspace, names: Sequence[str]) -> bool:
    return are_small(ws.study, names, raw=ws.raw, quarter=str(ws.quarter))


def _match(ws: Workspace) -> None:
    """Hold revenue against the accounts, as soon as both are there; kept in its record."""
    from helpers.collect.alike import paid_alike
    from helpers.collect.doors import also_contracts
    from helpers.collect.early import paid_early
    from helpers.collect.emptied import ended_at_zero
    from helpers.collect.leaving import money_after_leaving
    from helpers.collect.unmatched import check_unmatched, in_force

    engine = engine_of(ws)
    if engine.stored(ws, "accounts") is None:
        return
    for name in ("contracts", "orders"):
        record = ws.recorded(f"collection/{name}")
        if name in ws.study.sources and record:
            bills, known = canonical(ws, name), stored(ws, "accounts")
            later = None
            if ws.recorded("collection/accounts").get("rows_after_as_of"):
                later = engine.stored(ws, WON_LATER)
            more = {
                "unmatched": check_unmatched(
                    ws, name, bills, known, refused=refused_accounts(ws), later=later
                )
            }
            if name == "orders" and ws.recorded("collection/contracts"):
                both = also_contracts(stored(ws, "orders"), stored(ws, "contracts"))
                more["also_contracts"] = both
            if name == revenue_of(ws):
                more["paid_early"] = paid_early(bills, known)
            if name == "contracts":
                more["ended_at_zero"] = ended_at_zero(bills, ws.as_of)
            if name == "contracts" and (rates := _rates(ws)) is not None:
                more["rates_of_start"] = rates_of_start(
                    stored(ws, name),
                    currency=ws.study.currency,
                    rates=rates,
                    day=ws.as_of,
                    whole=float(in_force(ws, name, bills).money.sum().execute() or 0),
                )
            if ws.recorded("collection/accounts").get("alike"):
                more["alike_paid"] = paid_alike(ws, in_force(ws, name, bills))
            if record.get("after_leaving"):
                money = money_after_leaving(ws, bills, _rates(ws))
                more["after_leaving"] = {**record["after_leaving"], **money}
            ws.record(f"collection/{name}", {**record, **more})


def rejected(ws: Workspace) -> pd.DataFrame:
    """All rejected rows so far, the data file ``rejected_rows``.

    Returns
    -------
    DataFrame with table, row, key, column, value, reason, rejected. ``row`` counts, from 1, the
    rows that the table's query returned and that were known at the as-of date; ``key`` names the
    row. Where ``rejected`` is ``row`` it is not used at all, where it is ``cell`` the row is used
    with this value blanked.
    """
    kept = [
        ws.kept(f"rejected_{name}")
        for name in TABLES
        if name in ws.study.sources and ws.recorded(f"collection/{name}")
    ]
    return pd.concat([no_rejected(), *(rows[list(REJECTED)] for rows in kept)], ignore_index=True)


def rejected_revenue(ws: Workspace) -> pd.DataFrame:
    """Rejected rows of the table that revenue comes from: REJECTED, account_id, amount.

    Rows that are one of several copies are not among them: their account lost nothing.
    """
    name = revenue_of(ws)
    blank = no_rejected().assign(account_id=no_rejected().key, amount=no_rejected().key)
    if not ws.recorded(f"collection/{name}", {}).get("rows_rejected"):
        return blank
    rows = ws.kept(f"rejected_{name}")
    rows = rows[(rows["rejected"] == ROW) & (rows["reason"] != DUPLICATE)]
    return rows.reset_index(drop=True)


def refused_accounts(ws: Workspace) -> dict[str, str]:
    """Identifiers of accounts whose row in the CRM's export cannot be used, and by which column.

    The CRM knows them: what they pay is no revenue of strangers.
    """
    if not ws.recorded("collection/accounts", {}).get("rows_rejected"):
        return {}
    rows = ws.kept("rejected_accounts")
    rows = rows[(rows["rejected"] == ROW) & (rows["reason"] != DUPLICATE)]
    rows = rows.dropna(subset="account_id")
    return dict(zip(rows["account_id"].str.strip(), rows["column"], strict=True))


def won_later(ws: Workspace) -> dict[str, date]:
    """Accounts that the CRM says were won after the as-of date, and on which day."""
    if not ws.recorded("collection/accounts", {}).get("rows_after_as_of"):
        return {}
    later = engine_of(ws).stored(ws, WON_LATER)
    if later is None:
        return {}
    rows = later.select("account_id", won_on=later.won_on.cast("date")).to_pandas()
    return {name: pd.Timestamp(day).date() for name, day in rows.itertuples(index=False)}


def rejected_customers(ws: Workspace) -> dict[str, str]:
    """Accounts whose row was rejected, though it says that they were won → their type, "" unknown.

    Those that belong to them go on belonging to them. Of a row without any day of being won nothing
    says that the account was ever a customer: nobody is counted with it.
    """
    if not ws.recorded("collection/accounts", {}).get("rows_rejected"):
        return {}
    rows = ws.kept("rejected_accounts")
    rows = rows[(rows["rejected"] == ROW) & ~rows["reason"].isin((DUPLICATE, NO_VALUE))]
    rows = rows.dropna(subset="account_id")
    types = rows["account_type"].fillna("").str.strip()
    return dict(zip(rows["account_id"].str.strip(), types, strict=True))


def unreadable_of(ws: Workspace) -> dict[str, frozenset[str]]:
    """Columns of accounts → the accounts whose value was there and could not be used."""
    if not ws.recorded("collection/accounts", {}).get("cells_rejected"):
        return {}
    rows = ws.kept("rejected_accounts")
    rows = rows[rows["rejected"] != ROW].dropna(subset="account_id")
    return {
        str(name): frozenset(mine["account_id"].str.strip())
        for name, mine in rows.groupby("column", sort=True)
    }


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
    listings = [stored(ws, name).select("account_id") for name in names]
    return engine.materialise(KNOWN, ibis.union(*listings, distinct=True))


def reason_counts(refusals: pd.DataFrame) -> pd.DataFrame:
    """Rejected rows and cells per table, column and reason: table, column, reason, rows."""
    counts = refusals.groupby(["table", "column", "reason"], sort=True).size()
    return counts.rename("rows").reset_index()
