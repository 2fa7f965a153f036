"""What was not used, and why: bookkeeping over the tables ``query_result`` and ``judged``.

Both are temporary tables of the connection: what a study's query returned, and the same rows with
``later`` (came after the as-of date) and ``rule`` (index of the first broken rule).
"""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.quoting import identifier
from helpers.errors import StudyError
from helpers.tables import Kind, Table

if TYPE_CHECKING:
    import duckdb

USED = "NOT later AND rule IS NULL"
UNKNOWN_ACCOUNT = "not a known account"
REJECTED = ("table", "row", "key", "column", "value", "reason")


def no_rejected() -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in REJECTED})
    return empty.astype({"row": "int64"})


def refused_rows(
    con: "duckdb.DuckDBPyConnection",
    table: Table,
    reasons: list[tuple[str, str]],
    given: dict[str, str],
) -> pd.DataFrame:
    """Rejected rows with their first reason and the value as the query returned it."""
    # Rows after the as-of date are not counted, so that extracts of another day number the same.
    texts = ", ".join(
        f"q.{identifier(name)}::VARCHAR AS {identifier(column)}" for column, name in given.items()
    )
    frame = con.execute(
        f"SELECT j.position, j.rule, {texts} FROM query_result AS q JOIN ("
        "SELECT row_number, rule, row_number() OVER (ORDER BY row_number) AS position "
        "FROM judged WHERE NOT later) AS j USING (row_number) "
        "WHERE j.rule IS NOT NULL ORDER BY j.position"
    ).fetchall()
    naming = table.key or tuple(c.name for c in table.columns if c.kind == "id")[:1]
    rows = []
    for position, rule, *values in frame:
        column, reason = reasons[rule]
        line = {name: value for name, value in zip(given, values, strict=True) if value}
        value = ", ".join(line[name] for name in column.split(", ") if name in line)
        key = ", ".join(f"{name}={line[name]}" for name in naming if name in line)
        rows.append((table.name, position, key, column, value or None, reason))
    if not rows:
        return no_rejected()
    return pd.DataFrame(rows, columns=list(REJECTED)).astype(no_rejected().dtypes.to_dict())


def check_share(table: Table, refusals: pd.DataFrame, rows: int, *, most: float) -> None:
    """Stop when too much of a table would be left out.

    In a table without dates, rows of unknown accounts are rejected but do not count here: a list
    of today names accounts that an earlier quarter cannot know yet.
    """
    faults = refusals if table.known_on else refusals[refusals.reason != UNKNOWN_ACCOUNT]
    share = len(faults) / rows if rows else 0.0
    if share <= most:
        return
    raise StudyError(
        f"sources.{table.name}: {len(faults)} of {rows} rows ({share:.1%}) cannot be used.",
        found=commonest(faults),
        expected=f"at most {most:.1%} (max_rejected_share)",
        remedy="mend the file, or the query of the table, or raise max_rejected_share with a "
        "reason in the change log",
    )


def commonest(refusals: pd.DataFrame) -> str:
    """The three commonest reasons with their numbers and some rows."""
    counts = refusals.groupby(["column", "reason"], sort=True).size()
    told = []
    for (column, reason), number in counts.sort_values(ascending=False, kind="stable")[:3].items():
        examples = refusals.query("column == @column and reason == @reason").head(3)
        shown = "; ".join(
            f"row {row.row} ({row.key})" + (f": {row.value}" if not pd.isna(row.value) else "")
            for row in examples.itertuples()
        )
        told.append(f"{number} × {column} {reason}, such as {shown}")
    return "\n            ".join(told)


def unreadable_values(
    con: "duckdb.DuckDBPyConnection", kinds: dict[str, Kind | None]
) -> dict[str, dict]:
    """Values of declared extra columns that were left blank because they could not be read.

    An unreadable attribute does not cost the account its place in the study; it is missing, and
    counted here.
    """
    told = {}
    for name in (name for name, kind in kinds.items() if kind in ("number", "boolean")):
        column = identifier(name)
        texts = con.execute(
            f"SELECT q.{column}::VARCHAR FROM query_result AS q "
            f"JOIN judged AS j USING (row_number) WHERE {USED} AND j.{column} IS NULL "
            f"AND trim(q.{column}::VARCHAR) != '' ORDER BY row_number"
        ).fetchall()
        if texts:
            examples = list(dict.fromkeys(text for (text,) in texts))[:5]
            told[name] = {"values": len(texts), "examples": examples}
    return told
