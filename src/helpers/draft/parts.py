"""What a guess is made of, and what all guesses ask: which column is it, which columns join."""

from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from helpers.collect.quoting import identifier
from helpers.collect.single import one_row
from helpers.draft.looking import Column, Export
from helpers.draft.names import is_identifier, is_personal, likeness
from helpers.errors import listed

KINDS = 200  # levels up to which a column tells kinds of thing: products, reasons


@dataclass
class Table:
    """One canonical table of a draft: its query, and what led to it."""

    name: str
    files: dict[str, str | dict]  # alias → entry of the study file
    query: str
    why: list[str] = field(default_factory=list)
    preset: dict[str, str] = field(default_factory=dict)
    extracted_on: object = None  # the day of the export, where its own days do not tell it


@dataclass
class Guess:
    """What a folder seems to hold."""

    model: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)  # name → entry of the study file
    left_out: dict[str, str] = field(default_factory=dict)
    last_day: Any = None
    first_day: Any = None  # from which on customers and what they pay are both known
    day: Any = None  # the column of revenue's day
    currency: str = ""
    keys: dict[str, Column] = field(default_factory=dict)  # file → column of the customer
    decision: str = ""  # the one thing that only a person can say


def join(
    con: duckdb.DuckDBPyConnection, listing: Export, own: Column, other: Export
) -> Column | None:
    """The column of another file whose values are those of a key, mostly."""
    found, share = None, 0.5
    for plain in other.columns:
        column = replace(plain, digits=own.digits)
        if column.kind not in ("text", "number") or column.distinct < 2:
            continue
        if column.kind != own.kind and not own.digits:
            continue
        if (column.kind == "number" or own.digits) and not (
            likeness(column.name, "account_id") or column.name.lower() == own.name.lower()
        ):
            continue  # small whole numbers are found in any other
        if own.digits:
            (apart,) = one_row(
                con, f"SELECT count(DISTINCT {own.as_id}) FROM {identifier(listing.alias)}"
            )
            if apart < listing.rows:
                return None
        (held,) = one_row(
            con,
            f"SELECT avg(({own.as_id} IS NOT NULL)::INT) FROM (SELECT DISTINCT {column.as_id} AS v "
            f"FROM {identifier(other.alias)} WHERE {column.sql} IS NOT NULL) AS a "
            f"LEFT JOIN {identifier(listing.alias)} AS b ON a.v = {own.as_id}",
        )
        if held and held > share:
            found, share = column, held
    return found


def best(columns: list[Column], role: str, least: float = 0.3) -> Column | None:
    """The column whose name sounds most like a role."""
    fitting = [c for c in columns if c.filled and likeness(c.name, role) >= least]
    return max(fitting, key=lambda c: likeness(c.name, role), default=None)


def unknowns(table: Table, exports: list[Export]) -> list[str]:
    """How many numbers that a table's query takes stand in the files as a mark for unknown."""
    return [
        f"{column.name} of {export.path}: {column.marked:,} of {export.rows:,} rows hold "
        f"{listed([repr(mark) for mark in column.marks])}, read as unknown, never as zero"
        for export in exports
        if export.alias in table.files
        for column in export.columns
        if column.marks
        and any(f"{sign}{identifier(column.name)} AS DOUBLE)" in table.query for sign in "(.")
    ]


def readings(table: Table, exports: list[Export]) -> list[str]:
    """How columns that a table's query takes are read, where they are written as something else."""
    found = []
    for export in exports:
        for column in export.columns if export.alias in table.files else ():
            used = identifier(column.name) in table.query
            if column.told and used and column.kind in ("date", "number"):
                mark, _, text = column.told.rpartition("DECISION: ")
                found.append(f"{'DECISION: ' if mark or column.told != text else ''}"
                             f"{column.name} of {export.path}: {text}")  # fmt: skip
    return found


def kinds(export: Export, role: str, beside: Column | None = None) -> Column | None:
    """The column of few kinds of thing that a role names: a product, a reason; never free text."""
    fitting = [
        column
        for column in export.of_kind("text")
        if column is not beside
        and 2 <= column.distinct <= min(KINDS, export.rows // 2)
        and not is_personal(column.name)
        and not is_identifier(column.name)
    ]
    return best(fitting, role, 0.7)


def select(cells: list[str], export: Export) -> str:
    """A query of one file."""
    return "SELECT " + ",\n       ".join(cells) + f"\nFROM {identifier(export.alias)}"
