"""Exact arithmetic in lazy expressions.

Floating-point sums depend on the order of the rows, and a parallel engine does not promise one.
Money is therefore summed as decimals and durations as whole seconds: the same rows give the same
bytes, however they are ordered or split over files.
"""

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd

MONEY = "decimal(28, 6)"


def money(value: ir.NumericValue) -> ir.DecimalValue:
    """An amount as a decimal with six places."""
    return value.cast(MONEY)


def total(value: ir.NumericValue, where: ir.BooleanValue | None = None) -> ir.DecimalScalar:
    """The exact sum of amounts, 0 where no row fits."""
    return money(value).sum(where=where).fill_null(0)


def count(where: ir.BooleanValue) -> ir.IntegerScalar:
    """How many rows meet a condition; null counts as not met."""
    # Not every engine takes a truth value for a number.
    return where.fill_null(False).ifelse(1, 0).cast("int64").sum().fill_null(0)


def seconds(later: ir.TimestampValue, earlier: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds between two moments; parts of a second are cut off, on every engine."""
    later, earlier = (moment.cast("timestamp").truncate("s") for moment in (later, earlier))
    return later.epoch_seconds() - earlier.epoch_seconds()


def within(day: ir.DateValue, first: dt.date, last: dt.date) -> ir.BooleanValue:
    """Whether a day lies in a window, both ends included."""
    return (day >= ibis.date(first)) & (day <= ibis.date(last))


def fetch(table: ir.Table) -> pd.DataFrame:
    """Run a reduced expression: floats for decimals, one row per account, sorted by it."""
    schema = table.schema()
    cast = {name: "float64" for name, kind in schema.items() if kind.is_decimal()}
    frame = (table.cast(cast) if cast else table).to_pandas()
    dates = [name for name, kind in schema.items() if kind.is_date()]
    frame = frame.astype(dict.fromkeys(dates, "datetime64[us]"))
    keys = [name for name in ("account_id", "month", "metric", "value") if name in frame.columns]
    return frame.sort_values(keys or list(frame.columns), kind="stable").reset_index(drop=True)
