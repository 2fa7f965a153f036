"""Numbers as people read them: one place for every format of tables, charts and sentences.

A format is a name, such as ``money`` or ``percent``; ``formatted`` applies it. A missing value is
an en dash in tables, never 0.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from numbers import Integral
from typing import Any

from helpers.errors import StudyError, listed
from helpers.quarter import Quarter
from helpers.words import local, spoken
from helpers.words.spoken import N_

MISSING = "–"
MINUS = "−"
NARROW = "\u00a0"  # between a number and its unit: not to be broken
NO_CURRENCY = "XXX"  # ISO 4217
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", NO_CURRENCY: "¤"}
SIZES = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k"))  # of sums of money
LEAST = 0.1  # of the unit of a larger sum, for one that stands next to it to be told in it too
WITHIN = re.compile("(\u2068[^\u2068\u2069]*\u2069)")  # what keeps its own direction
TURNED = re.compile(r"R(?:[^L]*[R.])?")  # from the first letter right to left to the last
YES, NO, POINTS = N_("yes"), N_("no"), N_("points")


def is_missing(value: Any) -> bool:
    """None, NaN, NaT and pandas.NA.

    >>> is_missing(float("nan")), is_missing(0)
    (True, False)
    """
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # pandas.NA has no truth value
        return True


def isolated(text: str) -> str:
    """A text that keeps its own direction: right-to-left names do not reorder what surrounds them.

    A sentence whose names keep theirs already stays as it is. Of a text that begins left to right
    only the words of the other direction are held together: it reads the same, and LibreOffice
    would turn all of it round.

    >>> isolated("Acme"), isolated("\u0634\u0631") == "\u2068\u0634\u0631\u2069"
    ('Acme', True)
    >>> isolated(isolated("\u0634") + ": 5") == "\u2068\u0634\u2069: 5"
    True
    """
    if text.isascii():  # most are: a quarter's lists hold a million names
        return text
    parts = WITHIN.split(text)  # every second one keeps its own direction already
    written = _directions("".join(parts[::2]))
    if "R" not in written:
        return text
    if written.lstrip(" ").startswith("R"):
        return f"\u2068{text}\u2069"
    return "".join(part if k % 2 else _held(part) for k, part in enumerate(parts))


def _directions(text: str) -> str:
    """Of each character whether it is written right to left, left to right, or as its neighbours.

    >>> _directions("a \u0634\u064b1")
    'L R.1'
    """
    kinds = {"R": "R", "AL": "R", "L": "L", "NSM": ".", "AN": "1", "EN": "1"}
    return "".join(kinds.get(unicodedata.bidirectional(character), " ") for character in text)


def _held(text: str) -> str:
    """Each stretch of words that are written right to left, as one."""
    told, done = "", 0
    for found in TURNED.finditer(_directions(text)):
        told += f"{text[done : found.start()]}\u2068{text[found.start() : found.end()]}\u2069"
        done = found.end()
    return told + text[done:]


def _signed(text: str, value: float, *, signed: bool) -> str:
    """Put a typographic sign before the text of an absolute value that was rounded already."""
    if not any(digit in text for digit in "123456789"):
        return text
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed else text


def number(value: float, digits: int = 0, *, signed: bool = False) -> str:
    """Thousands separators and a fixed number of decimals.

    >>> number(-12345.6), number(0.04, 1, signed=True), number(3, signed=True)
    ('−12,346', '0.0', '+3')
    """
    if not spoken.english():
        return _signed(local.number(abs(value), digits), value, signed=signed)
    return _signed(f"{abs(value):,.{digits}f}", value, signed=signed)


def figures(value: float, digits: int = 3, *, signed: bool = False) -> str:
    """At least ``digits`` significant figures, never an exponent.

    >>> figures(0.01234), figures(12.34), figures(12345.6)
    ('0.0123', '12.3', '12,346')
    """
    if value == 0:
        return "0"
    return number(value, _places(value, digits), signed=signed)


def _places(value: float, digits: int = 3) -> int:
    """The decimals of a number with so many significant figures."""
    return max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0


def money(value: float, currency: str, *, signed: bool = False) -> str:
    """A sum of money: whole units, and two decimals where it is below ten.

    Whole sums of a currency without hundredths have none.

    >>> money(1234.5, "EUR"), money(-2.9, "GBP"), money(7, "CHF", signed=True), money(7, "JPY")
    ('€1,234', '−£2.90', '+CHF\\xa07.00', '¥7')
    """
    return exact_money(value, currency, local.money_places(abs(value), currency), signed=signed)


def exact_money(value: float, currency: str, digits: int, *, signed: bool = False) -> str:
    """A sum of money with a given number of decimals."""
    if not spoken.english():
        told = local.money(local.number(abs(value), digits), currency)
        return _signed(told, value, signed=signed)
    symbol = SYMBOLS.get(currency, currency + NARROW)
    return _signed(f"{symbol}{abs(value):,.{digits}f}", value, signed=signed)


def short_money(
    value: float, currency: str, *, signed: bool = False, beside: float | None = None
) -> str:
    """A sum of money at three figures, for charts and headlines.

    ``beside`` is a value that it stands next to: both are then told in the larger one's unit, where
    that is not ten times too large for it.

    >>> short_money(1234567, "EUR"), short_money(-45600, "EUR"), short_money(999.6, "EUR")
    ('€1.23M', '−€45.6k', '€1,000')
    >>> short_money(4100, "EUR", beside=14300), short_money(0, "EUR", beside=14300)
    ('€4.1k', '€0')
    >>> short_money(283400, "EUR", beside=653000), short_money(-300, "EUR", beside=653000)
    ('€283k', '−€0.3k')
    >>> short_money(4000, "EUR", beside=1234567), short_money(-12, "EUR", beside=1234567)
    ('€4,000', '−€12')
    >>> short_money(302e12, "IDR"), short_money(45e9, "IDR", beside=2e12)
    ('IDR\\xa0302tn', 'IDR\\xa045.0bn')
    """
    size = abs(value)
    if not spoken.english():
        told = local.short_money(size, currency, beside=abs(beside or 0) if size else 0)
        return _signed(told, value, signed=signed)
    if beside is not None and abs(beside) > size and size:
        larger = short_money(abs(beside), "")
        unit = larger.lstrip("0123456789.,\xa0")
        if unit:
            scaled = size / next(divisor for divisor, name in SIZES if name == unit)
            if scaled < LEAST:  # it would be told as 0
                return short_money(value, currency, signed=signed)
            decimals = len(larger.removesuffix(unit).partition(".")[2])
            decimals = decimals if scaled >= 10 else max(decimals, 1)
            symbol = SYMBOLS.get(currency, currency + NARROW)
            return _signed(f"{symbol}{scaled:,.{decimals}f}{unit}", value, signed=signed)
    for divisor, unit in SIZES:
        if size >= (9_999.5 if unit == "k" else 0.9995 * divisor):
            scaled = size / divisor
            digits = max(0, 2 - math.floor(math.log10(scaled)))
            symbol = SYMBOLS.get(currency, currency + NARROW)
            return _signed(f"{symbol}{scaled:,.{digits}f}{unit}", value, signed=signed)
    return money(value, currency, signed=signed)


def percent(value: float, digits: int | None = None, *, signed: bool = False) -> str:
    """A ratio as per cent: whole from 10 % on and where it is whole, else one decimal.

    >>> percent(0.1234), percent(0.0123), percent(-0.5, signed=True), percent(0.05)
    ('12\\xa0%', '1.2\\xa0%', '−50\\xa0%', '5\\xa0%')
    """
    if digits is None:
        whole = abs(value * 100 - round(value * 100)) < 1e-9
        digits = 0 if whole or abs(value) >= 0.0995 else 1
    return per_cent(number(value * 100, digits, signed=signed))


def per_cent(told: str) -> str:
    """A number that is written out already, times 100, with its sign of per cent."""
    return f"{told}{NARROW}%" if spoken.english() else local.percent(told)


def p_value(value: float) -> str:
    """A p-value, never more exact than it is.

    >>> p_value(0.00004), p_value(0.0312), p_value(0.5), p_value(0.9996)
    ('< 0.001', '0.031', '0.50', '> 0.99')
    """
    if value < 0.001:
        return f"< {number(0.001, 3)}"
    if value > 0.99:
        return f"> {number(0.99, 2)}"
    return number(value, 3 if value < 0.0995 else 2)


def day(value: Any) -> str:
    """A day: in ISO form, or as another language has it."""
    if isinstance(value, date | datetime) and not spoken.english():
        return local.day(value)
    return value.strftime("%Y-%m-%d") if isinstance(value, date | datetime) else str(value)[:10]


def quarter(value: Any) -> str:
    """A fiscal quarter by its name, such as 2026Q3, or as another language has it."""
    return str(value) if spoken.english() else local.quarter(str(value))


def axis_money(value: float, currency: str, *, signed: bool = False) -> str:
    """The round values of an axis: thousands as k, no zeros after the point.

    >>> axis_money(20000, "EUR"), axis_money(-2500, "EUR"), axis_money(0, "EUR")
    ('€20k', '−€2.5k', '€0')
    """
    size = abs(value)
    if not spoken.english():
        told = local.short_money(size, currency, beside=0, digits=4)
        return _signed(told, value, signed=signed)
    for limit, unit in SIZES:
        if size >= limit:
            symbol = SYMBOLS.get(currency, currency + NARROW)
            return _signed(f"{symbol}{size / limit:.4g}{unit}", value, signed=signed)
    return _signed(f"{SYMBOLS.get(currency, currency + NARROW)}{size:.4g}", value, signed=signed)


def _by_kind(value: Any, currency: str) -> str:
    """What a value looks like when nobody said how."""
    if isinstance(value, str):
        return str(spoken.shown(value))
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return spoken.translated(YES if value else NO)
    if isinstance(value, date | datetime):
        return day(value)
    if isinstance(value, Quarter):
        return quarter(value)
    if isinstance(value, Integral):
        return number(int(value))
    if isinstance(value, float):
        return number(value) if abs(value) >= 1000 else figures(value)
    return str(value)


def measured(value: float, unit: str, digits: int | None = None) -> str:
    """A number with its unit of time, one of hours, days, months and years.

    >>> measured(6.5, "hours"), measured(12, "months"), measured(3, "days", 0)
    ('6.50\\xa0h', '12.0\\xa0months', '3\\xa0days')
    """
    digits = _places(value) if digits is None else digits
    if not spoken.english():
        return _signed(local.measured(value, digits, unit), value, signed=False)
    return f"{number(value, digits)}{NARROW}{'h' if unit == 'hours' else unit}"


def spaced(name: object) -> str:
    """A name out of the data as words: a column or feature is mobile_app, readers use a mobile app.

    >>> spaced("mobile_app")
    'mobile app'
    """
    return str(name).replace("_", " ")


def _or(zero: str) -> Callable[[Any, str], str]:
    """A count that is told by a word where it is zero; only English has the words to hand."""
    return lambda value, currency: zero if value == 0 and spoken.english() else number(value)


FORMATS: dict[str, Callable[[Any, str], str]] = {
    "auto": _by_kind,
    "text": lambda value, currency: str(spoken.shown(str(value))),
    "words": lambda value, currency: str(spoken.value(str(value))).replace("_", " "),
    "count": lambda value, currency: number(value),
    "no": _or("no"),  # before what is counted: no rows
    "none": _or("none"),  # by itself, or before "of": none of 3 rows
    "No": _or("No"),
    "None": _or("None"),
    "signed_count": lambda value, currency: number(value, signed=True),
    "signed": lambda value, currency: figures(value, signed=True),
    "number": lambda value, currency: figures(value),
    "money": money,
    "signed_money": lambda value, currency: money(value, currency, signed=True),
    "short_money": short_money,
    "axis_money": axis_money,
    "signed_axis_money": lambda value, currency: axis_money(value, currency, signed=True),
    "signed_short_money": lambda value, currency: short_money(value, currency, signed=True),
    "percent": lambda value, currency: percent(value),
    "signed_percent": lambda value, currency: percent(value, signed=True),
    "whole_percent": lambda value, currency: percent(value, 0),
    "points": lambda value, currency: number(value, 1),
    "effect": lambda value, currency: number(value, 3),
    "signed_points": lambda value, currency: number(value, 1, signed=True),
    "hours": lambda value, currency: measured(value, "hours"),
    "months": lambda value, currency: measured(value, "months"),
    "years": lambda value, currency: measured(value, "years"),
    "days": lambda value, currency: measured(value, "days", 0),
    "p": lambda value, currency: p_value(value),
    "date": lambda value, currency: day(value),
    "month": lambda value, currency: day(value)[:7] if spoken.english() else day(value),
}

UNITS = {
    "currency": "money",
    "currency per month": "money",
    "currency per year": "money",
    "ratio": "percent",
    "%": "points",
    "points": "points",
    "hours": "hours",
    "months": "months",
    "years": "years",
    "days": "days",
    "count": "count",
    "per month": "number",
    "per year": "number",
}


def formatted(value: Any, name: str = "auto", *, currency: str = "EUR") -> str:
    """One value in a named format; a missing value is an en dash.

    Raises
    ------
    StudyError
        For a format that does not exist.

    >>> formatted(0.25, "percent"), formatted(None, "money")
    ('25\\xa0%', '–')
    """
    if name not in FORMATS:
        raise StudyError(f"There is no number format `{name}`.", expected=listed(FORMATS, most=30))
    if is_missing(value):
        return MISSING
    return FORMATS[name](value, currency)


ALIKE = ("number", "signed", "percent", "signed_percent", "hours", "months", "years")
SPREAD = 30.0  # times as large as the least that a value may be to be told with as many decimals


def alike(values: Iterable[Any], name: str) -> list[str]:
    """A column of values with as many decimals each, of a format among ``ALIKE``; else empty.

    Values that lie far apart keep decimals of their own: as many for all would hide the small ones
    or tell the large ones too exactly. An exact zero is told as zero.

    >>> alike([0.97, 0.087, 0.0], "percent")
    ['97.0\\xa0%', '8.7\\xa0%', '0\\xa0%']
    >>> alike([1.25, None, 0.75], "number"), alike([30.0, 0.75], "number")
    (['1.25', '–', '0.75'], [])
    >>> alike([0.9874, 1.0], "number")
    ['0.987', '1.000']
    """
    cells = list(values)
    known = [float(cell) for cell in cells if not is_missing(cell)] if name in ALIKE else []
    sizes = [abs(value) for value in known if value]
    signed = name.startswith("signed")
    if not sizes:
        return []
    if name.endswith("percent"):
        one = any(len(percent(value).partition(".")[2]) for value in sizes)
        told = [percent(value, int(one and bool(value)), signed=signed) for value in known]
    elif max(sizes) >= 1000 or max(sizes) > SPREAD * min(sizes):
        return []
    else:
        # The end of a scale, as of τ, is told as exactly as what lies before it.
        digits = 3 if name == "number" and max(sizes) == 1 else _places(max(sizes))
        told = [
            (measured(value, name, digits) if name in local.UNITS else "")
            or number(value, digits if value else 0, signed=signed)
            for value in known
        ]
    found = iter(told)
    return [MISSING if is_missing(value) else next(found) for value in cells]


def in_unit(value: Any, unit: str, *, currency: str = "EUR") -> str:
    """A metric's value in the metric's unit.

    ``ratio`` is a share of 1, ``%`` is already times 100.

    >>> in_unit(0.91, "ratio"), in_unit(91.2, "%"), in_unit(7.0, "count"), in_unit(2.87, "count")
    ('91\\xa0%', '91.2\\xa0%', '7', '2.87')
    """
    name = UNITS.get(unit, "number")
    if name == "count" and not is_missing(value) and value % 1:
        name = "number"  # a mean of counts
    text = formatted(value, name, currency=currency)
    if unit == "%" and text != MISSING:
        return per_cent(text)
    return text


def alike_in_unit(values: Iterable[Any], unit: str, *, currency: str = "EUR") -> list[str]:
    """Values of one metric side by side, in its unit and with as many decimals each.

    >>> alike_in_unit([0.112, 0.0565, 0.2], "per year"), alike_in_unit([0.066, 0.1352], "ratio")
    (['0.112', '0.057', '0.200'], ['6.6\\xa0%', '13.5\\xa0%'])
    >>> alike_in_unit([12.5, 3.25, None], "currency"), alike_in_unit([1.37, 0.0028, 0.0], "hours")
    (['€12', '€3', '–'], ['1.37\\xa0h', '0.00\\xa0h', '0\\xa0h'])
    """
    cells = list(values)
    known = [abs(float(cell)) for cell in cells if not is_missing(cell)]
    largest = max(known, default=0.0)
    name = UNITS.get(unit, "number")
    if name == "count" and any(value % 1 for value in known):
        name = "number"  # means of counts
    if name == "percent":
        told = alike(cells, name)
    elif name == "money" and largest >= 10:
        told = [MISSING if is_missing(cell) else exact_money(cell, currency, 0) for cell in cells]
    elif name in ("number", *local.UNITS) and name != "days" and largest < 1000:
        told = [
            MISSING if is_missing(cell) else _of_time(cell, name, _places(largest) if cell else 0)
            for cell in cells
        ]
    else:
        told = []
    return told or [in_unit(cell, unit, currency=currency) for cell in cells]


def _of_time(value: float, name: str, digits: int) -> str:
    """A number, with its unit where that is one of time."""
    return measured(value, name, digits) if name in local.UNITS else number(value, digits)


def apart(one: float, other: float, unit: str, *, currency: str = "EUR") -> tuple[str, str]:
    """Two values of one metric side by side, as exact as it takes to tell them apart.

    >>> apart(0.9999, 1.0, "ratio"), apart(24.0, 31.0, "points")
    (('99.99\\xa0%', '100.00\\xa0%'), ('24.0', '31.0'))
    """
    shown = [in_unit(value, unit, currency=currency) for value in (one, other)]
    digits = 1
    while shown[0] == shown[1] and one != other and digits < 7:
        shown = [_exactly(value, unit, digits, currency) for value in (one, other)]
        digits += 1
    return shown[0], shown[1]


def _exactly(value: float, unit: str, digits: int, currency: str) -> str:
    """A value in its unit with a given number of decimals."""
    if unit == "ratio":
        return percent(value, digits)
    if unit.startswith("currency"):
        return exact_money(value, currency, digits)
    if unit == "%":
        return per_cent(number(value, digits))
    if unit in local.UNITS:
        return measured(value, unit, digits)
    return number(value, digits)
