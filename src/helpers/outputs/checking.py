"""Holding a table to the declaration of its data file before it is written."""

from collections.abc import Iterator

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.outputs.column import LIMITS, Column
from helpers.outputs.declared import declared
from helpers.study import Study

_ROUNDING = 1e-9  # of bounds
_EMPTY = {"text": "str", "category": "str", "yes/no": "boolean", "date": "datetime64[ms]",
          "whole number": "float64", "number": "float64"}  # fmt: skip


def held(study: Study, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table, once it keeps to its declaration.

    A column without a single value takes the declared type, so that a file without rows has the
    same columns and types as one with rows.

    Parameters
    ----------
    name : the data file.
    table : what is to be written.

    Raises
    ------
    StudyError
        For a data file that is not declared, and for columns that are not declared, of another
        type, outside the bounds of their unit or with values that are not allowed, and for rows
        whose key is missing or occurs twice; all faults at once.
    """
    output = declared(name)
    faults, kept = [], table
    for at in table.columns:
        entry = output.column(study, at)
        if entry is None:
            faults.append(f"`{at}` is not declared")
            continue
        cells = table[at]
        if not _suits(cells, entry):
            if cells.notna().any():
                faults.append(f"`{at}` is {_told(cells)}, declared as {entry.type}")
                continue
            kept = kept.assign(**{at: _blank(entry, table.index)})
            continue
        faults.extend(f"`{at}` {fault}" for fault in _faults(cells, entry, study))
    faults.extend(_key_faults(table, output.key))
    if faults:
        raise StudyError(
            f"The data file `{name}` does not keep to its declaration.",
            found=listed(faults, most=12),
            remedy="mend the table, or declare the column (one line per column: type, meaning, "
            f"unit, values) under `{name}` in helpers/outputs",
        )
    return kept


def _suits(cells: pd.Series, entry: Column) -> bool:
    """Whether the cells are of the declared type."""
    types, dtype = pd.api.types, cells.dtype
    if entry.type in ("text", "category"):
        if isinstance(dtype, pd.CategoricalDtype):
            cells = pd.Series(dtype.categories)
            dtype = cells.dtype
        if isinstance(dtype, pd.StringDtype):
            return True
        return types.is_object_dtype(dtype) and types.infer_dtype(cells, skipna=True) == "string"
    if entry.type == "yes/no":
        return types.is_bool_dtype(cells)
    if entry.type == "date":
        return types.is_datetime64_any_dtype(cells)
    if types.is_bool_dtype(cells) or not types.is_numeric_dtype(cells):
        return False
    if entry.type == "whole number" and not types.is_integer_dtype(cells):
        return bool((cells.dropna() % 1 == 0).all())
    return True


def _faults(cells: pd.Series, entry: Column, study: Study) -> Iterator[str]:
    """What is wrong with cells that are of the declared type."""
    if entry.unit in LIMITS:
        low, high = LIMITS[entry.unit]
        wrong = cells[(cells < low - _ROUNDING) | (cells > high + _ROUNDING)]
        if len(wrong):
            yield f"leaves the bounds of its unit ({entry.unit}): {listed(wrong.unique(), most=3)}"
    if entry.allowed:
        # Where money is allowed, the study's own currency is too.
        money = {study.currency} if "currency" in entry.allowed else set()
        allowed = money | set(entry.allowed)
        strange = [value for value in cells.dropna().unique() if value not in allowed]
        if strange:
            yield f"has values that are not allowed: {listed(map(repr, strange), most=5)}"


def _key_faults(table: pd.DataFrame, key: tuple[str, ...]) -> Iterator[str]:
    if not key or not set(key) <= set(table.columns):
        missing = [f"`{at}`" for at in key if at not in table.columns]
        if missing:
            yield f"the key {listed(missing)} is missing"
        return
    blank = int(table[list(key)].isna().any(axis=1).sum())
    if blank:
        yield f"the key {listed(key)} is blank in {blank} rows"
    twice = table.duplicated(list(key))
    if twice.any():
        rows = table.loc[twice, list(key)].head(3).astype(str).agg(" / ".join, axis=1)
        yield f"the key {listed(key)} occurs twice in {int(twice.sum())} rows: {listed(rows)}"


def _blank(entry: Column, index: pd.Index) -> pd.Series:
    """A column without values, of the type that it would have with some."""
    whole = entry.type == "whole number" and not len(index)
    return pd.Series(index=index, dtype="int64" if whole else _EMPTY[entry.type])


def _told(cells: pd.Series) -> str:
    """The type of a column's cells, for a message."""
    return f"{cells.dtype} ({pd.api.types.infer_dtype(cells, skipna=True)})"
