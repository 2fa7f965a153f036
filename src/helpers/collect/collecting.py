"""One table from its raw data to its canonical form, with the records of what was left out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.collect import presets
from helpers.collect.alike import find_alike
from helpers.collect.beside import files_apart
from helpers.collect.cautions import asked_twice, constant_amount, lost_by_rounding
from helpers.collect.cumulated import cumulated
from helpers.collect.engines import ALIKE, JUDGED, QUARANTINED, engine_of
from helpers.collect.leaving import check_leaving, ended_by_leaving, left_after
from helpers.collect.names import check_kinds, check_names, may_be_meant
from helpers.collect.namesakes import Namesakes
from helpers.collect.observed import (
    EVENTS,
    before_won,
    check_revenue,
    days_of,
    moments,
    observe,
    revenue_of,
)
from helpers.collect.overlaps import check_overlaps, without_overlaps
from helpers.collect.queries import days_by_file, query_result
from helpers.collect.refusals import (
    CONFLICT,
    DUPLICATE,
    ROW,
    check_cells,
    check_share,
    commonest,
    costs_lost,
    no_rejected,
    out_of_order,
    rejected_money,
    rejections,
    unreadable_values,
    void_rows,
)
from helpers.collect.rounded import check_rounded
from helpers.collect.scales import check_scales
from helpers.collect.spelled import spelled_apart
from helpers.collect.states import of_the_day
from helpers.collect.thousands import check_thousands
from helpers.errors import StudyError, listed
from helpers.study import Source
from helpers.tables import TABLES, Kind, Table
from helpers.workspace import Workspace

if TYPE_CHECKING:  # ibis takes a while to import, and not every notebook collects
    import ibis.expr.types as ir


# Tables that are read through sums, counts and medians alone, all of them exact, so that no order
# of their rows changes a number. Sorting them would cost more than collecting them.
REDUCED = ("orders", "costs", "tickets", "usage")


WON_LATER = "accounts_won_later"  # accounts that were won after the as-of date


def stored(ws: Workspace, name: str) -> "ir.Table":
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
    types |= dict.fromkeys(TABLES[name].instants.values(), ibis_type("timestamp"))
    given = table.schema()
    return table.cast({k: t for k, t in types.items() if str(given[k]) not in (t, f"!{t}")})


def collect_table(ws: Workspace, name: str, accounts: "ir.Table | None") -> None:
    """Read, map, check and keep one canonical table.

    Parameters
    ----------
    accounts : one column account_id, the accounts that are known; for tables that refer to them.
    """
    from helpers.collect import casting, checks
    from helpers.collect.same import Compared

    engine = engine_of(ws)
    written = ws.study.sources[name]
    source = presets.expand(ws, name, written)
    table = TABLES[name]
    # The files of a preset without money are large, and have keys of their own.
    pages: list[dict] | None = None if written.preset and table.amount is None else []
    result, raw_files = query_result(
        ws, engine, name, source, ours=written.preset is not None, pages=pages
    )
    whole = result
    result, other_states = of_the_day(result, source, ws.as_of, table=name)
    given, extra = columns_of(table, result.columns)
    check_names(ws.study, table, given=given, extra=extra)
    kinds = _extra_kinds(ws, table, extra)
    table = checks.bounded(table, _bounds(table, source, kinds), kinds)
    blank = casting.blank(result, table, given=given) - checks.WORKED_OUT
    came_back = name == "accounts" and source.left_before_won == "returned"
    check_thousands(result, table, source, given=given, extras=kinds)
    if name == "accounts" and not written.preset and "account_id" in given:
        check_rounded(result, given["account_id"])
    columns = {**given, **{name: name for name in kinds}}
    read = columns.values() if table.key_of(given) else result.columns
    reading = replace(engine.reading, neat=engine.neat(whole.select(*dict.fromkeys(read))))
    usual = {name for name, column in given.items() if reading.is_neat_day(result[column])}

    soon = None
    if table.references and ws.recorded("collection/accounts", {}).get("rows_after_as_of"):
        soon = engine.stored(ws, WON_LATER)

    def known_rows(rows: "ir.Table") -> "ir.Table":
        form = casting.canonical_form(rows, table, given=given, extras=kinds, reading=reading)
        if came_back and "churned_on" in given:
            form = checks.returned(form, table)
        form = checks.replied(form, table, given)
        seen = checks.as_known(form, table, ws.as_of, usual=usual, blank=blank)
        return seen if soon is None else checks.of_later_accounts(seen, table, soon)

    known = known_rows(result)
    referring = checks.referring(known, table, accounts)
    found = checks.rules(referring, table, given=given, extras=kinds, usual=usual)
    judged = engine.materialise(JUDGED, checks.judged(referring, found))
    compared = Compared.of(result, table, given=given, reading=reading)
    often = engine.often(compared.values(result))
    rows_in, later, noted, several = _counts(result, judged, often)
    key = ", ".join(table.key_of(given))
    found += [
        checks.Rule(key or "whole row", DUPLICATE, broken=None),
        checks.Rule(key or "whole row", CONFLICT, broken=None),
    ]
    quarantined, namesakes = judged, Namesakes()
    if several:
        out = judged.filter(judged.later | judged.rule.notnull())
        # Few, and looked at several times: written down once.
        alike = engine.materialise(ALIKE, compared.rows(result, often))
        fit = known_rows(alike).anti_join(out, "row_number")
        namesakes = Namesakes.of(ws, source, table, fit, alike, given=given, kinds=kinds)
        parts = namesakes.rejected(duplicate=len(found) - 2, conflict=len(found) - 1)
        if parts:
            noted += 1
            numbers = {"rule": "int64", "cells": "string"}
            quarantined = engine.materialise(QUARANTINED, judged.cast(numbers).union(*parts))

    refusals = no_rejected()
    if noted:
        refusals = rejections(result, quarantined, table, found, columns)
        refusals = namesakes.told(refusals)
    refused = int((refusals.rejected == ROW).sum())
    most = _first(source.max_rejected_share, ws.study.max_rejected_share)
    check_share(
        table,
        refusals,
        rows_in - later,
        most=most,
        chosen=not table.key_of(given),
        known=accounts,
    )
    free = {rule.reason for rule in found if not rule.counts}
    check_cells(
        result,
        quarantined,
        table,
        refusals,
        columns=columns,
        free=free,
        most=most,
        reading=reading,
    )
    if name in ("accounts", revenue_of(ws)) and rows_in - later - refused == 0:
        raise _nothing_known(ws, table, rows_in, refusals, known)

    names = [column.name for column in table.columns]
    names += [*table.instants.values(), *kinds]
    sorting = [*table.key, *(name for name in names if name not in table.key)]
    out = quarantined.filter(quarantined.later | quarantined.rule.notnull())
    used = known_rows(result.anti_join(out, "row_number"))
    blanked = refusals.column[refusals.rejected != ROW].unique()
    if len(blanked):
        alone = replace(table, references=())  # accounts were looked up before
        used = checks.without_cells(
            used, table, checks.rules(used, alone, given=given, extras=kinds, usual=usual), blanked
        )
    used = used.select(*names)
    overlapping = source.overlaps or "add"
    more: dict[str, Any] = {}
    if name == "contracts" and overlapping == "latest":
        more["overlaps"] = check_overlaps(used, ws.as_of, choice=overlapping)
        used = without_overlaps(used)
    if name == "contracts" and ws.recorded("collection/accounts", {}).get("span", {}).get("left"):
        used, more["after_leaving"] = _without_left(ws, source, used)
    engine.store(ws, name, used, [] if name in REDUCED else sorting)
    finished = stored(ws, name)
    checks.validate(finished, table)
    rows_used = int(finished.count().execute())
    # The identity is counted on the table that everything later reads, not on the plan.
    if rows_in != later + refused + rows_used:
        raise AssertionError(f"{name}: {rows_in} != {later} + {refused} + {rows_used}")

    # Of all rows of the query, and of their days alone: an export of accounts has many columns.
    days = casting.canonical_form(result, days_of(table), given=given, extras={}, reading=reading)
    span = observe(days, table, ws.as_of)
    more["hiding"] = casting.hiding(result.select(*columns.values()), neat=reading.neat)
    if table.references and "accounts" in ws.study.sources:
        more["before_won"] = before_won(
            finished, table, stored(ws, "accounts"), begins=span.get("first_day", "")
        )
    scales = check_scales(finished, table, source, refusals)
    if scales:
        more["scales"] = scales
    if name == "accounts":
        more["alike"] = find_alike(ws, finished)
        more["spelled"] = spelled_apart(ws.study, finished)
        if later:
            after = known.filter(known.later & known.account_id.notnull())
            days = after.group_by("account_id").agg(won_on=after.won_on.max())
            engine.store(ws, WON_LATER, days, ["account_id"])
        more["left_before_won"] = _left_before_won(known, refusals, came_back=came_back)
    if pages:
        more["pages"] = pages
    void = void_rows(refusals, table)
    if void:
        more["void"] = void
    begun, apart = moments(finished, table, given, blank=blank)
    if begun:
        more["recorded_from"] = begun
    if apart:
        more["half_dated"] = apart
    if source.history:
        more["history"] = {"choice": source.history, "rows": other_states}
    if name == "contracts" and overlapping != "latest":
        more["overlaps"] = check_overlaps(finished, ws.as_of, choice=overlapping)
    if name in EVENTS and table.known_on is not None:
        by_file = days_by_file(ws, name, written, given[table.known_on])
        more["files_apart"] = files_apart(by_file, written, start=ws.quarter.start, as_of=ws.as_of)
    if name == revenue_of(ws) == "orders":
        more["constant_amount"] = constant_amount(finished)
    if table.amount and (lost := lost_by_rounding(finished, table.amount)):
        more["rounded"] = lost
    if name == "orders" or (name == "usage" and "quantity" in given):
        more["cumulated"] = cumulated(finished, name)
    if name == "needs":
        more["asked_twice"] = asked_twice(finished)
    if name == revenue_of(ws) and "currency" in given:
        more["currency_named"] = bool(finished.currency.count().execute())
    if unpriced := costs_lost(refusals, table):
        more["costs_lost"] = unpriced
    if name == "costs":
        check_kinds(ws.study, result[given["kind"]], reading)
    ws.keep(f"rejected_{name}", refusals)
    for folder in ("collection", "raw_files"):
        ws.folder(f"work/records/{folder}")
    ws.record(f"raw_files/{name}", raw_files)
    ws.record(
        f"collection/{name}",
        {
            "table": name,
            "files": _named([file["path"] for file in raw_files]),
            "rows_in": rows_in,
            "rows_after_as_of": later,
            "rows_rejected": refused,
            "money_rejected": rejected_money(refusals, table),
            "rows_used": rows_used,
            "cells_rejected": int((refusals.rejected != ROW).sum()),
            "collected": True,
            "columns": [*given, *kinds],
            "dropped_columns": [name for name in extra if name not in kinds],
            "may_be_meant": may_be_meant(
                table, given=given, extra=[n for n in extra if n not in ws.study.attributes]
            ),
            "undated": int((refusals.reason == checks.NO_DATE).sum()),
            "unreadable": unreadable_values(refusals, list(kinds)),
            "span": span,
            **namesakes.recorded(),
            **more,
        },
    )
    if name == revenue_of(ws):
        check_revenue(ws, finished)
    engine.forget()


def _named(paths: list[str]) -> str:
    """Files for a report: of a folder of hundreds, the first and how many there are."""
    names = list(dict.fromkeys(paths))
    if len(names) <= 12:
        return "; ".join(names)
    return f"{names[0]}; …; {names[-1]} ({len(names):,})"


def _left_before_won(
    known: "ir.Table", refusals: pd.DataFrame, *, came_back: bool
) -> dict[str, object]:
    """Accounts that left before they were won: choice and rows; empty without any."""
    from helpers.collect import checks

    if came_back:
        rows = int(known[checks.BACK].ifelse(1, 0).sum().execute() or 0)
    else:
        rows = int(out_of_order(refusals, "churned_on", "won_on").sum())
    return {"choice": "returned" if came_back else "reject", "rows": rows} if rows else {}


def _without_left(ws: Workspace, source: Source, used: "ir.Table") -> "tuple[ir.Table, dict]":
    """The contracts as they count once their customer has left, and what that concerns."""
    choice, rules = source.after_leaving or "end", ws.study.customer_list.exclude
    types = {kind for rule in rules if rule.rule == "account_type" for kind in rule.is_}
    placed = left_after(used, stored(ws, "accounts"), left_out=types)
    found = check_leaving(ws, placed, choice=choice)
    return (ended_by_leaving(placed, ws.as_of) if found and choice == "end" else used), found


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _bounds(table: Table, source: Source, kinds: dict[str, Kind | None]) -> dict:
    """The bounds of a source, of columns that the table has and that are numbers."""
    numbers = [c.name for c in table.columns if c.kind in ("number", "integer")]
    numbers += [name for name, kind in kinds.items() if kind == "number"]
    strange = [name for name in source.bounds if name not in numbers]
    if strange:
        raise StudyError(
            f"sources.{table.name}.bounds names {listed(strange)}.",
            expected=listed(numbers) or "nothing: the table has no number",
        )
    return source.bounds


def _counts(result: "ir.Table", judged: "ir.Table", often: "ir.Table") -> list[int]:
    """Rows of the query, after the as-of date, with something rejected, and values that repeat."""
    rejected = (judged.rule.notnull() | (judged.cells != "")).ifelse(1, 0)
    numbers = (
        result.aggregate(rows_in=result.count())
        .cross_join(judged.aggregate(later=judged.later.ifelse(1, 0).sum(), noted=rejected.sum()))
        .cross_join(often.aggregate(several=often.count()))
    )
    return [int(number) for number in numbers.to_pandas().fillna(0).loc[0]]


# ── columns ──────────────────────────────────────────────────────────────────────────────────────
def columns_of(table: Table, returned: Sequence[str]) -> tuple[dict[str, str], list[str]]:
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
    return {name: declared.get(name) for name in extra}


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
    if (refusals.rejected == ROW).sum() == rows:
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
