"""All data files of a quarter, and what can be read off their declarations."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.outputs.action import ACTION
from helpers.outputs.alerts import ALERTS
from helpers.outputs.column import Column
from helpers.outputs.customers import CUSTOMERS
from helpers.outputs.health import HEALTH
from helpers.outputs.history import HISTORY
from helpers.outputs.needs import NEEDS
from helpers.outputs.output import OpenColumns, Output
from helpers.outputs.people import PEOPLE
from helpers.outputs.priorities import PRIORITIES
from helpers.outputs.profiles import PROFILES
from helpers.outputs.segments import SEGMENTS
from helpers.study import Study
from helpers.words import value

OUTPUTS: dict[str, Output] = {
    **CUSTOMERS,
    **PEOPLE,
    **NEEDS,
    **HEALTH,
    **SEGMENTS,
    **PROFILES,
    **PRIORITIES,
    **ACTION,
    **ALERTS,
    **HISTORY,
}

_DTYPES = {"text": "str", "category": "str", "yes/no": "bool", "date": "datetime64[ms]",
           "whole number": "int64", "number": "float64"}  # fmt: skip


def declared(name: str) -> Output:
    """The declaration of a data file; StudyError where there is none."""
    if name not in OUTPUTS:
        raise StudyError(
            f"The data file `{name}` is not declared.",
            expected=listed(OUTPUTS, most=60),
            remedy="declare it, with its columns, in a module of helpers/outputs",
        )
    return OUTPUTS[name]


def about(name: str) -> str:
    """What one row of a data file is."""
    return declared(name).about


def columns(name: str) -> tuple[str, ...]:
    """The declared columns of a data file, in their order."""
    return tuple(declared(name).columns)


def column(study: Study, file: str, name: str) -> Column | None:
    """The declaration of one column; None where nothing declares it."""
    return declared(file).column(study, name)


def find(study: Study, file: str, name: str) -> Column | None:
    """The declaration of one column; None where file or column are not declared."""
    return OUTPUTS[file].column(study, name) if file in OUTPUTS else None


def declare_open_columns(name: str, describe: OpenColumns) -> None:
    """Let a layer above describe the columns that it gives a data file, such as its metrics."""
    OUTPUTS[name] = replace(declared(name), open_columns=describe)


def shaped(name: str, rows: Iterable[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Rows as a table with the declared columns, in their order and of their types.

    An empty table has them too. A value that does not suit its type is an error of pandas.
    """
    known = declared(name).columns
    table = pd.DataFrame(rows if isinstance(rows, pd.DataFrame) else list(rows))
    table = table.reindex(columns=list(known)).reset_index(drop=True)
    return table.astype({at: _DTYPES[entry.type] for at, entry in known.items()})


def describe(study: Study, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The data dictionary of the tables given.

    Returns
    -------
    DataFrame
        file, column, type, unit, description, label, allowed (values, joined by ``; ``; blank =
        any), key (whether it is part of the file's key); one row per column, by file and in the
        file's own order.

    Raises
    ------
    StudyError
        For data files or columns that are not declared, all of them at once.
    """
    rows, unknown = [], []
    for name, table in tables.items():
        if name not in OUTPUTS:
            unknown.append(name)
            continue
        for at in table.columns:
            entry = column(study, name, at)
            if entry is None:
                unknown.append(f"{name}.{at}")
                continue
            unit = value(entry.unit).replace(value("currency"), study.currency)
            allowed = "; ".join(str(value) or "(blank)" for value in entry.allowed)
            key = at in OUTPUTS[name].key
            rows.append(
                (name, at, value(entry.type), unit, entry.meaning, entry.heading(at), allowed, key)
            )
    if unknown:
        raise StudyError(
            "The declarations do not describe everything that is published.",
            found=listed(unknown, most=40),
            remedy="declare it in a module of helpers/outputs",
        )
    heads = ["file", "column", "type", "unit", "description", "label", "allowed", "key"]
    return pd.DataFrame(rows, columns=heads)
