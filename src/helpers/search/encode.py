"""Attributes as integer codes, and the conditions that they allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MAX_LEVELS = 200
MAX_BYTES = 12e9  # of the members of all groups that are held at a time


@dataclass(frozen=True)
class Condition:
    """One condition on one attribute: it has the level with this code."""

    attribute: str
    level: int
    label: str
    rule: str


@dataclass(frozen=True)
class Encoded:
    """Attributes as integer codes: `codes` (attributes × customers, -1 = no level)."""

    attributes: tuple[str, ...]
    codes: np.ndarray
    levels: tuple[tuple, ...]
    conditions: tuple[Condition, ...]


def encode(
    customers: pd.DataFrame,
    attributes: Sequence[str],
    *,
    missing: str = "ignore",
    labels: Mapping[str, str] | None = None,
    smallest: int = 1,
) -> Encoded:
    """Turn attribute columns into integer codes and list the conditions they allow.

    Parameters
    ----------
    customers
        One row per customer.
    attributes
        Columns with categories: strings, booleans, whole numbers or pandas Categoricals.
    missing
        "ignore": a missing value meets no condition; "level": it is a level of its own.
    labels
        Names for people, by attribute; the column name where absent.
    smallest
        Customers that a segment needs. Of an attribute with more than `MAX_LEVELS` levels those
        with fewer allow no condition: none of theirs could be a segment.

    Raises
    ------
    ValueError
        If an attribute is absent, repeated, or has so many levels of that size that it needs
        banding.
    """
    if missing not in ("ignore", "level"):
        raise ValueError(f"missing must be 'ignore' or 'level', not {missing!r}")
    if len(set(attributes)) != len(attributes):
        raise ValueError(f"attributes names a column twice: {list(attributes)}")
    absent = [name for name in attributes if name not in customers.columns]
    if absent:
        raise ValueError(f"attributes not found among the columns of customers: {absent}")
    codes = np.full((len(attributes), len(customers)), -1, np.int16)
    levels, conditions = [], []
    for row, name in enumerate(attributes):
        column = customers[name]
        categories = _levels(column)
        rare = np.zeros(len(customers), dtype=bool)
        if len(categories) > MAX_LEVELS:
            categories, rare = _large(column, categories, smallest)
        if len(categories) > MAX_LEVELS:
            raise ValueError(
                f"attribute {name!r} has {len(categories)} different values of {smallest} "
                f"customers or more: band it first (at most {MAX_LEVELS} levels)"
            )
        if isinstance(column.dtype, pd.CategoricalDtype):
            place = {level: code for code, level in enumerate(categories)}
            moved = np.array([*(place.get(c, -1) for c in column.cat.categories), -1], np.int16)
            codes[row] = moved[column.cat.codes]
        else:
            codes[row] = pd.Index(categories, dtype=object).get_indexer(column.astype(object))
        if missing == "level" and ((codes[row] < 0) & ~rare).any():
            codes[row, (codes[row] < 0) & ~rare] = len(categories)
            found = [*categories, None]
        else:
            found = list(categories)
        levels.append(tuple(found))
        title = (labels or {}).get(name, name)
        conditions += [_condition(name, title, k, value) for k, value in enumerate(found)]
    return Encoded(tuple(attributes), codes, tuple(levels), tuple(conditions))


def _large(column: pd.Series, categories: list, smallest: int) -> tuple[list, np.ndarray]:
    """The levels with so many customers, and who has another one."""
    counts = column.value_counts()
    large = [level for level in categories if counts[level] >= smallest]
    return large, (column.notna() & ~column.isin(large)).to_numpy(bool)


def _levels(column: pd.Series) -> list:
    """Distinct values of a column in a fixed order: as ordered, by number, or by name."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = set(column.dropna())
        return [level for level in column.cat.categories if level in present]
    values = column.dropna().unique().tolist()
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=lambda value: (type(value).__name__, str(value)))


def _condition(name: str, title: str, level: int, value: object) -> Condition:
    column = '"' + name.replace('"', '""') + '"'
    if value is None:
        return Condition(name, level, f"{title}: not known", f"{column} IS NULL")
    return Condition(name, level, f"{title}: {_shown(value)}", f"{column} = {_literal(value)}")


def _shown(value: object) -> str:
    """A level as people write it: 3, not 3.0 (a column with blanks holds its numbers as floats)."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _literal(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return "'" + str(value).replace("'", "''") + "'"
