"""Exact arithmetic in lazy expressions.

Floating-point sums depend on the order of the rows, and a parallel engine does not promise one.
Money is therefore summed as decimals and durations as whole seconds: the same rows give the same
bytes, however they are ordered or split over files.
"""

import datetime as dt
from collections.abc import Sequence
from math import prod

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.engines.embedded import all_cores

MONEY = "decimal(28, 6)"


def money(value: ir.NumericValue) -> ir.DecimalValue:
    """An amount as a decimal with six places."""
    return value.cast(MONEY)


def total(value: ir.NumericValue, where: ir.BooleanValue | None = None) -> ir.DecimalScalar:
    """The exact sum of amounts, 0 where no row fits."""
    return money(value).sum(where=where).fill_null(0)


def count(where: ir.BooleanValue) -> ir.IntegerScalar:
    """How many rows meet a condition; null counts as not met."""
    return where.count(where=where)


def seconds(later: ir.TimestampValue, earlier: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds between two moments; parts of a second are cut off, on every engine."""
    later, earlier = (moment.cast("timestamp").truncate("s") for moment in (later, earlier))
    return later.epoch_seconds() - earlier.epoch_seconds()


def within(day: ir.DateValue, first: dt.date, last: dt.date) -> ir.BooleanValue:
    """Whether a day lies in a window, both ends included."""
    return (day >= ibis.date(first)) & (day <= ibis.date(last))


def fetch(table: ir.Table, *, by: Sequence[str] = ("account_id", "month")) -> pd.DataFrame:
    """Run a reduced expression: floats for decimals, rows sorted.

    The order is that of the columns ``by``, as far as the table has them; else that of all columns.

    It runs on every core, which is why its sums must be exact and its keys tell its rows apart.
    """
    schema = table.schema()
    cast = {name: "float64" for name, kind in schema.items() if kind.is_decimal()}
    with all_cores():
        rows = (table.cast(cast) if cast else table).to_pyarrow()
    # Column by column: the way of one frame for all copies every number once more.
    frame = rows.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
    dates = [name for name, kind in schema.items() if kind.is_date()]
    frame = frame.astype(dict.fromkeys(dates, "datetime64[us]"))
    keys = [name for name in by if name in frame.columns]
    return in_order(frame, keys or list(frame.columns))


def cents(amounts: pd.Series) -> np.ndarray:
    """Sums of `money` to the cent, halves away from zero, as decimals are rounded.

    Some engines take longer to round a wide decimal than to add up a hundred of them.

    >>> cents(pd.Series([0.125, -2.675, 7.0])).tolist()
    [0.13, -2.68, 7.0]
    """
    amounts = amounts.to_numpy(float)
    millionths = np.rint(np.abs(amounts) * 1e6)
    return np.copysign((millionths + 5_000) // 10_000 / 100, amounts)


def in_order(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Rows sorted by some columns, missing values last, equal rows as they were; a new index."""
    places = _order([_rank(frame[name]) for name in keys])
    return frame.take(places).reset_index(drop=True)


def _order(ranks: list[np.ndarray]) -> np.ndarray:
    """Places of rows in the order of several ranks, the first one first.

    One number for all ranks of a row, where it has room for them, sorts several times faster.
    """
    if len(ranks[0]) and all(rank.dtype.kind == "i" for rank in ranks):
        lows = [int(rank.min()) for rank in ranks]
        spans = [int(rank.max()) - low + 1 for rank, low in zip(ranks, lows, strict=True)]
        if prod(spans) <= np.iinfo(np.int64).max:
            whole = np.zeros(len(ranks[0]), np.int64)
            for rank, low, span in zip(ranks, lows, spans, strict=True):
                whole = whole * span + (rank - low)
            return np.argsort(whole, kind="stable")
    return np.lexsort(ranks[::-1])


def _rank(column: pd.Series) -> np.ndarray:
    """Numbers in the order of a column's values; of texts, each is compared once, not each cell."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "if":
        return column.to_numpy()  # NaN comes last
    codes, distinct = pd.factorize(column)
    rank = np.empty(len(distinct) + 1, dtype=np.int64)
    rank[np.argsort(np.asarray(distinct), kind="stable")] = np.arange(len(distinct))
    rank[-1] = len(distinct)
    return rank[codes]
