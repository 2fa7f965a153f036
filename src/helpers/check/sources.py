"""The sources of a study, read one by one: what each holds, and what is wrong with it."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.collect import presets
from helpers.collect.buckets import is_remote
from helpers.collect.collecting import columns_of
from helpers.collect.customers import build_customer_list
from helpers.collect.engines import attached, engine_of
from helpers.collect.names import check_names
from helpers.collect.presets import preset_cautions
from helpers.collect.queries import columns_of_query, dialect_of, filled_query
from helpers.collect.refusals import ROW, commonest
from helpers.collect.sources import collect, required
from helpers.collect.told import not_covered, told_of_rows
from helpers.errors import StudyError, listed
from helpers.sandbox.foreign import check_foreign
from helpers.sandbox.reading import check_query, functions_of
from helpers.study.addresses import is_file
from helpers.tables import TABLES
from helpers.words import say
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from helpers.check import Checked

COLUMNS = (
    *("table", "files", "first_day", "last_day", "rows_in", "rows_after_as_of", "rows_rejected"),
    *("rows_used", "accounts_matched"),
)


def written_queries(ws: Workspace, found: "Checked") -> None:
    """The SQL of sources, as it is written; presets, as they expand."""
    from helpers.check import CHANGING

    for name, source in ws.study.sources.items():
        place = f"the query of sources.{name}"
        with found.noting():
            if source.preset:
                presets.expand(ws, name, source)
            elif source.database and is_file(source.database):
                where = f"sources.{name}.database"
                path = attached.place_of(ws, source.database, where=where)
                attached.check(path, filled_query(ws, source), table=name, ws=ws)
            elif source.database:
                dialect = dialect_of(source, where=f"sources.{name}.database")
                check_foreign(filled_query(ws, source), dialect=dialect, place=place)
            else:
                query = filled_query(ws, source)
                check_query(query, tables=source.files, place=place)
                changing = sorted(functions_of(query) & CHANGING)
                if changing:
                    found.warnings.append(
                        f"sources.{name} calls {listed(changing)}: two runs of it differ. "
                        "The last day that a run may know is {as_of}."
                    )


def returned_columns(ws: Workspace, found: "Checked") -> None:
    """The names that queries over files return: missing, misspelt or taken, and unknown to a file.

    Nothing is read but the files' columns and first rows. Databases and stores on other machines
    are not asked: nothing is contacted before it is said.
    """
    for name, source in ws.study.sources.items():
        away = any(is_remote(file.path) for file in source.files.values())
        if source.preset or source.database or away:
            continue
        with found.noting():
            names = columns_of_query(ws, name, source)
            given, extra = columns_of(TABLES[name], names)
            check_names(ws.study, TABLES[name], given=given, extra=extra)


def check_sources(ws: Workspace, found: "Checked") -> pd.DataFrame | None:
    """Collect every table, one after the other; the included customers, where there are any."""
    written_queries(ws, found)
    rows: list[dict] = []
    collected: set[str] = set()
    needed = {"accounts", {"subscription": "contracts"}.get(ws.study.business_model, "orders")}
    for name in TABLES:
        if name not in ws.study.sources:
            continue
        if TABLES[name].references and not needed <= collected:
            found.warnings.append(
                f"sources.{name} was not read: it refers to accounts, which cannot be read yet."
            )
            continue
        before = len(found.problems)
        with found.noting():
            report = collect(ws, [name])
            collected.add(name)
            rows.append(_row(ws, name, report.set_index("table").loc[name]))
        if len(found.problems) == before and name not in collected:
            collected.add(name)  # the same message was noted before
    _not_over(ws, found)
    with found.noting():
        found.warnings += _told(ws)
    found.tables = pd.DataFrame(rows, columns=list(COLUMNS)).dropna(axis="columns", how="all")
    if not needed <= collected:
        return None
    return _customers(ws, found)


def _not_over(ws: Workspace, found: "Checked") -> None:
    """A quarter of which days are still to come; only a check may ask what day it is."""
    today = datetime.now(ZoneInfo(ws.study.timezone)).date()
    if today <= ws.as_of:
        found.warnings.append(
            f"{ws.quarter} is not over: it ends on {ws.as_of}, and today is {today}. What happens "
            "until then is missing, and a run afterwards gives other numbers."
        )


def _told(ws: Workspace) -> list[str]:
    """What the report will tell of the exports, and why rows are not used."""
    cautions = [*not_covered(ws), *told_of_rows(ws), *preset_cautions(ws)]
    texts = [
        say(sentence, currency=ws.study.currency, **values) for _, sentence, values in cautions
    ]
    told = [text.replace("**", "") for text in texts]
    for name in ws.study.sources:
        record = ws.recorded(f"collection/{name}", {})
        if not record.get("rows_rejected") and not record.get("cells_rejected"):
            continue
        faults = ws.kept(f"rejected_{name}")
        known = record["rows_in"] - record["rows_after_as_of"]
        rows, cells = faults[faults["rejected"] == ROW], faults[faults["rejected"] != ROW]
        cells = cells[~cells["column"].isin(record.get("unreadable", {}))]  # told as cautions
        twice = (record.get("duplicates") or record.get("repeated") or {}).get("money") or 0.0
        money = (record.get("money_rejected") or 0.0) + twice
        amount = f" ({money:,.2f} {ws.study.currency})" if money else ""
        parts = []
        if len(rows):
            parts.append(f"{len(rows):,} of {known:,} rows{amount} are not used: {commonest(rows)}")
        if len(cells):
            parts.append(f"{len(cells):,} values are not used: {commonest(cells)}")
        if parts:
            told.append(f"sources.{name}: " + "\n            ".join(parts))
    return told


def _row(ws: Workspace, name: str, report: pd.Series) -> dict:
    table, rows = TABLES[name], required(ws, name)
    row = {"table": name, "files": report.files}
    row |= {key: int(report[key]) for key in COLUMNS[4:8]}
    if table.known_on:
        day = rows[table.known_on].cast("date").cast("string")
        ends = rows.aggregate(first=day.min(), last=day.max()).to_pandas().loc[0]
        row |= {"first_day": ends["first"], "last_day": ends["last"]}
    if name in ("contracts", "orders"):
        known = engine_of(ws).stored(ws, "accounts")
        if known is not None:
            mine = rows.select("account_id").distinct()
            both = mine.semi_join(known, "account_id")
            total = int(mine.count().execute())
            row["accounts_matched"] = f"{int(both.count().execute()):,} of {total:,}"
    return row


def _customers(ws: Workspace, found: "Checked") -> pd.DataFrame | None:
    """The customer list; a rule that fails is noted and left out, so that the next is looked at."""
    rules = list(ws.study.customer_list.exclude)
    while True:
        limited = _with_rules(ws, rules)
        try:
            listed_customers = build_customer_list(limited)
        except StudyError as error:
            if str(error) not in found.problems:
                found.problems.append(str(error))
            failing = next((r for r in rules if r.sql and repr(r.sql)[1:-1] in str(error)), None)
            failing = failing or next((r for r in rules if r.sql and r.sql in str(error)), None)
            if failing is None and "account_type" in str(error):
                failing = next((r for r in rules if r.rule == "account_type"), None)
            if failing is None:
                return None
            rules.remove(failing)
            continue
        ws.save("customer_list", listed_customers.accounts)
        included = len(listed_customers.customers)
        known = len(listed_customers.accounts)
        found.told.append(f"Customers: {included:,} of {known:,} known accounts are included.")
        return listed_customers.customers


def _with_rules(ws: Workspace, rules: list) -> Workspace:
    from dataclasses import replace

    exclude = ws.study.customer_list.model_copy(update={"exclude": tuple(rules)})
    return replace(ws, study=ws.study.model_copy(update={"customer_list": exclude}))
