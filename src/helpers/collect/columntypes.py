"""Types of text columns: only where every value of the whole file survives there and back.

``00123`` stays text, and so does a column of dates with one malformed value, a column of numbers
with one ``n/a``, or a date that is not written year, month, day. Numbers that all have as many
decimals become decimals, so that 7.10 is 7.10; where 7.1 and 7.10 both occur, they are two texts.
"""

import re

import duckdb

from helpers.collect.quoting import identifier, literal
from helpers.collect.single import one_row

LOOK = 50  # rows looked at to see which types a column may have

_WHOLE = r"-?(0|[1-9]\d{0,14})"
_NUMBER = rf"{_WHOLE[:-1]})?(\.\d+)?"
_FLOAT = "regexp_full_match({c}, '%s') AND TRY_CAST({c} AS DOUBLE) IS NOT NULL"
MOST_DECIMALS = 6
_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_OFFSET = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_TESTS = {
    "BOOLEAN": "lower({c}) IN ('true', 'false')",
    "BIGINT": "TRY_CAST({c} AS BIGINT)::VARCHAR = {c}",
    # As short as can be: 2.5, 3, 2.55. All of them written .0. As data frames write them: 2.5, 3.0.
    "DOUBLE": _FLOAT % rf"{_WHOLE[:-1]})?(\.\d*[1-9])?",
    "DOUBLE .0": _FLOAT % rf"{_WHOLE}\.0",
    **{
        f"DECIMAL(18,{k})": rf"regexp_full_match({{c}}, '-?(0|[1-9]\d{{0,11}})\.\d{{{k}}}')"
        for k in range(1, MOST_DECIMALS + 1)
    },
    "DOUBLE .": _FLOAT % rf"{_WHOLE[:-1]})?\.(0|\d*[1-9])",
    "DATE": "TRY_CAST({c} AS DATE)::VARCHAR = {c}",
    "TIMESTAMP": f"regexp_full_match({{c}}, '{_DAY}({_TIME})?') AND "
    "TRY_CAST({c} AS TIMESTAMP) IS NOT NULL",
    "TIMESTAMPTZ": f"regexp_full_match({{c}}, '{_DAY}{_TIME}{_OFFSET}') AND "
    "TRY_CAST({c} AS TIMESTAMPTZ) IS NOT NULL",
}
# What a single value could be, a little wider than the tests: only these are tried on the column.
_SHAPES = {
    "BOOLEAN": re.compile("true|false", re.IGNORECASE),
    "BIGINT": re.compile(r"-?\d+"),
    "DOUBLE": re.compile(_NUMBER),
    "DOUBLE .0": re.compile(rf"{_WHOLE}\.0"),
    **{
        f"DECIMAL(18,{k})": re.compile(rf"{_WHOLE}\.\d{{{k}}}") for k in range(1, MOST_DECIMALS + 1)
    },
    "DOUBLE .": re.compile(rf"{_WHOLE[:-1]})?\.\d+"),
    "DATE": re.compile(_DAY),
    "TIMESTAMP": re.compile(f"{_DAY}({_TIME})?"),
    "TIMESTAMPTZ": re.compile(f"{_DAY}{_TIME}{_OFFSET}"),
}


def column_types(
    con: duckdb.DuckDBPyConnection, source: str, names: list[str], *, most: int | None = None
) -> tuple[int, dict[str, str]]:
    """Number of rows, and the narrowest type of each column of a relation of texts.

    Parameters
    ----------
    source : SQL that gives the relation, all columns VARCHAR.
    most : rows to look at; None = all of them.

    Returns
    -------
    Rows, and column → DuckDB type; ``NULL`` for a column without any value, which fits whatever
    other files hold.
    """
    first = con.execute(f"SELECT * FROM {source} LIMIT {LOOK}").fetchall()
    tried = [(name, kind) for k, name in enumerate(names) for kind in _possible(first, k)]
    tests = [
        f"bool_and(coalesce({_TESTS[kind].replace('{c}', identifier(name))}, false)) "
        f"FILTER ({identifier(name)} IS NOT NULL)"
        for name, kind in tried
    ]
    rows, *passed = one_row(
        con,
        f"SELECT {', '.join(['count(*)', *tests])} FROM "
        + (source if most is None else f"(SELECT * FROM {source} LIMIT {most})"),
    )
    types = dict.fromkeys(names, "VARCHAR")
    for (name, kind), result in reversed(list(zip(tried, passed, strict=True))):
        if result is None:
            types[name] = "NULL"
        elif result:
            types[name] = kind.partition(" ")[0]  # backwards, so that the narrowest stays
    return rows, types


def with_points(
    con: duckdb.DuckDBPyConnection,
    source: str,
    names: list[str],
    *,
    decimal: str | None,
    thousands: str | None,
) -> str:
    """A relation of texts with its numbers written as 1234.5, where a file writes 1.234,5.

    Only columns change of which most values are numbers of that form; a value that is none stays as
    it is, and is told like any other that cannot be read.

    Parameters
    ----------
    decimal, thousands : as declared; with a decimal comma, a point can only part thousands.
    """
    decimal = decimal or "."
    thousands = thousands or ("." if decimal == "," else None)
    point = re.escape(decimal)
    whole = rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})+|\d+" if thousands else r"\d+"
    form = rf"\s*[-+]?({whole})({point}\d+)?\s*"
    cells = {}
    for name in names:
        cell = identifier(name)
        plain = f"replace({cell}, {literal(thousands)}, '')" if thousands else cell
        plain = f"replace({plain}, {literal(decimal)}, '.')"
        fits = f"regexp_full_match({cell}, {literal(form)})"
        cells[name] = (fits, f"CASE WHEN {fits} THEN {plain} ELSE {cell} END AS {cell}")
    counts = one_row(
        con,
        "SELECT "
        + ", ".join(f"coalesce(avg(({fits})::INTEGER), 0)" for fits, _ in cells.values())
        + f" FROM {source}",
    )
    told = [
        written if share > 0.5 else identifier(name)
        for (name, (_, written)), share in zip(cells.items(), counts, strict=True)
    ]
    return f"(SELECT {', '.join(told)} FROM {source})"


def _possible(first: list[tuple], column: int) -> list[str]:
    """The types that the first value of a column allows; all of them where it was not seen."""
    value = next((row[column] for row in first if row[column] is not None), None)
    return [kind for kind, shape in _SHAPES.items() if value is None or shape.fullmatch(value)]


def common_type(one: str, other: str) -> str:
    """The narrowest type that holds both; text where nothing else does."""
    if one == other or other == "NULL":
        return one
    if one == "NULL":
        return other
    pair = {one, other}
    if pair == {"BIGINT", "DOUBLE"}:
        return "DOUBLE"
    if pair == {"DATE", "TIMESTAMP"}:
        return "TIMESTAMP"
    return "VARCHAR"
