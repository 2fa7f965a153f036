"""Folders of files that are one table: which files they mean, and what the folders' names say.

Data lakes write a table as a folder of Parquet files, often with a column's value in the name of a
folder: ``usage/month=2026-03/part-0.parquet``. What stands there is a column like any other.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import duckdb

from helpers.collect.columntypes import column_types
from helpers.collect.quoting import identifier, literal

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how writers of such folders write null
HIDDEN = ("_", ".")  # marks of success, checksums, logs


def files_below(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """The files of a table's folder, sorted by path, without those that hold no rows."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in suffixes
        and not any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def values_in(shown: str) -> dict[str, str | None]:
    """Columns that the folders of a path name, as texts.

    >>> values_in("usage/year=2026/region=EU%20West/part-0.parquet")
    {'year': '2026', 'region': 'EU West'}
    >>> values_in("exports/a=b.csv")
    {}
    """
    found: dict[str, str | None] = {}
    for part in PurePosixPath(shown).parts[:-1]:
        name, told, value = part.partition("=")
        if told and name.isidentifier():
            found[name] = None if value == NO_VALUE else unquote(value)
    return found


def types_of(
    con: duckdb.DuckDBPyConnection, values: Sequence[dict[str, str | None]]
) -> dict[str, str]:
    """The types of columns that folders name, by the rule for text files: 07 stays a text."""
    names = list(dict.fromkeys(name for one in values for name in one))
    if not names:
        return {}
    rows = ", ".join(
        f"({', '.join(_cell(one.get(name)) for name in names)})"
        for one in {tuple(one.items()): one for one in values}.values()
    )
    source = f"(VALUES {rows}) AS t({', '.join(map(identifier, names))})"
    _, types = column_types(con, source, names)
    return {name: "VARCHAR" if kind == "NULL" else kind for name, kind in types.items()}


def with_values(source: str, values: dict[str, str | None], types: dict[str, str]) -> str:
    """A relation with the columns that the folders of its file name."""
    if not values:
        return source
    cells = [
        f"CAST({_cell(v)} AS {types[name]}) AS {identifier(name)}" for name, v in values.items()
    ]
    return f"(SELECT *, {', '.join(cells)} FROM {source})"


def _cell(value: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if value is None else literal(value)
