"""Rows that a raw file holds twice, where the query would hide it.

An export that is fetched page by page holds a page twice when something is added in the meantime. A
query that gives each row of a file as it is shows that: its rows repeat, and are treated as the
source says (`helpers.collect.same`). One that adds rows up, or numbers them, hides it: the amounts
of a page count twice. So the files of such a query are looked at before it runs.

Rows that are equal in every column are one row exported twice where a column of identifiers tells
all the others apart. Without such a column they may be two things (two lines of one order), and the
study may say which (``repeated``); left out, they count where a query adds up, and once where it
numbers them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from helpers.collect.engines.embedded import all_cores
from helpers.collect.quoting import identifier
from helpers.collect.single import one_row
from helpers.sandbox.reading import parts_of
from helpers.study import Source
from helpers.tables import TABLES

if TYPE_CHECKING:
    import duckdb

    from helpers.collect.rawfiles import Relation

Sums = tuple[int, float]
NUMBERING = frozenset({"uuid", "gen_random_uuid", "random", "uuidv4", "uuidv7", "nextval"})
_RANKS = {"WINDOW_RANK", "WINDOW_RANK_DENSE"}  # equal rows have equal ranks, and come out alike
_NAMES = re.compile(
    r"(?i)(^|[_\s.-]|(?<=[a-z]))(id|no|nr|num|number|nummer|key|uuid|guid|ref|reference|code)\.?$"
)


def hides_repeats(query: str) -> str:
    """Whether a query adds up (``adds``) or numbers (``numbers``) rows; "" where it shows them.

    >>> hides_repeats("SELECT id, sum(x) FROM t GROUP BY id")
    'adds'
    >>> hides_repeats("SELECT row_number() OVER () AS id, x FROM t")
    'numbers'
    >>> hides_repeats("SELECT id FROM t QUALIFY rank() OVER (PARTITION BY id ORDER BY x) = 1")
    ''
    >>> hides_repeats("SELECT id, upper(x) AS x FROM t WHERE x > 1")
    ''
    """
    parts = parts_of(query)
    called = {
        part["function_name"].lower()
        for part in parts
        if part.get("class") == "FUNCTION" and "function_name" in part
    }
    if called & _aggregates() or any(part.get("group_expressions") for part in parts):
        return "adds"
    windows = any(
        part.get("class") == "WINDOW" and part.get("type") not in _RANKS for part in parts
    )
    return "numbers" if windows or called & NUMBERING else ""


@cache
def _aggregates() -> frozenset[str]:
    from helpers.sandbox.closed import closed_database

    sql = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'"
    return frozenset(name for (name,) in closed_database().execute(sql).fetchall())


@dataclass(frozen=True)
class Repeated:
    """What the files of one name of a query hold more than once.

    ``rows`` are the copies beyond the first; ``column`` holds the identifiers that tell the other
    rows apart ("" without); ``choice`` is ``keep`` or ``drop``.
    """

    alias: str
    file: str
    columns: list[str]
    rows: int
    column: str
    choice: str

    def recorded(self, here: Sums, otherwise: Sums) -> list[dict[str, Any]]:
        """file, rows, column, choice, money and result_rows: by how much the result of the query
        would differ with the other choice. Empty where it would not."""
        rows, money = (abs(one - other) for one, other in zip(here, otherwise, strict=True))
        if not rows and not money:
            return []
        told = {"file": self.file, "rows": self.rows, "column": self.column, "choice": self.choice}
        return [told | {"money": round(money, 6), "result_rows": int(rows)}]


def look_for_repeats(
    con: "duckdb.DuckDBPyConnection",
    table: str,
    source: Source,
    query: str,
    relations: "Mapping[str, Relation]",
) -> list[Repeated]:
    """The files of a query that hold rows twice, where it would hide that.

    Parameters
    ----------
    con : with a view of the name of each relation.
    """
    hidden = hides_repeats(query)
    found = []
    for alias, files in relations.items() if hidden else ():
        columns = [name for name, *_ in con.execute(f"DESCRIBE {identifier(alias)}").fetchall()]
        listed = ", ".join(map(identifier, columns))
        copies = _copies(con, alias, listed)
        if not copies:
            continue
        column = _identifier(con, alias, columns)
        usual = "drop" if column else "keep" if hidden == "adds" else TABLES[table].repeated
        file = files.files[0]["path"] + (" …" if len(files.files) > 1 else "")
        choice = source.repeated or usual
        found.append(Repeated(alias, file, columns, copies, column, choice))
    return found


def _copies(con: "duckdb.DuckDBPyConnection", alias: str, columns: str) -> int:
    """How many rows are equal to an earlier one in every column."""
    import numpy as np

    # One number per row, sorted: a third of the time that counting different ones takes.
    with all_cores():
        marks = con.execute(f"SELECT hash({columns}) AS m FROM {identifier(alias)}").fetchnumpy()
    sorted_ = np.sort(np.asarray(marks["m"]))
    return int((sorted_[1:] == sorted_[:-1]).sum())


def sums(con: "duckdb.DuckDBPyConnection", table: str, query: str) -> Sums:
    """Rows of a query, and what the table's amount adds up to in them, as far as it is read."""
    amount = TABLES[table].amount
    names = [name for name, *_ in con.execute(f"DESCRIBE {query}").fetchall()]
    mine = next((name for name in names if name.lower() == amount), None)
    money = f"sum(TRY_CAST({identifier(mine)} AS DECIMAL(28, 6)))" if mine else "0"
    rows, total = one_row(con, f"SELECT count(*), {money} FROM (\n{query}\n) AS q")
    return rows, float(total or 0)


def once(relation: str, columns: list[str]) -> str:
    """A relation whose equal rows are there once, in the order in which they come first."""
    listed = ", ".join(map(identifier, columns))
    return (
        f"SELECT {listed} FROM (SELECT *, row_number() OVER () AS _place FROM ({relation}) AS f) "
        f"QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY _place) = 1 ORDER BY _place"
    )


def _identifier(con: "duckdb.DuckDBPyConnection", alias: str, columns: list[str]) -> str:
    """The first column with the name of an identifier that tells different rows apart; ""."""
    named = [name for name in columns if _NAMES.search(name)]
    if not named:
        return ""
    counts = ", ".join(f"count(DISTINCT {identifier(name)})" for name in named)
    rows, *different = one_row(
        con, f"SELECT count(*), {counts} FROM (SELECT DISTINCT * FROM {identifier(alias)})"
    )
    unique = (name for name, n in zip(named, different, strict=True) if n == rows)
    return next(unique, "")
