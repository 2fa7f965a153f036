"""Types of text columns: only where every value of the whole file survives there and back.

``00123`` stays text, and so does a column of dates with one malformed value, a column of numbers
with one ``n/a``, or a date that is not written year, month, day.
"""

import re

import duckdb

from helpers.collect.quoting import identifier

LOOK = 50  # rows looked at to see which types a column may have

_NUMBER = r"-?(0|[1-9]\d{0,14})?(\.\d+)?([eE][-+]\d{1,3})?"
_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_OFFSET = r" ?(Z|[+-]\d{2}(:?\d{2})?)"
_TESTS = {
    "BOOLEAN": "lower({c}) IN ('true', 'false')",
    "BIGINT": "TRY_CAST({c} AS BIGINT)::VARCHAR = {c}",
    "DOUBLE": f"regexp_full_match({{c}}, '{_NUMBER}') AND TRY_CAST({{c}} AS DOUBLE) IS NOT NULL",
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
    "DATE": re.compile(_DAY),
    "TIMESTAMP": re.compile(f"{_DAY}({_TIME})?"),
    "TIMESTAMPTZ": re.compile(f"{_DAY}{_TIME}{_OFFSET}"),
}


def column_types(
    con: duckdb.DuckDBPyConnection, source: str, names: list[str]
) -> tuple[int, dict[str, str]]:
    """Number of rows, and the narrowest type of each column of a relation of texts.

    Parameters
    ----------
    source : SQL that gives the relation, all columns VARCHAR.

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
    rows, *passed = con.execute(
        f"SELECT {', '.join(['count(*)', *tests])} FROM {source}"
    ).fetchone()
    types = dict.fromkeys(names, "VARCHAR")
    for (name, kind), result in reversed(list(zip(tried, passed, strict=True))):
        if result is None:
            types[name] = "NULL"
        elif result:
            types[name] = kind  # backwards, so that the narrowest stays
    return rows, types


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
