"""Query results → canonical types, in lazy Ibis expressions.

Where a cast can fail, the typed column is accompanied by what the query gave, as text, under
``raw_<name>``. A value that is there but cannot be read has a text and no typed value; the checks
reject its row.
"""

import ibis
import ibis.expr.types as ir

from helpers.tables import Kind, Table

RAW = "raw_"

# Written dates: year, month, day; anything else (31.01.2026, 20260131) is for the query to parse,
# because 03/04/2026 means two different days.
_DAY = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
_WITH_OFFSET = r"^\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|[+-]\d{2}(:?\d{2})?)$"
_WHOLE = r"^([+-]?\d+)\.0+$"

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


def as_text(column: ir.Column) -> ir.StringColumn:
    """A column as trimmed text: empty is null, and whole numbers have no ``.0``."""
    kind = column.type()
    text = column.cast("string").strip().nullif("")
    number = kind.is_floating() or kind.is_decimal()
    return text.re_replace(_WHOLE, r"\1") if number else text


def as_id(column: ir.Column) -> ir.StringColumn:
    """An identifier: text without the ``.0`` that spreadsheets and data frames append."""
    text = as_text(column)
    return text.re_replace(_WHOLE, r"\1") if column.type().is_string() else text


def as_timestamp(column: ir.Column) -> ir.TimestampColumn:
    """Local time of the session's time zone: offsets are converted, other values taken as local."""
    kind = column.type()
    if kind.is_timestamp() or kind.is_date():
        # From TIMESTAMP WITH TIME ZONE, DuckDB converts to the session's time zone.
        return column.cast("timestamp(6)")
    if not kind.is_string():
        return ibis.null("timestamp(6)")
    text = column.strip()
    return ibis.cases(
        (
            text.re_search(_WITH_OFFSET),
            text.try_cast("timestamp('UTC', 6)").cast("timestamp(6)"),
        ),
        (text.re_search(_DAY), text.try_cast("timestamp(6)")),
        else_=ibis.null("timestamp(6)"),
    )


def as_number(column: ir.Column) -> ir.FloatingColumn:
    """A finite number; null for everything else."""
    kind = column.type()
    if not (kind.is_numeric() or kind.is_string()) or kind.is_boolean():
        return ibis.null("float64")
    number = (column.strip() if kind.is_string() else column).try_cast("float64")
    return (number.isnan() | number.isinf()).ifelse(ibis.null("float64"), number)


def as_integer(column: ir.Column) -> ir.IntegerColumn:
    """A whole number; 3.0 is one, 3.7 is not and is not rounded either."""
    if column.type().is_integer():
        return column.try_cast("int64")
    number = as_number(column)
    whole = (number == number.floor()) & (number.abs() < 2**53)
    return whole.ifelse(number, ibis.null("float64")).try_cast("int64")


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


_CASTS = {
    "id": as_id,
    "text": as_text,
    "date": lambda column: as_timestamp(column).date(),
    "timestamp": as_timestamp,
    "number": as_number,
    "integer": as_integer,
    "boolean": as_boolean,
}


def cast(column: ir.Column, kind: Kind) -> ir.Column:
    """A column in its canonical kind; null where the value cannot be read as one."""
    return _CASTS[kind](column)


def plain(column: ir.Column) -> ir.Column:
    """An extra column in the nearest of the canonical types, for Parquet and pandas."""
    kind = column.type()
    if kind.is_boolean() or kind.is_date() or kind.is_floating():
        return column
    if kind.is_timestamp():
        return as_timestamp(column)
    if kind.is_integer():
        return column.cast("int64") if kind.nbytes <= 8 else column.cast("float64")
    return column.cast("float64") if kind.is_decimal() else as_text(column)


def certain(column: ir.Column, kind: Kind) -> bool:
    """Whether every value of a column can be read as this kind, so that nothing needs a look."""
    given = column.type()
    if kind in ("date", "timestamp"):
        return given.is_date() or given.is_timestamp()
    if kind in ("number", "integer"):
        return given.is_integer()
    return kind in ("id", "text") or given.is_boolean()


def canonical_form(
    result: ir.Table, table: Table, *, given: dict[str, str], extras: dict[str, Kind | None]
) -> ir.Table:
    """Query result → ``row_number``, typed canonical columns, ``raw_…`` texts, extra columns.

    Parameters
    ----------
    result : query result with ``row_number``.
    given : canonical name → name in the query result.
    extras : other columns to keep → kind to cast to, or None to keep the type as it is.
    """
    columns = {"row_number": result.row_number}
    for column in table.columns:
        name = given.get(column.name)
        if name is None:
            columns[column.name] = ibis.null(_IBIS_TYPES[column.kind])
            continue
        columns[column.name] = cast(result[name], column.kind)
        if not certain(result[name], column.kind):
            columns[RAW + column.name] = as_text(result[name])
    for name, kind in extras.items():
        columns[name] = cast(result[name], kind) if kind else plain(result[name])
    return result.select(**columns)


def ibis_type(kind: Kind) -> str:
    """The type that a canonical column of this kind has."""
    return _IBIS_TYPES[kind]
