"""What somebody typed into a cell, as the value that was asked for, or why it cannot be used."""

import datetime as dt
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from helpers.sheets.form import Column
from helpers.sheets.writing import YES_NO
from helpers.words import people as words
from helpers.words import say

SPACES = str.maketrans("", "", " \u00a0\u2009\u202f'’")
# What the spreadsheets of some languages call true and false, and people yes and no. In capitals
# the ı of Turkish is an I, of which casefold makes an i: both spellings stand here.
YES = frozenset({
    "yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "verdadero",
    "vero", "sim", "verdadeiro", "waar", "tak", "prawda", "ano", "pravda", "sant", "sand",
    "kyllä", "tosi", "evet", "doğru", "igen", "igaz", "да", "истина", "ναι", "是", "真", "はい",
    "네",
})  # fmt: skip
NO = frozenset({
    "no", "n", "false", "0", "nein", "falsch", "non", "faux", "falso", "não", "nee",
    "onwaar", "nie", "fałsz", "ne", "nepravda", "nej", "falskt", "falsk", "ei", "epätosi",
    "hayır", "hayir", "yanlış", "yanliş", "nem", "hamis", "нет", "ложь", "όχι",
    "否", "假", "いいえ", "아니요",
})  # fmt: skip
BLANK = frozenset({"", "—", "–", "-", "n/a", "na", "?"})
# A comma or point before exactly three digits may part thousands or decimals.
UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
COMMA = re.compile(r"[+-]?\d+,\d+")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?P<sign>[.,])\d{3})(?:(?P=sign)\d{3})*(?:[.,]\d+)?")
DAY = {
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"): (1, 2, 3),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"): (1, 2, 3),
    re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"): (1, 2, 3),
    re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})"): (3, 2, 1),
}
# Some write the day first, others the month: only 13 and more says which it is.
EITHER = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")


@dataclass(frozen=True)
class Read:
    """A cell's value; ``told`` says what was wrong with it, ``used`` whether it counts anyway."""

    value: Any = None
    told: str = ""
    used: bool = True


def read_cell(value: Any, column: Column) -> Read:
    """The value of one cell.

    Returns
    -------
    Read
        Text, float, "yes" or "no", or a date; None for an open cell.
    """
    if value is None or (isinstance(value, str) and value.strip().casefold() in BLANK):
        return Read()
    if isinstance(value, str) and value.strip().startswith("#"):
        return Read(told=say(words.AN_ERROR_VALUE), used=False)
    return {
        "text": _text,
        "number": _number,
        "choice": _choice,
        "yes_no": _yes_no,
        "date": _date,
    }[column.kind](value, column)


def as_text(value: Any) -> str:
    """A cell as its reader sees it, for messages and records."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def _text(value: Any, column: Column) -> Read:
    return Read(as_text(value).strip())


def _number(value: Any, column: Column) -> Read:
    told = ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Read(told=say(words.NO_NUMBER), used=False)
    if isinstance(value, str):
        number, told = number_in(value, unit=column.unit, whole=column.whole)
        if number is None:
            return Read(told=told, used=False)
        value = number
    low = column.least is not None and value < column.least
    high = column.most is not None and value > column.most
    if low or high:
        limits = f"{_limit(column.least)} … {_limit(column.most)}"
        return Read(told=say(words.OUT_OF_RANGE, limits=limits), used=False)
    if column.whole and value != int(value):
        return Read(told=say(words.NO_WHOLE_NUMBER), used=False)
    return Read(float(value), told)


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def number_in(text: str, *, unit: str = "", whole: bool = False) -> tuple[float | None, str]:
    """The number that a text means, with what is told of it; None where that is not certain.

    Where a whole number is asked for, a sign before three digits parts thousands.

    >>> number_in("12,5")[0], number_in("1.234,5")[0], number_in("1.234")[0]
    (12.5, 1234.5, None)
    """
    plain = normalize("NFKC", text).strip()  # digits and signs of full width
    if unit and plain.casefold().endswith(unit.casefold()):
        plain = plain[: -len(unit)].strip()
    plain = plain.translate(SPACES).replace("−", "-")
    if UNCLEAR.fullmatch(plain):
        if whole:
            return float(re.sub("[.,]", "", plain)), say(words.NUMBER_AS_TEXT)
        return None, say(words.UNCLEAR_NUMBER)
    if PLAIN.fullmatch(plain):
        return float(plain), say(words.NUMBER_AS_TEXT)
    if COMMA.fullmatch(plain):
        return float(plain.replace(",", ".")), say(words.NUMBER_AS_TEXT)
    found = GROUPED.fullmatch(plain)
    if found:
        sign = found["sign"]
        decimal = "," if sign == "." else "."
        if plain.count(decimal) <= 1:
            number = float(plain.replace(sign, "").replace(decimal, "."))
            return number, say(words.NUMBER_AS_TEXT)
    return None, say(words.NO_NUMBER)


def _plain(text: str) -> str:
    return " ".join(normalize("NFKC", text).split()).casefold()


def _choice(value: Any, column: Column) -> Read:
    typed = as_text(value)
    known = {_plain(option): option for option in column.options}
    if _plain(typed) in known:
        return Read(known[_plain(typed)])
    near = get_close_matches(_plain(typed), known, n=1, cutoff=0.75)
    options = ", ".join(column.options)
    told = (
        say(words.NOT_IN_LIST_BUT_NEAR, options=options, near=known[near[0]])
        if near
        else say(words.NOT_IN_LIST, options=options)
    )
    return Read(told=told, used=False)


def _yes_no(value: Any, column: Column) -> Read:
    typed = _plain(as_text(value))
    if typed in YES or typed in NO:
        return Read("yes" if typed in YES else "no")
    return Read(told=say(words.NOT_IN_LIST, options=", ".join(YES_NO)), used=False)


def _date(value: Any, column: Column) -> Read:
    if isinstance(value, dt.datetime):
        return Read(value.date())
    if isinstance(value, dt.date):
        return Read(value)
    if isinstance(value, str):
        value = normalize("NFKC", value)
        for pattern, order in DAY.items():
            found = pattern.fullmatch(value.strip())
            if found:
                return _day(*(int(found[part]) for part in order))
        found = EITHER.fullmatch(value.strip())
        if found:
            one, two, year = (int(found[part]) for part in (1, 3, 4))
            if one == two or max(one, two) > 12:
                day, month = max(one, two), min(one, two)
                return _day(year, month, day)
            return Read(told=say(words.UNCLEAR_DAY), used=False)
    return Read(told=say(words.NO_DAY), used=False)


def _day(year: int, month: int, day: int) -> Read:
    try:
        return Read(dt.date(year, month, day), say(words.DAY_AS_TEXT))
    except ValueError:
        return Read(told=say(words.NO_DAY), used=False)
