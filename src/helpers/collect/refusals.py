"""What was not used, and why: bookkeeping over the tables ``query_result`` and ``set_aside``.

Both are materialised in the engine: what a study's query returned, and the numbers of the rows that
are not used, with ``later`` (came after the as-of date) and ``rule`` (index of the first broken
rule).
"""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import StudyError
from helpers.tables import Kind, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from helpers.collect.casting import Reading

UNKNOWN_ACCOUNT = "not a known account"
REJECTED = ("table", "row", "key", "column", "value", "reason")


def no_rejected() -> pd.DataFrame:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in REJECTED})
    return empty.astype({"row": "int64"})


def refused_rows(
    result: "ir.Table",
    aside: "ir.Table",
    table: Table,
    reasons: list[tuple[str, str]],
    given: dict[str, str],
) -> pd.DataFrame:
    """Rejected rows with their first reason and the value as the query returned it."""
    # Rows after the as-of date are not counted, so that extracts of another day number the same.
    later = aside.later.ifelse(1, 0).sum().over(order_by=aside.row_number, rows=(None, 0))
    placed = aside.select("row_number", "rule", position=aside.row_number - later)
    values = {f"value_{k}": result[name] for k, name in enumerate(given.values())}
    refused = placed.filter(placed.rule.notnull()).join(
        result.select("row_number", **values), "row_number"
    )
    # Written out after the join: as text, all rows would cost more than everything else here.
    cells = {name: _as_given(refused[name]) for name in values}
    rows = refused.select("position", "rule", **cells).to_pyarrow().to_pandas()
    rows = rows.sort_values("position", ignore_index=True)
    if rows.empty:
        return no_rejected()
    texts = {name: _text(rows[cell]) for name, cell in zip(given, cells, strict=True)}
    naming = table.key or tuple(c.name for c in table.columns if c.kind == "id")[:1]
    value = pd.Series(None, index=rows.index, dtype="str")
    for number in rows["rule"].unique():
        here, columns = rows["rule"] == number, reasons[int(number)][0].split(", ")
        value[here] = _side_by_side([texts[name][here] for name in columns if name in texts])
    columns, told = zip(*(reasons[int(number)] for number in rows["rule"]), strict=True)
    named = [f"{name}=" + texts[name] for name in naming if name in texts]
    found = {
        "table": table.name,
        "row": rows["position"],
        "key": _side_by_side(named).reindex(rows.index).fillna(""),
        "column": columns,
        "value": value,
        "reason": told,
    }
    return pd.DataFrame(found, columns=list(REJECTED)).astype(no_rejected().dtypes.to_dict())


def _text(column: pd.Series) -> pd.Series:
    """Values as Python writes them; missing where there is nothing to read."""
    codes, distinct = pd.factorize(column)
    texts = pd.array([str(value) or None for value in distinct.tolist()], dtype="str")
    return pd.Series(texts.take(codes, allow_fill=True), index=column.index)


def _side_by_side(parts: list[pd.Series]) -> pd.Series:
    """Texts joined by commas without those that are missing; missing where all of them are."""
    whole = pd.Series(dtype="str")
    for part in parts:
        whole = (whole + ", " + part).fillna(whole).fillna(part) if len(whole) else part
    return whole


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
    result: "ir.Table", aside: "ir.Table", kinds: dict[str, Kind | None], reading: "Reading"
) -> dict[str, dict]:
    """Values of declared extra columns that were left blank because they could not be read.

    An unreadable attribute does not cost the account its place in the study; it is missing, and
    counted here.
    """
    from helpers.collect.casting import cast, is_given

    names = [name for name, kind in kinds.items() if kind in ("number", "boolean")]
    if not names:
        return {}
    rows = result.anti_join(aside, "row_number")
    blank = {
        name: is_given(rows[name]) & cast(rows[name], kinds[name], reading).isnull()
        for name in names
    }
    # No name of a study's own among the columns: it could be any.
    numbers = rows.aggregate(**{f"n{k}": b.sum() for k, b in enumerate(blank.values())})
    told = {}
    for (name, unreadable), number in zip(blank.items(), numbers.to_pandas().loc[0], strict=True):
        if pd.notna(number) and number:
            found = rows.filter(unreadable).select("row_number", text=rows[name].cast("string"))
            texts = found.order_by("row_number").to_pandas().text
            told[name] = {"values": len(texts), "examples": list(dict.fromkeys(texts))[:5]}
    return told
