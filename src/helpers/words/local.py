"""Numbers, money, days and lists in a language other than English, as the CLDR has them (Babel).

English keeps the forms of `helpers.words.numbers`. Signs and the dash for what is missing are the
same in every language.
"""

import math
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Literal

from helpers.words import spoken

if TYPE_CHECKING:
    from babel import Locale

PLURALS = ("zero", "one", "two", "few", "many", "other")
UNITS = {"hours": "hour", "days": "day", "months": "month", "years": "year"}


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale

    return Locale.parse(language)


def here() -> "Locale":
    """The locale of the language that is spoken."""
    return _locale(spoken.language())


def number(size: float, digits: int) -> str:
    """The absolute value with a fixed number of decimals."""
    from babel.numbers import format_decimal

    places = "." + "0" * digits if digits else ""
    return format_decimal(round(size, digits), format=f"#,##0{places}", locale=here())


def significant(size: float, digits: int) -> str:
    """At most ``digits`` significant figures, without zeros at the end."""
    places = max(0, digits - 1 - math.floor(math.log10(size))) if size else 0
    told = number(size, places)
    point = decimal_sign()
    return told.rstrip("0").rstrip(point) if point in told else told


@cache
def _decimal_sign(language: str) -> str:
    return str(_locale(language).number_symbols["latn"]["decimal"])


def decimal_sign() -> str:
    """What stands before the decimals."""
    return _decimal_sign(spoken.language())


def percent(told: str) -> str:
    """A number, times 100 already and with its sign, as per cent."""
    return _in_pattern(str(here().percent_formats[None].pattern), told)


def money(told: str, currency: str) -> str:
    """An absolute number as a sum of money."""
    return _in_pattern(str(here().currency_formats["standard"].pattern), told, currency)


@cache
def without_hundredths(currency: str) -> bool:
    """Whether a currency has no smaller unit, such as the yen."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency)) == 0


def money_places(size: float, currency: str) -> int:
    """The decimals of a sum of money: two below ten, unless it is a whole one of yen."""
    whole = size % 1 == 0
    return 2 if 0 < size < 10 and not (whole and without_hundredths(currency)) else 0


@cache
def _units(language: str) -> tuple[tuple[int, float, str], ...]:
    """From which sum on there is a larger unit, what that divides by, and its pattern."""
    formats = _locale(language).compact_currency_formats["short"]["other"]
    told = sorted((int(least), str(one.pattern)) for least, one in formats.items())
    return tuple(
        (least, least / 10 ** (pattern.count("0") - 1), pattern)
        for least, pattern in told
        if pattern.strip("0¤ ")
    )


def money_units(currency: str) -> list[tuple[float, str, str]]:
    """The units of large sums, the largest first, with what stands before and after a number."""
    told = {
        size: _in_pattern(pattern, "0", currency) for _, size, pattern in _units(spoken.language())
    }
    parts = {size: one.partition("0") for size, one in told.items()}
    return [(size, parts[size][0], parts[size][2]) for size in sorted(parts, reverse=True)]


def short_money(size: float, currency: str, *, beside: float, digits: int = 3) -> str:
    """A sum in the unit (such as 万 or k) that suits ``beside``, the larger of what is compared."""
    fitting = [unit for unit in _units(spoken.language()) if max(beside, size) >= unit[0] * 0.9995]
    if not fitting:
        return money(number(size, money_places(size, currency)), currency)
    _, unit, pattern = fitting[-1]
    scaled, largest = size / unit, max(beside, size) / unit
    places = max(0, digits - 1 - math.floor(math.log10(largest)))
    places = places if scaled >= 10 or not scaled else max(places, 1)
    if 0 < scaled < 10**-places:  # it would be told as 0
        return short_money(size, currency, beside=0, digits=digits)
    told = significant(scaled, digits) if digits > 3 else number(scaled, places)
    return _in_pattern(pattern, told, currency)


def _in_pattern(pattern: str, told: str, currency: str = "") -> str:
    """A pattern of the CLDR with its zeros replaced by a number that is written out already."""
    from babel.numbers import get_currency_symbol

    positive = pattern.partition(";")[0].replace("'", "")
    filled = re.sub(r"[#,]*0[0#,]*(\.[0#]+)?", lambda _: told, positive, count=1)
    if not currency:
        return filled
    symbol = get_currency_symbol(currency, locale=here())
    return filled.replace("¤", symbol + "\u00a0" if symbol.isalpha() else symbol)


def measured(value: float, digits: int, unit: str) -> str:
    """A number with its unit of time."""
    from babel.units import format_unit

    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    size = round(abs(value), digits)
    return format_unit(size, f"duration-{UNITS[unit]}", "short", format=pattern, locale=here())


def day(value: date) -> str:
    """A day."""
    from babel.dates import format_date

    return format_date(value, "medium", locale=here())


def month(value: date) -> str:
    """A month of a year."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", value, locale=here())


def quarter(name: str) -> str:
    """A quarter, which a study calls 2026Q3 whenever its fiscal year starts."""
    from babel.dates import format_date

    year, number = name.split("Q")
    first = date(int(year), 3 * int(number) - 2, 1)
    pattern = here().datetime_skeletons["yQQQQ"]
    return format_date(first, format=str(pattern.pattern), locale=here())


def joined(names: Sequence[str], *, style: Literal["standard", "or"]) -> str:
    """Names as people list them; ``style`` is ``standard`` (and) or ``or``."""
    from babel.lists import format_list

    places = ["\0"] * len(names)
    told = format_list(places, style=style, locale=here())
    first, *between = told.split("\0")
    for name, then in zip(names, between, strict=True):
        first = spoken.beside(spoken.beside(first, name), then)
    return first


def form(value: float, forms: Sequence[str]) -> str:
    """The form that goes with a number; ``forms`` are the language's, in the order of the CLDR."""
    rule = here().plural_form
    known = [name for name in PLURALS if name in rule.tags or name == "other"]
    at = known.index(rule(abs(value)))
    return forms[min(at, len(forms) - 1)]


def tag() -> str:
    """The language as files of Office name it, such as zh-CN."""
    return "en-GB" if spoken.english() else _tag(spoken.language())


@cache
def _tag(language: str) -> str:
    from babel.core import get_global

    likely = get_global("likely_subtags").get(language, language).split("_")
    return f"{likely[0]}-{likely[-1]}" if len(likely) > 1 else likely[0]
