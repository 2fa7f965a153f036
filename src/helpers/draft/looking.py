"""The files of a folder, looked at: what each column holds."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from helpers.collect.quoting import identifier, literal
from helpers.collect.rawfiles import relation
from helpers.collect.rawplaces import SUFFIXES
from helpers.draft.names import words
from helpers.draft.reading import copies_of, encoding_of, numbers_of, sheets_of, title_lines
from helpers.draft.readings import (
    Reading,
    named_like_a_day,
    names_of_months,
    number_of_days,
    written_amount,
)
from helpers.errors import StudyError
from helpers.study import RawFile

# Days as text: how they are written, with the test that they are.
DAYS: tuple[str, ...] = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
)
SHORT = ("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d")
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
DAYS += tuple(f"{day} {time}" for day in DAYS[:6] for time in TIMES) + SHORT
DAYS += tuple(f"{day} {time}" for day in SHORT for time in TIMES)

# What people write where they do not know.
_MISSING = re.compile(
    r"-+|–|—|\?+|\.+|x|n\.?/?[ad]\.?|k\.? ?a\.?|keine angaben?|unbekannt|unknown|unbek\.?|none|"
    r"null|nil|nan|tbd|n\.?c\.?|s/d|desconocido|inconnu|onbekend|不明|未知|无"
)

EARLIEST = 1900  # a year before is one of two digits, or none
SOME = 2000  # different values looked at to see how numbers are written


@dataclass(frozen=True)
class Column:
    """One column: its type, how many values, and what they are like."""

    name: str
    kind: str  # text, number, date, boolean
    filled: int
    distinct: int
    low: Any = None
    high: Any = None
    day: str = ""  # how a text is written that is a day
    also: str = ""  # another way in which all of its values can be read
    digits: bool = False  # an identifier of which only the digits count
    by: str = ""  # the identifier in SQL by way of another file, where {own} is this column
    of: str = ""  # the table that this column is of, where `by` must say it
    whole: bool = False  # a number without fractions
    marks: tuple = ()  # texts that stand for a missing number
    marked: int = 0  # cells that hold such a text
    samples: tuple = ()
    reading: str = ""  # the column in SQL where it is written as something else, {own} this one
    told: str = ""  # what is to be said of how it is read, or why it is not
    signs: tuple = ()  # of currencies, in texts of amounts

    @property
    def sql(self) -> str:
        """The column in SQL, as what it is."""
        quoted = identifier(self.name)
        if self.reading:
            return self.reading.replace("{own}", quoted)
        if self.marks:
            return f"try_cast({quoted} AS DOUBLE)"
        if self.day:
            return f"try_strptime(CAST({quoted} AS VARCHAR), {literal(self.day)})"
        return quoted

    @property
    def as_id(self) -> str:
        """The column in SQL as an identifier: 17850.0 is 17850."""
        quoted = identifier(self.name)
        if self.by:
            return self.by.replace("{own}", f"{self.of}.{quoted}")
        if self.digits:
            return f"ltrim(regexp_replace(CAST({quoted} AS VARCHAR), '[^0-9]', '', 'g'), '0')"
        inner = f"CAST({self.sql} AS BIGINT)" if self.kind == "number" and self.whole else quoted
        return f"CAST({inner} AS VARCHAR)"


@dataclass(frozen=True)
class Export:
    """One file, or one sheet of a workbook: its alias in queries, its rows and columns.

    ``entry`` is what the study file says of it, ``path`` what people call it; ``unsure`` says what
    of the entry is a guess. Of several files read as one, ``parts`` are the files and ``union`` is
    the query, unless ``entry`` is a pattern.
    """

    alias: str
    path: str
    rows: int
    columns: tuple[Column, ...]
    entry: str | dict = ""
    unsure: str = ""
    parts: dict = field(default_factory=dict)  # of several files: alias → entry of each
    union: str = ""  # and how they are one, in SQL

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def of_kind(self, *kinds: str) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]


def look(
    con: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, only: frozenset[str] = frozenset()
) -> tuple[list[Export], dict[str, str]]:
    """Every readable file of a folder, and what could not be read with the reason."""
    exports: list[Export] = []
    left_out: dict[str, str] = {}
    copies = copies_of([path for path in folder.iterdir() if path.is_file()])
    for path in sorted(folder.iterdir()):
        if only and path.name not in only:
            continue
        if not path.is_file() or path.name.startswith(".") or path.suffix.lower() not in SUFFIXES:
            if path.is_file() and path.suffix.lower() not in (".yml", ".md"):
                left_out[path.name] = "not a format that is read"
            continue
        if not path.stat().st_size:
            left_out[path.name] = "is empty: export it again, or remove it"
            continue
        if path.name in copies:
            left_out[path.name] = f"the same file as {copies[path.name]}, to the byte: read once"
            continue
        sheets = sheets_of(path) if path.suffix.lower() == ".xlsx" else {}
        for sheet in sheets or [""]:
            try:
                taken = {e.alias for e in exports}
                above = sheets.get(sheet, 0)
                export = _export(con, path, folder, scratch, taken, (sheet, above, len(sheets)))
                if export.rows:
                    exports.append(export)
                else:
                    left_out[export.path] = "has no row: export it again, or remove it"
            except (StudyError, duckdb.Error) as error:
                told = f"{path.name}, sheet {sheet}" if sheet else path.name
                why, *more = str(error).splitlines()
                found = next((line for line in more if line.startswith("  found:")), "")
                left_out[told] = " ".join((why + found).split())
    return exports, left_out


def _export(con, path: Path, folder: Path, scratch: Path, taken: set[str], of: tuple) -> Export:
    sheet, above, sheets = of
    text = SUFFIXES[path.suffix.lower()] in ("csv", "jsonl")
    entry: dict[str, Any] = {"path": path.name}
    if sheet:
        entry["sheet"] = sheet
    if text and (encoding := encoding_of(path)):
        entry["encoding"] = encoding
    if SUFFIXES[path.suffix.lower()] == "csv":
        above = title_lines(path, entry.get("encoding", ""))
    if above:
        entry["skip_lines"] = above
    alias = "_".join(words(sheet if sheets > 1 else path.stem))
    alias = alias if re.fullmatch(r"[a-z][a-z0-9_]*", alias) else f"file_{len(taken) + 1}"
    while alias in taken:
        alias += "_2"

    def read() -> list:
        found = relation(
            con, RawFile(**entry), where=path.name, folder=folder, quarter="", scratch=scratch
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(alias)} AS {found.sql}")
        return con.execute(f"DESCRIBE {identifier(alias)}").fetchall()

    described, unsure = read(), ""
    if SUFFIXES[path.suffix.lower()] != "parquet":
        texts = [identifier(name) for name, kind, *_ in described if kind == "VARCHAR"]
        some = [
            [value for (value,) in con.execute(
                f"SELECT DISTINCT {quoted} FROM {identifier(alias)} WHERE {quoted} IS NOT NULL "
                f"ORDER BY 1 LIMIT {SOME}").fetchall()]
            for quoted in texts
        ]  # fmt: skip
        numbers, open_ = numbers_of(some)
        if numbers:
            entry |= numbers
            read()
            signs = ", ".join(f"{key} {value!r}" for key, value in numbers.items())
            unsure = ("DECISION: " if open_ else "") + f"{path.name}: numbers are read with {signs}"
    if "encoding" in entry:
        unsure = "; ".join(filter(None, (unsure, f"{path.name}: not UTF-8, read as {encoding}")))
    if above:
        told = f"{path.name}: {above} lines above the names of columns are no rows"
        unsure = "; ".join(filter(None, (unsure, told)))
    (rows,) = con.execute(f"SELECT count(*) FROM {identifier(alias)}").fetchone()
    columns = columns_of(con, alias)
    told = f"{path.name}, sheet {sheet}" if sheet else path.name
    return Export(alias, told, rows, columns, entry if len(entry) > 1 else path.name, unsure)


def columns_of(con, alias: str) -> tuple[Column, ...]:
    """The columns of a table of the connection, each looked at."""
    described = con.execute(f"DESCRIBE {identifier(alias)}").fetchall()
    return tuple(_column(con, alias, name, kind) for name, kind, *_ in described)


def _column(con, alias: str, name: str, kind: str) -> Column:
    quoted, table = identifier(name), identifier(alias)
    filled, distinct = con.execute(
        f"SELECT count({quoted}), count(DISTINCT {quoted}) FROM {table}"
    ).fetchone()
    if kind == "BOOLEAN":
        return Column(name, "boolean", filled, distinct)
    samples = tuple(
        value
        for (value,) in con.execute(
            f"SELECT {quoted} FROM {table} WHERE {quoted} IS NOT NULL GROUP BY 1 "
            f"ORDER BY count(*) DESC, 1 LIMIT 3"
        ).fetchall()
    )
    if kind == "VARCHAR":
        day, also = _day(con, table, quoted, filled, samples)
        marks = () if day else _marks(con, table, quoted)
        if marks:
            number = f"try_cast({quoted} AS DOUBLE)"
            held = filled
            filled, distinct, low, high, whole = con.execute(
                f"SELECT count({number}), count(DISTINCT {number}), min({number}), max({number}), "
                f"bool_and({number} = floor({number})) FROM {table}"
            ).fetchone()
            return Column(
                name, "number", filled, distinct, low, high, whole=bool(whole), marks=marks,
                marked=held - filled, samples=samples,
            )  # fmt: skip
        if not day:
            return _written(con, table, Column(name, "text", filled, distinct, samples=samples))
        low, high = con.execute(
            f"SELECT min(d)::DATE, max(d)::DATE FROM "
            f"(SELECT try_strptime({quoted}, {literal(day)}) AS d FROM {table})"
        ).fetchone()
        years = "" if "%Y" in day else f"years of two digits are read as {low.year} to {high.year}"
        return Column(
            name, "date", filled, distinct, low, high, day, also, samples=samples, told=years
        )
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        low, high = con.execute(
            f"SELECT min({quoted})::DATE, max({quoted})::DATE FROM {table}"
        ).fetchone()
        return Column(name, "date", filled, distinct, low, high, samples=samples)
    if kind.startswith(("STRUCT", "MAP", "BLOB", "LIST")) or kind.endswith("]"):
        return Column(name, "other", filled, distinct)
    if reading := number_of_days(con, table, name):
        return _read(con, table, Column(name, "date", filled, distinct, samples=samples), reading)
    low, high, whole = con.execute(
        f"SELECT min({quoted}), max({quoted}), bool_and({quoted} = floor({quoted})) FROM {table}"
    ).fetchone()
    return Column(name, "number", filled, distinct, low, high, whole=bool(whole), samples=samples)


def _marks(con, table: str, quoted: str) -> tuple[str, ...]:
    """The texts that stand for a missing value in a column of numbers; empty where it is none."""
    rows = con.execute(
        f"SELECT {quoted}, count(*) FROM {table} WHERE {quoted} IS NOT NULL "
        f"AND try_cast({quoted} AS DOUBLE) IS NULL GROUP BY 1 ORDER BY 1 LIMIT 4"
    ).fetchall()
    known = {value for value, _ in rows if _MISSING.fullmatch(str(value).strip().lower())}
    (numbers,) = con.execute(f"SELECT count(try_cast({quoted} AS DOUBLE)) FROM {table}").fetchone()
    if not rows or len(known) < len(rows) or len(rows) > 3 or not numbers:
        return ()
    return tuple(str(value) for value, _ in rows)


def _day(con, table: str, quoted: str, filled: int, samples: tuple) -> tuple[str, str]:
    """How the days of a text column are written, and how else they could be; empty for no days."""
    if not filled or not any(letter.isdigit() for letter in str(samples[0])):
        return "", ""
    first = ", ".join(f"try_strptime({literal(str(samples[0]))}, {literal(f)})" for f in DAYS)
    possible = con.execute(f"SELECT {first}").fetchone()
    fitting = []
    for order, (form, known) in enumerate(zip(DAYS, possible, strict=True)):
        if known is None or known.year < EARLIEST:
            continue
        day = f"try_strptime({quoted}, {literal(form)})"
        fits, ahead = con.execute(
            f"SELECT count(*) FILTER (year({day}) >= {EARLIEST}), "
            f"count(*) FILTER ({day} > current_date + 400) FROM {table}"
        ).fetchone()
        if fits >= 0.98 * filled:
            fitting.append((-fits, ahead, order, form))
    fitting.sort()
    also = fitting[1][3] if len(fitting) > 1 and fitting[1][0] == fitting[0][0] else ""
    return (fitting[0][3] if fitting else ""), also


def _written(con, table: str, column: Column) -> Column:
    """A text that is a day or an amount in words or with signs, else the text as it is."""
    if not column.filled:
        return column
    name = column.name
    if named_like_a_day(name) and (reading := names_of_months(con, table, name, column.filled)):
        return _read(con, table, replace(column, kind="date"), reading)
    reading, why = written_amount(con, table, name)
    if reading:
        return _read(con, table, replace(column, kind="number", signs=reading.signs), reading)
    return replace(column, told=why)


def _read(con, table: str, column: Column, reading: Reading) -> Column:
    """A column with its lowest and highest value as it is read, and what is said of that."""
    column = replace(column, reading=reading.sql, told=reading.told)
    as_day = "::DATE" if column.kind == "date" else ""
    filled, low, high = con.execute(
        f"SELECT count({column.sql}), min({column.sql}){as_day}, max({column.sql}){as_day} "
        f"FROM {table}"
    ).fetchone()
    whole = False
    if column.kind == "number":
        (whole,) = con.execute(f"SELECT bool_and({column.sql} = floor({column.sql})) FROM {table}"
                               ).fetchone()  # fmt: skip
    return replace(
        column, filled=filled, low=low, high=high, whole=bool(whole),
        told=f"{reading.told}, from {low} to {high}",
    )  # fmt: skip
