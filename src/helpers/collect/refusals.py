"""What was not used, and why: bookkeeping over the tables ``query_result`` and ``judged``.

Both are materialised in the engine: what a study's query returned, and the same rows with
``later`` (came after the as-of date) and ``rule`` (index of the first broken rule).
"""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import StudyError
from helpers.tables import Kind, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

UNKNOWN_ACCOUNT = "not a known account"
REJECTED = ("table", "row", "key", "column", "value", "reason")


def used(judged: "ir.Table") -> "ir.BooleanColumn":
    """The rows that a canonical table keeps."""
    return ~judged.later & judged.rule.isnull()


def no_rejected() -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in REJECTED})
    return empty.astype({"row": "int64"})


def refused_rows(
    result: "ir.Table",
    judged: "ir.Table",
    table: Table,
    reasons: list[tuple[str, str]],
    given: dict[str, str],
) -> pd.DataFrame:
    """Rejected rows with their first reason and the value as the query returned it."""
    import ibis

    # Rows after the as-of date are not counted, so that extracts of another day number the same.
    known = judged.filter(~judged.later).select("row_number", "rule")
    known = known.mutate(position=ibis.row_number().over(order_by="row_number") + 1)
    cells = {f"value_{k}": _as_given(result[name]) for k, name in enumerate(given.values())}
    refused = known.filter(known.rule.notnull()).join(
        result.select("row_number", **cells), "row_number"
    )
    frame = refused.select("position", "rule", *cells).to_pandas().sort_values("position")
    naming = table.key or tuple(c.name for c in table.columns if c.kind == "id")[:1]
    rows = []
    for position, rule, *values in frame.itertuples(index=False, name=None):
        column, reason = reasons[int(rule)]
        texts = [None if pd.isna(value) else str(value) for value in values]
        line = {name: text for name, text in zip(given, texts, strict=True) if text}
        value = ", ".join(line[name] for name in column.split(", ") if name in line)
        key = ", ".join(f"{name}={line[name]}" for name in naming if name in line)
        rows.append((table.name, position, key, column, value or None, reason))
    if not rows:
        return no_rejected()
    return pd.DataFrame(rows, columns=list(REJECTED)).astype(no_rejected().dtypes.to_dict())


def _as_given(column: "ir.Column") -> "ir.Column":
    """A value as the query returned it: text, or a number that Python writes the same for all."""
    return column if column.type().is_floating() else column.cast("string")


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
    result: "ir.Table", judged: "ir.Table", kinds: dict[str, Kind | None]
) -> dict[str, dict]:
    """Values of declared extra columns that were left blank because they could not be read.

    An unreadable attribute does not cost the account its place in the study; it is missing, and
    counted here.
    """
    told = {}
    for name in (name for name, kind in kinds.items() if kind in ("number", "boolean")):
        blank = judged.filter(used(judged) & judged[name].isnull()).select("row_number")
        texts = blank.join(
            result.select("row_number", text=result[name].cast("string")), "row_number"
        )
        found = texts.filter(texts.text.strip() != "").order_by("row_number").to_pandas().text
        if len(found):
            told[name] = {"values": len(found), "examples": list(dict.fromkeys(found))[:5]}
    return told
