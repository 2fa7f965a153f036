"""The same or different: which rows of a table stand for one thing.

Rows are compared as the canonical table would hold them, after casting and trimming.

* A table with a key, or with the identifier of its kind, has one row per key. Rows that share it
  and agree in every column are *duplicates*; rows that share it and differ are in *conflict*.
* A table without either has nothing to tell. Rows that agree in every column of the query, those
  included that the canonical table does not keep, are *repeated*: whether they are one thing or
  several is a choice of the study.

Nearly no row has a namesake. One number per row finds those that do (`Reading.mark`); only these
are looked at closely.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.casting import Reading, cast, plain
from helpers.tables import Kind, Table

ROW, MARK = "row_number", "mark"


@dataclass(frozen=True)
class Compared:
    """What rows share that may be the same thing.

    ``columns`` are the key, or all columns of the query, or the number of the row and the
    `Reading.mark` of these; of the ``filled`` ones a row that is used has a value.
    """

    columns: dict[str, ir.Column]
    filled: frozenset[str]

    @classmethod
    def of(
        cls, result: ir.Table, table: Table, *, given: Mapping[str, str], reading: Reading
    ) -> "Compared":
        """Columns of a query result; ``given`` names them by canonical name."""
        key = table.key_of(given)
        columns = _canonical(result, table, given={n: given[n] for n in key or given}, to=reading)
        if not key:
            columns |= _others(result, given, reading)
        filled = frozenset(key[:1]) | frozenset(table.required) & columns.keys()
        if reading.mark is None:
            return cls(columns, filled)
        return cls({ROW: result.row_number, MARK: reading.mark(columns)}, frozenset({ROW}))

    def values(self, result: ir.Table) -> ir.Table:
        """What every row has of it."""
        return result.select(**self.columns)

    def rows(self, result: ir.Table, often: ir.Table) -> ir.Table:
        """The rows that have values that occur more than once, which are in ``often``."""
        # A plain comparison lets any engine look the values up.
        same = [
            column == often[name] if name in self.filled else column.identical_to(often[name])
            for name, column in self.columns.items()
            if name in often.columns
        ]
        return result.semi_join(often, same)


def told_apart(
    rows: ir.Table,
    table: Table,
    *,
    given: Mapping[str, str],
    kinds: Mapping[str, Kind | None],
    result: ir.Table,
    reading: Reading,
) -> ir.Table:
    """Rows that may be the same thing → row_number, copy, variants.

    ``copy`` counts the earlier rows that agree in everything; ``variants`` the different contents
    under the key (1 in a table without one).

    Parameters
    ----------
    rows : in canonical form, as known on the day, without those that are rejected anyway.
    kinds : the extra columns that the canonical table keeps.
    result : the query result.
    """
    key = table.key_of(given)
    if key:
        # An identifier that is empty tells nothing apart.
        named = rows.filter(rows[key[0]].notnull())
        content = {f"c{k}": named[name] for k, name in enumerate([*given, *kinds])}
        flat = named.select("row_number", **content)
        groups = [f"c{list(given).index(name)}" for name in key]
    else:
        content = _canonical(result, table, given=given, to=reading)
        content |= _others(result, given, reading)
        whole = result.select("row_number", **{f"c{k}": v for k, v in enumerate(content.values())})
        flat = rows.select("row_number").join(whole, "row_number")
        groups = []
    names = [name for name in flat.columns if name != "row_number"]
    copy = ibis.row_number().over(group_by=names, order_by=flat.row_number)
    placed = flat.select("row_number", *groups, copy=copy)
    if not groups:
        return placed.filter(placed.copy > 0).mutate(variants=ibis.literal(1, "int64"))
    first = (placed.copy == 0).ifelse(1, 0)
    counted = placed.select("row_number", "copy", variants=first.sum().over(group_by=groups))
    return counted.filter((counted.copy > 0) | (counted.variants > 1))


def differences(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Rows in conflict → row_number, column (those that differ), value (its own of these).

    Parameters
    ----------
    frame : row_number, the key and the content of the rows, as text.
    """
    content = [name for name in frame.columns if name not in {"row_number", *key}]
    group = frame.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
    names: list[list[str]] = [[] for _ in group]
    values: list[list[str]] = [[] for _ in group]
    for name in content:
        codes, distinct = pd.factorize(frame[name], use_na_sentinel=False)
        texts = ["empty" if pd.isna(value) else str(value) for value in distinct]
        # A group whose values are not all the same has a smallest and a largest code.
        ends = pd.Series(codes).groupby(group).agg(["min", "max"])
        differs = (ends["min"] != ends["max"]).to_numpy()[group]
        for place in np.flatnonzero(differs):
            names[place].append(name)
            values[place].append(texts[codes[place]])
    told = pd.DataFrame(
        {
            "row_number": frame["row_number"].to_numpy(),
            "column": pd.Series(map(", ".join, names), dtype=object).to_numpy(),
            "value": pd.Series(map(", ".join, values), dtype=object).to_numpy(),
        }
    )
    return told.iloc[np.argsort(group, kind="stable")].reset_index(drop=True)


def _canonical(
    result: ir.Table, table: Table, *, given: Mapping[str, str], to: Reading
) -> dict[str, ir.Column]:
    """Canonical columns in a form in which equal values are equal."""
    kinds = {column.name: column.kind for column in table.columns}
    return {name: _compared(result[column], kinds[name], to) for name, column in given.items()}


def _others(result: ir.Table, given: Mapping[str, str], reading: Reading) -> dict[str, ir.Column]:
    used = {*given.values(), "row_number"}
    # Lists and the like cannot be compared everywhere.
    return {
        f"other {name}": plain(result[name], reading) for name in result.columns if name not in used
    }


def _compared(value: ir.Column, kind: Kind, reading: Reading) -> ir.Column:
    # Numbers and days tell rows apart as well as what they become, and faster.
    given = value.type()
    as_it_is = given.is_integer() or given.is_date() or given.is_boolean()
    return value if as_it_is else cast(value, kind, reading)
