"""What was not used, and why: the lists of rejected rows and cells, and how many there may be."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.written import how_to_read
from helpers.errors import StudyError, listed
from helpers.tables import Table
from helpers.words import lists as words
from helpers.words import say

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from helpers.collect.casting import Reading
    from helpers.collect.checks import Rule

UNKNOWN_ACCOUNT = words.NOT_KNOWN_ACCOUNT
REJECTED = ("table", "row", "key", "column", "value", "reason", "rejected")
ROW, CELL = "row", "cell"
NO_VALUE = words.NO_VALUE
DUPLICATE = words.DUPLICATE_ANOTHER_ROW
CONFLICT = words.CONFLICT_ROWS_SHARE_KEY_DIFFER
LEAST = 100  # a share of fewer values says little
MOST_VOID = 0.1  # share of rows that never came about, from which on the two days may be swapped


def no_rejected() -> pd.DataFrame:
    """The list of rejections, empty."""
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in REJECTED})
    return empty.astype({"row": "int64"})


def rejections(
    result: "ir.Table",
    quarantined: "ir.Table",
    table: Table,
    found: "list[Rule]",
    columns: dict[str, str],
) -> pd.DataFrame:
    """Rejected rows and cells with their first reason and the value as the query returned it.

    Parameters
    ----------
    quarantined : row_number, later, rule (index of the rule that costs the row, or null), cells
        (one bit per rule that costs a cell).
    columns : canonical and extra columns → names in the query result.

    Returns
    -------
    The columns `REJECTED`, and row_number, account_id, account_type and amount of the row as they
    were given.
    """
    # Rows after the as-of date are not counted, so that extracts of another day number the same.
    later = quarantined.later.ifelse(1, 0).sum()
    later = later.over(order_by=quarantined.row_number, rows=(None, 0))
    placed = quarantined.select(
        "row_number", "rule", "cells", position=quarantined.row_number - later
    )
    values = {f"value_{k}": result[name] for k, name in enumerate(columns.values())}
    noted = placed.filter(placed.rule.notnull() | (placed.cells != "")).join(
        result.select("row_number", **values), "row_number"
    )
    # Written out after the join: as text, all rows would cost more than everything else here.
    cells = {name: _as_given(noted[name]) for name in values}
    rows = noted.select("row_number", "position", "rule", "cells", **cells)
    rows = rows.to_pyarrow().to_pandas()
    rows = _one_per_reason(rows, found)
    if rows.empty:
        blank = pd.Series(dtype="str")
        numbers = pd.Series(dtype="int64")
        return no_rejected().assign(
            row_number=numbers, account_id=blank, account_type=blank, amount=blank
        )
    texts = {name: _text(rows[cell]) for name, cell in zip(columns, cells, strict=True)}
    naming = table.key_of(columns) or tuple(c.name for c in table.columns if c.kind == "id")[:1]
    value = pd.Series(None, index=rows.index, dtype="str")
    for number in rows["rule"].unique():
        here, names = rows["rule"] == number, found[int(number)].column.split(", ")
        value[here] = _side_by_side([texts[name][here] for name in names if name in texts])
    numbers = rows["rule"].astype(int)
    named = [f"{name}=" + texts[name] for name in naming if name in texts]
    listing = {
        "table": table.name,
        "row": rows["position"],
        "key": _side_by_side(named).reindex(rows.index).fillna(""),
        "column": [found[k].column for k in numbers],
        "value": value,
        "reason": [found[k].reason for k in numbers],
        "rejected": [CELL if found[k].cell else ROW for k in numbers],
    }
    frame = pd.DataFrame(listing, columns=list(REJECTED)).astype(no_rejected().dtypes.to_dict())
    blank = pd.Series(None, index=rows.index, dtype="str")
    owner = "account_id" if "account_id" in texts else "referrer_account_id"
    return frame.assign(
        row_number=rows["row_number"],
        account_id=texts.get(owner, blank),
        account_type=texts.get("account_type", blank),
        amount=blank if table.amount is None else texts.get(table.amount, blank),
    )


def _one_per_reason(rows: pd.DataFrame, found: "list[Rule]") -> pd.DataFrame:
    """A line per rejected row, and per rejected cell of the other rows."""
    whole = rows[rows["rule"].notna()]
    others = rows[(rows["cells"] != "") & ~rows["row_number"].isin(whole["row_number"])]
    broke = others["cells"].astype("str")
    parts = [whole]
    parts += [
        others[broke.str.contains(f",{k},", regex=False)].assign(rule=k)
        for k, rule in enumerate(found)
        if rule.cell
    ]
    told = pd.concat([part for part in parts if len(part)] or [whole])
    return told.sort_values(["position", "rule"], ignore_index=True)


def _text(column: pd.Series) -> pd.Series:
    """Values as Python writes them; missing where there is nothing to read."""
    codes, distinct = pd.factorize(column)
    texts = pd.array([_written(value) or None for value in distinct.tolist()], dtype="str")
    return pd.Series(texts.take(codes, allow_fill=True), index=column.index)


def _written(value: object) -> str:
    """A value as text; 6.0 as 6, because a column's type depends on all of its values."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def _side_by_side(parts: list[pd.Series]) -> pd.Series:
    """Texts joined by commas without those that are missing; missing where all of them are."""
    whole = pd.Series(dtype="str")
    for part in parts:
        whole = (whole + ", " + part).fillna(whole).fillna(part) if len(whole) else part
    return whole


def _as_given(column: "ir.Column") -> "ir.Column":
    """A value as the query returned it: text, or a number that Python writes the same for all."""
    return column if column.type().is_floating() else column.cast("string")


def check_share(
    table: Table,
    refusals: pd.DataFrame,
    rows: int,
    *,
    most: float,
    chosen: bool = False,
    known: "ir.Table | None" = None,
) -> None:
    """Stop when too many rows of a table would be left out.

    Rows that repeat another one in a table where nothing tells them apart (``chosen``) are left out
    by choice, and told with their number; they do not count here.

    Rows that never came about (`helpers.tables.Table.void`) do not count either, unless there are
    so many that the two days of a row are more likely swapped.

    In a table without dates, rows of unknown accounts are rejected but do not count here: a list
    of today names accounts that an earlier quarter cannot know yet.
    """
    faults = refusals[refusals.rejected == ROW]
    faults = faults[faults.reason != DUPLICATE] if chosen else faults
    void = is_void(faults, table)
    faults = faults if void.sum() > MOST_VOID * rows else faults[~void]
    faults = faults if table.known_on else faults[faults.reason != UNKNOWN_ACCOUNT]
    share = len(faults) / rows if rows else 0.0
    if share <= most:
        return
    raise StudyError(
        f"sources.{table.name}: {len(faults)} of {rows} rows ({share:.1%}) cannot be used.",
        found=commonest(faults) + _alike(faults, table, known),
        expected=f"at most {most:.1%} (max_rejected_share)",
        remedy=_how_to_mend(faults, table),
    )


def rejected_money(refusals: pd.DataFrame, table: Table) -> float | None:
    """What rejected rows amount to, as far as it can be read; None where the table has no amount.

    Copies of a row are no loss, and are told as repeated.
    """
    if table.amount is None:
        return None
    if "amount" not in refusals:
        return 0.0
    rows = refusals[(refusals["rejected"] == ROW) & (refusals["reason"] != DUPLICATE)]
    return float(pd.to_numeric(rows["amount"], errors="coerce").sum())


def costs_lost(refusals: pd.DataFrame, table: Table) -> dict[str, int]:
    """rows and accounts of rejected costs that somebody caused; empty without any.

    What serving these accounts costs is known too low, not only not at all.
    """
    if table.name != "costs" or refusals.empty:
        return {}
    lost = (refusals["rejected"] == ROW) & ~refusals["reason"].isin((DUPLICATE, UNKNOWN_ACCOUNT))
    owners = refusals.loc[lost, "account_id"].dropna()
    return {"rows": len(owners), "accounts": owners.nunique()} if len(owners) else {}


def is_void(refusals: pd.DataFrame, table: Table) -> pd.Series:
    """Which rejected rows are of something that never came about, such as a contract that was
    cancelled before it began."""
    if table.void is None:
        return pd.Series(False, index=refusals.index)
    return out_of_order(refusals, *table.void)


def out_of_order(refusals: pd.DataFrame, later: str, earlier: str) -> pd.Series:
    """Which rejected rows have a moment before the one that it follows."""
    reason = say(words.BEFORE, earlier=earlier)
    return (refusals["column"] == later) & (refusals["reason"] == reason)


def void_rows(refusals: pd.DataFrame, table: Table) -> dict[str, float]:
    """rows, and money as far as it can be read, of what never came about; empty without any."""
    mine = refusals[is_void(refusals, table)]
    if mine.empty:
        return {}
    money = pd.to_numeric(mine["amount"], errors="coerce").sum() if "amount" in mine else 0.0
    return {"rows": len(mine), "money": float(money)}


def _alike(faults: pd.DataFrame, table: Table, known: "ir.Table | None") -> str:
    """Known accounts that unknown ones look like, to be added to what was found."""
    from helpers.collect.unmatched import near_matches

    strangers = faults[(faults.reason == UNKNOWN_ACCOUNT) & faults.column.isin(table.references)]
    if known is None or strangers.empty:
        return ""
    names = strangers["value"].dropna().unique()[:LEAST]
    near = near_matches(names, known.select("account_id").distinct().to_pandas()["account_id"])
    told = [f"{one['identifier']} is like {one['like']} ({one['differs_in']})" for one in near]
    return f"\n            {listed(told, most=4)}" if told else ""


def check_cells(
    result: "ir.Table",
    quarantined: "ir.Table",
    table: Table,
    refusals: pd.DataFrame,
    *,
    columns: dict[str, str],
    free: set[str],
    most: float,
    reading: "Reading",
) -> None:
    """Stop when too many of a column's values would be blanked.

    The share is of the values that the column has, or of `LEAST` where it has fewer.

    Parameters
    ----------
    free : reasons that do not count.
    """
    from helpers.collect.casting import is_given

    faults = refusals[(refusals.rejected == CELL) & ~refusals.reason.isin(free)]
    numbers = faults.column.value_counts(sort=False)
    many = sorted(numbers.index[numbers > most * LEAST])
    if not many:
        return
    known = result.anti_join(quarantined.filter(quarantined.later), "row_number")
    given = known.aggregate(
        **{f"n{k}": is_given(known[columns[name]], reading).sum() for k, name in enumerate(many)}
    )
    for name, number in zip(many, given.to_pandas().loc[0], strict=True):
        if numbers[name] > most * max(int(number), LEAST):
            mine = faults[faults.column == name]
            raise StudyError(
                f"sources.{table.name}: {len(mine)} of {int(number)} values of {name} "
                f"({len(mine) / int(number):.1%}) cannot be used.",
                found=commonest(mine),
                expected=f"at most {most:.1%} (max_rejected_share)",
                remedy=_how_to_mend(mine, table),
            )


def _how_to_mend(faults: pd.DataFrame, table: Table) -> str:
    """What to do about rejected rows or cells, by what is wrong with most of them."""
    numbers = faults[faults.reason.isin(("not a number", words.NOT_WHOLE_NUMBER))]
    if len(numbers) > 0.5 * len(faults):
        column = numbers["column"].iloc[0]
        told = how_to_read(numbers["value"].dropna().tolist(), column=column)
        if told is not None:
            return say(told[0], name=table.name, **told[1])
    if (faults.reason == words.YEAR_OF_TWO_DIGITS).mean() > 0.5:
        column = faults.column[faults.reason == words.YEAR_OF_TWO_DIGITS].iloc[0]
        return say(words.READ_YEARS_OF_TWO_DIGITS, name=table.name, column=column)
    off = (
        faults.column.isin(("score", "csat")) & pd.to_numeric(faults.value, errors="coerce").notna()
    )
    if off.mean() > 0.5:
        return say(words.BRING_TO_SCALE, name=table.name)
    return say(words.MEND_FILE_OR_QUERY_TABLE, name=table.name)


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


def unreadable_values(refusals: pd.DataFrame, extras: list[str]) -> dict[str, dict]:
    """Values of declared extra columns that were left blank: how many, and some of them.

    An unreadable attribute does not cost the account its place in the study; it is missing, and
    counted here.
    """
    cells = refusals[(refusals.rejected == CELL) & refusals.column.isin(extras)]
    return {
        name: {"values": len(mine), "examples": list(dict.fromkeys(mine.value))[:5]}
        for name, mine in cells.groupby("column", sort=True)
    }
