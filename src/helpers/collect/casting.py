"""Query results → canonical types, in lazy Ibis expressions.

Where a cast can fail, the typed column is accompanied by ``given_<name>``: whether the query gave
a value at all. A value that is there but cannot be read is given and has no typed value; the checks
reject its row.

What may be written is decided here, for all engines alike. How a text of the right form becomes a
number or a moment is the engine's part (`Reading`): not every engine can try a cast.
"""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from helpers.collect.placeholders import OPEN_FROM
from helpers.tables import Kind, Table
from helpers.words import lists as words

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
# Days that vendors write as midnight of some offset, or as the last second before the next one, are
# days, whatever the clock says elsewhere.
_MIDNIGHT = r"[ T](00:00:00(\.0+)?|23:59:59(\.[0-9]+)?)(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_ZERO_DAY, _DAY_ZERO = "0000-00-00", "0001-01-01"
# Like 9999-12-31 and 2999-12-31, ways to write "open".
ENDLESS = ("infinity", "+infinity", "inf")
# Yes and true in other languages, as spreadsheets and systems there write them; none of these words
# means the opposite in another one.
YES = (
    *("ja", "wahr", "oui", "vrai", "sí", "si", "verdadero", "sì", "vero", "sim", "verdadeiro"),
    *("да", "истина", "так", "tak", "prawda", "ano", "pravda", "是", "真", "はい", "예", "evet"),
)
NO = (
    *("nein", "falsch", "non", "faux", "falso", "não", "nao", "nee", "onwaar", "nej", "falsk"),
    *("нет", "ложь", "ні", "nie", "fałsz", "否", "假", "いいえ", "아니요", "hayır"),
)
# White space that only looks like a space, and marks that look like nothing.
_UNUSUAL = "[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_INVISIBLE = "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
# What readers do not see of a text: those marks, and control characters but tab and line ends.
HIDDEN = "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f" + _INVISIBLE[1:]

UNREADABLE: dict[Kind, str] = {
    "date": words.NOT_DATE_SUCH_AS,
    "timestamp": words.NOT_DATE_TIME_SUCH_AS,
    "number": "not a number",
    "integer": words.NOT_WHOLE_NUMBER,
    "boolean": words.NOT_TRUE_OR_FALSE,
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


def _foreign(text: ir.StringColumn) -> ir.BooleanColumn:
    return text.re_search("[^\x01-\x7f]")


def _as_it_is(text: ir.StringColumn) -> ir.StringColumn:
    return text


if TYPE_CHECKING:  # Ibis reads the type of a function of the database from what is annotated
    UTC_MOMENT: TypeAlias = dt.Timestamp
else:
    UTC_MOMENT = dt.Timestamp("UTC")


@ibis.udf.scalar.builtin
def nfc_normalize(text: str) -> str:
    """DuckDB's composition of letters and accents."""
    raise NotImplementedError


@ibis.udf.scalar.builtin(name="timezone")
def at_zone(zone: str, moment: UTC_MOMENT) -> dt.timestamp:
    """The time of day of a moment in a zone, to DuckDB and PostgreSQL alike."""


def in_utc(column: ir.TimestampColumn) -> ir.TimestampColumn:
    """Moments as UTC timestamps without a zone."""
    return at_zone("UTC", column)


@ibis.udf.scalar.builtin
def strlen(text: str) -> int:
    """DuckDB's number of bytes."""
    raise NotImplementedError


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
    foreign
        Whether a text has letters beyond ASCII.
    utc
        Text that ends in an offset, and columns that know their time zone → the same moments in
        UTC, as plain timestamps.
    composed
        A text with its letters and accents composed (Unicode NFC).
    neat
        Columns of the query's result that are known to be as they should be, and are taken as they
        are: no text needs trimming (`helpers.collect.engines.neat`), no typed day stands for none
        (`helpers.collect.placeholders.USUAL`).
    """

    number: Callable[[ir.StringColumn], ir.FloatingColumn]
    moment: Callable[[ir.StringColumn], ir.TimestampColumn]
    instant: Callable[[ir.Column], ir.TimestampColumn]
    utc: Callable[[ir.Column], ir.TimestampColumn]
    mark: Callable[[Mapping[str, ir.Column]], ir.IntegerColumn] | None = None
    foreign: Callable[[ir.StringColumn], ir.BooleanColumn] = _foreign
    composed: Callable[[ir.StringColumn], ir.StringColumn] = _as_it_is
    neat: frozenset[str] = frozenset()

    def is_neat(self, column: ir.Column) -> bool:
        """Whether a column of the query's result is known to be as it should be."""
        return column.get_name() in self.neat

    def is_neat_day(self, column: ir.Column) -> bool:
        """Whether a column has a type of days or moments, none of which stands for no day."""
        kind = column.type()
        return (kind.is_date() or kind.is_timestamp()) and self.is_neat(column)


def _instant(column: ir.Column) -> ir.TimestampColumn:
    # From TIMESTAMP WITH TIME ZONE, DuckDB converts to the session's time zone.
    return column.try_cast("timestamp('UTC', 6)").cast("timestamp(6)")


def _mark(columns: Mapping[str, ir.Column]) -> ir.IntegerColumn:
    """DuckDB's hash of the columns; Ibis' own takes it through a text of bits."""
    together = ibis.struct(columns)
    signature = ((together.type(),), dt.uint64)
    return ibis.udf.scalar.builtin(_hash, name="hash", signature=signature)(together)


def _hash(columns):
    """DuckDB's hash."""


TRY_CAST = Reading(
    number=lambda text: text.try_cast("float64"),
    moment=lambda text: text.try_cast("timestamp(6)"),
    instant=_instant,
    mark=_mark,
    utc=lambda column: in_utc(column.try_cast("timestamp('UTC', 6)")),
    foreign=lambda text: strlen(text) != text.length(),
    composed=nfc_normalize,
)


# ── kinds ────────────────────────────────────────────────────────────────────────────────────────
def as_text(column: ir.Column, reading: Reading = TRY_CAST) -> ir.StringColumn:
    """A column as trimmed text: empty is null, and whole numbers have no ``.0``.

    White space of any kind counts as such, and letters with accents are composed: both look the
    same to people. Decimals (``7.10``) keep their zeros, which were written.
    """
    kind = column.type()
    if kind.is_string():
        if reading.is_neat(column):
            return column
        unusual = _untrimmed(column) | reading.foreign(column)
        return unusual.ifelse(_trimmed(column, reading), column)
    text = column.cast("string")
    return _without_zeros(text) if kind.is_floating() else text


def hiding(rows: ir.Table, *, neat: Collection[str] = ()) -> int:
    """How many rows have a text with marks that no reader sees, in any of the columns.

    Marks of no width and of direction are taken out of every text; control characters are left in
    data files, and told on no page (`helpers.words.marks`). ``neat`` columns have neither.
    """
    texts = [
        rows[name] for name, kind in rows.schema().items() if kind.is_string() and name not in neat
    ]
    found = [text.re_search(HIDDEN).fill_null(False) for text in texts]
    return int(rows.filter(reduce(or_, found)).count().execute()) if found else 0


def as_id(column: ir.Column, reading: Reading = TRY_CAST) -> ir.StringColumn:
    """An identifier: text without the ``.0`` that spreadsheets and data frames append."""
    if not column.type().is_string():
        return as_text(column, reading)
    if reading.is_neat(column):
        return column
    unusual = _untrimmed(column) | reading.foreign(column) | column.contains(".0")
    return unusual.ifelse(_without_zeros(_trimmed(column, reading)), column)


# Trimming and replacing go through every letter of every text. A look at the first and the last one
# finds the few that need it; the others are taken as they are.
def _untrimmed(text: ir.StringColumn) -> ir.BooleanColumn:
    # An empty text gives 0. Other control characters are below the space as well: trimming leaves
    # them where they are.
    return reduce(or_, map(text.endswith, _SPACES), text.ascii_str() <= ord(" "))


def _trimmed(text: ir.StringColumn, reading: Reading) -> ir.StringColumn:
    return _stripped(text, reading).nullif("")


def _stripped(text: ir.StringColumn, reading: Reading) -> ir.StringColumn:
    if reading.is_neat(text):
        return text
    spaced = text.re_replace(_UNUSUAL, " ").re_replace(_INVISIBLE, "")
    tidy = reading.foreign(text).ifelse(reading.composed(spaced), text)
    return tidy.strip()


def _without_zeros(text: ir.StringColumn) -> ir.StringColumn:
    # In two steps: engines do not agree on how to write "the first group" in a replacement.
    whole = text.re_search(_WHOLE).ifelse(text.re_replace(r"\.0+$", ""), text)
    return text.contains(".0").ifelse(whole, text)


def as_timestamp(column: ir.Column, reading: Reading = TRY_CAST) -> ir.TimestampColumn:
    """Local time of the study's time zone: offsets are converted, other values taken as local."""
    kind = column.type()
    if kind.is_timestamp() and kind.timezone:
        return _of_the_calendar(reading.instant(column))
    if kind.is_timestamp() or kind.is_date():
        usual = column if reading.is_neat(column) else _of_the_calendar(column)
        return usual.cast("timestamp(6)")
    if not kind.is_string():
        return ibis.null("timestamp(6)")
    text = _stripped(column, reading)
    # MySQL's day zero is no day of any calendar, and stands for the same as the zeros of others.
    text = text.startswith(_ZERO_DAY).ifelse(_DAY_ZERO, text)
    return ibis.cases(
        (text.re_search(_WITH_OFFSET), reading.instant(text)),
        (text.re_search(_DAY), reading.moment(text)),
        else_=ibis.null("timestamp(6)"),
    )


def _of_the_calendar(moment: ir.Column) -> ir.Column:
    """A typed day or moment of the years 1 to 9999; null for others.

    Databases hold infinity and minus infinity, which mean that there is none, and years that nobody
    else can write down.
    """
    ends = ("0001-01-01", "9999-12-31")
    if moment.type().is_date():
        first, last = map(ibis.date, ends)
        return moment.between(first, last).ifelse(moment, ibis.null("date"))
    first, last = ibis.timestamp(ends[0]), ibis.timestamp(f"{ends[1]} 23:59:59.999999")
    return moment.between(first, last).ifelse(moment, ibis.null(moment.type()))


def as_utc(column: ir.Column, reading: Reading = TRY_CAST) -> ir.TimestampColumn:
    """A moment in UTC, where an offset or a time zone says which it was; null for local times."""
    kind = column.type()
    if kind.is_timestamp() and kind.timezone:
        return _of_the_calendar(reading.utc(column))
    if not kind.is_string():
        return ibis.null("timestamp(6)")
    text = _stripped(column, reading)
    return text.re_search(_WITH_OFFSET).ifelse(reading.utc(text), ibis.null("timestamp(6)"))


def as_date(column: ir.Column, reading: Reading = TRY_CAST) -> ir.DateColumn:
    """A day: an instant's day in the study's time zone, unless it was a day written as midnight."""
    kind = column.type()
    if kind.is_date():
        return column if reading.is_neat(column) else _of_the_calendar(column)
    local = as_timestamp(column, reading).date()
    if kind.is_timestamp() and kind.timezone:
        written = reading.utc(column)
        next_second = written + ibis.interval(seconds=1)
        whole = (written == written.truncate("D")) | (next_second.date() != written.date())
        return whole.ifelse(written.date(), local)
    if kind.is_string():
        text = _stripped(column, reading)
        written = reading.moment(text.re_replace("[ T].*$", "")).date()
        whole = text.re_search(_MIDNIGHT) & text.re_search(_WITH_OFFSET)
        return whole.ifelse(written, local)
    return local


def as_number(column: ir.Column, reading: Reading = TRY_CAST) -> ir.FloatingColumn:
    """A finite number; null for everything else."""
    kind = column.type()
    if not (kind.is_numeric() or kind.is_string()) or kind.is_boolean():
        return ibis.null("float64")
    number = (
        reading.number(_stripped(column, reading)) if kind.is_string() else column.cast("float64")
    )
    if kind.is_integer() or kind.is_decimal():
        return number
    # To all engines, NaN is larger than every number.
    return (number.abs() <= sys.float_info.max).ifelse(number, ibis.null("float64"))


def as_integer(column: ir.Column, reading: Reading = TRY_CAST) -> ir.IntegerColumn:
    """A whole number; 3.0 is one, 3.7 is not and is not rounded either."""
    if column.type().is_integer():
        return column.try_cast("int64")
    number = as_number(column, reading)
    exact = (number.abs() < 2**53).ifelse(number, ibis.null("float64"))
    return (exact == exact.floor()).ifelse(exact, ibis.null("float64")).cast("int64")


def as_boolean(column: ir.Column, reading: Reading = TRY_CAST) -> ir.BooleanColumn:
    """True and false, also as yes / no, y / n, t / f, 1 / 0, and in the languages of `YES`."""
    if column.type().is_boolean():
        return column
    text = as_id(column, reading).lower()
    return ibis.cases(
        (text.isin(("true", "t", "yes", "y", "1", *_any_case(YES))), True),
        (text.isin(("false", "f", "no", "n", "0", *_any_case(NO))), False),
        else_=ibis.null("boolean"),
    )


def _any_case(words: tuple[str, ...]) -> tuple[str, ...]:
    # Not every engine knows the small letters of other scripts.
    return tuple(
        dict.fromkeys(form for word in words for form in (word, word.upper(), word.title()))
    )


def cast(column: ir.Column, kind: Kind, reading: Reading = TRY_CAST) -> ir.Column:
    """A column in its canonical kind; null where the value cannot be read as one."""
    return _CASTS[kind](column, reading)


_CASTS: dict[Kind, Callable[[ir.Column, Reading], ir.Column]] = {
    "id": as_id,
    "text": as_text,
    "date": as_date,
    "timestamp": as_timestamp,
    "number": as_number,
    "integer": as_integer,
    "boolean": as_boolean,
}


def plain(column: ir.Column, reading: Reading = TRY_CAST) -> ir.Column:
    """An extra column in the nearest of the canonical types, for Parquet and pandas."""
    kind = column.type()
    if kind.is_boolean():
        return column
    if kind.is_date():
        return as_date(column, reading)
    if kind.is_timestamp():
        return as_timestamp(column, reading)
    if kind.is_integer():
        return column.cast("int64" if kind.bounds.upper < 2**63 else "float64")
    if not (kind.is_floating() or kind.is_decimal()):
        return as_text(column, reading)
    number = column.cast("float64")
    # Not a number is no value. To all engines it is larger than every number, infinity too.
    return (number > float("inf")).ifelse(ibis.null("float64"), number)


def is_given(column: ir.Column, reading: Reading = TRY_CAST) -> ir.BooleanColumn:
    """Whether there is a value, readable or not."""
    if not column.type().is_string():
        return column.notnull()
    return (_stripped(column, reading) != "").fill_null(False)


def certain(column: ir.Column, kind: Kind) -> bool:
    """Whether every value of a column can be read as this kind, so that nothing needs a look."""
    given = column.type()
    if kind in ("date", "timestamp"):
        return given.is_date() or given.is_timestamp()
    if kind in ("number", "integer"):
        return given.is_integer() or (kind == "number" and given.is_decimal())
    return kind in ("id", "text") or given.is_boolean()


def canonical_form(
    result: ir.Table,
    table: Table,
    *,
    given: dict[str, str],
    extras: dict[str, Kind | None],
    reading: Reading = TRY_CAST,
) -> ir.Table:
    """Query result → ``row_number``, typed canonical columns, ``given_…``, instants, extra columns.

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
        if column.allowed:  # NPS is nps
            columns[column.name] = columns[column.name].lower()
        if not certain(result[name], column.kind):
            columns[GIVEN + column.name] = is_given(result[name], reading)
        days = column.kind in ("date", "timestamp") and not column.required
        if days and not reading.is_neat_day(result[name]):
            found, end = result[name], column.name in table.ends
            columns |= _open_ended(columns, column.name, found, reading, end=end)
    nowhere = blank(result, table, given=given)
    for name, instant in table.instants.items():
        columns[instant] = ibis.null("timestamp(6)")
        if instant not in nowhere:
            unknown = columns[name].isnull()  # such as an open end
            columns[instant] = unknown.ifelse(
                columns[instant], as_utc(result[given[name]], reading)
            )
    for name, kind in extras.items():
        found = result[name]
        columns[name] = cast(found, kind, reading) if kind else plain(found, reading)
        if kind and not certain(found, kind):
            columns[GIVEN + name] = is_given(found, reading)
    return result.select(**columns)


def blank(result: ir.Table, table: Table, *, given: dict[str, str]) -> frozenset[str]:
    """Columns of the canonical form that are empty, whatever the rows: such as the instants of
    moments of which nothing says in which time zone they are.
    """
    empty = {column.name for column in table.columns if column.name not in given}
    for name, instant in table.instants.items():
        kind = result[given[name]].type() if name in given else None
        zoned = kind is not None and kind.is_timestamp() and kind.timezone
        if kind is None or not (zoned or kind.is_string()):
            empty.add(instant)
    return frozenset(empty)


def _open_ended(
    columns: Mapping[str, ir.Column], name: str, found: ir.Column, reading: Reading, *, end: bool
) -> dict[str, ir.Column]:
    """A day or moment, without what means that there is none: infinity, and of an end any day
    beyond every calendar.

    They are not given either, so that nothing takes them for unreadable. That somebody answered in
    another century is a fault, and listed (`checks`).
    """
    beyond = columns[name] >= ibis.timestamp(OPEN_FROM.isoformat()).cast(columns[name].type())
    endless = beyond.fill_null(False) if end else ibis.literal(False)
    if found.type().is_string():
        endless = endless | _stripped(found, reading).lower().isin(ENDLESS).fill_null(False)
    ended = {name: endless.ifelse(ibis.null(columns[name].type()), columns[name])}
    if GIVEN + name in columns:
        ended[GIVEN + name] = columns[GIVEN + name] & ~endless
    return ended


def ibis_type(kind: Kind) -> str:
    """The type that a canonical column of this kind has."""
    return _IBIS_TYPES[kind]
