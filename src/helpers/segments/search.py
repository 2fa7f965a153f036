"""Exact search: every conjunction of conditions that enough customers meet, each set once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.segments import kernels

MAX_LEVELS = 200
MAX_BYTES = 12e9


@dataclass(frozen=True)
class Condition:
    """One condition on one attribute: its level lies between two codes (both included)."""

    attribute: str
    low: int
    high: int
    label: str
    rule: str


@dataclass(frozen=True)
class Encoded:
    """Attributes as integer codes: `codes` (attributes × customers, -1 = no level)."""

    attributes: tuple[str, ...]
    codes: np.ndarray
    levels: tuple[tuple, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Candidates:
    """Distinct segments found by the search.

    `items` (candidates × max_conditions; condition numbers, padded with -1), `members` the
    customers' positions end to end, cut by `offsets` (candidates + 1).
    """

    conditions: tuple[Condition, ...]
    items: np.ndarray
    offsets: np.ndarray
    members: np.ndarray
    customers: int
    searched: int
    encoded: Encoded

    def __len__(self) -> int:
        return self.offsets.size - 1

    @cached_property
    def sizes(self) -> np.ndarray:
        """Customers per candidate."""
        return np.diff(self.offsets)

    @cached_property
    def depths(self) -> np.ndarray:
        """Conditions per candidate."""
        return (self.items >= 0).sum(axis=1)

    @cached_property
    def _by_members(self) -> dict[bytes, int]:
        return {self.of(j).tobytes(): j for j in range(len(self))}

    def of(self, candidate: int) -> np.ndarray:
        """Positions of the members of one candidate, ascending."""
        return self.members[self.offsets[candidate] : self.offsets[candidate + 1]]

    def mask(self, candidate: int) -> np.ndarray:
        """Membership of one candidate as booleans, one per customer."""
        inside = np.zeros(self.customers, bool)
        inside[self.of(candidate)] = True
        return inside

    def described(self, candidate: int) -> list[Condition]:
        """Conditions of one candidate, in the order of the attributes."""
        return [self.conditions[item] for item in self.items[candidate] if item >= 0]

    def subset(self, kept: np.ndarray) -> Candidates:
        """Some of the candidates, by ascending number."""
        parts = [self.of(int(j)) for j in kept]
        offsets = np.concatenate([[0], np.cumsum(self.sizes[kept])]).astype(np.int64)
        members = np.concatenate([*parts, self.members[:0]])
        return replace(self, items=self.items[kept], offsets=offsets, members=members)

    def meets(self, item: int) -> np.ndarray:
        """Which customers meet one condition, as booleans."""
        condition = self.conditions[item]
        code = self.encoded.codes[self.encoded.attributes.index(condition.attribute)]
        return (code >= condition.low) & (code <= condition.high)

    def find(self, members: np.ndarray) -> int | None:
        """Number of the candidate with exactly these members (ascending), if there is one."""
        return self._by_members.get(np.asarray(members, self.members.dtype).tobytes())


def encode(
    customers: pd.DataFrame,
    attributes: Sequence[str],
    *,
    missing: str = "ignore",
    ranges: bool = False,
    labels: Mapping[str, str] | None = None,
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
    ranges
        Let consecutive levels of an ordered Categorical form one condition (at most, at least,
        between).
    labels
        Names for people, by attribute; the column name where absent.

    Raises
    ------
    ValueError
        If an attribute is absent, repeated, or has so many levels that it needs banding.
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
        if len(categories) > MAX_LEVELS:
            raise ValueError(
                f"attribute {name!r} has {len(categories)} different values; a segment needs "
                f"groups of customers, so band it first (at most {MAX_LEVELS} levels)"
            )
        if isinstance(column.dtype, pd.CategoricalDtype):
            place = {level: code for code, level in enumerate(categories)}
            moved = np.array([*(place.get(c, -1) for c in column.cat.categories), -1], np.int16)
            codes[row] = moved[column.cat.codes]
        else:
            codes[row] = pd.Index(categories, dtype=object).get_indexer(column.astype(object))
        if missing == "level" and (codes[row] < 0).any():
            codes[row, codes[row] < 0] = len(categories)
            found = [*categories, None]
        else:
            found = list(categories)
        levels.append(tuple(found))
        ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.dtype.ordered
        title = (labels or {}).get(name, name)
        spans = [(k, k) for k in range(len(found))]
        if ranges and ordered:
            count = len(categories)
            spans += [
                (low, high)
                for low in range(count)
                for high in range(low + 1, count)
                if high - low + 1 < count
            ]
        conditions += [_condition(name, title, found, low, high) for low, high in spans]
    return Encoded(tuple(attributes), codes, tuple(levels), tuple(conditions))


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


def _condition(name: str, title: str, levels: list, low: int, high: int) -> Condition:
    column = '"' + name.replace('"', '""') + '"'
    chosen = levels[low : high + 1]
    if chosen == [None]:
        return Condition(name, low, high, f"{title}: not known", f"{column} IS NULL")
    if low == high:
        return Condition(
            name, low, high, f"{title}: {_shown(chosen[0])}", f"{column} = {_literal(chosen[0])}"
        )
    last = len(levels) - 1 - (levels[-1] is None)
    if low == 0:
        label = f"{title}: at most {_shown(levels[high])}"
    elif high == last:
        label = f"{title}: at least {_shown(levels[low])}"
    else:
        label = f"{title}: {_shown(levels[low])} to {_shown(levels[high])}"
    return Condition(name, low, high, label, f"{column} IN ({', '.join(map(_literal, chosen))})")


def _shown(value: object) -> str:
    """A level as people write it: 3, not 3.0 (a column with blanks holds its numbers as floats)."""
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return str(int(value)) if whole else str(value)


def _literal(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return "'" + str(value).replace("'", "''") + "'"


def enumerate_segments(encoded: Encoded, *, minimum: int, max_conditions: int) -> Candidates:
    """List every distinct segment of at least `minimum` customers and its members.

    Level by level: a conjunction is extended only with attributes that come after its own, and
    only while enough customers are left (support pruning, Agrawal & Srikant 1994, "Fast
    algorithms for mining association rules"). Of conjunctions with the same members the one with
    the fewest conditions is kept; among equals, the first in the order of attributes and levels.

    Parameters
    ----------
    encoded
        Result of `encode`.
    minimum
        Smallest number of customers in a segment.
    max_conditions
        Largest number of conditions, at least 1.

    Returns
    -------
    Candidates
        Segments by number of conditions, then in order of attributes and levels. Segments that
        hold every customer are left out: nobody remains to compare them with.
    """
    codes, conditions = encoded.codes, encoded.conditions
    attributes, customers = codes.shape
    low = np.array([c.low for c in conditions], np.int64)
    high = np.array([c.high for c in conditions], np.int64)
    owner = np.array([encoded.attributes.index(c.attribute) for c in conditions], np.int64)
    first = np.searchsorted(owner, np.arange(attributes + 1))
    items = np.zeros((1, 0), np.int32)
    offsets = np.array([0, customers], np.int64)
    members = np.arange(customers, dtype=np.int32)
    last = np.array([-1], np.int64)
    parts = []
    for _ in range(min(max_conditions, attributes)):
        arguments = (codes, first, low, high, offsets, members, last, minimum)
        nothing = np.empty((0, 3), np.int64), np.empty(0, np.int32)
        children, total = kernels.extend(*arguments, True, *nothing)
        if children == 0:
            break
        if 4.0 * total > MAX_BYTES:
            raise ValueError(
                f"the search would list {total:,} memberships; give fewer attributes, a smaller "
                "max_conditions or a larger min_customers"
            )
        kept, filled = np.empty((children, 3), np.int64), np.empty(total, np.int32)
        kernels.extend(*arguments, False, kept, filled)
        items = np.column_stack([items[kept[:, 0]], kept[:, 1].astype(np.int32)])
        offsets, members = np.concatenate([[0], kept[:, 2]]), filled
        last = owner[kept[:, 1]]
        parts.append((items, offsets, members))
    return _distinct(parts, encoded, customers, max_conditions)


def _distinct(parts, encoded: Encoded, customers: int, max_conditions: int) -> Candidates:
    """Join the levels of the search and keep each member set once, first come."""
    items = [np.empty((0, max_conditions), np.int32)]
    sizes, members = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    for rows, offsets, inside in parts:
        padded = np.full((len(rows), max_conditions), -1, np.int32)
        padded[:, : rows.shape[1]] = rows
        items.append(padded)
        sizes.append(np.diff(offsets))
        members.append(inside)
    items, sizes, members = map(np.concatenate, (items, sizes, members))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    # fixed keys: which duplicate survives must not depend on chance
    keys = np.random.default_rng(20).integers(0, 2**64, customers, np.uint64)
    marks = kernels.fingerprints(offsets, members, keys)
    _, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    twin = first[inverse]
    alone = (twin == np.arange(len(twin))) | ~kernels.same_members(offsets, members, twin)
    keep = alone & (sizes < customers)
    return Candidates(
        encoded.conditions,
        items[keep],
        np.concatenate([[0], np.cumsum(sizes[keep])]),
        members[np.repeat(keep, sizes)],
        customers,
        searched=len(sizes),
        encoded=encoded,
    )
