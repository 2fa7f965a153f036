"""Which of several vendors' exports customers and revenue come from: each is tried."""

import tempfile
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import duckdb

from helpers.check import check_study
from helpers.collect.presets.description import load_preset
from helpers.collect.presets.folder import export_files
from helpers.draft.looking import look
from helpers.draft.parts import Guess
from helpers.draft.paying import last_day_of
from helpers.draft.vendors import VENDORS, of_vendor
from helpers.draft.writing import written
from helpers.errors import listed
from helpers.quarter import Quarter


def tried(folder: Path, given: dict) -> Guess:
    """The tables of the first vendor whose customers pay something, by its own export.

    Parameters
    ----------
    given : entries of all vendors' tables, by ``table/vendor``.

    Returns
    -------
    What runs, and what else holds revenue; a decision where no vendor's customers pay.
    """
    failed: list[tuple[str, str]] = []
    running: list[tuple[str, Guess, str]] = []
    for vendor, kind in product(VENDORS, ("contracts", "orders")):
        found = of_vendor(vendor, given, kind)
        if found is None or any(vendor == other for other, *_ in running):
            continue
        found.last_day = last_day(folder, found)
        rows, why = _rows(folder, found)
        told = ", ".join(f"{table}: {count:,} rows" for table, count in rows.items())
        place = next(iter(found.tables.values())).preset["folder"]
        if why:
            quarter = quarter_of(found.last_day)
            failed.append((f"{vendor} in {place}, by its {kind}, for {quarter}", why))
        else:
            running.append((vendor, found, f"{vendor} in {place} ({told})"))
    if running:
        _, found, told = running[0]
        if len(running) > 1:
            others = "; ".join(other for *_, other in running[1:])
            found.tables["accounts"].why.append(
                f"DECISION: customers that pay are in several exports: {told} is taken; "
                f"else: {others}. Together they may hold the same customers twice"
            )
        found.left_out |= dict(failed)
        return found
    found = next(f for v in VENDORS if (f := of_vendor(v, given)) is not None)
    found.last_day = last_day(folder, found)
    found.left_out |= dict(failed)
    found.decision = (
        "Which export holds customers and what they pay? Each that was recognised was tried for "
        "the last quarter of its own days, and none has rows of both: "
        f"{listed([where for where, _ in failed])}. Export one anew, or write sources.accounts and "
        "the revenue as queries; the reasons stand under “Left out”."
    )
    return found


def _rows(folder: Path, found: Guess) -> tuple[dict[str, int], str]:
    """Rows of each table for the last quarter of its days, and what stands in the way."""
    quarter = quarter_of(found.last_day)
    with tempfile.TemporaryDirectory(prefix="draft-") as scratch:
        path = Path(scratch) / "study.yml"
        path.write_text(written(found, name="trial", folder=folder, quarter=quarter), "utf-8")
        checked = check_study(study=str(path))
    rows = {} if checked.tables.empty else dict(checked.tables[["table", "rows_used"]].to_numpy())
    return rows, " ".join(problem.splitlines()[0] for problem in checked.problems)


def last_day(folder: Path, found: Guess) -> date | None:
    """The last day, until today, on which something happened in the files of a vendor's revenue."""
    revenue = found.tables.get("contracts") or found.tables["orders"]
    preset, place = load_preset(revenue.preset["preset"]), folder / revenue.preset["folder"]
    files = export_files(
        preset, preset.tables[revenue.name], where=revenue.name, place=place, given={}, quarter=""
    )
    only = frozenset(Path(f.raw_file.path).name for f in files.values())
    with tempfile.TemporaryDirectory(prefix="draft-") as scratch, duckdb.connect() as con:
        exports, _ = look(con, place, Path(scratch), only)
    return last_day_of(exports)


def quarter_of(last_day: object, first_day: object = None) -> str:
    """The latest quarter that the data reach the end of, nearly; the one before where they do not.

    Never one that ends before the first day: nothing is known of it.

    >>> quarter_of(date(2024, 12, 29)), quarter_of(date(2024, 11, 2))
    ('2024Q4', '2024Q3')
    >>> quarter_of(date(2024, 11, 15), date(2024, 11, 15))
    '2024Q4'
    """
    day = last_day if isinstance(last_day, date) else date.today()
    day = min(day, date.today())
    current = Quarter(day.year, (day.month - 1) // 3 + 1)
    reached = current.end - day <= timedelta(days=25)
    early = isinstance(first_day, date) and current.previous.end < first_day
    return str(current if reached or early else current.previous)
