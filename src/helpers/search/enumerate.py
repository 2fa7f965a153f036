"""Exact search: every conjunction of conditions that enough customers meet, each set once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from helpers.errors import StudyError
from helpers.search import loops
from helpers.search.encode import MAX_BYTES, Condition, Encoded


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
        return code == condition.level

    def find(self, members: np.ndarray) -> int | None:
        """Number of the candidate with exactly these members (ascending), if there is one."""
        return self._by_members.get(np.asarray(members, self.members.dtype).tobytes())


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
    level = np.array([c.level for c in conditions], np.int64)
    owner = np.array([encoded.attributes.index(c.attribute) for c in conditions], np.int64)
    first = np.searchsorted(owner, np.arange(attributes + 1))
    items = np.zeros((1, 0), np.int32)
    offsets = np.array([0, customers], np.int64)
    members = np.arange(customers, dtype=np.int32)
    last = np.array([-1], np.int64)
    parts = []
    for _ in range(min(max_conditions, attributes)):
        arguments = (codes, first, level, offsets, members, last, minimum)
        nothing = np.empty((0, 3), np.int64), np.empty(0, np.int32)
        children, total = loops.extend(*arguments, True, *nothing)
        if children == 0:
            break
        if 4.0 * total > MAX_BYTES:
            raise StudyError(
                "The search would need more memory than it may take.",
                found=f"{total:,} memberships of customers in segments",
                expected=f"at most {int(MAX_BYTES / 4):,}",
                remedy="search fewer attributes (`search: false`), set a smaller "
                "scope.max_conditions or a larger scope.min_customers; make check says what fits",
            )
        kept, filled = np.empty((children, 3), np.int64), np.empty(total, np.int32)
        loops.extend(*arguments, False, kept, filled)
        items = np.column_stack([items[kept[:, 0]], kept[:, 1].astype(np.int32)])
        offsets, members = np.concatenate([[0], kept[:, 2]]), filled
        last = owner[kept[:, 1]]
        parts.append((items, offsets, members))
    return _distinct(parts, encoded, customers, max_conditions)


def _distinct(parts, encoded: Encoded, customers: int, max_conditions: int) -> Candidates:
    """Join the levels of the search and keep each member set once, first come."""
    all_items: list[np.ndarray] = [np.empty((0, max_conditions), np.int32)]
    all_sizes: list[np.ndarray] = [np.empty(0, np.int64)]
    all_members: list[np.ndarray] = [np.empty(0, np.int32)]
    for rows, offsets, inside in parts:
        padded = np.full((len(rows), max_conditions), -1, np.int32)
        padded[:, : rows.shape[1]] = rows
        all_items.append(padded)
        all_sizes.append(np.diff(offsets))
        all_members.append(inside)
    items, sizes, members = map(np.concatenate, (all_items, all_sizes, all_members))
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    # fixed keys: which duplicate survives must not depend on chance
    keys = np.random.default_rng(20).integers(0, 2**64, customers, np.uint64)
    marks = loops.fingerprints(offsets, members, keys)
    _, first, inverse = np.unique(marks, return_index=True, return_inverse=True)
    twin = first[inverse]
    alone = (twin == np.arange(len(twin))) | ~loops.same_members(offsets, members, twin)
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
