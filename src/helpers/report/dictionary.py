"""The data dictionary of a quarter's data files.

The build fails on a file or column without an entry: a number that nobody can explain is not
published. The entries are in ``columns``.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.report.columns import FILES, Entry, File
from helpers.study import Study
from helpers.workspace import Workspace


def about(name: str) -> str:
    """What one row of a data file is."""
    return _file(name).about


def entry(study: Study, file: str, column: str) -> Entry | None:
    """Unit and description of one column, or None where nothing describes it."""
    known = _file(file)
    if column in known.columns:
        return known.columns[column]
    return known.open_columns(study, column) if known.open_columns else None


def describe(ws: Workspace, tables: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """The dictionary of the draft's data files.

    Parameters
    ----------
    ws : the workspace.
    tables : the data files, where they are loaded already.

    Returns
    -------
    DataFrame
        file, column, type, unit, description; one row per column, by file name and in the file's
        own order.

    Raises
    ------
    StudyError
        For data files or columns without an entry, all of them at once.
    """
    tables = tables or {name: ws.load(name) for name in ws.data_files}
    rows, unknown = [], []
    for name, table in tables.items():
        if name not in FILES:
            unknown.append(name)
            continue
        for column in table.columns:
            told = entry(ws.study, name, column)
            if told is None:
                unknown.append(f"{name}.{column}")
                continue
            unit = told[0].replace("currency", ws.study.currency)
            rows.append((name, column, _kind(table[column]), unit, told[1]))
    if unknown:
        raise StudyError(
            "The data dictionary does not describe everything that is published.",
            found=listed(unknown, most=40),
            remedy="add entries to helpers/report/columns",
        )
    return pd.DataFrame(rows, columns=["file", "column", "type", "unit", "description"])


def write(ws: Workspace, described: pd.DataFrame) -> Path:
    """Write ``data/data_dictionary.csv``, given the dictionary as of ``describe``."""
    path = ws.folder("data") / "data_dictionary.csv"
    described.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return path


def _file(name: str) -> File:
    if name not in FILES:
        raise StudyError(
            f"The data dictionary does not know the data file `{name}`.",
            expected=listed(FILES, most=30),
        )
    return FILES[name]


def _kind(column: pd.Series) -> str:
    """Type of a column in words."""
    types = pd.api.types
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category"
    if types.is_bool_dtype(column):
        return "yes/no"
    if types.is_datetime64_any_dtype(column):
        return "date"
    if types.is_integer_dtype(column):
        return "whole number"
    return "number" if types.is_numeric_dtype(column) else "text"
