"""Query results → canonical types, in lazy Ibis expressions.

Where a cast can fail, the typed column is accompanied by ``given_<name>``: whether the query gave
a value at all. A value that is there but cannot be read is given and has no typed value; the checks
reject its row.

What may be written is decided here, for all engines alike. How a text of the right form becomes a
number or a moment is the engine's part (`Reading`): not every engine can try a cast.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from helpers.tables import Kind, Table

GIVEN = "given_"

# Written dates: year, month, day; anything else (31.01.2026, 20260131) is for the query to parse,
# because 03/04/2026 means two different days. [0-9]: to some engines \d is a digit of any script.
_SECONDS = r":[0-5][0-9](\.[0-9]+)?"
_DAY = (
    r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2})"
    rf"([ T][0-9]{{1,2}}:[0-9]{{2}}({_SECONDS})?)?$"
)
_WITH_OFFSET = (
    rf"^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}[ T][0-9]{{1,2}}:[0-9]{{2}}{_SECONDS}"
    r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
)
_DIGITS = "[0-9]+(_[0-9]+)*"
NUMBER = rf"^[+-]?({_DIGITS}\.?({_DIGITS})?|\.{_DIGITS})([eE][+-]?{_DIGITS})?$"
_WHOLE = r"^[+-]?[0-9]+\.0+$"
_SPACES = " \t\n\r\v\f"

UNREADABLE: dict[Kind, str] = {
    "date": "not a date such as 2026-01-31",
    "timestamp": "not a date and time such as 2026-01-31 14:05:00",
    "number": "not a number",
    "integer": "not a whole number",
    "boolean": "not true or false",
}
_IBIS_TYPES = {
    "id": "string",
    "text": "string",
    "date": "date",
    "timestamp": "timestamp(6)",
    "number": "float64",
    "integer": "int64",
    "boolean": "boolean",
}


# ── how an engine reads written values ───────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Reading:
    """How an engine turns text of the right form into a value; null where there is no such value.

    number
        Text such as ``-1.5e3`` → float64.
    moment
        Text such as ``2026-01-31 14:05`` → timestamp, as written.
    instant
        Text that ends in an offset, and columns that know their time zone → timestamp in the
        study's time zone.
    mark
        Columns → one number per row, the same for the same values and hardly ever for others;
        None where an engine has no such number at hand.
    """

    number: Callable[[ir.StringColumn], ir.FloatingColumn]
    moment: Callable[[ir.StringColumn], ir.TimestampColumn]
    instant: Callable[[ir.Column], ir.TimestampColumn]
    mark: Callable[[Mapping[str, ir.Column]], ir.IntegerColumn] | None = None


def _instant(column: ir.Column) -> ir.TimestampColumn:
    # From TIMESTAMP WITH TIME ZONE, DuckDB converts to the session's time zone.
    return column.try_cast("timestamp('UTC', 6)").cast("timestamp(6)")


TRY_CAST = Reading(
    number=lambda text: text.try_cast("float64"),
    moment=lambda text: text.try_cast("timestamp(6)"),
    instant=_instant,
    mark=lambda columns: ibis.struct(columns).hash(),
)


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────
def as_text(column: ir.Column) -> ir.StringColumn:
    """A column as trimmed text: empty is null, and whole numbers have no ``.0``."""
    kind = column.type()
    if kind.is_string():
        return _untrimmed(column).ifelse(_trimmed(column), column)
    text = column.cast("string")
    return _without_zeros(text) if kind.is_floating() or kind.is_decimal() else text


def as_id(column: ir.Column) -> ir.StringColumn:
    """An identifier: text without the ``.0`` that spreadsheets and data frames append."""
    if not column.type().is_string():
        return as_text(column)
    unusual = _untrimmed(column) | column.contains(".0")
    return unusual.ifelse(_without_zeros(_trimmed(column)), column)


# Trimming and replacing go through every letter of every text. A look at the first and the last one
# finds the few that need it; the others are taken as they are.
def _untrimmed(text: ir.StringColumn) -> ir.BooleanColumn:
    # An empty text gives 0. Other control characters are below the space as well: trimming leaves
    # them where they are.
    return reduce(or_, map(text.endswith, _SPACES), text.ascii_str() <= ord(" "))


def _trimmed(text: ir.StringColumn) -> ir.StringColumn:
    return text.strip().nullif("")


def _without_zeros(text: ir.StringColumn) -> ir.StringColumn:
    # In two steps: engines do not agree on how to write "the first group" in a replacement.
    whole = text.re_search(_WHOLE).ifelse(text.re_replace(r"\.0+$", ""), text)
    return text.contains(".0").ifelse(whole, text)


def as_timestamp(column: ir.Column, reading: Reading = TRY_CAST) -> ir.TimestampColumn:
    """Local time of the study's time zone: offsets are converted, other values taken as local."""
    kind = column.type()
    if kind.is_timestamp() and kind.timezone:
        return reading.instant(column)
    if kind.is_timestamp() or kind.is_date():
        return column.cast("timestamp(6)")
    if not kind.is_string():
        return ibis.null("timestamp(6)")
    text = column.strip()
    return ibis.cases(
        (text.re_search(_WITH_OFFSET), reading.instant(text)),
        (text.re_search(_DAY), reading.moment(text)),
        else_=ibis.null("timestamp(6)"),
    )


def as_number(column: ir.Column, reading: Reading = TRY_CAST) -> ir.FloatingColumn:
    """A finite number; null for everything else."""
    kind = column.type()
    if not (kind.is_numeric() or kind.is_string()) or kind.is_boolean():
        return ibis.null("float64")
    number = reading.number(column.strip()) if kind.is_string() else column.cast("float64")
    # To all engines, NaN is larger than every number.
    return (number.abs() <= sys.float_info.max).ifelse(number, ibis.null("float64"))


def as_integer(column: ir.Column, reading: Reading = TRY_CAST) -> ir.IntegerColumn:
    """A whole number; 3.0 is one, 3.7 is not and is not rounded either."""
    if column.type().is_integer():
        return column.try_cast("int64")
    number = as_number(column, reading)
    exact = (number.abs() < 2**53).ifelse(number, ibis.null("float64"))
    return (exact == exact.floor()).ifelse(exact, ibis.null("float64")).cast("int64")


def as_boolean(column: ir.Column) -> ir.BooleanColumn:
    """True and false, also as yes / no and 1 / 0."""
    if column.type().is_boolean():
        return column
    text = as_id(column).lower()
    return ibis.cases(
        (text.isin(("true", "yes", "1")), True),
        (text.isin(("false", "no", "0")), False),
        else_=ibis.null("boolean"),
    )


def cast(column: ir.Column, kind: Kind, reading: Reading = TRY_CAST) -> ir.Column:
    """A column in its canonical kind; null where the value cannot be read as one."""
    if kind == "date":
        return as_timestamp(column, reading).date()
    if kind in ("timestamp", "number", "integer"):
        reader = {"timestamp": as_timestamp, "number": as_number, "integer": as_integer}[kind]
        return reader(column, reading)
    return {"id": as_id, "text": as_text, "boolean": as_boolean}[kind](column)


def plain(column: ir.Column, reading: Reading = TRY_CAST) -> ir.Column:
    """An extra column in the nearest of the canonical types, for Parquet and pandas."""
    kind = column.type()
    if kind.is_boolean() or kind.is_date():
        return column
    if kind.is_timestamp():
        return as_timestamp(column, reading)
    if kind.is_integer():
        return column.cast("int64" if kind.bounds.upper < 2**63 else "float64")
    number = kind.is_floating() or kind.is_decimal()
    return column.cast("float64") if number else as_text(column)


def is_given(column: ir.Column) -> ir.BooleanColumn:
    """Whether there is a value, readable or not."""
    if not column.type().is_string():
        return column.notnull()
    return (column.strip() != "").fill_null(False)


def certain(column: ir.Column, kind: Kind) -> bool:
    """Whether every value of a column can be read as this kind, so that nothing needs a look."""
    given = column.type()
    if kind in ("date", "timestamp"):
        return given.is_date() or given.is_timestamp()
    if kind in ("number", "integer"):
        return given.is_integer()
    return kind in ("id", "text") or given.is_boolean()


def canonical_form(
    result: ir.Table,
    table: Table,
    *,
    given: dict[str, str],
    extras: dict[str, Kind | None],
    reading: Reading = TRY_CAST,
) -> ir.Table:
    """Query result → ``row_number``, typed canonical columns, ``given_…``, extra columns.

    Parameters
    ----------
    result : query result with ``row_number``.
    given : canonical name → name in the query result.
    extras : other columns to keep → kind to cast to, or None to keep the type as it is.
    reading : how the engine reads written values.
    """
    columns = {"row_number": result.row_number}
    for column in table.columns:
        name = given.get(column.name)
        if name is None:
            columns[column.name] = ibis.null(_IBIS_TYPES[column.kind])
            continue
        columns[column.name] = cast(result[name], column.kind, reading)
        if not certain(result[name], column.kind):
            columns[GIVEN + column.name] = is_given(result[name])
    for name, kind in extras.items():
        found = result[name]
        columns[name] = cast(found, kind, reading) if kind else plain(found, reading)
        if kind and not certain(found, kind):
            columns[GIVEN + name] = is_given(found)
    return result.select(**columns)


def ibis_type(kind: Kind) -> str:
    """The type that a canonical column of this kind has."""
    return _IBIS_TYPES[kind]
