"""The files of a folder, looked at: what each column holds."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from helpers.collect.quoting import identifier, literal
from helpers.collect.rawfiles import SUFFIXES, relation
from helpers.draft.names import words
from helpers.errors import StudyError
from helpers.study import RawFile

# Days as text: how they are written, with the test that they are.
DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d")
DAYS += tuple(f"{day} %H:%M" for day in DAYS[:6]) + tuple(f"{day} %H:%M:%S" for day in DAYS[:6])


@dataclass(frozen=True)
class Column:
    """One column: its type, how many values, and what they are like."""

    name: str
    kind: str  # text, number, date, boolean
    filled: int
    distinct: int
    low: object = None
    high: object = None
    day: str = ""  # how a text is written that is a day
    also: str = ""  # another way in which all of its values can be read
    whole: bool = False  # a number without fractions
    samples: tuple = ()

    @property
    def sql(self) -> str:
        """The column in SQL, as what it is."""
        quoted = identifier(self.name)
        if self.day:
            return f"try_strptime(CAST({quoted} AS VARCHAR), {literal(self.day)})"
        return quoted

    @property
    def as_id(self) -> str:
        """The column in SQL as an identifier: 17850.0 is 17850."""
        quoted = identifier(self.name)
        inner = f"CAST({quoted} AS BIGINT)" if self.kind == "number" and self.whole else quoted
        return f"CAST({inner} AS VARCHAR)"


@dataclass(frozen=True)
class Export:
    """One file: its alias in queries, its rows and columns."""

    alias: str
    path: str
    rows: int
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def of_kind(self, *kinds: str) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]


def look(con: duckdb.DuckDBPyConnection, folder: Path, scratch: Path) -> tuple[list, dict]:
    """Every readable file of a folder, and what could not be read with the reason."""
    exports, left_out = [], {}
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith(".") or path.suffix.lower() not in SUFFIXES:
            if path.is_file() and path.suffix.lower() not in (".yml", ".md"):
                left_out[path.name] = "not a format that is read"
            continue
        try:
            exports.append(_export(con, path, folder, scratch, {e.alias for e in exports}))
        except (StudyError, duckdb.Error) as error:
            left_out[path.name] = str(error).splitlines()[0]
    return exports, left_out


def _export(con, path: Path, folder: Path, scratch: Path, taken: set[str]) -> Export:
    found = relation(
        con, RawFile(path=path.name), where=path.name, folder=folder, quarter="", scratch=scratch
    )
    alias = "_".join(words(path.stem)) or "data"
    alias = alias if alias[0].isalpha() else f"t_{alias}"
    while alias in taken:
        alias += "_2"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(alias)} AS {found.sql}")
    (rows,) = con.execute(f"SELECT count(*) FROM {identifier(alias)}").fetchone()
    described = con.execute(f"DESCRIBE {identifier(alias)}").fetchall()
    columns = tuple(_column(con, alias, name, kind) for name, kind, *_ in described)
    return Export(alias, path.name, rows, columns)


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
        if not day:
            return Column(name, "text", filled, distinct, samples=samples)
        low, high = con.execute(
            f"SELECT min(d)::DATE, max(d)::DATE FROM "
            f"(SELECT try_strptime({quoted}, {literal(day)}) AS d FROM {table})"
        ).fetchone()
        return Column(name, "date", filled, distinct, low, high, day, also, samples=samples)
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        low, high = con.execute(
            f"SELECT min({quoted})::DATE, max({quoted})::DATE FROM {table}"
        ).fetchone()
        return Column(name, "date", filled, distinct, low, high, samples=samples)
    if kind.startswith(("STRUCT", "MAP", "BLOB", "LIST")) or kind.endswith("]"):
        return Column(name, "other", filled, distinct)
    low, high, whole = con.execute(
        f"SELECT min({quoted}), max({quoted}), bool_and({quoted} = floor({quoted})) FROM {table}"
    ).fetchone()
    return Column(name, "number", filled, distinct, low, high, whole=bool(whole), samples=samples)


def _day(con, table: str, quoted: str, filled: int, samples: tuple) -> tuple[str, str]:
    """How the days of a text column are written, and how else they could be; empty for no days."""
    if not filled:
        return "", ""
    fitting = []
    for form in DAYS:
        if any(
            con.execute("SELECT try_strptime(?, ?) IS NULL", [str(value), form]).fetchone()[0]
            for value in samples[:1]
        ):
            continue
        (fits,) = con.execute(
            f"SELECT count(try_strptime({quoted}, {literal(form)})) FROM {table}"
        ).fetchone()
        if fits >= 0.98 * filled:
            fitting.append((fits, form))
    fitting.sort(key=lambda entry: -entry[0])
    first = fitting[0][1] if fitting else ""
    also = fitting[1][1] if len(fitting) > 1 and fitting[1][0] == fitting[0][0] else ""
    return first, also
