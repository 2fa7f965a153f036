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
import io
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.collect.customers import build_customer_list
from helpers.collect.sources import collect, rejected
from helpers.errors import StudyError
from helpers.metrics.accounts import account_metrics, components
from helpers.metrics.quality import quality_scores
from helpers.tables import TABLES
from helpers.workspace import Workspace

FILES = {
    "crm_accounts.csv": ";",
    "billing_subscriptions.csv": ",",
    "invoices_services.csv": ",",
    "helpdesk_tickets.csv": ",",
    "nps_responses.csv": ",",
    "referrals.csv": ",",
}
# What each kind of break may be done to: file → columns.
IDS = {
    "crm_accounts.csv": ["AccountNo"],
    "billing_subscriptions.csv": ["customer_no"],
    "invoices_services.csv": ["client"],
    "helpdesk_tickets.csv": ["account"],
    "nps_responses.csv": ["customer_no"],
    "referrals.csv": ["referred_by"],
}
DAYS = {
    "crm_accounts.csv": ["WonDate"],
    "billing_subscriptions.csv": ["valid_from"],
    "invoices_services.csv": ["invoice_date"],
    "helpdesk_tickets.csv": ["created", "solved", "first_response"],
    "nps_responses.csv": ["sent"],
    "referrals.csv": ["date"],
}
NUMBERS = {
    "crm_accounts.csv": ["Headcount", "Seats"],
    "billing_subscriptions.csv": ["monthly_fee_eur"],
    "invoices_services.csv": ["net_eur"],
    "helpdesk_tickets.csv": ["replies", "reopened", "rating"],
    "nps_responses.csv": ["likelihood"],
}
KEYS = {
    "crm_accounts.csv": "AccountNo",
    "invoices_services.csv": "invoice_no",
    "helpdesk_tickets.csv": "ticket_no",
}
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


def broken(one: Break, raw: Path) -> str:
    """The text of the file after the break."""
    text = (raw / one.file).read_text(encoding="utf-8-sig")
    frame = pd.read_csv(io.StringIO(text), sep=FILES[one.file], dtype=str, keep_default_na=False)
    rng = np.random.default_rng(one.number)
    if one.kind in CELLS:
        here = frame.index[frame[one.column] != ""]
        rows = rng.choice(here, size=min(one.rows, len(here)), replace=False)
        frame.loc[rows, one.column] = CELLS[one.kind][1](frame.loc[rows, one.column], rng)
    else:
        frame = _LINES[one.kind][1](frame, one, rng)
    return frame.to_csv(
        index=False, sep=FILES[one.file], lineterminator="\n", quoting=csv.QUOTE_MINIMAL
    )


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


_LINES: dict[str, tuple[dict[str, list[str]], Callable]] = {
    "rows twice": (IDS, _twice),
    "rows restated": ({file: [key] for file, key in KEYS.items()}, _restated),
    "file twice": (IDS, _whole),
    "rows shuffled": (IDS, _shuffled),
    "accounts missing": ({"crm_accounts.csv": ["AccountNo"]}, _accounts_gone),
    "column renamed": (DAYS, _renamed),
    "columns of one name": (IDS, _extra),
}


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Outcome:
    """The numbers of one run, what it listed and counted, or its message."""

    numbers: dict[str, pd.DataFrame] | None
    listed: dict
    message: str = ""


def run(study: Path, reports: Path) -> Outcome:
    """Collect, customer list, score and account metrics of the study's latest quarter."""
    ws = Workspace.open(study=str(study), reports=str(reports))
    ws.clear()
    try:
        collect(ws)
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
    counted = ("repeated", "duplicates", "conflicts", "overlaps", "unmatched")
    records = {name: ws.recorded(f"collection/{name}", {}) for name in TABLES}
    notes = listing.reconciliation[["account_id", "note"]].astype(str)
    listed = {
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
    """The outcome of a break: ``message``, ``same numbers``, ``listed``, or what is not allowed."""
    study = folder / f"break_{one.number}"
    study.mkdir()
    for path in raw.iterdir():
        if path.is_file() and path.suffix in {".csv", ".jsonl", ".xlsx", ".parquet", ".yml"}:
            shutil.copyfile(path, study / path.name)  # files outside of a study are not read
    (study / one.file).unlink()
    (study / one.file).write_text(broken(one, raw), encoding="utf-8")
    try:
        found = run(study, folder / "reports")
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
    """Accounts of which a metric is another one."""
    frames = [outcome.numbers["metrics"] for outcome in (clean, found)]
    texts = [frame.drop(columns="account_id").astype(str).to_numpy().tolist() for frame in frames]
    rows = [
        zip(frame["account_id"], map(repr, text), strict=True)
        for frame, text in zip(frames, texts, strict=True)
    ]
    one, other = (set(pairs) for pairs in rows)
    return {account for account, _ in one ^ other}


def touched(one: Break, raw: Path) -> set[str]:
    """Accounts whose lines a break changed, and those that they belong to, by either file."""
    before = (raw / one.file).read_text(encoding="utf-8-sig")
    sides = []
    for text in (before, broken(one, raw)):
        names, *lines = csv.reader(io.StringIO(text), delimiter=FILES[one.file])
        here = [names.index(n) for n in (*IDS[one.file], *OWNERS.get(one.file, [])) if n in names]
        sides.append(Counter((tuple(line), tuple(line[k].strip() for k in here)) for line in lines))
    changed = (sides[0] - sides[1]) + (sides[1] - sides[0])
    named = {name for _, names in changed for name in names if name}
    family = pd.read_csv(raw / "crm_accounts.csv", sep=";", dtype=str, encoding="utf-8-sig")
    parents = family.set_index("AccountNo")["ParentAccountNo"].dropna().groupby(level=0).first()
    return named | {name.upper() for name in named} | set(parents.reindex(list(named)).dropna())
