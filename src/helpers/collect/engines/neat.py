"""Columns that are as they should be, told at a look: nothing of them needs a closer one.

Identifiers and levels are short, of plain letters, and as they should be in nearly every export.
Whether a column is all of that kind is seen in its bytes, side by side, in a fraction of the time
in which an expression trims every text of it. Of typed days, the first and the last tell whether
any of them can stand for no day. Rows that may be the same thing are found by one number each.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.collect.placeholders import USUAL

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

_SPACE, _POINT, _DELETE = 0x20, 0x2E, 0x7F


def usual(rows: "ir.Table", names: list[str]) -> set[str]:
    """The columns of days or moments that all lie between the `USUAL` ones."""
    import ibis

    first, last = map(ibis.date, USUAL)
    within = {name: rows[name].cast("date") for name in names}
    ends = {
        f"n{k}": (day.min() >= first) & (day.max() <= last) for k, day in enumerate(within.values())
    }
    told = rows.aggregate(**ends).to_pandas().loc[0]
    return {name for name, fits in zip(names, told, strict=True) if pd.isna(fits) or fits}


def neat(batches: "pa.RecordBatchReader") -> frozenset[str]:
    """The columns of which every text is of printable ASCII letters, neither empty nor with a space
    at its beginning or end, and without ``.0``; empty cells do not matter.
    """
    names = list(batches.schema.names)
    left = set(range(len(names)))
    for batch in batches:
        left = {k for k in left if _is_neat(batch.column(k))}
        if not left:
            break
    return frozenset(names[k] for k in left)


def _is_neat(texts: "pa.Array") -> bool:
    import pyarrow as pa

    if texts.null_count:
        texts = texts.drop_null()
    if not len(texts):
        return True
    wide = pa.types.is_large_string(texts.type)
    _, places, letters = texts.buffers()
    begins = np.frombuffer(places, np.int64 if wide else np.int32)
    begins = begins[texts.offset : texts.offset + len(texts) + 1]
    all_letters = np.frombuffer(letters, np.uint8) if letters else np.zeros(0, np.uint8)
    written = all_letters[begins[0] : begins[-1]]
    if (begins[1:] == begins[:-1]).any():
        return False
    lowest = written.min()
    if lowest < _SPACE or written.max() >= _DELETE:
        return False
    if lowest == _SPACE:
        ends = (all_letters[begins[:-1]], all_letters[begins[1:] - 1])
        if any((letter == _SPACE).any() for letter in ends):
            return False
    # Over the end of a text as well, which is rare, and only costs time.
    return not (written == _POINT).any() or b".0" not in written.tobytes()


def twice(marks: np.ndarray) -> np.ndarray:
    """The places of the marks that occur more than once, in their order.

    Sorting one number per row takes a fraction of the time and of the memory that a table of all
    different rows would. Each number bears its place in its last digits, so that nothing has to be
    looked up afterwards; marks that differ only there are told apart by a second look.

    Parameters
    ----------
    marks : uint64.
    """
    limit = np.uint64(1 << max(len(marks) - 1, 1).bit_length())
    places = marks & ~(limit - np.uint64(1))
    places |= np.arange(len(marks), dtype=np.uint64)
    places.sort()
    first = np.flatnonzero((places[1:] ^ places[:-1]) < limit)
    near = places[np.union1d(first, first + 1)] & (limit - np.uint64(1))
    here = np.sort(near.astype(np.int64))
    _, kinds, times = np.unique(marks[here], return_inverse=True, return_counts=True)
    return here[times[kinds] > 1]
