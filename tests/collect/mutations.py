"""Breaks of the sample's raw files, and what becomes of a study whose files are broken.

A *break* changes cells or lines of one raw file as exports are really broken: values lost,
unreadable, off the scale, written in another country's way, exported twice, given to an account
that nobody knows. It is drawn from a seed, so that every number names the same break for ever.

What is allowed: a message that names the table or file and what is wrong in it; the numbers of the
files as they were; or other numbers, with something listed or counted that is not listed or counted
for the files as they were, and of no other accounts than those whose lines were broken. What is
not: other numbers in silence, or of somebody else.
"""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.collect.customers import build_customer_list
from helpers.collect.observed import collected_tables, quiet, unfinished
from helpers.collect.sources import collect, rejected
from helpers.errors import StudyError
from helpers.metrics.accounts import account_metrics, components
from helpers.metrics.quality import quality_scores
from helpers.tables import TABLES
from helpers.workspace import Workspace

SEMICOLON = ("crm_accounts.csv",)
# What each kind of break may be done to: file → columns.
IDS = {
    "crm_accounts.csv": ["AccountNo"],
    "billing_subscriptions.csv": ["customer_no"],
    "invoices_services.csv": ["client"],
    "helpdesk_tickets.csv": ["account"],
    "nps_responses.csv": ["customer_no"],
    "referrals.csv": ["referred_by"],
    "costs.xlsx": ["Customer"],
    "csat.jsonl": ["account"],
    "usage.parquet": ["account_no"],
}
DAYS = {
    "crm_accounts.csv": ["WonDate"],
    "billing_subscriptions.csv": ["valid_from"],
    "invoices_services.csv": ["invoice_date"],
    "helpdesk_tickets.csv": ["created", "solved", "first_response"],
    "nps_responses.csv": ["sent"],
    "referrals.csv": ["date"],
    "costs.xlsx": ["Booked"],
    "csat.jsonl": ["asked"],
    "usage.parquet": ["period_end"],
}
NUMBERS = {
    "crm_accounts.csv": ["Headcount", "Seats"],
    "billing_subscriptions.csv": ["monthly_fee_eur"],
    "invoices_services.csv": ["net_eur"],
    "helpdesk_tickets.csv": ["replies", "reopened", "rating"],
    "nps_responses.csv": ["likelihood"],
    "costs.xlsx": ["Amount EUR"],
    "csat.jsonl": ["rating"],
    "usage.parquet": ["events"],
}
KEYS = {
    "crm_accounts.csv": "AccountNo",
    "invoices_services.csv": "invoice_no",
    "helpdesk_tickets.csv": "ticket_no",
}
DATED = {
    "invoices_services.csv": ["invoice_date"],
    "helpdesk_tickets.csv": ["created"],
    "nps_responses.csv": ["sent"],
    "usage.parquet": ["period_end"],
    "costs.xlsx": ["Booked"],
}
# What list, score and account metrics are made of; and files that one table alone is made of, on
# which no other table depends: who is known is said by accounts, contracts and orders.
TELLING = (
    "accounts", "contracts", "orders", "costs", "tickets", "surveys", "usage", "referrals"
)  # fmt: skip
READ = {
    "helpdesk_tickets.csv": "tickets",
    "nps_responses.csv": "surveys",
    "csat.jsonl": "surveys",
    "costs.xlsx": "costs",
    "usage.parquet": "usage",
    "referrals.csv": "referrals",
}
# Told of everybody by what is known of all: a model's estimates, shares of the best.
POOLED = (
    "clv", "clv_bgnbd", "expected_orders_12m", "active_probability", "health_score", "health_group"
)  # fmt: skip
OWNERS = {"crm_accounts.csv": ["ParentAccountNo"], "referrals.csv": ["referred_company"]}
Frame = pd.DataFrame
Cells = Callable[[pd.Series, np.random.Generator], pd.Series]


@dataclass(frozen=True)
class Break:
    """One break: what is done to which file and column, and to how many rows."""

    number: int
    kind: str
    file: str
    column: str
    rows: int

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}, {self.file}, {self.column}, {self.rows} rows"


CELLS: dict[str, tuple[dict[str, list[str]], Cells]] = {
    "identifier lost": (IDS, lambda cells, rng: cells.map(lambda _: "")),
    "unknown account": (IDS, lambda cells, rng: "ZZ" + cells),
    "identifier in lower case": (IDS, lambda cells, rng: cells.str.lower()),
    "no-break space": (IDS, lambda cells, rng: cells + "\u00a0"),
    "space in front": (IDS, lambda cells, rng: "  " + cells),
    "impossible day": (DAYS, lambda cells, rng: cells.map(lambda _: "2024-02-30")),
    "unreadable day": (DAYS, lambda cells, rng: cells.map(lambda _: "soon")),
    "placeholder": (DAYS, lambda cells, rng: cells.map(lambda _: "0001-01-01")),
    "spreadsheet zero": (DAYS, lambda cells, rng: cells.map(lambda _: "1899-12-30")),
    "far future": (DAYS, lambda cells, rng: cells.map(lambda _: "2924-01-01")),
    "text for a number": (NUMBERS, lambda cells, rng: cells.map(lambda _: "n/a")),
    "huge number": (NUMBERS, lambda cells, rng: cells.map(lambda _: "99999999999999")),
    "negative number": (NUMBERS, lambda cells, rng: cells.map(lambda _: "-99999999999")),
    "decimal comma": (NUMBERS, lambda cells, rng: cells.str.replace(".", ",") + ",5"),
}


def breaks(number: int) -> list[Break]:
    """The first breaks of the list, all different."""
    rng, made, seen = np.random.default_rng(20260930), [], set()
    kinds = [*CELLS, *_LINES]
    while len(made) < number:
        kind = kinds[len(made) % len(kinds)]
        columns = CELLS[kind][0] if kind in CELLS else _LINES[kind][0]
        file = str(rng.choice(sorted(columns)))
        column = str(rng.choice(columns[file]))
        entry = (kind, file, column, int(rng.integers(1, 41)))
        if entry not in seen:
            seen.add(entry)
            made.append(Break(len(made), *entry))
    return made


def broken(one: Break, raw: Path) -> Frame:
    """The cells of the file after the break, as text."""
    frame = cells_of(raw / one.file)
    rng = np.random.default_rng(one.number)
    if one.kind in CELLS:
        here = frame.index[frame[one.column] != ""]
        rows = rng.choice(here, size=min(one.rows, len(here)), replace=False)
        frame.loc[rows, one.column] = CELLS[one.kind][1](frame.loc[rows, one.column], rng)
    else:
        frame = _LINES[one.kind][1](frame, one, rng)
    return frame


def cells_of(path: Path) -> Frame:
    """A raw file as text, an empty cell as ""."""
    if path.suffix == ".csv":
        sep = ";" if path.name in SEMICOLON else ","
        return pd.read_csv(path, sep=sep, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    read = {
        ".xlsx": partial(pd.read_excel, engine="calamine"),
        ".parquet": pd.read_parquet,
        ".jsonl": partial(pd.read_json, lines=True, convert_dates=False, dtype=False),
    }
    frame = read[path.suffix](path).astype(object)
    return frame.where(frame.notna(), "").map(_text)


def _text(cell: object) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else str(cell).removesuffix(" 00:00:00")


def written(frame: Frame, path: Path, like: Path) -> None:
    """Write cells in the format of another file; what reads as a number or day is one again."""
    if path.suffix == ".csv":
        sep = ";" if path.name in SEMICOLON else ","
        frame.to_csv(path, index=False, sep=sep, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    elif path.suffix == ".jsonl":
        lines = [
            json.dumps({name: _typed(cell) for name, cell in zip(frame.columns, row, strict=True)})
            for row in frame.itertuples(index=False)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = openpyxl.load_workbook(like, read_only=True).sheetnames[0]
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False):
            sheet.append([_typed(cell) for cell in row])
        book.save(path)
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        # A column of Parquet has one type: one cell that does not fit makes all of them text. Two
        # columns may share a name there, which data frames do not write.
        arrays = []
        for place in range(frame.shape[1]):
            cells = [_typed(cell) for cell in frame.iloc[:, place]]
            kinds = {type(cell) for cell in cells if cell is not None}
            texts = [None if cell is None else str(cell) for cell in cells]
            arrays.append(pa.array(texts if len(kinds) > 1 else cells))
        pq.write_table(pa.Table.from_arrays(arrays, names=list(frame.columns)), path)


def _typed(cell: str) -> str | float | int | None:
    if cell == "":
        return None
    try:
        number = float(cell)
    except ValueError:
        return cell
    return int(cell) if cell.lstrip("-").isdigit() else number


def _twice(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """Some rows exported twice."""
    rows = rng.choice(frame.index, size=one.rows, replace=False)
    return pd.concat([frame, frame.loc[rows]], ignore_index=True)


def _restated(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """Some rows exported again, with a column changed."""
    rows = rng.choice(frame.index, size=one.rows, replace=False)
    again = frame.loc[rows].copy()
    name = NUMBERS[one.file][0]
    again[name] = [str(7 + int(rng.integers(1000))) for _ in rows]
    return pd.concat([frame, again], ignore_index=True)


def _whole(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """The file appended to itself."""
    return pd.concat([frame, frame], ignore_index=True)


def _shuffled(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """The same rows in another order."""
    return frame.sample(frac=1, random_state=one.number)


def _accounts_gone(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """Accounts that are missing from the CRM's export."""
    rows = rng.choice(frame.index, size=10 * one.rows, replace=False)
    return frame.drop(index=rows)


def _renamed(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """A column under another name."""
    return frame.rename(columns={one.column: one.column + "_new"})


def _extra(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """A column more that nothing asks for, twice."""
    made = frame.assign(a=str(one.rows), b="x")
    return made.set_axis([*frame.columns, "remark", "remark"], axis=1)


def _days(cells: pd.Series) -> pd.Series:
    """Days as the files of the sample write them; none where there is no such day."""
    german = cells.str.fullmatch(r"\d\d\.\d\d\.\d{4}")
    iso = cells.str.replace(r"(\d\d)\.(\d\d)\.(\d{4})", r"\3-\2-\1", regex=True)
    return pd.to_datetime(iso.where(german, cells).str[:10], errors="coerce", format="%Y-%m-%d")


def _cut(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """An export that was made two months before the quarter ended."""
    days = _days(frame[one.column])
    return frame[~(days >= "2026-08-01")]


def _begun_late(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """An export that begins a month after the quarter did."""
    days = _days(frame[one.column])
    return frame[~(days < "2026-08-01")]


def _emptied(frame: Frame, one: Break, rng: np.random.Generator) -> Frame:
    """A column without a value."""
    return frame.assign(**{one.column: ""})


_LINES: dict[str, tuple[dict[str, list[str]], Callable]] = {
    "rows twice": (IDS, _twice),
    "rows restated": ({file: [key] for file, key in KEYS.items()}, _restated),
    "file twice": (IDS, _whole),
    "rows shuffled": (IDS, _shuffled),
    "accounts missing": ({"crm_accounts.csv": ["AccountNo"]}, _accounts_gone),
    "column renamed": (DAYS, _renamed),
    "columns of one name": (IDS, _extra),
    "cut short": (DATED, _cut),
    "begun late": (DATED, _begun_late),
    "column emptied": (NUMBERS | {"helpdesk_tickets.csv": ["first_response", "solved"]}, _emptied),
}


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Outcome:
    """The numbers of one run, what it listed and counted, or its message."""

    numbers: dict[str, pd.DataFrame] | None
    listed: dict
    message: str = ""


def run(study: Path, reports: Path, *, again: str | None = None) -> Outcome:
    """Collect, customer list, score and account metrics of the study's latest quarter.

    Parameters
    ----------
    reports : with the tables of the files as they were, where only some are read again.
    again : the file whose tables are read again; all of them where others depend on it.
    """
    ws = Workspace.open(study=str(study), reports=str(reports))
    if again is None:
        ws.clear()
    try:
        collect(ws, TELLING if again is None else [READ[again]])
        listing = build_customer_list(ws)
        ws.save("customer_list", listing.accounts)
        customers = ws.keep("customers", listing.customers)
        scores = quality_scores(ws, customers)
        metrics = account_metrics(components(ws, customers))
    except StudyError as error:
        return Outcome(None, {}, str(error))
    # Row numbers depend on the order of the file, and so say nothing of the numbers.
    names = ["table", "key", "column", "value", "reason", "rejected"]
    faults = rejected(ws)[names].astype(str).sort_values(names, ignore_index=True)
    counted = (
        "repeated", "duplicates", "conflicts", "overlaps", "unmatched", "recorded_from",
        "half_dated", "may_be_meant", "unreadable", "undated", "files_apart", "after_leaving",
        "alike", "scales", "pages",
    )  # fmt: skip
    records = {name: ws.recorded(f"collection/{name}", {}) for name in TABLES}
    notes = listing.reconciliation[["account_id", "note"]].astype(str)
    listed = {
        "covers": collected_tables(ws)[["table", "covers"]].to_dict("list"),
        "ended": [one["table"] for one in unfinished(ws)] + [*quiet(ws)],
        "rejected": faults.to_dict("list"),
        "counts": {
            name: {key: record.get(key) for key in (*counted, "rows_rejected", "cells_rejected")}
            for name, record in records.items()
        },
        "reconciliation": notes.to_dict("list"),
    }
    return Outcome(
        {"customer_list": listing.accounts, "scores": scores, "metrics": metrics}, listed
    )


def judge(one: Break, raw: Path, folder: Path, clean: Outcome) -> str:
    """The outcome of a break: ``message``, ``same numbers``, ``listed``, or what is not allowed.

    Parameters
    ----------
    folder : holds the reports of the files as they are under ``clean``.
    """
    study = folder / f"break_{one.number}"
    study.mkdir()
    for path in raw.iterdir():
        if path.is_file() and path.suffix in {".csv", ".jsonl", ".xlsx", ".parquet", ".yml"}:
            shutil.copyfile(path, study / path.name)  # files outside of a study are not read
    (study / one.file).unlink()
    written(broken(one, raw), study / one.file, raw / one.file)
    again = one.file if one.file in READ else None
    if again:
        shutil.copytree(folder / "clean", folder / "reports")
    try:
        found = run(study, folder / "reports", again=again)
    finally:
        shutil.rmtree(folder / "reports", ignore_errors=True)
        shutil.rmtree(study)
    if found.numbers is None:
        named = any(f"sources.{name}" in found.message for name in TABLES)
        return "message" if named or one.file in found.message else f"UNCLEAR: {found.message}"
    if all(found.numbers[name].equals(table) for name, table in clean.numbers.items()):
        return "same numbers"
    if found.listed == clean.listed:
        return "SILENT"
    strangers = sorted(moved(clean, found) - touched(one, raw))
    return f"OTHERS: {', '.join(strangers[:5])}" if strangers else "listed"


def moved(clean: Outcome, found: Outcome) -> set[str]:
    """Accounts of which a metric of their own is another one.

    A metric that the broken files do not tell is blank, which says so.
    """
    before, after = (
        outcome.numbers["metrics"].set_index("account_id").drop(columns=list(POOLED))
        for outcome in (clean, found)
    )
    apart = set(before.index) ^ set(after.index)
    names = before.columns.intersection(after.columns)
    both = before.index.intersection(after.index)
    before, after = before.loc[both, names], after.loc[both, names]
    differ = (before.astype(str) != after.astype(str)) & after.notna()
    return apart | set(both[differ.any(axis=1)])


def touched(one: Break, raw: Path) -> set[str]:
    """Accounts whose lines a break changed, and those that they belong to, by either file."""
    sides = []
    for frame in (cells_of(raw / one.file), broken(one, raw)):
        names = list(frame.columns)
        here = [names.index(n) for n in (*IDS[one.file], *OWNERS.get(one.file, [])) if n in names]
        lines = list(frame.itertuples(index=False, name=None))
        sides.append(Counter((line, tuple(line[k].strip() for k in here)) for line in lines))
    changed = (sides[0] - sides[1]) + (sides[1] - sides[0])
    named = {name for _, names in changed for name in names if name}
    family = cells_of(raw / "crm_accounts.csv").replace("", None)
    parents = family.set_index("AccountNo")["ParentAccountNo"].dropna().groupby(level=0).first()
    return named | {name.upper() for name in named} | set(parents.reindex(list(named)).dropna())
